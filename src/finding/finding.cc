#include "finding/finding.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "event/identity.h"
#include "json/structure.h"

namespace riposte::finding {
namespace {

constexpr std::size_t kIdDigits = 32;

// Lengths in front keep ("ab", "c") apart from ("a", "bc").
void append_framed(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

// CloudTrail writes a refusal into errorCode. Sign-in events have none; they say it in their
// answer:
// {"ConsoleLogin":"Failure"}.
std::string_view error_of(const event::Event& event) {
  const std::string_view code = event.record->string_at("errorCode");
  if (!code.empty()) return code;
  const json::Node* answer = event.record->at("responseElements");
  const json::Node* verdict = answer == nullptr ? nullptr : answer->find(event.name);
  return verdict != nullptr && verdict->is_string() && verdict->text == "Failure"
             ? verdict->text
             : std::string_view();
}

}  // namespace

std::string event_id_of(const event::Event& event) {
  if (!event.id.empty()) return std::string(event.id);
  return "sha256:" + base::sha256_hex(json::compact(*event.record));
}

std::string event_id_of(const event::RawEvent& event) {
  const json::RawValue& outer = event.needs_envelope() ? event.record : event.envelope;
  const std::string_view id = event::id_of(event.record, outer);
  std::string buffer;
  if (id.empty()) return "sha256:" + base::sha256_hex(event.record.compact_text(buffer));
  if (id.find('\\') != std::string_view::npos) {
    json::append_unescaped(id, buffer);
    return buffer;
  }
  return std::string(id);
}

std::string finding_id(const rule::Rule& rule, std::string_view correlation_key,
                       const std::vector<std::string>& events) {
  std::string identity = "riposte.finding/1\n";
  append_framed(identity, rule.id);
  append_framed(identity, correlation_key);
  for (const std::string& event : events)
    append_framed(identity, event);
  return base::sha256_hex(identity).substr(0, kIdDigits);
}

Finding finding_of(const rule::RulePointer& rule, const event::Event& event) {
  Finding finding;
  finding.rule = rule;
  finding.format = event.format;
  finding.account = event.account;
  finding.region = event.region;
  finding.service = event.service;
  finding.event_name = event.name;
  finding.error_code = error_of(event);
  finding.actor = event::actor_of(event);
  finding.resources = event::resources_of(event);
  finding.first_time = event.time;
  finding.last_time = event.time;
  finding.events = {event_id_of(event)};
  if (rule != nullptr) finding.id = finding_id(*rule, "", finding.events);
  finding.source_path = event.origin.path;
  finding.source_record = event.origin.record;
  return finding;
}

const std::string& session_of(const Finding& finding) {
  return finding.lineage.steps.empty() ? finding.actor.session_of : finding.lineage.origin;
}

std::optional<double> usd_per_hour(const Finding& finding) {
  constexpr double kMillisPerHour = 3'600'000;
  constexpr base::Millis kLeast = std::chrono::minutes(1);
  const std::optional<rule::Cost>& cost = finding.rule->cost;
  if (!cost || !finding.first_time || !finding.last_time) return std::nullopt;
  const base::Millis span = std::max(*finding.last_time - *finding.first_time, kLeast);
  const double hourly =
      static_cast<double>(finding.count) * kMillisPerHour / static_cast<double>(span.count());
  return hourly * cost->usd / cost->per;
}

std::string text_of(const Finding::Correlated& correlated) {
  std::string text;
  for (const auto& [field, value] : correlated.key) {
    if (!text.empty()) text += ", ";
    text += field + ' ' + value.value_or("missing");
  }
  if (!text.empty()) text += ": ";
  return text + fmt::format("{}", correlated.value);
}

std::string call_of(const Finding& finding) {
  const bool has_both = !finding.service.empty() && !finding.event_name.empty();
  return finding.service + (has_both ? ":" : "") + finding.event_name;
}

bool earlier(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    return std::tuple(finding.first_time.value_or(base::EventTime::max()),
                      std::string_view(finding.rule->name), std::string_view(finding.id));
  };
  return key(a) < key(b);
}

std::vector<const Finding*> in_order(const std::vector<Finding>& findings) {
  std::vector<const Finding*> sorted;
  sorted.reserve(findings.size());
  for (const Finding& finding : findings)
    sorted.push_back(&finding);
  std::sort(sorted.begin(), sorted.end(),
            [](const Finding* a, const Finding* b) { return earlier(*a, *b); });
  return sorted;
}

}  // namespace riposte::finding
