#include "cli/named_event.h"

#include <algorithm>

#include "json/scanner.h"
#include "json/writer.h"
#include "match/reference_matcher.h"

// Tested by tests/cli/rule_coverage_test.py

namespace riposte::cli {
namespace {

using rule::Condition;

constexpr const char* kNobodysName = "NoApiHasThisName";
constexpr std::string_view kDetail = "detail.";

// Kleene's three values: what is known of the record decides, or leaves it open.
enum class Truth : std::uint8_t { No, Perhaps, Yes };

Truth of(bool holds) { return holds ? Truth::Yes : Truth::No; }

class Judge {
 public:
  Judge(const event::Event& event, bool knows_service)
      : event_(event), knows_service_(knows_service) {}

  Truth judge(const Condition& condition) const {
    switch (condition.kind) {
      case Condition::Kind::And: {
        Truth truth = Truth::Yes;
        for (const Condition& child : condition.children)
          truth = std::min(truth, judge(child));
        return truth;
      }
      case Condition::Kind::Or: {
        Truth truth = Truth::No;
        for (const Condition& child : condition.children)
          truth = std::max(truth, judge(child));
        return truth;
      }
      case Condition::Kind::Not: {
        const Truth truth = judge(condition.children.front());
        return truth == Truth::Perhaps ? truth : of(truth == Truth::No);
      }
      case Condition::Kind::Atom: {
        const bool is_known =
            knows(rule::to_text(condition.atom->paths.front())) &&
            !std::holds_alternative<rule::FieldRef>(condition.atom->predicate.test);
        return is_known ? of(match::ReferenceMatcher::holds(condition, event_)) : Truth::Perhaps;
      }
      case Condition::Kind::Consistent: {
        Truth truth = Truth::Yes;
        for (const rule::FieldTest& field : condition.fields) {
          const std::string path = rule::to_text(field.path);
          const bool is_known =
              path.starts_with(kDetail) && knows(std::string_view(path).substr(kDetail.size()));
          truth = std::min(truth, !is_known ? Truth::Perhaps
                                            : of(match::ReferenceMatcher::holds(
                                                  Condition::consistent({field}), event_)));
        }
        return truth;
      }
    }
    return Truth::Perhaps;
  }

 private:
  bool knows(std::string_view field) const {
    return field == "eventName" || (knows_service_ && field == "eventSource");
  }

  const event::Event& event_;
  bool knows_service_;
};

bool can_fire(const rule::Rule& rule, const EventName& name) {
  json::Writer writer;
  writer.object([&] {
    writer.field("eventName", name.name);
    if (!name.service.empty()) writer.field("eventSource", name.service + ".amazonaws.com");
  });
  const auto record = json::OwnedDocument::parse(writer.text());
  const auto envelope = json::OwnedDocument::parse("{}");
  CHECK(record.ok() && envelope.ok(), "what json::Writer writes is JSON");
  event::Event event;
  event.format = event::Format::CloudTrail;
  event.record = &record->root();
  event.envelope = &envelope->root();
  event.envelope_is_made = true;
  return Judge(event, !name.service.empty()).judge(rule.condition) != Truth::No;
}

}  // namespace

bool names_event(const rule::Rule& rule, const EventName& event) {
  if (rule.correlation || !rule.log_source.covers(event::Format::CloudTrail)) return false;
  return can_fire(rule, event) && !can_fire(rule, {event.service, kNobodysName});
}

}  // namespace riposte::cli
