#include "event/text_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/actor.h"
#include "event/event_reader.h"
#include "event/resource.h"

namespace riposte::event {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// What a reader makes of a text: each record as it is read, and what was refused.
struct Read {
  std::vector<Format> formats;
  std::vector<std::string> records;
  std::vector<std::string> times;
  std::vector<std::string> names;
  std::vector<std::string> refused;
};

Read read(std::string text) {
  text.reserve(text.size() + json::kPadding);
  Read read;
  EventReader reader;
  Quarantine quarantine;
  reader.read(
      text, "log",
      [&](const Event& event) {
        read.formats.push_back(event.format);
        read.records.emplace_back(event.record->text);
        read.times.push_back(event.time ? base::format_time(*event.time) : "");
        read.names.emplace_back(event.name);
      },
      quarantine);
  for (const Quarantined& refused : quarantine.take_sorted())
    read.refused.push_back(refused.reason);
  return read;
}

std::string record_of(const std::string& line) {
  const Read outcome = read(line + "\n");
  EXPECT_THAT(outcome.refused, IsEmpty());
  EXPECT_THAT(outcome.records, SizeIs(1)) << line;
  return outcome.records.empty() ? "" : outcome.records.front();
}

TEST(TextLogTest, AFlowLogWithoutAHeaderHasTheDefaultOrder) {
  EXPECT_EQ(
      record_of(
          "2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 49761 3389 6 20 4249 "
          "1418530010 1418530070 REJECT OK"),
      R"({"@timestamp":"2014-12-14T04:06:50.000Z","version":2,"account-id":"123456789010",)"
      R"("interface-id":"eni-1235b8ca123456789","srcaddr":"203.0.113.12","dstaddr":"172.31.16.139",)"
      R"("srcport":49761,"dstport":3389,"protocol":6,"packets":20,"bytes":4249,"start":1418530010,)"
      R"("end":1418530070,"action":"REJECT","log-status":"OK"})");
}

TEST(TextLogTest, AHeaderTellsTheOrderUntilTheNextOne) {
  const Read outcome = read(
      "srcaddr dstaddr action start\n192.0.2.1 192.0.2.2 ACCEPT 1418530010\n"
      "action srcaddr dstaddr start\nREJECT 192.0.2.3 - 1418530011\n");
  EXPECT_THAT(outcome.records,
              ElementsAre(R"({"@timestamp":"2014-12-14T04:06:50.000Z","srcaddr":"192.0.2.1",)"
                          R"("dstaddr":"192.0.2.2","action":"ACCEPT","start":1418530010})",
                          R"({"@timestamp":"2014-12-14T04:06:51.000Z","action":"REJECT",)"
                          R"("srcaddr":"192.0.2.3","start":1418530011})"));
  EXPECT_THAT(outcome.names, ElementsAre("ACCEPT", "REJECT"));
}

TEST(TextLogTest, EveryKindOfLoadBalancerSaysWhatWebRulesAsk) {
  const std::string alb = record_of(
      "https 2026-01-31T18:37:58.287Z app/shop/50dc 203.0.113.7:2817 10.0.0.1:80 0.086 0.048 0.037 "
      R"(403 - 0 57 "GET https://shop.example:443/a?b=1' HTTP/1.1" "curl/7.46 \x22x\x22" )"
      R"(ECDHE TLSv1.2 arn:aws:x "Root=1" "shop.example" "arn:aws:acm:y" 1 2026-01-31T18:37:58.1Z )"
      R"("waf" "-" "-" "-" "-" "-" "-" new-field)");
  for (const char* part :
       {R"("client_ip":"203.0.113.7")", R"("client_port":2817)", R"("c-ip":"203.0.113.7")",
        R"("cs-method":"GET")", R"("cs-host":"shop.example")", R"("cs-uri-stem":"/a")",
        R"("cs-uri-query":"b=1'")", R"("sc-status":403)", R"("cs-user-agent":"curl/7.46 \"x\"")",
        R"("actions_executed":"waf")"}) {
    EXPECT_THAT(alb, HasSubstr(part));
  }
  EXPECT_THAT(record_of("2026-01-31T18:37:58.2Z my-lb 203.0.113.7:2817 - -1 -1 -1 503 0 0 0 "
                        R"("GET http://x:80/ HTTP/1.1" "-" - -)"),
              HasSubstr(R"("elb_status_code":503)"));
  EXPECT_THAT(
      record_of("tls 2.0 2026-01-31T18:37:58 net/n/c6 g3d 2001:db8::7:51341 10.0.0.1:443 5 2 98 "
                "246 - arn:aws:acm:x - ECDHE tlsv12 - n.example - - -"),
      HasSubstr(R"("client_ip":"2001:db8::7","client_port":51341)"));
}

TEST(TextLogTest, CloudFrontIsReadByItsFieldsAndDecodedTwice) {
  const Read outcome = read(
      "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent) "
      "cs-uri-query\n2026-01-31\t18:37:58\t203.0.113.7\tGET\t/a\t404\tMozilla/"
      "5.0%2520(x)\tq=%2527\n");
  EXPECT_THAT(outcome.formats, ElementsAre(Format::CloudFront));
  EXPECT_THAT(outcome.times, ElementsAre("2026-01-31T18:37:58.000Z"));
  ASSERT_THAT(outcome.records, SizeIs(1));
  EXPECT_THAT(outcome.records[0], HasSubstr(R"j("cs-user-agent":"Mozilla/5.0 (x)")j"));
  EXPECT_THAT(outcome.records[0], HasSubstr(R"("cs-uri":"/a?q=%2527")"));
}

TEST(TextLogTest, S3SaysWhoAskedForWhichObject) {
  std::string line =
      "79a5 logs [06/Feb/2026:00:00:38 +0100] 203.0.113.7 "
      "arn:aws:sts::111122223333:assumed-role/R/s "
      "3E57 REST.GET.OBJECT dir/a%2520b.txt \"GET /dir/a%20b.txt HTTP/1.1\" 200 - 113 113 7 6 "
      "\"-\" "
      "\"S3Console/0.4 a\"b x\" - h= SigV4 ECDHE AuthHeader logs.s3.amazonaws.com TLSv1.2\n";
  line.reserve(line.size() + json::kPadding);
  EventReader reader;
  Quarantine quarantine;
  int seen = 0;
  const auto see = [&](const Event& event) {
    ++seen;
    EXPECT_EQ(event.name, "REST.GET.OBJECT");
    EXPECT_EQ(base::format_time(*event.time), "2026-02-05T23:00:38.000Z");
    const Actor actor = actor_of(event);
    EXPECT_EQ(actor.type, "AssumedRole");
    EXPECT_EQ(actor.session_of, "arn:aws:iam::111122223333:role/R");
    EXPECT_EQ(actor.ip, "203.0.113.7");
    EXPECT_EQ(actor.user_agent, "S3Console/0.4 a\"b x");
    EXPECT_EQ(resources_of(event).front().id, "logs/dir/a%20b.txt");
  };
  reader.read(line, "log", see, quarantine);
  EXPECT_EQ(seen, 1);
}

TEST(TextLogTest, WebServersWriteCommonAndCombined) {
  EXPECT_THAT(
      record_of(
          R"(203.0.113.7 - dana [13/Jan/2026:19:31:16 +0000] "GET /a.php?x HTTP/1.1" 200 494)"),
      HasSubstr(R"("cs-username":"dana")"));
  EXPECT_THAT(
      record_of(
          R"(203.0.113.7 - - [13/Jan/2026:19:31:16 +0000] "GET /\"x HTTP/1.1" 404 - "http://r" "ua")"),
      HasSubstr(R"("cs-uri-stem":"/\"x")"));
}

TEST(TextLogTest, ALogOfSeveralSitesNamesTheSite) {
  const std::string record = record_of(
      R"(shop.example:443 203.0.113.7 - - [13/Jan/2026:19:31:16 +0000] "GET /a HTTP/1.1" 200 4 "-" "ua")");
  EXPECT_THAT(record, HasSubstr(R"("c-ip":"203.0.113.7")"));
  EXPECT_THAT(record, HasSubstr(R"("cs-host":"shop.example")"));
}

TEST(TextLogTest, IisNamesItsFields) {
  const Read outcome = read(
      "#Software: Microsoft Internet Information Services 10.0\n"
      "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n"
      "2026-01-31 18:37:58 GET /a - 203.0.113.7 Mozilla/5.0+(x) 200\n");
  EXPECT_THAT(outcome.formats, ElementsAre(Format::WebServer));
  ASSERT_THAT(outcome.records, SizeIs(1));
  EXPECT_THAT(outcome.records[0], HasSubstr(R"j("cs-user-agent":"Mozilla/5.0 (x)")j"));
}

TEST(TextLogTest, ALineThatFitsNothingIsPutAsideAndTheOthersAreRead) {
  const Read outcome = read(
      "2 123456789010 eni-1a 203.0.113.12 172.31.16.139 1 2 6 20 4249 1418530010 1418530070 REJECT "
      "OK\n"
      "something else\n"
      "2 123456789010 eni-1a 203.0.113.12\n"
      "2 123456789010 eni-1a - - - - - - - 1418530010 1418530070 - NODATA\r\n");
  EXPECT_THAT(outcome.records, SizeIs(2));
  EXPECT_THAT(outcome.refused, SizeIs(2));
}

TEST(TextLogTest, ATextWithAHeadingIsNoLog) {
  for (const char* text : {"# What happened\n\nSomebody came: with a key.\nAnd went.\n",
                           "#!/bin/sh\necho: a\n"}) {
    const Read outcome = read(text);
    EXPECT_THAT(outcome.records, IsEmpty());
    EXPECT_THAT(outcome.refused, Contains(StartsWith("not JSON")));
  }
}

TEST(TextLogTest, AMessageMayBeALine) {
  const Read outcome = read(
      R"({"messageType":"DATA_MESSAGE","logGroup":"flow","logEvents":[{"id":"1","timestamp":1,"message":)"
      R"("2 123456789010 eni-1a 203.0.113.12 172.31.16.139 1 2 6 20 4249 1418530010 1418530070 REJECT OK"}]})");
  EXPECT_THAT(outcome.formats, ElementsAre(Format::VpcFlow));
}

TEST(TextLogTest, InWindowsOfAnySizeTheSameLinesAreRead) {
  std::string text = "srcaddr action start\n";
  for (int i = 0; i < 50; ++i)
    text += "192.0.2." + std::to_string(i) + " ACCEPT 14185300" + std::to_string(10 + i) + "\n";
  for (std::size_t size : {40, 64, 100, 1000}) {
    EventReader reader;
    Quarantine quarantine;
    std::size_t count = 0;
    reader.begin("log");
    std::size_t window = size;
    for (std::size_t done = 0; done < text.size();) {
      std::string bytes = text.substr(done, window);
      const bool is_last = done + bytes.size() == text.size();
      bytes.reserve(bytes.size() + json::kPadding);
      const std::size_t read = reader.feed(
          bytes, is_last, [&count](const RawEvent&) { ++count; }, quarantine);
      done += read;
      if (read == 0) window *= 2;
    }
    EXPECT_EQ(count, 50u) << size;
    EXPECT_EQ(quarantine.count(), 0u);
  }
}

}  // namespace
}  // namespace riposte::event
