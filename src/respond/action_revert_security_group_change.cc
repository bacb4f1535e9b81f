// revert-security-group-change: what a call opened in a security group is closed again.
//
//     record: rule ids of the answer, else the rules of the request, nested or flat
//        --> the group's rules as they are now --> those of the call that let the world in
//        --> each revoked by its id
//
// What is revoked and put into the undo is what the account says, never what the record says. Rules
// that are gone are left out. Other rules of the same call stay: narrow ones, and those that serve
// nothing but the ports that are meant for everybody.

#include <algorithm>

#include "base/network.h"
#include "enrich/network_exposure.h"
#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_revert_security_group_change_test.cc

namespace riposte::respond {
namespace {

using json::Node;

constexpr double kPortMax = 65535;
constexpr double kWebPorts[] = {80, 443};

// A rule as a record tells it; of the request, what is not said is empty.
struct Told {
  std::string_view id{};
  std::string_view protocol{};
  std::string_view from_port{};
  std::string_view to_port{};
  std::string_view range{};  // of either family
  std::string_view prefix_list{};
  std::string_view group{};
};

// Ranges are the same however they are written: 203.0.113.7/0 is 0.0.0.0/0.
bool is_same_range(std::string_view a, std::string_view b) {
  const std::optional<base::Network> first = base::parse_network(a);
  const std::optional<base::Network> second = base::parse_network(b);
  return first && second ? first->first == second->first && first->prefix == second->prefix
                         : a == b;
}

std::string_view text_at(const Node& node, std::string_view path) {
  const Node* found = node.at(path);
  return found == nullptr || found->is_container() || found->is(json::Kind::Null)
             ? std::string_view()
             : found->text;
}

std::string_view range_of(const Node& rule) {
  return first_text({rule.string_at("CidrIpv4"), rule.string_at("CidrIpv6")});
}

class Reversal {
 public:
  Reversal(const ActionRequest& request, FactReader& account)
      : request_(request), account_(account) {}

  base::Result<std::vector<PlannedStep>> plan() {
    const std::string_view name = event_name(request_);
    const bool is_change = name == "ModifySecurityGroupRules";
    if (name.starts_with("RevokeSecurityGroup"))
      return no_action("a revoke opens nothing: what it closed is opened again by hand");
    if (!name.starts_with("AuthorizeSecurityGroup") && !is_change) {
      return no_action("the record is of no call that opens a security group, but of " +
                       std::string(name.empty() ? "none" : name));
    }
    is_egress_ = name.ends_with("Egress");
    read_record(is_change);
    if (told_.empty()) return no_action("the record tells no rule that was added");
    if (group_.empty()) TRY(find_group());
    const json::OwnedDocument facts =
        TRY(read(account_, "ec2.DescribeSecurityGroupRules", of_group()));
    std::vector<const Node*> added;
    for (const Node* rule : items_of(facts.root().find("SecurityGroupRules"))) {
      if (is_of_call(*rule)) added.push_back(rule);
    }
    if (added.empty()) return no_action("what the call added to " + group_ + " is gone already");
    std::vector<PlannedStep> steps;
    for (const Node* rule : TRY(openings_among(added)))
      steps.push_back(revoked(*rule, is_change));
    if (steps.empty()) {
      return no_action("no rule of the call lets the world in" +
                       std::string(all() ? "" : " to other ports than those that are kept"));
    }
    return steps;
  }

 private:
  bool all() const { return request_.with.string_at("rules") == "all"; }

  void read_record(bool is_change) {
    if (is_change) {
      const Node* request = request_.event->at("requestParameters.ModifySecurityGroupRulesRequest");
      if (request == nullptr) return;
      group_ = request->string_at("GroupId");
      const Node* rules = request->find("SecurityGroupRule");
      if (rules == nullptr) return;
      if (rules->is(json::Kind::Object)) add_changed(*rules);
      if (rules->is(json::Kind::Array)) {
        for (const Node* rule : items_of(rules))
          add_changed(*rule);
      }
      return;
    }
    group_ = event_text(request_, "requestParameters.groupId");
    for (const Node* rule :
         items_of(request_.event->at("responseElements.securityGroupRuleSet.items"))) {
      told_.push_back({.id = rule->string_at("securityGroupRuleId")});
      if (group_.empty()) group_ = rule->string_at("groupId");
    }
    if (!told_.empty()) return;
    for (const Node* permission :
         items_of(request_.event->at("requestParameters.ipPermissions.items")))
      add_ranges(*permission);
    if (const Node* flat = request_.event->find("requestParameters")) add_flat(*flat);
  }

  void add_changed(const Node& rule) {
    const std::string_view id = rule.string_at("SecurityGroupRuleId");
    if (!id.empty()) told_.push_back({.id = id});
  }

