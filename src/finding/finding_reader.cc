#include "finding/finding_reader.h"

#include <memory>

#include "json/scanner.h"

namespace riposte::finding {
namespace {

using json::Node;

std::vector<std::string> texts_at(const Node& map, std::string_view path) {
  std::vector<std::string> texts;
  const Node* list = map.at(path);
  if (list == nullptr || !list->is(json::Kind::Array)) return texts;
  for (const Node& item : json::children(*list))
    texts.emplace_back(item.text);
  return texts;
}

// Calls `take` with each object of a list.
template <typename Take>
void each_at(const Node& map, std::string_view path, Take take) {
  const Node* list = map.at(path);
  if (list == nullptr || !list->is(json::Kind::Array)) return;
  for (const Node& item : json::children(*list)) {
    if (item.is(json::Kind::Object)) take(item);
  }
}

std::uint64_t count_at(const Node& map, std::string_view path) {
  const Node* number = map.at(path);
  const double value = number == nullptr ? 0 : number->number().value_or(0);
  return value >= 0 && value < 1e15 ? static_cast<std::uint64_t>(value) : 0;
}

event::Format format_of(std::string_view name) {
  for (int i = 0; i < event::kFormatCount; ++i) {
    if (event::name_of(static_cast<event::Format>(i)) == name) return static_cast<event::Format>(i);
  }
  return event::Format::Unknown;
}

rule::RulePointer rule_of(const Node& root) {
  auto rule = std::make_shared<rule::Rule>();
  rule->id = root.string_at("rule.id");
  rule->name = root.string_at("rule.name");
  rule->title = root.string_at("rule.title");
  rule->level = rule::parse_level(root.string_at("rule.level")).value_or(rule::Level::Medium);
  rule->tags = texts_at(root, "rule.tags");
  return rule;
}

event::Actor actor_of(const Node& root) {
  event::Actor actor;
  actor.type = root.string_at("actor.type");
  actor.id = root.string_at("actor.id");
  actor.name = root.string_at("actor.name");
  actor.arn = root.string_at("actor.arn");
  actor.account = root.string_at("actor.account");
  actor.access_key = root.string_at("actor.access_key");
  actor.session_of = root.string_at("actor.session_of");
  actor.ip = root.string_at("actor.ip");
  actor.user_agent = root.string_at("actor.user_agent");
  return actor;
}

event::Chain lineage_of(const Node& root) {
  event::Chain chain;
  chain.origin = root.string_at("actor.origin");
  chain.credential = root.string_at("actor.credential");
  each_at(root, "actor.chain", [&chain](const Node& step) {
    chain.steps.push_back({base::parse_time(step.string_at("time")),
                           std::string(step.string_at("event")),
                           std::string(step.string_at("call")), std::string(step.string_at("from")),
                           std::string(step.string_at("to"))});
  });
  return chain;
}

Finding::Correlated correlated_of(const Node& correlation) {
  Finding::Correlated correlated;
  if (const Node* key = correlation.find("key"); key != nullptr && key->is(json::Kind::Object)) {
    for (const Node& item : json::children(*key)) {
      const bool has_value = !item.is(json::Kind::Null);
      correlated.key.emplace_back(item.key,
                                  has_value ? std::optional(std::string(item.text)) : std::nullopt);
    }
  }
  if (const Node* value = correlation.find("value")) correlated.value = value->number().value_or(0);
  return correlated;
}

}  // namespace

base::Result<Finding> read_finding(std::string_view document) {
  const json::OwnedDocument parsed = TRY(json::OwnedDocument::parse(document));
  const Node& root = parsed.root();
  if (root.string_at("schema") != "riposte.finding/1")
    return base::Error{base::Errc::Invalid, "this is no finding"};
  Finding finding;
  finding.id = root.string_at("id");
  finding.rule = rule_of(root);
  const Node* correlation = root.find("correlation");
  if (correlation != nullptr && correlation->is(json::Kind::Object))
    finding.correlated = correlated_of(*correlation);
  finding.format = format_of(root.string_at("event.format"));
  finding.account = root.string_at("account");
  finding.region = root.string_at("region");
  finding.service = root.string_at("event.service");
  finding.event_name = root.string_at("event.name");
  finding.error_code = root.string_at("event.error_code");
  finding.actor = actor_of(root);
  finding.lineage = lineage_of(root);
  each_at(root, "resources", [&finding](const Node& resource) {
    finding.resources.push_back({std::string(resource.string_at("type")),
                                 std::string(resource.string_at("id")),
                                 std::string(resource.string_at("arn"))});
  });
  finding.count = count_at(root, "count");
  finding.first_time = base::parse_time(root.string_at("first_time"));
  finding.last_time = base::parse_time(root.string_at("last_time"));
  finding.events = texts_at(root, "events");
  finding.source_path = root.string_at("source.path");
  finding.source_record = count_at(root, "source.record");
  return finding;
}

}  // namespace riposte::finding
