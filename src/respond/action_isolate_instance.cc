// isolate-instance: a machine is cut off, keeps running, and is kept as evidence.
//
//     quarantine group of its network (found, or made and emptied)
//       --> every network interface in that group alone
//       --> its role taken from it
//       --> its disks copied: snapshots with the finding's id as a tag, which an undo leaves
//
// What a call only makes (the group) is spoken of as the answer of that step. An undo puts the
// groups and the role back as they were read.

#include <algorithm>

#include "event/arn.h"
#include "respond/action_parts.h"
#include "respond/actions.h"

// Tested by src/respond/action_isolate_instance_test.cc

namespace riposte::respond {
namespace {

using json::Node;

constexpr std::string_view kGroupName = "riposte-quarantine";
constexpr std::string_view kInstanceType = "AWS::EC2::Instance";
constexpr std::string_view kTagOfFinding = "riposte:finding";
constexpr std::string_view kTagOfInstance = "riposte:instance";

Json filter(std::string_view name, const Json& value) {
  return object({{"Name", name}, {"Values", list({value})}});
}

class Isolation {
 public:
  Isolation(const ActionRequest& request, FactReader& account)
      : request_(request), account_(account), instance_(find_instance()) {}

  base::Result<std::vector<PlannedStep>> plan() {
    if (instance_.empty())
      return no_action("neither the finding nor the parameter \"instance\" names an instance");
    const base::Result<json::OwnedDocument> facts =
        read(account_, "ec2.DescribeInstances", of_instance());
    if (!facts.ok() && facts.error().code != base::Errc::NotFound) return facts.error();
    const Node* instance = facts.ok() ? first_instance(facts->root()) : nullptr;
    // Calls of global services are recorded in one region, wherever the machine is.
    if (instance == nullptr) {
      return no_action("there is no instance " + instance_ + " in " + std::string(request_.region) +
                       ", the region of the finding");
    }
    const std::string_view state = instance->string_at("State.Name");
    if (state == "terminated" || state == "shutting-down")
      return no_action("the instance " + instance_ + " is " + std::string(state));
    vpc_ = instance->string_at("VpcId");
    if (vpc_.empty()) return no_action("the instance is in no network of its own");
    TRY(find_group());
    add_interfaces(*instance);
    if (request_.with.string_at("profile") != "keep") TRY(add_profile());
    if (request_.with.string_at("snapshots") != "skip") add_snapshots(*instance);
    if (!is_cut_off_anew_ && steps_.empty())
      return no_action("the instance " + instance_ + " is isolated already");
    return std::move(steps_);
  }

 private:
  // A parameter, a resource of the finding, or the session that EC2 named after its instance.
  std::string find_instance() const {
    const std::string_view said = request_.with.string_at("instance");
    if (!said.empty()) return std::string(said);
    for (const Node* resource : items_of(request_.finding.find("resources"))) {
      if (resource->string_at("type") == kInstanceType)
        return std::string(resource->string_at("id"));
    }
    const std::string_view arn = request_.finding.string_at("actor.arn");
    const std::string_view session = arn.substr(arn.rfind('/') + 1);
    return session.starts_with("i-") ? std::string(session) : std::string();
  }

  static const Node* first_instance(const Node& facts) {
    for (const Node* reservation : items_of(facts.find("Reservations"))) {
      for (const Node* instance : items_of(reservation->find("Instances")))
        return instance;
    }
    return nullptr;
  }

  Json of_instance() const { return object({{"InstanceIds", list({instance_})}}); }

  // Every step says in a precheck whose it is: what is protected is told by such names.
  StepParts step(std::string_view part, std::string_view call, const Json& with) const {
    StepParts parts(request_, part, call, with);
    parts.before("ec2.DescribeInstances", of_instance(),
                 object({{"Reservations",
                          object({{"Instances", object({{"InstanceId", list({instance_})}})}})}}));
    return parts;
  }

  base::Status find_group() {
    const Json by_name =
        object({{"Filters", list({filter("vpc-id", vpc_), filter("group-name", kGroupName)})}});
    const json::OwnedDocument groups = TRY(read(account_, "ec2.DescribeSecurityGroups", by_name));
    const std::vector<const Node*> found = items_of(groups.root().find("SecurityGroups"));
    if (found.empty()) return make_group(by_name);
    const Node& group = *found.front();
    if (!items_of(group.find("IpPermissions")).empty() ||
        !items_of(group.find("IpPermissionsEgress")).empty()) {
      return no_action("the group " + std::string(kGroupName) + " of " + vpc_ +
                       " lets traffic through: empty it first");
    }
    group_ = group.string_at("GroupId");
    return base::Done{};
  }