  static Told told_by(const Node& permission) {
    return {.protocol = text_at(permission, "ipProtocol"),
            .from_port = text_at(permission, "fromPort"),
            .to_port = text_at(permission, "toPort")};
  }

  void add_ranges(const Node& permission) {
    Told told = told_by(permission);
    const auto add_each = [&](std::string_view items, std::string_view key,
                              std::string_view Told::*to) {
      for (const Node* item : items_of(permission.at(items))) {
        told.range = told.prefix_list = told.group = {};
        told.*to = item->string_at(key);
        told_.push_back(told);
      }
    };
    add_each("ipRanges.items", "cidrIp", &Told::range);
    add_each("ipv6Ranges.items", "cidrIpv6", &Told::range);
    add_each("prefixListIds.items", "prefixListId", &Told::prefix_list);
    add_each("groups.items", "groupId", &Told::group);
  }

  // As command lines without --ip-permissions have it.
  void add_flat(const Node& parameters) {
    for (std::string_view key : {"cidrIp", "cidrIpv6"}) {
      const std::string_view range = parameters.string_at(key);
      if (range.empty()) continue;
      Told told = told_by(parameters);
      told.range = range;
      told_.push_back(told);
    }
  }

  // In a default VPC a group may be called by its name.
  base::Status find_group() {
    const std::string_view name = event_text(request_, "requestParameters.groupName");
    if (name.empty()) return no_action("the record names no security group");
    const json::OwnedDocument groups = TRY(read(
        account_, "ec2.DescribeSecurityGroups",
        object({{"Filters", list({object({{"Name", "group-name"}, {"Values", list({name})}})})}})));
    const std::vector<const Node*> found = items_of(groups.root().find("SecurityGroups"));
    if (found.size() != 1) {
      return no_action(std::to_string(found.size()) + " security groups are called " +
                       std::string(name));
    }
    group_ = found.front()->string_at("GroupId");
    return base::Done{};
  }

  Json of_group() const {
    return object(
        {{"Filters", list({object({{"Name", "group-id"}, {"Values", list({group_})}})})}});
  }

  bool is_of_call(const Node& rule) const {
    return std::any_of(told_.begin(), told_.end(), [&](const Told& told) {
      if (!told.id.empty()) return rule.string_at("SecurityGroupRuleId") == told.id;
      const Node* egress = rule.find("IsEgress");
      if (egress == nullptr || egress->is(json::Kind::True) != is_egress_) return false;
      if (text_at(rule, "IpProtocol") != told.protocol) return false;
      const bool has_ports = told.protocol != "-1" && !told.from_port.empty();
      if (has_ports &&
          (text_at(rule, "FromPort") != told.from_port || text_at(rule, "ToPort") != told.to_port))
        return false;
      return is_same_range(range_of(rule), told.range) &&
             rule.string_at("PrefixListId") == told.prefix_list &&
             rule.string_at("ReferencedGroupInfo.GroupId") == told.group;
    });
  }

  // Two halves let the world in together, and so do many slices.
  base::Result<std::vector<const Node*>> openings_among(const std::vector<const Node*>& rules) {
    if (all()) return rules;
    std::vector<const Node*> openings;
    std::vector<const Node*> slices;
    std::vector<base::Network> sliced;
    for (const Node* rule : rules) {
      if (is_kept(*rule)) continue;
      const std::vector<base::Network> networks = TRY(networks_of(*rule));
      if (networks.empty()) continue;
      if (enrich::covers_world(networks)) {
        openings.push_back(rule);
      } else {
        slices.push_back(rule);
        sliced.insert(sliced.end(), networks.begin(), networks.end());
      }
    }
    if (enrich::covers_world(sliced)) openings.insert(openings.end(), slices.begin(), slices.end());
    return openings;
  }

  base::Result<std::vector<base::Network>> networks_of(const Node& rule) {
    std::vector<base::Network> networks;
    const auto add = [&](std::string_view text) {
      if (const std::optional<base::Network> network = base::parse_network(text))
        networks.push_back(*network);
    };
    add(range_of(rule));
    const std::string_view prefix_list = rule.string_at("PrefixListId");
    if (prefix_list.empty()) return networks;
    const json::OwnedDocument entries = TRY(
        read(account_, "ec2.GetManagedPrefixListEntries", object({{"PrefixListId", prefix_list}})));
    for (const Node* entry : items_of(entries.root().find("Entries")))
      add(entry->string_at("Cidr"));
    return networks;
  }

