#include "enrich/network_exposure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::enrich {
namespace {

using testing::ElementsAre;

std::optional<NetworkExposure> exposure_in(const std::string& record) {
  const auto document = json::OwnedDocument::parse(record);
  EXPECT_TRUE(document.ok()) << record;
  return network_exposure_of(document->root());
}

NetworkExposure ingress(const std::string& request) {
  const auto exposure = exposure_in(
      R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":)" + request + "}");
  EXPECT_TRUE(exposure.has_value()) << request;
  return exposure.value_or(NetworkExposure{});
}

// One permission as the console sends it.
std::string item(std::string_view ports, std::initializer_list<std::string_view> ranges) {
  std::string v4;
  std::string v6;
  for (std::string_view range : ranges) {
    const bool is_v6 = range.find(':') != std::string_view::npos;
    std::string& list = is_v6 ? v6 : v4;
    if (!list.empty()) list += ',';
    list += (is_v6 ? R"({"cidrIpv6":")" : R"({"cidrIp":")") + std::string(range) + "\"}";
  }
  return "{" + std::string(ports) + R"(,"groups":{},"ipRanges":{"items":[)" + v4 +
         R"(]},"ipv6Ranges":{"items":[)" + v6 + R"(]},"prefixListIds":{}})";
}

NetworkExposure nested(std::initializer_list<std::string> items) {
  std::string list;
  for (const std::string& each : items) {
    list += (list.empty() ? "" : ",") + each;
  }
  return ingress(R"({"groupId":"sg-1","ipPermissions":{"items":[)" + list + "]}}");
}

constexpr std::string_view kSsh = R"("ipProtocol":"tcp","fromPort":22,"toPort":22)";

TEST(NetworkExposureTest, TheConsoleNestsItsRanges) {
  const NetworkExposure exposure = nested({item(kSsh, {"0.0.0.0/0"})});
  EXPECT_FALSE(exposure.egress);
  EXPECT_TRUE(exposure.world);
  EXPECT_FALSE(exposure.all_ports);
  EXPECT_FALSE(exposure.web_only);
  EXPECT_THAT(exposure.sensitive_ports, ElementsAre(22));
  EXPECT_THAT(exposure.cidrs, ElementsAre("0.0.0.0/0"));
}

TEST(NetworkExposureTest, TheCommandLineIsFlat) {
  const NetworkExposure exposure = ingress(
      R"({"groupId":"sg-1","ipPermissions":{},"ipProtocol":"tcp","fromPort":3389,"toPort":3389,"cidrIp":"0.0.0.0/0"})");
  EXPECT_TRUE(exposure.world);
  EXPECT_THAT(exposure.sensitive_ports, ElementsAre(3389));
}

TEST(NetworkExposureTest, TheResponseTellsWhatTheRequestLeavesOut) {
  const auto exposure = exposure_in(
      R"({"eventName":"AuthorizeSecurityGroupEgress","requestParameters":{"groupId":"sg-1"},
          "responseElements":{"securityGroupRuleSet":{"items":[{"isEgress":true,"ipProtocol":"tcp","fromPort":25,
          "toPort":25,"cidrIpv4":"0.0.0.0/0"},{"ipProtocol":"-1","cidrIpv6":"::/0"}]}}})");
  ASSERT_TRUE(exposure.has_value());
  EXPECT_TRUE(exposure->egress);
  EXPECT_TRUE(exposure->all_ports);
}

TEST(NetworkExposureTest, TheRequestIsBelievedFirst) {
  const auto exposure = exposure_in(
      R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"ipProtocol":"tcp","fromPort":22,"toPort":22,
          "cidrIp":"203.0.113.7/32"},"responseElements":{"securityGroupRuleSet":{"items":[{"ipProtocol":"-1","cidrIpv4":"0.0.0.0/0"}]}}})");
  ASSERT_TRUE(exposure.has_value());
  EXPECT_FALSE(exposure->world);
}

