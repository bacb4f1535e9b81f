#include "respond/action_samples_test.h"

namespace riposte::respond {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStep = "action: isolate-instance, with: {instance: i-1}";

std::string instance(std::string_view state = "running", std::string_view group = "sg-1") {
  return "- aws: ec2.DescribeInstances\n"
         "  with: {InstanceIds: [i-1]}\n"
         "  answer: {Reservations: [{Instances: [{InstanceId: i-1, VpcId: vpc-1, State: {Name: " +
         std::string(state) +
         "}, NetworkInterfaces: [{NetworkInterfaceId: eni-1, Groups: [{GroupId: " +
         std::string(group) +
         "}]}], BlockDeviceMappings: [{Ebs: {VolumeId: vol-1}}], Tags: [{Key: "
         "'aws:autoscaling:groupName', Value: web}]}]}]}\n";
}

std::string group(std::string_view found) {
  return "- aws: ec2.DescribeSecurityGroups\n"
         "  with: {Filters: [{Name: vpc-id, Values: [vpc-1]}, {Name: group-name, Values: "
         "[riposte-quarantine]}]}\n"
         "  answer: {SecurityGroups: [" +
         std::string(found) + "]}\n";
}

std::string profile(std::string_view found) {
  return "- aws: ec2.DescribeIamInstanceProfileAssociations\n"
         "  with: {Filters: [{Name: instance-id, Values: [i-1]}, {Name: state, Values: "
         "[associated]}]}\n"
         "  answer: {IamInstanceProfileAssociations: [" +
         std::string(found) + "]}\n";
}

constexpr std::string_view kQuarantine =
    "{GroupId: sg-q, IpPermissions: [], IpPermissionsEgress: []}";
constexpr std::string_view kProfile =
    "{AssociationId: as-1, IamInstanceProfile: {Arn: "
    "'arn:aws:iam::111122223333:instance-profile/web'}}";

TEST(IsolateInstanceTest, AMachineIsCutOffItsRoleTakenAndItsDisksKept) {
  EXPECT_EQ(
      told(plan_in({.step = kStep, .facts = instance() + group(kQuarantine) + profile(kProfile)})),
      R"x(1 do/eni-1
  before    ec2.DescribeInstances {"InstanceIds":["i-1"]} must match {"Reservations":{"Instances":{"InstanceId":["i-1"]}}}
  before    ec2.DescribeNetworkInterfaces {"NetworkInterfaceIds":["eni-1"]} must match {"NetworkInterfaces":{"Groups":{"GroupId":["sg-1"]}}}
  call      ec2.ModifyNetworkInterfaceAttribute {"Groups":["sg-q"],"NetworkInterfaceId":"eni-1"}
  after     ec2.DescribeNetworkInterfaces {"Filters":[{"Name":"network-interface-id","Values":["eni-1"]},{"Name":"group-id","Values":["sg-q"]}]} must match {"NetworkInterfaces":{"NetworkInterfaceId":["eni-1"]}}
  undo      ec2.ModifyNetworkInterfaceAttribute {"Groups":["sg-1"],"NetworkInterfaceId":"eni-1"}
  note      connections that are open already may last until they are idle; its Auto Scaling group web may end the machine when it looks unhealthy: take it out of the group
  failing   what was done is taken back
2 do/profile
  before    ec2.DescribeInstances {"InstanceIds":["i-1"]} must match {"Reservations":{"Instances":{"InstanceId":["i-1"]}}}
  before    ec2.DescribeIamInstanceProfileAssociations {"Filters":[{"Name":"instance-id","Values":["i-1"]},{"Name":"state","Values":["associated"]}]} must match {"IamInstanceProfileAssociations":{"IamInstanceProfile":{"Arn":["arn:aws:iam::111122223333:instance-profile/web"]}}}
  call      ec2.DisassociateIamInstanceProfile {"AssociationId":"as-1"}
  after     ec2.DescribeIamInstanceProfileAssociations {"Filters":[{"Name":"instance-id","Values":["i-1"]},{"Name":"state","Values":["associated"]}]} must match {"IamInstanceProfileAssociations":{"IamInstanceProfile":{"Arn":[{"exists":false}]}}}
  undo      ec2.AssociateIamInstanceProfile {"IamInstanceProfile":{"Arn":"arn:aws:iam::111122223333:instance-profile/web"},"InstanceId":"i-1"}
  note      credentials that were taken from it last until they end: contain its role, too
  failing   the other steps go on
3 do/vol-1
  before    ec2.DescribeInstances {"InstanceIds":["i-1"]} must match {"Reservations":{"Instances":{"InstanceId":["i-1"]}}}
  before    ec2.DescribeVolumes {"VolumeIds":["vol-1"]} must match {"Volumes":{"Attachments":{"InstanceId":["i-1"]}}}
  call      ec2.CreateSnapshot {"Description":"Evidence of riposte's finding 0123456789abcdef0123456789abcdef","TagSpecifications":[{"ResourceType":"snapshot","Tags":[{"Key":"riposte:finding","Value":"0123456789abcdef0123456789abcdef"},{"Key":"riposte:instance","Value":"i-1"}]}],"VolumeId":"vol-1"}
  after     ec2.DescribeSnapshots {"Filters":[{"Name":"volume-id","Values":["vol-1"]},{"Name":"tag:riposte:finding","Values":["0123456789abcdef0123456789abcdef"]}]} must match {"Snapshots":{"VolumeId":["vol-1"]}}
  undo      none: there is nothing to take back
  note      kept as evidence: an undo leaves it, and who closes the case deletes it
  failing   the other steps go on
)x");
}

TEST(IsolateInstanceTest, WhereThereIsNoQuarantineItIsMadeAndSpokenOfAsAnAnswer) {
  const std::string facts =
      instance() + group("") + profile("") +
      "- {aws: ec2.DescribeVpcs, with: {VpcIds: [vpc-1]}, answer: {Vpcs: [{VpcId: vpc-1, "
      "Ipv6CidrBlockAssociationSet: [{Ipv6CidrBlock: '2001:db8::/56'}]}]}}\n";
  const Plan plan = plan_in({.step = kStep, .facts = facts}).value();
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(to_text(plan.steps[0].call.operation), "ec2.CreateSecurityGroup");
  EXPECT_FALSE(plan.steps[0].late);
  EXPECT_EQ(plan.steps[0].undo->with, R"({"GroupId":"${answer.GroupId}"})");
  EXPECT_TRUE(plan.steps[1].late);
  EXPECT_EQ(plan.steps[1].call.with,
            R"({"GroupId":"${answers.do/group.GroupId}","IpPermissions":[{"IpProtocol":"-1",)"
            R"("IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]})");
  EXPECT_TRUE(plan.steps[2].late);
  EXPECT_EQ(plan.steps[2].call.with,
            R"({"Groups":["${answers.do/group.GroupId}"],"NetworkInterfaceId":"eni-1"})");
}

