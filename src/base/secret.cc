#include "base/secret.h"

#include <cstring>

namespace riposte::base {

Secret::Secret(std::string_view text)
    : bytes_(text.empty() ? nullptr : new char[text.size()]), size_(text.size()) {
  if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
}

Secret::~Secret() {
  if (bytes_ != nullptr) explicit_bzero(bytes_.get(), size_);
}

}  // namespace riposte::base
