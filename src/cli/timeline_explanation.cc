#include "cli/timeline_explanation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "finding/finding.h"
#include "finding/terminal_text.h"

// Tested by tests/cli/rule_explain_test.py

namespace riposte::cli {
namespace {

constexpr std::size_t kKeysShownMax = 20;
constexpr std::size_t kHitsShownMax = 20;   // of a key
constexpr std::size_t kValueColumns = 60;

using correlate::KeyStory;

// "5m", "90s": the largest unit that leaves nothing over.
std::string text_of(base::Millis span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  for (const auto& [unit, length] :
       {std::pair('d', 86400), std::pair('h', 3600), std::pair('m', 60)}) {
    if (seconds >= length && seconds % length == 0) return fmt::format("{}{}", seconds / length, unit);
  }
  return fmt::format("{}s", seconds);
}

std::string text_of(const KeyStory::Key& key) {
  std::vector<std::string> parts;
  for (const auto& [field, value] : key)
    parts.push_back(field + " " + value.value_or("missing"));
  return parts.empty() ? "everything" : base::join(parts, ", ");
}

std::string text_of(const rule::Bound& bound) {
  constexpr std::string_view kNames[] = {"gt", "gte", "lt", "lte", "eq", "neq"};
  return fmt::format(" {} {}", kNames[static_cast<std::size_t>(bound.op)], bound.number);
}

std::string header_of(const rule::Correlation& correlation) {
  std::string text = fmt::format("{} of {}", rule::name_of(correlation.type),
                                 base::join(correlation.rules, ", "));
  for (const rule::Bound& bound : correlation.bounds)
    text += text_of(bound);
  text += " within " + text_of(correlation.timespan);
  if (!correlation.group_by.empty()) text += ", by " + base::join(correlation.group_by, ", ");
  return text;
}

void add_held(const std::vector<KeyStory::Held>& held, std::string& text) {
  for (std::size_t i = 0; i < std::min(held.size(), kHitsShownMax); ++i) {
    const KeyStory::Held& hit = held[i];
    const std::string values =
        hit.values.empty() ? "" : "  " + finding::shorten(base::join(hit.values, ", "), kValueColumns);
    text += fmt::format("    {}  {}{}  event {}\n", base::format_time(hit.time),
                        finding::visible(hit.rule), finding::visible(values),
                        finding::visible(hit.event));
  }
  if (held.size() > kHitsShownMax)
    text += fmt::format("    and {} more hits\n", held.size() - kHitsShownMax);
}

void add(const KeyStory& key, const rule::Correlation& correlation, std::string& text) {
  text += fmt::format("{} {}\n", key.results.empty() ? "✘" : "✔", finding::visible(text_of(key.key)));
  add_held(key.held, text);
  for (const correlate::Result& result : key.results) {
    const std::string what =
        result.key.size() > key.key.size()
            ? " " + text_of({result.key.begin() + static_cast<std::ptrdiff_t>(key.key.size()),
                             result.key.end()})
            : "";
    text += fmt::format("  fired {} with {}{}: {} events from {} to {}\n",
                        base::format_time(result.opened), result.value, finding::visible(what),
                        result.count, base::format_time(result.first),
                        base::format_time(result.last));
  }
  if (!key.results.empty()) return;
  if (!key.nearest) {
    text += "  no window of it is satisfied\n";
    return;
  }
  const KeyStory::Nearest& nearest = *key.nearest;
  text += fmt::format("  nearest window {} to {} within {}: {} hits, value {}; missing: {}\n",
                      base::format_time(nearest.first), base::format_time(nearest.last),
                      text_of(correlation.timespan), nearest.hits, nearest.value,
                      finding::visible(nearest.missing));
}

}  // namespace

void TimelineExplainer::take(const event::Event& event) {
  ++event_count_;
  if (auto issuance = event::issuance_of(event.raw)) lineage_.add(std::move(*issuance));
  hits_.clear();
  matcher_.match(event.raw, scratch_, hits_);
  for (const rule::Hit& hit : hits_) {
    if (!plan_.is_joined(hit.rule)) continue;
    if (!event.time) {
      ++without_time_;
      continue;
    }
    timeline_.push_back({hit.rule, *event.time, correlate::packed_id(finding::event_id_of(event)),
                         plan_.pack_fields(hit.rule, event.raw)});
  }
}

TimelineExplainer::Answer TimelineExplainer::explain(rule::RuleIndex index) const {
  std::vector<correlate::TimelineHit> hits = timeline_;
  for (correlate::TimelineHit& hit : hits) {
    if (plan_.asks_origin(hit.rule)) hit.fields = plan_.with_origin(hit.rule, hit.fields, lineage_);
  }
  const rule::Rule& rule = *matcher_.rules()[index];
  const correlate::TimelineStory story = correlate::explain(plan_, index, hits);
  Answer answer;
  std::size_t firing = 0;
  std::size_t held = story.without_key + story.without_value;
  for (const KeyStory& key : story.keys) {
    firing += key.results.empty() ? 0 : 1;
    held += key.held.size();
  }
  answer.fires = firing > 0;
  answer.text = fmt::format("rule   {}: {} ({})\nasks   {}\nread   {} events, {} hits of what it joins\n",
                            finding::visible(rule.name), finding::visible(rule.title),
                            rule::name_of(rule.level), finding::visible(header_of(*rule.correlation)),
                            event_count_, held);
  for (const auto& [count, what] :
       {std::pair(without_time_, "hits without a time"),
        std::pair(story.without_key, "hits without any of the fields it groups by"),
        std::pair(story.without_value, "hits without the field that counts")}) {
    if (count > 0) answer.text += fmt::format("       {} {}\n", count, what);
  }
  for (std::size_t i = 0; i < std::min(story.keys.size(), kKeysShownMax); ++i)
    add(story.keys[i], *rule.correlation, answer.text);
  if (story.keys.size() > kKeysShownMax)
    answer.text += fmt::format("and {} more keys\n", story.keys.size() - kKeysShownMax);
  if (answer.fires) {
    answer.text += fmt::format("fired: for {} of {} keys\n", firing, story.keys.size());
  } else if (story.keys.empty()) {
    answer.text += "not fired: no event of the timeline is hit by a rule that it joins\n";
  } else {
    answer.text += fmt::format("not fired: no window of {} keys is satisfied\n", story.keys.size());
  }
  return answer;
}

}  // namespace riposte::cli