TEST(NetworkExposureTest, ModifiedRulesAreCapitalised) {
  const auto exposure = exposure_in(
      R"({"eventName":"ModifySecurityGroupRules","requestParameters":{"ModifySecurityGroupRulesRequest":{"GroupId":"sg-1",
          "SecurityGroupRule":[{"SecurityGroupRuleId":"sgr-1","tag":1,"SecurityGroupRule":{"IpProtocol":"tcp","FromPort":3306,
          "ToPort":3306,"CidrIpv4":"0.0.0.0/0"}},{"SecurityGroupRule":{"IpProtocol":"tcp","FromPort":22,"ToPort":22,
          "PrefixListId":"pl-1"}}]}}})");
  ASSERT_TRUE(exposure.has_value());
  EXPECT_FALSE(exposure->egress) << "the more dangerous way is assumed";
  EXPECT_THAT(exposure->sensitive_ports, ElementsAre(3306));
  EXPECT_THAT(exposure->prefix_lists, ElementsAre("pl-1"));
  EXPECT_TRUE(
      exposure_in(
          R"({"eventName":"ModifySecurityGroupRules","requestParameters":{"SecurityGroupRule":{"IsEgress":true,
                              "IpProtocol":"-1","CidrIpv4":"0.0.0.0/0"}}})")
          ->egress);
}

TEST(NetworkExposureTest, HalvesMakeAWhole) {
  EXPECT_TRUE(nested({item(kSsh, {"0.0.0.0/1"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"0.0.0.0/1", "128.0.0.0/1"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"8.0.0.0/6"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"52.0.0.0/9", "52.128.0.0/9"})}).world)
      << "two adjacent halves of a /8";
  EXPECT_FALSE(nested({item(kSsh, {"52.0.0.0/9"})}).world);
}

TEST(NetworkExposureTest, WhatOverlapsCountsOnce) {
  EXPECT_FALSE(nested({item(kSsh, {"52.0.0.0/9", "52.0.0.0/9", "52.64.0.0/10"})}).world);
}

TEST(NetworkExposureTest, HalvesOnDifferentPortsStayHalves) {
  const std::string first = item(R"("ipProtocol":"tcp","fromPort":20,"toPort":22)", {"52.0.0.0/9"});
  const std::string second =
      item(R"("ipProtocol":"tcp","fromPort":22,"toPort":25)", {"52.128.0.0/9"});
  const NetworkExposure exposure = nested({first, second});
  EXPECT_TRUE(exposure.world);
  EXPECT_THAT(exposure.sensitive_ports, ElementsAre(22)) << "the one port that both open";
  const std::string apart =
      item(R"("ipProtocol":"tcp","fromPort":23,"toPort":25)", {"52.128.0.0/9"});
  EXPECT_FALSE(nested({first, apart}).world);
}

TEST(NetworkExposureTest, PrivateRangesAreNotTheWorld) {
  for (std::string_view range : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                                 "127.0.0.0/8", "224.0.0.0/3", "fc00::/7", "fe80::/10"}) {
    EXPECT_FALSE(nested({item(kSsh, {range})}).world) << range;
  }
  EXPECT_TRUE(nested({item(kSsh, {"10.0.0.0/7"})}).world) << "11.0.0.0/8 is no private range";
  const NetworkExposure mixed = nested({item(kSsh, {"10.0.0.0/8", "0.0.0.0/0"})});
  EXPECT_THAT(mixed.cidrs, ElementsAre("0.0.0.0/0"));
}

TEST(NetworkExposureTest, Ipv6HasItsOwnWorld) {
  EXPECT_TRUE(nested({item(kSsh, {"::/0"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"2000::/3"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"2600::/11"})}).world);
  EXPECT_FALSE(nested({item(kSsh, {"2600::/12"})}).world);
  EXPECT_FALSE(nested({item(kSsh, {"2001:db8::1/128"})}).world);
}

TEST(NetworkExposureTest, ThresholdIsTheSameAtEveryPrefix) {
  EXPECT_TRUE(covers_world({*base::parse_network("8.0.0.0/8")}));
  EXPECT_FALSE(covers_world({*base::parse_network("8.0.0.0/9")}));
  EXPECT_FALSE(covers_world({}));
  EXPECT_FALSE(covers_world({*base::parse_network("::/4")})) << "nothing of it is routed";
}

