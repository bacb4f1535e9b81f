#include "respond/plan_reader.h"

#include "base/digest.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "json/writer.h"

namespace riposte::respond {
namespace {

using base::Errc;
using base::Error;
using json::Node;

Error malformed(std::string_view what) {
  return {Errc::Invalid, "the plan's " + std::string(what) + " cannot be read"};
}

std::vector<std::string> texts(const Node* list) {
  std::vector<std::string> all;
  if (list == nullptr || !list->is(json::Kind::Array)) return all;
  for (const Node& item : json::children(*list))
    all.emplace_back(item.text);
  return all;
}

bool is_true(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is(json::Kind::True);
}

std::optional<std::uint64_t> count(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  const std::optional<double> number = node == nullptr ? std::nullopt : node->number();
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

base::Result<PlannedCall> read_call(const Node& map) {
  const std::optional<Operation> operation = parse_operation(map.string_at("aws"));
  const Node* with = map.find("with");
  if (!operation || with == nullptr || !with->is(json::Kind::Object)) return malformed("call");
  return PlannedCall{*operation, json::canonical(*with)};
}

base::Result<std::vector<PlannedCheck>> read_checks(const Node* list) {
  std::vector<PlannedCheck> checks;
  if (list == nullptr || !list->is(json::Kind::Array)) return malformed("checks");
  for (const Node& item : json::children(*list)) {
    PlannedCheck check{TRY(read_call(item)), {}, {}};
    const Node* expect = item.find("expect");
    if (expect != nullptr && expect->is(json::Kind::Object))
      check.expect = json::canonical(*expect);
    const Node* exactly = item.find("exactly");
    if (exactly != nullptr && exactly->is(json::Kind::Object))
      check.exactly = json::canonical(*exactly);
    checks.push_back(std::move(check));
  }
  return checks;
}

base::Result<PlannedStep> read_step(const Node& map) {
  PlannedStep step;
  step.name = map.string_at("name");
  step.call = TRY(read_call(map));
  step.changes = is_true(map, "changes");
  step.prechecks = TRY(read_checks(map.find("precheck")));
  const Node* undo = map.find("undo");
  if (undo != nullptr && undo->is(json::Kind::Object)) step.undo = TRY(read_call(*undo));
  step.irreversible = is_true(map, "irreversible");
  step.verifications = TRY(read_checks(map.find("verify")));
  const std::optional<OnFailure> on_failure = parse_on_failure(map.string_at("on_failure"));
  if (!on_failure) return malformed("on_failure");
  step.on_failure = *on_failure;
  step.late = is_true(map, "late");
  step.note = map.string_at("note");
  return step;
}

base::Status read_policy(const Node& map, Runbook& runbook) {
  Protection& protect = runbook.protect;
  protect.principals = texts(map.at("protect.principals"));
  protect.resources = texts(map.at("protect.resources"));
  for (const std::string& text : texts(map.at("protect.networks"))) {
    const std::optional<base::Network> network = base::parse_network(text);
    if (!network) return malformed("policy");
    protect.networks.push_back(*network);
  }
  const Node* tags = map.at("protect.tags");
  const Node* limit = map.find("limit");
  const Node* approve = map.find("approve");
  if (map.string_at("schema") != "riposte.policy/1" || tags == nullptr || limit == nullptr ||
      approve == nullptr)
    return malformed("policy");
  for (const Node& tag : json::children(*tags))
    protect.tags.emplace(tag.key, tag.text);
  runbook.limit.per_hour = count(*limit, "per_hour");
  runbook.limit.per_account_per_hour = count(*limit, "per_account_per_hour");
  runbook.limit.per_region_per_hour = count(*limit, "per_region_per_hour");
  if (const Node* share = limit->find("share_per_hour"))
    runbook.limit.share_per_hour = share->number();
  runbook.approve.by = texts(approve->find("by"));
  const std::optional<std::uint64_t> within = count(*approve, "within_milliseconds");
  if (!within) return malformed("policy");
  runbook.approve.within = base::Millis(*within);
  runbook.approve.tell_otherwise = is_true(*approve, "tell_otherwise");
  return base::Done{};
}

}  // namespace

std::string policy_json(const Runbook& runbook) {
  json::Writer writer;
  writer.object([&] {
    writer.field("schema", "riposte.policy/1");
    writer.key("protect").object([&] {
      writer.field("principals", runbook.protect.principals);
      writer.field("resources", runbook.protect.resources);
      writer.key("tags").object([&] {
        for (const auto& [key, value] : runbook.protect.tags)
          writer.field(key, value);
      });
      writer.key("networks").array([&] {
        for (const base::Network& network : runbook.protect.networks)
          writer.value(base::to_text(network));
      });
    });
    writer.key("limit").object([&] {
      const Limit& limit = runbook.limit;
      if (limit.per_hour) writer.field("per_hour", *limit.per_hour);
      if (limit.per_account_per_hour)
        writer.field("per_account_per_hour", *limit.per_account_per_hour);
      if (limit.per_region_per_hour)
        writer.field("per_region_per_hour", *limit.per_region_per_hour);
      if (limit.share_per_hour) writer.field("share_per_hour", *limit.share_per_hour);
    });
    writer.key("approve").object([&] {
      writer.field("by", runbook.approve.by);
      writer.field("within_milliseconds", std::int64_t{runbook.approve.within.count()});
      writer.field("tell_otherwise", runbook.approve.tell_otherwise);
    });
  });
  return json::canonical(writer.text()).value();
}

base::Result<Plan> read_plan(std::string_view plan_text, std::string_view policy_text) {
  const json::OwnedDocument document = TRY(json::OwnedDocument::parse(plan_text));
  const json::OwnedDocument policy = TRY(json::OwnedDocument::parse(policy_text));
  const Node& root = document.root();
  if (root.string_at("schema") != "riposte.plan/1") return malformed("schema");

  Runbook runbook;
  runbook.name = root.string_at("runbook.name");
  runbook.title = root.string_at("runbook.title");
  runbook.digest = root.string_at("runbook.digest");
  const std::optional<Mode> mode = parse_mode(root.string_at("mode"));
  if (!mode) return malformed("mode");
  runbook.mode = *mode;
  if (const std::optional<std::uint64_t> expires = count(root, "expires_seconds"))
    runbook.expires = std::chrono::seconds(*expires);
  runbook.notify = texts(root.find("notify"));
  TRY(read_policy(policy.root(), runbook));

  Plan plan;
  plan.runbook = std::make_shared<const Runbook>(std::move(runbook));
  plan.finding = root.string_at("finding");
  plan.rule = root.string_at("rule");
  plan.account = root.string_at("account");
  plan.region = root.string_at("region");
  plan.actor = {std::string(root.string_at("actor.type")),
                std::string(root.string_at("actor.name")), std::string(root.string_at("actor.arn")),
                std::string(root.string_at("actor.access_key")),
                std::string(root.string_at("actor.session_of"))};
  plan.resources = texts(root.find("resources"));
  const Node* steps = root.find("steps");
  if (steps == nullptr || !steps->is(json::Kind::Array)) return malformed("steps");
  for (const Node& step : json::children(*steps))
    plan.steps.push_back(TRY(read_step(step)));
  plan.skipped = texts(root.find("skipped"));
  plan.permissions = texts(root.find("permissions"));
  plan.idempotency = root.string_at("idempotency");
  plan.digest = base::sha256_hex(digested_json(plan));
  if (to_json(plan) != plan_text)
    return Error{Errc::Invalid, "the plan is not what its digest says, or of another version"};
  return plan;
}

}  // namespace riposte::respond