TEST(IsolateInstanceTest, TheSessionOfAMachineNamesIt) {
  const std::string finding = finding_of(
      R"({"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/web/i-1"})");
  EXPECT_THAT(
      told(plan_in({.step = "action: isolate-instance, with: {profile: keep, snapshots: skip}",
                    .finding = finding,
                    .facts = instance() + group(kQuarantine)})),
      HasSubstr("call      ec2.ModifyNetworkInterfaceAttribute"));
}

TEST(IsolateInstanceTest, WhereItCannotOrNeedNotItSaysWhy) {
  EXPECT_THAT(told(plan_in({.step = kStep, .facts = instance("terminated")})),
              HasSubstr("is terminated"));
  EXPECT_THAT(
      told(plan_in(
          {.step = kStep,
           .facts = instance() + group("{GroupId: sg-q, IpPermissions: [{IpProtocol: '-1'}]}")})),
      HasSubstr("lets traffic through"));
  EXPECT_THAT(
      told(plan_in({.step = "action: isolate-instance, with: {instance: i-1, snapshots: skip}",
                    .facts = instance("running", "sg-q") + group(kQuarantine) + profile("")})),
      HasSubstr("isolated already"));
  EXPECT_THAT(told(plan_in({.step = kStep,
                            .facts = "[{aws: ec2.DescribeInstances, with: {InstanceIds: [i-1]}, "
                                     "error: InvalidInstanceID.NotFound}]"})),
              HasSubstr("no instance i-1 in eu-west-1"));
  EXPECT_THAT(told(plan_in({.step = "action: isolate-instance"})), HasSubstr("names an instance"));
}

}  // namespace
}  // namespace riposte::respond