TEST(NetworkExposureTest, AllPortsHaveManySpellings) {
  for (std::string_view ports :
       {R"("ipProtocol":"-1")", R"("ipProtocol":"-1","fromPort":-1,"toPort":-1)",
        R"("ipProtocol":"-1","fromPort":0,"toPort":0)",
        R"("ipProtocol":"tcp","fromPort":0,"toPort":65535)",
        R"("ipProtocol":"tcp","fromPort":1,"toPort":65535)",
        R"("ipProtocol":"tcp","fromPort":"0","toPort":"65535")", R"("ipProtocol":"udp")",
        R"("ipProtocol":"6","fromPort":0,"toPort":99999)"}) {
    const NetworkExposure exposure = nested({item(ports, {"0.0.0.0/0"})});
    EXPECT_TRUE(exposure.all_ports) << ports;
    EXPECT_FALSE(exposure.web_only) << ports;
    EXPECT_EQ(exposure.sensitive_ports.size(), 31u) << ports;
  }
  const std::string low = item(R"("ipProtocol":"tcp","fromPort":0,"toPort":1023)", {"0.0.0.0/0"});
  const std::string high =
      item(R"("ipProtocol":"tcp","fromPort":1024,"toPort":65535)", {"0.0.0.0/0"});
  EXPECT_FALSE(nested({low}).all_ports);
  EXPECT_TRUE(nested({low, high}).all_ports);
}

TEST(NetworkExposureTest, WebServersAreToldApart) {
  const std::string http = item(R"("ipProtocol":"tcp","fromPort":80,"toPort":80)", {"0.0.0.0/0"});
  const std::string https = item(R"("ipProtocol":"tcp","fromPort":443,"toPort":443)", {"::/0"});
  const std::string between =
      item(R"("ipProtocol":"tcp","fromPort":80,"toPort":443)", {"0.0.0.0/0"});
  EXPECT_TRUE(nested({http}).web_only);
  EXPECT_TRUE(nested({http, https}).web_only);
  EXPECT_FALSE(nested({between}).web_only);
  EXPECT_FALSE(nested({http, item(kSsh, {"0.0.0.0/0"})}).web_only);
  EXPECT_TRUE(nested({http, item(kSsh, {"10.0.0.0/8"})}).web_only)
      << "what is not open to the world does not matter";
}

TEST(NetworkExposureTest, ASinglePortMayLackItsEnd) {
  const NetworkExposure exposure =
      nested({item(R"("ipProtocol":"tcp","fromPort":22)", {"0.0.0.0/0"})});
  EXPECT_THAT(exposure.sensitive_ports, ElementsAre(22));
}

TEST(NetworkExposureTest, ProtocolsWithoutPortsOpenNone) {
  for (std::string_view ports :
       {R"("ipProtocol":"icmp","fromPort":-1,"toPort":-1)", R"("ipProtocol":"icmpv6")",
        R"("ipProtocol":"1","fromPort":8,"toPort":0)", R"("ipProtocol":"50")"}) {
    EXPECT_FALSE(nested({item(ports, {"0.0.0.0/0", "::/0"})}).world) << ports;
  }
  EXPECT_FALSE(
      nested({item(R"("ipProtocol":"tcp","fromPort":30,"toPort":20)", {"0.0.0.0/0"})}).world)
      << "backwards";
}

TEST(NetworkExposureTest, PrefixListsAndGroupsAreNoRanges) {
  const NetworkExposure exposure = ingress(
      R"({"ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{},
          "prefixListIds":{"items":[{"prefixListId":"pl-1"},{"prefixListId":"pl-2"}]}}]}})");
  EXPECT_FALSE(exposure.world);
  EXPECT_THAT(exposure.prefix_lists, ElementsAre("pl-1", "pl-2"));
  EXPECT_FALSE(
      exposure_in(
          R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"ipPermissions":{"items":[
                       {"ipProtocol":"tcp","groups":{"items":[{"groupId":"sg-2"}]}}]}}})")
          .has_value());
}

