#include "respond/reach.h"

#include <algorithm>

#include "base/text.h"
#include "json/canonical.h"
#include "json/scanner.h"
#include "rule/glob.h"

namespace riposte::respond {
namespace {

constexpr std::string_view kArn = "arn:";

// The part of an ARN, counted from 0; the last one holds all the rest.
std::string_view arn_part(std::string_view arn, std::size_t part) {
  constexpr std::size_t kResource = 5;
  for (std::size_t i = 0; i < part; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return part == kResource ? arn : arn.substr(0, arn.find(':'));
}

json::OwnedDocument parsed(const PlannedCall& call) {
  base::Result<json::OwnedDocument> with = json::OwnedDocument::parse(call.with);
  CHECK(with.ok(), "a plan's parameters are JSON that we wrote");
  return std::move(with).value();
}

// The one item of a table or object of a bucket that a call is about; empty for other calls.
std::string item_of(const json::Node& with) {
  const json::Node* key = with.find("Key");
  if (key == nullptr) return {};
  const std::string_view table = with.string_at("TableName");
  if (!table.empty() && key->is(json::Kind::Object))
    return std::string(table) + " " + json::canonical(*key);
  const std::string_view bucket = with.string_at("Bucket");
  if (!bucket.empty() && key->is_string())
    return std::string(bucket) + "/" + std::string(key->text);
  return {};
}

// What an item is made of is not what is touched, whatever addresses and names stand in it.
constexpr std::string_view kContents[] = {"Item", "ExpressionAttributeValues"};

class Gatherer {
 public:
  explicit Gatherer(const Plan& plan) : plan_(plan) {}

  Reach gather() {
    for (const PlannedStep& step : plan_.steps) {
      if (!step.changes) continue;
      const json::OwnedDocument with = parsed(step.call);
      closes_ = closes_an_opening(step.call.operation);
      std::string item = item_of(with.root());
      for (const PlannedCheck& check : step.prechecks) {
        const json::OwnedDocument checked = parsed(check.call);
        add_texts(checked.root());
        if (item.empty()) item = item_of(checked.root());
      }
      for (const json::Node& parameter : json::children(with.root())) {
        const bool is_content = std::find(std::begin(kContents), std::end(kContents),
                                          parameter.key) != std::end(kContents);
        if (item.empty() || !is_content) add(parameter);
      }
      add_principals(with.root());
      only_items_ = only_items_ && !item.empty();
      if (!item.empty()) reach_.targets.push_back(plan_.account + " " + item);
    }
    add_what_the_finding_knows();
    return std::move(reach_);
  }

 private:
  void add(const json::Node& node) {
    if (node.is_container()) {
      for (const json::Node& child : json::children(node))
        add(child);
      return;
    }
    const std::string text(node.text);
    reach_.texts.push_back(text);
    if (!node.is_string()) return;
    if (const std::optional<base::Network> network = base::parse_network(text))
      reach_.networks.push_back({*network, closes_});
    if (text.starts_with(kArn) && !principal_name(text).empty())
      reach_.principals.push_back({without_partition(text), principal_name(text)});
  }

  void add_texts(const json::Node& node) {
    if (!node.is_container()) {
      reach_.texts.emplace_back(node.text);
      return;
    }
    for (const json::Node& child : json::children(node))
      add_texts(child);
  }

  void add_principals(const json::Node& with) {
    const auto add_named = [&](std::string_view key, std::string_view kind) {
      const std::string name(with.string_at(key));
      if (name.empty()) return false;
      reach_.principals.push_back(
          {"arn:aws:iam::" + plan_.account + ":" + std::string(kind) + "/" + name, name});
      return true;
    };
    const bool names_user = add_named("UserName", "user");
    add_named("RoleName", "role");
    add_named("GroupName", "group");
    const std::string key(with.string_at("AccessKeyId"));
    if (key.empty() || names_user) return;
    if (key != plan_.actor.access_key) reach_.unknown_keys.push_back(key);
  }

  bool names(std::string_view text) const {
    return !text.empty() &&
           std::find(reach_.texts.begin(), reach_.texts.end(), text) != reach_.texts.end();
  }

  // Where a parameter is one of the actor's names, all of them count; the same of the resources.
  void add_what_the_finding_knows() {
    const Plan::Culprit& actor = plan_.actor;
    if (names(actor.arn) || names(actor.access_key) || names(actor.name) ||
        names(actor.session_of) || names(principal_name(actor.arn))) {
      reach_.principals.push_back({without_partition(actor.arn), actor.name});
      reach_.principals.push_back(
          {without_partition(actor.session_of), principal_name(actor.session_of)});
      reach_.targets.push_back(plan_.account + " " + actor.arn);
    }
    bool names_resource = false;
    for (const std::string& resource : plan_.resources) {
      if (!names(resource)) continue;
      names_resource = true;
      // One item is not its whole table.
      if (!only_items_) reach_.targets.push_back(plan_.account + " " + resource);
    }
    if (names_resource)
      reach_.texts.insert(reach_.texts.end(), plan_.resources.begin(), plan_.resources.end());
    if (!reach_.targets.empty()) return;
    for (const PlannedStep& step : plan_.steps) {
      if (step.changes) {
        reach_.targets.push_back(plan_.account + " " + to_text(step.call.operation) + " " +
                                 step.call.with);
      }
    }
  }

  const Plan& plan_;
  Reach reach_;
  bool closes_ = false;
  bool only_items_ = true;
};

}  // namespace

Reach reach_of(const Plan& plan) { return Gatherer(plan).gather(); }

bool is_like(std::string_view text, std::string_view pattern) {
  using Part = rule::Glob::Part;
  std::vector<Part> parts;
  for (char c : pattern) {
    if (c == '*') {
      parts.push_back({Part::Kind::Any, {}});
    } else if (c == '?') {
      parts.push_back({Part::Kind::One, {}});
    } else {
      parts.push_back({Part::Kind::Literal, std::string(1, base::lower(c))});
    }
  }
  return rule::Glob(std::move(parts)).matches(base::lower(text));
}

std::string without_partition(std::string_view text) {
  if (!text.starts_with("arn:aws-")) return std::string(text);
  const std::size_t end = text.find(':', kArn.size());
  if (end == std::string_view::npos) return std::string(text);
  return "arn:aws" + std::string(text.substr(end));
}

std::string principal_name(std::string_view arn) {
  const std::string_view service = arn_part(arn, 2);
  if (!arn.starts_with(kArn) || (service != "iam" && service != "sts")) return {};
  const std::string_view resource = arn_part(arn, 5);
  if (resource == "root") return "root";
  const std::size_t slash = resource.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view kind = resource.substr(0, slash);
  const std::string_view name = resource.substr(slash + 1);
  if (kind == "assumed-role") return std::string(name.substr(0, name.find('/')));
  if (kind != "user" && kind != "role" && kind != "group") return {};
  return std::string(name.substr(name.rfind('/') + 1));
}

}  // namespace riposte::respond
