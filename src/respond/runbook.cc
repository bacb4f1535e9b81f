#include "respond/runbook.h"

#include <algorithm>
#include <array>
#include <charconv>

// Tested by src/respond/runbook_reader_test.cc

namespace riposte::respond {
namespace {

constexpr std::array<std::string_view, 3> kModes = {"notify", "approve", "auto"};
constexpr std::array<std::string_view, 3> kOnFailures = {"undo", "stop", "continue"};
constexpr int kNumberMax = 1'000'000;  // days beyond it would not fit into a time

}  // namespace

std::string_view name_of(Mode mode) { return kModes[static_cast<std::size_t>(mode)]; }

std::optional<Mode> parse_mode(std::string_view name) {
  const auto* found = std::find(kModes.begin(), kModes.end(), name);
  if (found == kModes.end()) return std::nullopt;
  return static_cast<Mode>(found - kModes.begin());
}

std::string_view name_of(OnFailure on_failure) {
  return kOnFailures[static_cast<std::size_t>(on_failure)];
}

std::optional<OnFailure> parse_on_failure(std::string_view name) {
  const auto* found = std::find(kOnFailures.begin(), kOnFailures.end(), name);
  if (found == kOnFailures.end()) return std::nullopt;
  return static_cast<OnFailure>(found - kOnFailures.begin());
}

bool Runbook::is_irreversible() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.irreversible; });
}

std::optional<base::Millis> parse_duration(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || number <= 0 || number > kNumberMax) return std::nullopt;
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  if (unit == "h") return std::chrono::hours(number);
  if (unit == "d") return std::chrono::days(number);
  return std::nullopt;
}

}  // namespace riposte::respond
