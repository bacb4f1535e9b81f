#include "respond/runbook.h"

#include <algorithm>
#include <array>
#include <charconv>

// Tested by src/respond/runbook_reader_test.cc

namespace riposte::respond {
namespace {

constexpr std::array<std::string_view, 3> kModes = {"notify", "approve", "auto"};
constexpr std::array<std::string_view, 3> kOnFailures = {"undo", "stop", "continue"};
constexpr std::array<std::string_view, 2> kOccurrences = {"recurrent", "singular"};
constexpr std::array<std::string_view, 6> kPhases = {"preparation", "detection-and-analysis",
                                                     "containment", "eradication",
                                                     "recovery",    "post-incident"};
constexpr int kNumberMax = 1'000'000;  // days beyond it would not fit into a time

// Enumerators are few, and numbered from 0.
template <typename T, std::size_t N>
std::optional<T> parse(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<T>(found - names.begin());
}

}  // namespace

std::string_view name_of(Mode mode) { return kModes[static_cast<std::size_t>(mode)]; }

std::optional<Mode> parse_mode(std::string_view name) { return parse<Mode>(kModes, name); }

std::string_view name_of(OnFailure on_failure) {
  return kOnFailures[static_cast<std::size_t>(on_failure)];
}

std::optional<OnFailure> parse_on_failure(std::string_view name) {
  return parse<OnFailure>(kOnFailures, name);
}

std::string_view name_of(Occurrence occurrence) {
  return kOccurrences[static_cast<std::size_t>(occurrence)];
}

std::optional<Occurrence> parse_occurrence(std::string_view name) {
  return parse<Occurrence>(kOccurrences, name);
}

std::string_view name_of(CasePhase phase) { return kPhases[static_cast<std::size_t>(phase)]; }

std::optional<CasePhase> parse_case_phase(std::string_view name) {
  return parse<CasePhase>(kPhases, name);
}

std::span<const std::string_view> case_phase_names() { return kPhases; }

RunbookPointer part_of(const Runbook& runbook, const GuideStep& step) {
  Runbook part = runbook;
  std::erase_if(part.steps, [&step](const Step& each) {
    return std::find(step.steps.begin(), step.steps.end(), each.name) == step.steps.end();
  });
  part.approve.by = step.by;
  part.idempotency += " " + step.name;
  return std::make_shared<const Runbook>(std::move(part));
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