  // A new group lets everything out: by IPv6, too, where the network has it.
  base::Status make_group(const Json& by_name) {
    const Json of_vpc = object({{"VpcIds", list({vpc_})}});
    const json::OwnedDocument vpcs = TRY(read(account_, "ec2.DescribeVpcs", of_vpc));
    const std::vector<const Node*> found = items_of(vpcs.root().find("Vpcs"));
    const bool has_ipv6 =
        !found.empty() && !items_of(found.front()->find("Ipv6CidrBlockAssociationSet")).empty();
    steps_.push_back(
        step("group", "ec2.CreateSecurityGroup",
             object({{"GroupName", kGroupName},
                     {"Description", "Nothing in, nothing out: machines under investigation"},
                     {"VpcId", vpc_}}))
            .undo("ec2.DeleteSecurityGroup", object({{"GroupId", Json::late("answer.GroupId")}}))
            .after("ec2.DescribeSecurityGroups", by_name,
                   object({{"SecurityGroups", object({{"GroupName", list({kGroupName})}})}}))
            .take());
    new_group_ = "answers." + name_of_step(request_, "group") + ".GroupId";
    Members everything = {{"IpProtocol", "-1"},
                          {"IpRanges", list({object({{"CidrIp", "0.0.0.0/0"}})})}};
    if (has_ipv6) everything.emplace_back("Ipv6Ranges", list({object({{"CidrIpv6", "::/0"}})}));
    const Json egress =
        object({{"GroupId", group()}, {"IpPermissions", list({object(everything)})}});
    const Json of_group = object({{"GroupIds", list({group()})}});
    const auto lets_out = [](const Json& protocol) {
      return object({{"SecurityGroups",
                      object({{"GroupName", list({kGroupName})},
                              {"IpPermissionsEgress", object({{"IpProtocol", protocol}})}})}});
    };
    steps_.push_back(step("group-empty", "ec2.RevokeSecurityGroupEgress", egress)
                         .before("ec2.DescribeSecurityGroups", of_group, lets_out(list({"-1"})))
                         .undo("ec2.AuthorizeSecurityGroupEgress", egress)
                         .after("ec2.DescribeSecurityGroups", of_group, lets_out(absent()))
                         .late()
                         .take());
    return base::Done{};
  }

  Json group() const { return group_.empty() ? Json::late(new_group_) : Json(group_); }

  void add_interfaces(const Node& instance) {
    for (const Node* interface : items_of(instance.find("NetworkInterfaces"))) {
      const std::string_view id = interface->string_at("NetworkInterfaceId");
      std::vector<Json> before;
      bool is_there = false;
      for (const Node* each : items_of(interface->find("Groups"))) {
        before.emplace_back(each->string_at("GroupId"));
        is_there = is_there || (!group_.empty() && each->string_at("GroupId") == group_);
      }
      if (is_there && before.size() == 1) continue;
      is_cut_off_anew_ = true;
      const auto sets = [&](const Json& groups) {
        return object({{"NetworkInterfaceId", id}, {"Groups", groups}});
      };
      const Json of_interface = object({{"NetworkInterfaceIds", list({id})}});
      StepParts parts = step(id, "ec2.ModifyNetworkInterfaceAttribute", sets(list({group()})));
      for (const Json& each : before) {
        parts.before("ec2.DescribeNetworkInterfaces", of_interface,
                     object({{"NetworkInterfaces",
                              object({{"Groups", object({{"GroupId", list({each})}})}})}}));
      }
      parts.undo("ec2.ModifyNetworkInterfaceAttribute", sets(list(before)))
          .after("ec2.DescribeNetworkInterfaces",
                 object({{"Filters", list({filter("network-interface-id", id),
                                           filter("group-id", group())})}}),
                 object({{"NetworkInterfaces", object({{"NetworkInterfaceId", list({id})}})}}))
          .note(risk_of(instance));
      if (group_.empty()) parts.late();
      steps_.push_back(parts.take());
    }
  }

  static std::string risk_of(const Node& instance) {
    std::string note = "connections that are open already may last until they are idle";
    for (const Node* tag : items_of(instance.find("Tags"))) {
      if (tag->string_at("Key") == "aws:autoscaling:groupName") {
        note += "; its Auto Scaling group " + std::string(tag->string_at("Value")) +
                " may end the machine when it looks unhealthy: take it out of the group";
      }
    }
    return note;
  }

