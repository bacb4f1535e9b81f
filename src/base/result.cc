#include "base/result.h"

namespace riposte::base {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::Invalid:
      return "invalid";
    case Errc::NotFound:
      return "not found";
    case Errc::Denied:
      return "denied";
    case Errc::Busy:
      return "busy";
    case Errc::Conflict:
      return "conflict";
    case Errc::Limit:
      return "limit";
    case Errc::Io:
      return "input/output";
    case Errc::Cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace riposte::base
