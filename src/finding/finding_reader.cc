#include "finding/finding_reader.h"

#include "json/scanner.h"

namespace riposte::finding {
namespace {

using json::Node;

std::string text_at(const Node& map, std::string_view path) {
  return std::string(map.string_at(path));
}

std::vector<std::string> texts_at(const Node& map, std::string_view path) {
  std::vector<std::string> texts;
  const Node* list = map.at(path);
  if (list == nullptr || !list->is(json::Kind::Array)) return texts;
  for (const Node& each : json::children(*list)) {
    if (each.is(json::Kind::String)) texts.emplace_back(each.text);
  }
  return texts;
}

std::uint64_t count_at(const Node& map, std::string_view path) {
  constexpr double kCountMax = 1e15;  // beyond it a double is no count
  const Node* node = map.at(path);
  const double number = node == nullptr ? 0 : node->number().value_or(0);
  return number >= 0 && number <= kCountMax ? static_cast<std::uint64_t>(number) : 0;
}

template <typename Take>
void each_of(const Node& map, std::string_view path, const Take& take) {
  const Node* list = map.at(path);
  if (list == nullptr || !list->is(json::Kind::Array)) return;
  for (const Node& each : json::children(*list)) {
    if (each.is(json::Kind::Object)) take(each);
  }
}

std::optional<rule::CorrelationType> type_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(rule::CorrelationType::Travel); ++i) {
    const auto type = static_cast<rule::CorrelationType>(i);
    if (rule::name_of(type) == name) return type;
  }
  return std::nullopt;
}

rule::RulePointer rule_of(const Node& root) {
  rule::Rule rule;
  rule.id = text_at(root, "rule.id");
  rule.name = text_at(root, "rule.name");
  rule.title = text_at(root, "rule.title");
  rule.level = rule::parse_level(root.string_at("rule.level")).value_or(rule::Level::Informational);
  rule.tags = texts_at(root, "rule.tags");
  if (const auto type = type_of(root.string_at("correlation.type")))
    rule.correlation.emplace().type = *type;
  return std::make_shared<const rule::Rule>(std::move(rule));
}

void read_actor(const Node& root, Finding& finding) {
  event::Actor& actor = finding.actor;
  actor.type = text_at(root, "actor.type");
  actor.id = text_at(root, "actor.id");
  actor.name = text_at(root, "actor.name");
  actor.arn = text_at(root, "actor.arn");
  actor.access_key = text_at(root, "actor.access_key");
  actor.session_of = text_at(root, "actor.session_of");
  actor.ip = text_at(root, "actor.ip");
  actor.user_agent = text_at(root, "actor.user_agent");
  actor.account = text_at(root, "actor.account");
  finding.lineage.origin = text_at(root, "actor.origin");
  finding.lineage.credential = text_at(root, "actor.credential");
  each_of(root, "actor.chain", [&finding](const Node& step) {
    finding.lineage.steps.push_back({base::parse_time(step.string_at("time")),
                                     text_at(step, "event"), text_at(step, "call"),
                                     text_at(step, "from"), text_at(step, "to")});
  });
}

void read_correlation(const Node& root, Finding& finding) {
  const Node* correlation = root.find("correlation");
  if (correlation == nullptr || !correlation->is(json::Kind::Object)) return;
  Finding::Correlated& correlated = finding.correlated.emplace();
  if (const Node* value = correlation->find("value"))
    correlated.value = value->number().value_or(0);
  const Node* key = correlation->find("key");
  if (key == nullptr || !key->is(json::Kind::Object)) return;
  for (const Node& member : json::children(*key)) {
    std::optional<std::string> value;
    if (member.is(json::Kind::String)) value = std::string(member.text);
    correlated.key.emplace_back(std::string(member.key), std::move(value));
  }
}

}  // namespace

base::Result<Finding> read_finding(std::string_view document) {
  const json::OwnedDocument owned = TRY(json::OwnedDocument::parse(document));
  const Node& root = owned.root();
  if (root.string_at("schema") != "riposte.finding/1" || root.string_at("id").empty())
    return base::Error{base::Errc::Invalid, "this is no finding"};
  Finding finding;
  finding.id = text_at(root, "id");
  finding.rule = rule_of(root);
  read_correlation(root, finding);
  // Which of AWS's formats it was is not told, and nothing that is kept depends on it.
  if (root.string_at("cloud") == "aws") finding.format = event::Format::CloudTrail;
  finding.account = text_at(root, "account");
  finding.region = text_at(root, "region");
  read_actor(root, finding);
  each_of(root, "resources", [&finding](const Node& resource) {
    finding.resources.push_back(
        {text_at(resource, "type"), text_at(resource, "id"), text_at(resource, "arn")});
  });
  finding.count = count_at(root, "count");
  finding.first_time = base::parse_time(root.string_at("first_time"));
  finding.last_time = base::parse_time(root.string_at("last_time"));
  finding.events = texts_at(root, "events");
  finding.source_path = text_at(root, "source.path");
  finding.source_record = count_at(root, "source.record");
  finding.service = text_at(root, "event.service");
  finding.event_name = text_at(root, "event.name");
  finding.error_code = text_at(root, "event.error_code");
  return finding;
}

}  // namespace riposte::finding
