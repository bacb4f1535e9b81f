#include "base/span.h"

#include <charconv>

namespace riposte::base {

std::optional<Millis> parse_span(std::string_view text) {
  constexpr std::size_t kDigitsMax = 9;
  if (text.size() < 2 || text.size() > kDigitsMax + 1) return std::nullopt;
  const char* unit = &text.back();
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), unit, count);
  if (error != std::errc() || end != unit || count == 0) return std::nullopt;
  switch (*unit) {
    case 's':
      return std::chrono::seconds(count);
    case 'm':
      return std::chrono::minutes(count);
    case 'h':
      return std::chrono::hours(count);
    case 'd':
      return std::chrono::days(count);
    default:
      return std::nullopt;
  }
}

}  // namespace riposte::base