  base::Status add_profile() {
    const Json of_machine = object(
        {{"Filters", list({filter("instance-id", instance_), filter("state", "associated")})}});
    const json::OwnedDocument facts =
        TRY(read(account_, "ec2.DescribeIamInstanceProfileAssociations", of_machine));
    for (const Node* each : items_of(facts.root().find("IamInstanceProfileAssociations"))) {
      const std::string_view profile = each->string_at("IamInstanceProfile.Arn");
      const auto has = [](const Json& arn) {
        return object({{"IamInstanceProfileAssociations",
                        object({{"IamInstanceProfile", object({{"Arn", arn}})}})}});
      };
      steps_.push_back(
          step("profile", "ec2.DisassociateIamInstanceProfile",
               object({{"AssociationId", each->string_at("AssociationId")}}))
              .before("ec2.DescribeIamInstanceProfileAssociations", of_machine,
                      has(list({profile})))
              .undo("ec2.AssociateIamInstanceProfile",
                    object({{"InstanceId", instance_},
                            {"IamInstanceProfile", object({{"Arn", profile}})}}))
              .after("ec2.DescribeIamInstanceProfileAssociations", of_machine, has(absent()))
              .on_failure(OnFailure::Continue)
              .note(
                  "credentials that were taken from it last until they end: contain its role, too")
              .take());
    }
    return base::Done{};
  }

  void add_snapshots(const Node& instance) {
    const std::string_view finding = request_.finding.string_at("id");
    for (const Node* device : items_of(instance.find("BlockDeviceMappings"))) {
      const std::string_view volume = device->string_at("Ebs.VolumeId");
      if (volume.empty()) continue;
      const Json tags = list({object({{"Key", kTagOfFinding}, {"Value", finding}}),
                              object({{"Key", kTagOfInstance}, {"Value", instance_}})});
      steps_.push_back(
          step(volume, "ec2.CreateSnapshot",
               object({{"VolumeId", volume},
                       {"Description", "Evidence of riposte's finding " + std::string(finding)},
                       {"TagSpecifications",
                        list({object({{"ResourceType", "snapshot"}, {"Tags", tags}})})}}))
              .before(
                  "ec2.DescribeVolumes", object({{"VolumeIds", list({volume})}}),
                  object({{"Volumes", object({{"Attachments",
                                               object({{"InstanceId", list({instance_})}})}})}}))
              .after("ec2.DescribeSnapshots",
                     object({{"Filters",
                              list({filter("volume-id", volume),
                                    filter("tag:" + std::string(kTagOfFinding), finding)})}}),
                     object({{"Snapshots", object({{"VolumeId", list({volume})}})}}))
              .on_failure(OnFailure::Continue)
              .note("kept as evidence: an undo leaves it, and who closes the case deletes it")
              .take());
    }
  }

  const ActionRequest& request_;
  FactReader& account_;
  std::string instance_;
  std::string vpc_;
  std::string group_;      // found; or:
  std::string new_group_;  // what its id will be, when it is made
  bool is_cut_off_anew_ = false;
  std::vector<PlannedStep> steps_;
};

class IsolateInstance final : public NamedAction {
 public:
  std::string_view name() const override { return "isolate-instance"; }

  std::span<const Parameter> parameters() const override {
    static constexpr Parameter kAll[] = {
        {"instance", false, "its id; the finding's if not said"},
        {"profile", false, "keep: it keeps its role", "detach keep"},
        {"snapshots", false, "skip: its disks are not copied", "take skip"},
    };
    return kAll;
  }

  std::span<const Operation> operations() const override {
    static const Operation kAll[] = {{"ec2", "AssociateIamInstanceProfile"},
                                     {"ec2", "AuthorizeSecurityGroupEgress"},
                                     {"ec2", "CreateSecurityGroup"},
                                     {"ec2", "CreateSnapshot"},
                                     {"ec2", "DeleteSecurityGroup"},
                                     {"ec2", "DescribeIamInstanceProfileAssociations"},
                                     {"ec2", "DescribeInstances"},
                                     {"ec2", "DescribeNetworkInterfaces"},
                                     {"ec2", "DescribeSecurityGroups"},
                                     {"ec2", "DescribeSnapshots"},
                                     {"ec2", "DescribeVolumes"},
                                     {"ec2", "DescribeVpcs"},
                                     {"ec2", "DisassociateIamInstanceProfile"},
                                     {"ec2", "ModifyNetworkInterfaceAttribute"},
                                     {"ec2", "RevokeSecurityGroupEgress"}};
    return kAll;
  }

  base::Result<std::vector<PlannedStep>> plan(const ActionRequest& request,
                                              FactReader& account) const override {
    return Isolation(request, account).plan();
  }
};

}  // namespace

const NamedAction& isolate_instance() {
  static const IsolateInstance kAction;
  return kAction;
}

}  // namespace riposte::respond
