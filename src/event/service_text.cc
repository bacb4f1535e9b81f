#include "event/service_text.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace riposte::event {
namespace {

struct Measure {
  std::string_view label;
  std::string_view name;
};

// docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
constexpr Measure kMeasures[] = {{"Duration", "durationMs"},
                                 {"Billed Duration", "billedDurationMs"},
                                 {"Memory Size", "memorySizeMB"},
                                 {"Max Memory Used", "maxMemoryUsedMB"},
                                 {"Init Duration", "initDurationMs"}};

constexpr std::string_view kTimedOut = " Task timed out after ";

// "START RequestId: ", and its id.
std::string_view request_of(std::string_view line) {
  constexpr std::string_view kRequest = " RequestId: ";
  constexpr std::size_t kIdSize = 36;
  for (std::string_view word : {"START", "END", "REPORT"}) {
    if (!line.starts_with(word) || !line.substr(word.size()).starts_with(kRequest)) continue;
    return line.substr(word.size() + kRequest.size(), kIdSize);
  }
  return {};
}

// "$1,234.50" as a number would be written.
std::string amount_of(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || c == '.') plain += c;
  }
  return plain;
}

constexpr std::string_view kBudgetTitle = "AWS Budget Notification";

}  // namespace

bool is_function_line(std::string_view line) {
  if (is_request_id(request_of(line))) return true;
  return is_iso_time(line) && line.find(kTimedOut) != std::string_view::npos;
}

void write_function_line(std::string_view line, RecordWriter& record) {
  const std::string_view request = request_of(line);
  if (request.empty()) {
    const std::size_t behind_time = std::min(line.find(' '), line.size());
    record.time(base::parse_time(line.substr(0, behind_time)));
    record.add("type", "TIMEOUT");
    record.add("requestId", line.substr(behind_time + 1, 36));
    const std::string_view seconds = line.substr(line.find(kTimedOut) + kTimedOut.size());
    return record.add_number("timeoutSeconds", seconds.substr(0, seconds.find(' ')));
  }
  record.add("type", line.substr(0, line.find(' ')));
  record.add("requestId", request);
  for (std::string_view part : base::split(line, '\t')) {
    part = base::trim(part);
    const std::size_t colon = part.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view value = part.substr(colon + 2);
    for (const Measure& measure : kMeasures) {
      if (measure.label == part.substr(0, colon))
        record.add_number(measure.name, value.substr(0, value.find(' ')));
    }
  }
}

std::size_t json_behind(std::string_view line) {
  if (!is_iso_time(line)) return std::string_view::npos;
  const std::size_t bracket = line.find('{');
  std::string_view before = line.substr(0, bracket);
  if (bracket == std::string_view::npos) return bracket;
  if (before.find('Z') + 2 == before.size() && before.ends_with(' ')) return bracket;
  if (const std::size_t space = before.find("Z "); space != std::string_view::npos)
    before.remove_prefix(space + 2);
  constexpr std::size_t kParts = 4;  // time, request, level, and nothing before the bracket
  const Tokens parts = base::split(before, '\t');
  const bool fits = parts.size() == kParts && is_iso_time(parts[0]) && parts[3].empty();
  return fits ? bracket : std::string_view::npos;
}

bool is_budget_notice(std::string_view text) { return text.starts_with(kBudgetTitle); }

void write_budget_notice(std::string_view text, RecordWriter& record) {
  constexpr std::string_view kAccount = "AWS Account ";
  record.add("notice", "budget");
  for (std::string_view line : base::split(text, '\n')) {
    line = base::trim(line);
    if (line.starts_with(kAccount) && is_digits(line.substr(kAccount.size())))
      record.add("accountId", line.substr(kAccount.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = base::trim(line.substr(colon + 2));
    if (name == "Budget Name") record.add("budgetName", value);
    if (name == "Budget Type") record.add("budgetType", value);
    if (name == "Alert Type") record.add("alertType", value);
    if (name == "Budgeted Amount") record.add_number("budgetedAmount", amount_of(value));
    if (name == "Alert Threshold") record.add_number("alertThreshold", amount_of(value));
    if (name == "ACTUAL Amount" || name == "FORECASTED Amount")
      record.add_number("amount", amount_of(value));
  }
}

}  // namespace riposte::event
