#include "enrich/threat_list.h"

#include <gmock/gmock.h>

namespace riposte::enrich {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string text_of(const Indicator& indicator) {
  if (const auto* network = std::get_if<base::Network>(&indicator.what))
    return base::to_text(*network);
  return std::get<std::string>(indicator.what);
}

ThreatList read(std::string_view text) {
  base::Result<ThreatList> list = read_threat_list(text, "list");
  EXPECT_TRUE(list.ok());
  return list.ok() ? std::move(list).value() : ThreatList();
}

std::vector<std::string> indicators(const ThreatList& list) {
  std::vector<std::string> texts;
  for (const Indicator& each : list.indicators)
    texts.push_back(text_of(each));
  return texts;
}

TEST(ThreatListTest, PlainLinesWithComments) {
  const ThreatList list = read(
      "# a list\n203.0.113.7\r\n198.51.100.0/24 ; SBL1\n\nEvil.Example.  # why\n2001:db8::/32\n"
      "203.0.113[.]8\n0.0.0.0 hosts.example\n");
  EXPECT_THAT(indicators(list), ElementsAre("203.0.113.7/32", "198.51.100.0/24", "evil.example",
                                            "2001:db8::/32", "203.0.113.8/32", "hosts.example"));
  EXPECT_THAT(list.flaws, IsEmpty());
}

TEST(ThreatListTest, ABadLineIsToldWithItsNumberAndCostsNothingElse) {
  const ThreatList list =
      read("203.0.113.7\n203.0.113.300\n0.0.0.0/0\nhttps://evil.example/x\nlocalhost\nb.example");
  EXPECT_THAT(indicators(list), ElementsAre("203.0.113.7/32", "b.example"));
  ASSERT_EQ(list.flaws.size(), 3u);
  EXPECT_EQ(list.flaws[0].line, 2u);
  EXPECT_EQ(list.flaws[1].line, 3u) << "a network this wide is everybody";
  EXPECT_EQ(list.flaws[2].line, 5u);
  EXPECT_EQ(list.other_count, 1u) << "a URL is an indicator, but not of ours";
}

TEST(ThreatListTest, AFloodOfFlawsIsCountedAndNotKept) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "nonsense\n";
  const ThreatList list = read(text);
  EXPECT_EQ(list.flaws.size(), kFlawsMax);
  EXPECT_EQ(list.flaw_count, 100u);
}

TEST(ThreatListTest, ColumnsOfCsvAreFoundByTheirNames) {
  const ThreatList list = read(
      "first_seen,ip_address,valid_until,description\n"
      "2026-01-01,203.0.113.7,2026-02-01,\"a, \"\"quoted\"\" one\"\n"
      "2026-01-01,203.0.113.8,,\n"
      "2026-01-01,203.0.113.9,soon,\n");
  EXPECT_THAT(indicators(list), ElementsAre("203.0.113.7/32", "203.0.113.8/32"));
  EXPECT_EQ(list.indicators[0].valid_until, base::parse_time("2026-02-01"));
  EXPECT_EQ(list.indicators[0].description, "a, \"quoted\" one");
  EXPECT_EQ(list.flaw_count, 1u) << "an expiry that cannot be read is not taken for none";
}

TEST(ThreatListTest, WithoutAHeaderTheFirstIndicatorOfALineCounts) {
  EXPECT_THAT(indicators(read("1,203.0.113.7,x\n2,bad.example,y\n")),
              ElementsAre("203.0.113.7/32", "bad.example"));
}

constexpr char kStix[] = R"({"type":"bundle","id":"bundle--1","objects":[
  {"type":"identity","name":"x"},
  {"type":"indicator","name":"n","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z",
   "valid_until":"2026-02-01T00:00:00Z",
   "pattern":"[ipv4-addr:value = '203.0.113.7' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']"},
  {"type":"indicator","pattern":"[domain-name:value IN ('a.example','b.example')] OR [ipv6-addr:value = '2001:db8::1']"},
  {"type":"indicator","revoked":true,"pattern":"[ipv4-addr:value = '203.0.113.9']"},
  {"type":"indicator","pattern":"[file:hashes.MD5 = 'x']"},
  {"type":"indicator","pattern":"[ipv4-addr:value = '203.0.113.10' AND domain-name:value = 'c.example']"},
  {"type":"indicator","pattern":"[ipv4-addr:value = 'nonsense']"}]})";

TEST(ThreatListTest, StixIndicatorsOfAddressesAndDomains) {
  const ThreatList list = read(kStix);
  EXPECT_THAT(indicators(list), ElementsAre("203.0.113.7/32", "198.51.100.0/24", "a.example",
                                            "b.example", "2001:db8::1/128"));
  EXPECT_EQ(list.indicators[0].description, "n");
  EXPECT_EQ(list.indicators[1].valid_until, base::parse_time("2026-02-01"));
  EXPECT_EQ(list.other_count, 2u) << "files, and what asks for two things at once";
  EXPECT_EQ(list.flaw_count, 1u);
}

TEST(ThreatListTest, MispAttributesThatAreForDetection) {
  const std::string event = R"({"Event":{"info":"campaign","Attribute":[
    {"type":"ip-dst","to_ids":true,"value":"203.0.113.7"},
    {"type":"ip-src","to_ids":false,"value":"203.0.113.8"},
    {"type":"ip-src|port","to_ids":true,"value":"203.0.113.9|443"},
    {"type":"md5","to_ids":true,"value":"x"},
    {"type":"domain","to_ids":true,"deleted":true,"value":"gone.example"}],
    "Object":[{"Attribute":[{"type":"domain|ip","to_ids":"1","value":"a.example|203.0.113.10"}]}]}})";
  for (const std::string& text : {event, R"({"response":[)" + event + "]}", "[" + event + "]"}) {
    const ThreatList list = read(text);
    EXPECT_THAT(indicators(list),
                ElementsAre("203.0.113.7/32", "203.0.113.9/32", "a.example", "203.0.113.10/32"));
    EXPECT_EQ(list.indicators[0].description, "campaign");
    EXPECT_EQ(list.other_count, 1u);
  }
}

TEST(ThreatListTest, JsonOfNoKnownFormIsRefusedAsAWhole) {
  EXPECT_FALSE(read_threat_list(R"({"a":1})", "x").ok());
  EXPECT_FALSE(read_threat_list(R"({"type":"bundle")", "x").ok());
  EXPECT_FALSE(read_threat_list("[]", "x").ok());
}

TEST(ThreatListTest, DomainsAreComparedInLowerCaseWithoutTheLastDot) {
  EXPECT_EQ(normal_domain("A.Example."), "a.example");
  for (const char* text : {"", ".", "a", "a..b", "-.", "a b.c", "1.2.3.4"})
    EXPECT_EQ(normal_domain(text), std::nullopt) << text;
}

}  // namespace
}  // namespace riposte::enrich