TEST(NetworkExposureTest, WhatIsNoPrefixOpensNothing) {
  EXPECT_FALSE(
      exposure_in(
          R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"cidrIp":"everywhere"}})")
          .has_value());
  for (
      std::string_view record :
      {R"({"eventName":"AuthorizeSecurityGroupIngress"})",
       R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":null,"responseElements":null})",
       R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":"0.0.0.0/0"})"}) {
    EXPECT_FALSE(exposure_in(std::string(record)).has_value()) << record;
  }
}

TEST(NetworkExposureTest, MadeUpAddressesAreTheWorldWithASlashZero) {
  EXPECT_TRUE(nested({item(kSsh, {"208.236.235.254/0"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"225.01.00.16/0"})}).world);
  EXPECT_TRUE(nested({item(kSsh, {"2001:db8:::1/0"})}).world);
  EXPECT_FALSE(
      exposure_in(
          R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"cidrIp":"path/to/0"}})")
          .has_value());
  EXPECT_FALSE(
      exposure_in(
          R"({"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"cidrIp":"225.01.00.16/8"}})")
          .has_value());
}

TEST(NetworkExposureTest, AclEntriesCountWhereTheyAllow) {
  const auto entry = [](std::string_view request) {
    return exposure_in(R"({"eventName":"CreateNetworkAclEntry","requestParameters":)" +
                       std::string(request) + "}");
  };
  const auto allowed = entry(
      R"({"ruleNumber":90,"egress":false,"ruleAction":"allow","icmpTypeCode":{},"portRange":{"from":22,"to":22},
          "aclProtocol":"6","cidrBlock":"0.0.0.0/0"})");
  ASSERT_TRUE(allowed.has_value());
  EXPECT_FALSE(allowed->egress);
  EXPECT_THAT(allowed->sensitive_ports, ElementsAre(22));
  const auto everything = entry(
      R"({"egress":true,"ruleAction":"allow","portRange":{"from":-1,"to":-1},"protocol":"-1","ipv6CidrBlock":"::/0"})");
  ASSERT_TRUE(everything.has_value());
  EXPECT_TRUE(everything->egress);
  EXPECT_TRUE(everything->all_ports);
  EXPECT_FALSE(
      entry(R"({"ruleAction":"deny","aclProtocol":"-1","cidrBlock":"0.0.0.0/0"})").has_value());
}

TEST(NetworkExposureTest, MoreRangesThanTheLimitAreNotRead) {
  std::string list;
  for (std::size_t i = 0; i < kOpeningsMax; ++i) {
    list += R"({"cidrIp":"203.0.113.7/32"},)";
  }
  const NetworkExposure exposure = ingress(R"({"ipProtocol":"-1","ipRanges":{"items":[)" + list +
                                           R"({"cidrIp":"0.0.0.0/0"}]}})");
  EXPECT_FALSE(exposure.world);
}

TEST(NetworkExposureTest, OnlyWhatHoldsIsWritten) {
  json::Writer open;
  write(nested({item(kSsh, {"0.0.0.0/0"})}), open);
  EXPECT_EQ(
      open.text(),
      R"({"direction":"ingress","world":{"any":true,"sensitive_ports":[22],"cidrs":["0.0.0.0/0"]}})");
  json::Writer closed;
  write(nested({item(kSsh, {"203.0.113.7/32"})}), closed);
  EXPECT_EQ(closed.text(), R"({"direction":"ingress"})");
  json::Writer all;
  write(NetworkExposure{true, true, true, false, {}, {}, {"pl-1"}}, all);
  EXPECT_EQ(
      all.text(),
      R"({"direction":"egress","world":{"any":true,"all_ports":true},"prefix_lists":["pl-1"]})");
  json::Writer web;
  write(NetworkExposure{false, true, false, true, {}, {}, {}}, web);
  EXPECT_EQ(web.text(), R"({"direction":"ingress","world":{"any":true,"web_only":true}})");
}

}  // namespace
}  // namespace riposte::enrich