  // Whether all of its ports are meant for everybody.
  bool is_kept(const Node& rule) const {
    const std::string_view protocol = rule.string_at("IpProtocol");
    if (protocol != "tcp" && protocol != "6") return false;
    const auto port_at = [&](std::string_view key) {
      const Node* port = rule.find(key);
      return port == nullptr ? std::nullopt : port->number();
    };
    const std::optional<double> from = port_at("FromPort");
    const std::optional<double> to = port_at("ToPort");
    if (!from || !to || *from < 0 || *to > kPortMax) return false;
    for (double port = *from; port <= *to; ++port) {
      if (!is_kept(port)) return false;
    }
    return true;
  }

  bool is_kept(double port) const {
    const Node* kept = request_.with.find("keep_ports");
    if (kept == nullptr)
      return std::find(std::begin(kWebPorts), std::end(kWebPorts), port) != std::end(kWebPorts);
    for (const Node* each : items_of(kept)) {
      if (each->number() == port) return true;
    }
    return false;
  }

  PlannedStep revoked(const Node& rule, bool is_change) const {
    const std::string_view id = rule.string_at("SecurityGroupRuleId");
    const Node* egress = rule.find("IsEgress");
    const std::string direction =
        egress != nullptr && egress->is(json::Kind::True) ? "Egress" : "Ingress";
    const Json with = object({{"GroupId", group_}, {"SecurityGroupRuleIds", list({id})}});
    StepParts parts(request_, id, "ec2.RevokeSecurityGroup" + direction, with);
    // By what it is, not by its id: a rule that is put back has another one.
    parts.before("ec2.DescribeSecurityGroupRules", of_group(), shape_of(rule))
        .undo("ec2.AuthorizeSecurityGroup" + direction,
              object({{"GroupId", group_}, {"IpPermissions", list({permission_of(rule)})}}))
        .after("ec2.DescribeSecurityGroupRules",
               object({{"Filters", list({object({{"Name", "security-group-rule-id"},
                                                 {"Values", list({id})}})})}}),
               object({{"SecurityGroupRules", object({{"SecurityGroupRuleId", absent()}})}}))
        .on_failure(OnFailure::Continue);
    if (is_change)
      parts.note("the rule was changed, and what it was before is not in the record: it is closed");
    return parts.take();
  }

  static Json shape_of(const Node& rule) {
    Members members;
    for (std::string_view key :
         {"IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId"}) {
      if (const Node* value = rule.find(key)) members.emplace_back(key, is_now(value));
    }
    if (const Node* group = rule.at("ReferencedGroupInfo.GroupId"))
      members.emplace_back("ReferencedGroupInfo", object({{"GroupId", is_now(group)}}));
    return object({{"SecurityGroupRules", object(members)}});
  }

  static Json permission_of(const Node& rule) {
    Members members;
    for (std::string_view key : {"IpProtocol", "FromPort", "ToPort"}) {
      if (const Node* value = rule.find(key)) members.emplace_back(key, *value);
    }
    const auto add = [&](std::string_view in, std::string_view key, std::string_view path) {
      const Node* value = rule.at(path);
      if (value == nullptr || value->is(json::Kind::Null)) return;
      Members range = {{key, *value}};
      const Node* description = rule.find("Description");
      if (description != nullptr && description->is_string())
        range.emplace_back("Description", *description);
      if (const Node* owner = rule.at("ReferencedGroupInfo.UserId"))
        range.emplace_back("UserId", *owner);
      members.emplace_back(in, list({object(range)}));
    };
    add("IpRanges", "CidrIp", "CidrIpv4");
    add("Ipv6Ranges", "CidrIpv6", "CidrIpv6");
    add("PrefixListIds", "PrefixListId", "PrefixListId");
    add("UserIdGroupPairs", "GroupId", "ReferencedGroupInfo.GroupId");
    return object(members);
  }

  const ActionRequest& request_;
  FactReader& account_;
  bool is_egress_ = false;
  std::string group_;
  std::vector<Told> told_;
};

class RevertSecurityGroupChange final : public NamedAction {
 public:
  std::string_view name() const override { return "revert-security-group-change"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"rules", false, "all: every rule of the call, not only those that let the world in",
         "open all"},
        {"keep_ports", false, "TCP ports that are meant for everybody; [80, 443] if not said"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {
        {"ec2", "AuthorizeSecurityGroupEgress"}, {"ec2", "AuthorizeSecurityGroupIngress"},
        {"ec2", "DescribeSecurityGroupRules"},   {"ec2", "DescribeSecurityGroups"},
        {"ec2", "GetManagedPrefixListEntries"},  {"ec2", "RevokeSecurityGroupEgress"},
        {"ec2", "RevokeSecurityGroupIngress"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    if (request.event == nullptr) return no_action("no record was kept of the event");
    return Reversal(request, account).plan();
  }
};

}  // namespace

const NamedAction& revert_security_group_change() {
  static const RevertSecurityGroupChange kAction;
  return kAction;
}

}  // namespace riposte::respond
