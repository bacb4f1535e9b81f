#include "event/event_reader.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/identity.h"
#include "json/scanner.h"

namespace riposte::event {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kRecord =
    R"({"eventVersion":"1.08","eventTime":"2026-01-31T18:37:58Z","eventSource":"cloudtrail.amazonaws.com",)"
    R"("eventName":"StopLogging","awsRegion":"eu-west-1","eventID":"e-1","recipientAccountId":"111122223333"})";

std::string record(std::string_view id) {
  return R"({"eventSource":"iam.amazonaws.com","eventName":"CreateUser","eventID":")" +
         std::string(id) + "\"}";
}

// Base64 of printf
// '{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","timestamp":1,"message":
// "{\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"CreateUser\",\"eventID\":\"cw\"}"}]}' |
// gzip
constexpr std::string_view kSubscription =
    "H4sIAAAAAAACA0WMsQrCMBRF/+XOpdA1W7GlOOiSdjIij/"
    "goBdOUJLVoyb8breJ4zzncFYa9p57bx8QQqMq2vBxqKcumRoab7Rtn"
    "5ymZfpv1ncfgIU4rhmvCRcJhSCeBTMqK7HeY3KrA71za2WlWEAoDmZwMPe1Ii8+1NQrZtzqS2ZqdYwrceXZ/"
    "ua8+Si8KEfEcXwss"
    "hdO4AAAA";

struct Read {
  std::vector<std::string> events;  // "format id"
  std::vector<std::string> refused;
  std::uint64_t skipped = 0;
};

Read read(std::string text) {
  text.reserve(text.size() + json::kPadding);
  Read result;
  EventReader reader;
  Quarantine quarantine;
  reader.read(
      text, "file",
      [&](Event& event) {
        result.events.push_back(std::string(name_of(event.format)) + " " + std::string(event.id));
      },
      quarantine);
  result.skipped = reader.skipped_count();
  for (const Quarantined& item : quarantine.take_sorted()) {
    result.refused.push_back(std::to_string(item.record) + " " + item.reason);
  }
  return result;
}

// The same, but the text comes in windows: each holds what is left of the last one and `step` bytes
// more.
Read read_in_windows(const std::string& text, std::size_t step) {
  Read result;
  EventReader reader;
  Quarantine quarantine;
  const EventReader::OnRawEvent take = [&](const RawEvent& raw) {
    const Event* event = reader.complete(raw);
    if (event == nullptr) return;
    result.events.push_back(std::string(name_of(event->format)) + " " + std::string(event->id));
  };
  reader.begin("file");
  std::size_t begin = 0;
  for (std::size_t end = std::min(step, text.size()); begin < text.size();) {
    std::string window = text.substr(begin, end - begin);
    const std::size_t size = window.size();
    window.append(json::kPadding, '}');
    begin +=
        reader.feed(std::string_view(window).substr(0, size), end == text.size(), take, quarantine);
    if (end == text.size()) break;
    end = std::min(text.size(), end + step);
  }
  for (const Quarantined& item : quarantine.take_sorted()) {
    result.refused.push_back(std::to_string(item.record) + " " + item.reason);
  }
  return result;
}

// A record over several lines, as tools that print prettily write it.
std::string pretty(std::string_view id, bool is_broken = false) {
  return "  {\n    \"eventSource\": \"iam.amazonaws.com\",\n    \"eventName\": " +
         std::string(is_broken ? "" : "\"CreateUser\"") +
         ",\n    \"x\": {\n      \"y\": 1\n    },\n    " + "\"eventID\": \"" + std::string(id) +
         "\"\n  }";
}

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

TEST(EventReaderTest, ReadsTheFieldsOfACloudTrailRecord) {
  std::string text(kRecord);
  text.reserve(text.size() + json::kPadding);
  EventReader reader;
  Quarantine quarantine;
  reader.read(
      text, "a.json",
      [](Event& event) {
        EXPECT_EQ(event.format, Format::CloudTrail);
        EXPECT_EQ(event.name, "StopLogging");
        EXPECT_EQ(event.service, "cloudtrail");
        EXPECT_EQ(event.account, "111122223333");
        EXPECT_EQ(event.region, "eu-west-1");
        EXPECT_EQ(base::format_time(*event.time), "2026-01-31T18:37:58.000Z");
        EXPECT_EQ(event.origin.path, "a.json");
        EXPECT_EQ(event.origin.record, 1u);
        EXPECT_TRUE(event.envelope_is_made);
        EXPECT_EQ(event.envelope->string_at("source"), "aws.cloudtrail");
        EXPECT_EQ(event.envelope->string_at("detail-type"), "AWS API Call via CloudTrail");
      },
      quarantine);
  EXPECT_EQ(reader.event_count(), 1u);
}

TEST(EventReaderTest, OpensEveryStreamOfRecords) {
  const std::string a = record("a");
  const std::string b = record("b");
  for (const std::string& text : std::vector<std::string>{
           "{\"Records\":[" + a + "," + b + "]}",
           "{ \"Records\" : [\n" + a + ",\n" + b + "\n]\n}\n",
           "[" + a + "," + b + "]",
           a + "\n" + b + "\n",
           a + "\r\n\r\n" + b,
           a + b,
           "\xEF\xBB\xBF" + a + "\n" + b,
           "{\n \"eventSource\":\"iam.amazonaws.com\",\n \"eventName\":\"x\",\n "
           "\"eventID\":\"a\"\n}\n" +
               b,
           "{\"Records\":[" + a + "]}\n{\"Records\":[" + b + "]}",
       }) {
    const Read result = read(text);
    EXPECT_THAT(result.events, ElementsAre("cloudtrail a", "cloudtrail b")) << text;
    EXPECT_THAT(result.refused, ElementsAre()) << text;
  }
}

TEST(EventReaderTest, UnwrapsWhatTransportsPutAround) {
  const std::string a = record("a");
  const std::string sns = R"({"Type":"Notification","MessageId":"m","Message":)" +
                          json_text("{\"Records\":[" + a + "]}") + "}";
  for (
      const std::string& text : std::vector<std::string>{
          R"({"version":"0","id":"x","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":)" +
              a + "}",
          R"({"Events":[{"EventId":"a","CloudTrailEvent":)" + json_text(a) +
              R"(}],"NextToken":"t"})",
          R"({"NextToken":"t","Events":[{"EventId":"a","CloudTrailEvent":)" + json_text(a) + "}]}",
          R"({"EventId":"a","CloudTrailEvent":)" + json_text(a) + "}",
          sns,
          R"({"Records":[{"EventSource":"aws:sns","Sns":{"Message":)" + json_text(a) + "}}]}",
          R"({"Records":[{"eventSource":"aws:sqs","messageId":"1","body":)" + json_text(sns) +
              "}]}",
          R"({"Messages":[{"ReceiptHandle":"r","Body":)" + json_text(a) + "}]}",
          R"({"requestId":"r","timestamp":1,"records":[{"data":"@A@"}]})",
          R"({"Records":[{"eventSource":"aws:kinesis","kinesis":{"data":"@A@"}}]})",
          R"({"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":)" +
              json_text(a) + "}]}",
      }) {
    std::string filled = text;
    // base64 of record("a")
    const std::string encoded =
        "eyJldmVudFNvdXJjZSI6ImlhbS5hbWF6b25hd3MuY29tIiwiZXZlbnROYW1lIjoiQ3JlYXRlVXNlciIsImV2ZW50SU"
        "QiOiJhIn0=";
    if (const std::size_t at = filled.find("@A@"); at != std::string::npos)
      filled.replace(at, 3, encoded);
    const Read result = read(filled);
    EXPECT_THAT(result.events, ElementsAre("cloudtrail a")) << text;
    EXPECT_THAT(result.refused, ElementsAre()) << text;
  }
}

TEST(EventReaderTest, OpensGzippedSubscriptions) {
  const Read result = read("{\"awslogs\":{\"data\":\"" + std::string(kSubscription) + "\"}}");
  EXPECT_THAT(result.events, ElementsAre("cloudtrail cw"));
}

TEST(EventReaderTest, KnowsTheOtherFormats) {
  EXPECT_THAT(
      read(
          R"({"schemaVersion":"2.0","id":"g","type":"Recon:EC2/Portscan","severity":5,"service":{},"resource":{}})")
          .events,
      ElementsAre("guardduty g"));
  EXPECT_THAT(
      read(
          R"({"region":"r","detail":{"id":"g","type":"Recon:EC2/Portscan","severity":5,"service":{},"resource":{}}})")
          .events,
      ElementsAre("guardduty g"));
  EXPECT_THAT(
      read(
          R"({"id":"e","detail-type":"Security Hub Findings - Imported","detail":{"findings":[{"Id":"1"},{"Id":"2"}]}})")
          .events,
      ElementsAre("securityhub 1", "securityhub 2"));
  EXPECT_THAT(
      read(R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]})")
          .events,
      ElementsAre("s3_notification "));
  EXPECT_THAT(
      read(
          R"({"Records":[{"eventID":"d","eventSource":"aws:dynamodb","eventName":"MODIFY","dynamodb":{}}]})")
          .events,
      ElementsAre("dynamodb_stream d"));
  EXPECT_THAT(read(R"({"id":"e","detail-type":"Scheduled Event","detail":{}})").events,
              ElementsAre("eventbridge e"));
  EXPECT_THAT(read(R"({"whatever":1})").events, ElementsAre("unknown "));
}

// A change of a table has no caller and no time of its own: account and time stand elsewhere.
TEST(EventReaderTest, AChangeOfATableIsPlacedByItsStream) {
  const auto document = json::OwnedDocument::parse(
      R"({"eventID":"d","eventSource":"aws:dynamodb","awsRegion":"eu-west-1",)"
      R"("dynamodb":{"ApproximateCreationDateTime":1769851318},)"
      R"("eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x"})");
  EXPECT_EQ(account_of(document->root(), document->root()), "111122223333");
  EXPECT_EQ(time_of(document->raw(), document->raw()), base::parse_time("2026-01-31T09:21:58Z"));
}

TEST(EventReaderTest, ServiceChatterIsSkippedNotRefused) {
  const Read result = read(R"({"Service":"Amazon S3","Event":"s3:TestEvent"}
{"awsAccountId":"1","digestStartTime":"2026-01-31T18:00:00Z","logFiles":[]}
{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]})");
  EXPECT_EQ(result.skipped, 3u);
  EXPECT_THAT(result.events, ElementsAre());
  EXPECT_THAT(result.refused, ElementsAre());
}

TEST(EventReaderTest, ABrokenRecordCostsOnlyItself) {
  const std::string a = record("a");
  const std::string b = record("b");
  for (const std::string& text : std::vector<std::string>{
           a + "\n{\"broken\": \n" + b,
           a + "\n{\"broken\": tru}\n" + b,
           a + "\nnot json at all\n" + b,
           a + "\n{\"utf8\":\"\xff\"}\n" + b,
           a + "\n{\"k\":1,\"k\":2}\n" + b,
           "{\"broken\": \n" + a + "\n" + b,
           "{\"open\": \"\n" + a + "\n" + b,
           "{\"Records\":[" + a + ",{\"utf8\":\"\xff\"}," + b + "]}",
           "[" + a + ",12," + b + "]",
           "[" + a + "," + std::string(200, '[') + std::string(200, ']') + "," + b + "]",
       }) {
    const Read result = read(text);
    EXPECT_THAT(result.events, ElementsAre("cloudtrail a", "cloudtrail b")) << text;
    EXPECT_EQ(result.refused.size(), 1u) << text;
  }
}

// Larger than what the reader looks at at once.
constexpr int kMany = 8000;

TEST(EventReaderTest, ABrokenRecordCostsOnlyItselfInALongPrettyText) {
  for (const bool is_list : {true, false}) {
    std::string text = is_list ? "{\n  \"Records\": [\n" : "";
    for (int i = 0; i < kMany; ++i) {
      if (i > 0) text += is_list ? ",\n" : "\n";
      const std::string one = pretty(std::to_string(i), i == 5 || i == 6000);
      text += is_list ? one : one.substr(2);
    }
    if (is_list) text += "\n  ]\n}\n";
    text += record("behind");
    ASSERT_GT(text.size(), std::size_t{1'000'000});
    const Read whole = read(text);
    EXPECT_EQ(whole.events.size(), kMany - 2u + 1u) << is_list;
    EXPECT_EQ(whole.events.back(), "cloudtrail behind");
    EXPECT_EQ(whole.refused.size(), 2u) << is_list;
    const Read parts = read_in_windows(text, 300'000);
    EXPECT_EQ(parts.events, whole.events) << is_list;
    EXPECT_EQ(parts.refused.size(), whole.refused.size()) << is_list;
  }
}

TEST(EventReaderTest, TruncatedLinesCostOnlyThemselvesInALongText) {
  std::string text;
  for (int i = 0; i < kMany; ++i) {
    const std::string line = record(std::to_string(i));
    text += (i % 1000 == 7 ? line.substr(0, line.size() - 5) : line) + "\n";
  }
  for (const std::size_t step : {std::size_t{300'000}, text.size()}) {
    const Read parts = read_in_windows(text, step);
    EXPECT_EQ(parts.events.size(), kMany - 8u) << step;
    EXPECT_EQ(parts.refused.size(), 8u) << step;
  }
}

TEST(EventReaderTest, WindowsOfAnySizeGiveWhatTheWholeTextGives) {
  const std::string texts[] = {
      record("1") + "\n" + record("2") + "\n\n" + record("3"),
      "[" + record("1") + "," + record("2") + "]\n" + record("3"),
      "\xEF\xBB\xBF{\"Records\":[" + record("1") + ",\n" + record("2") +
          "],\"NextToken\":\"n\"}\n" + record("3"),
      pretty("1") + "\n" + pretty("2") + "\n" + pretty("3") + "\n",
      "{\"Records\": [\n" + pretty("1") + ",\n" + pretty("2", true) + ",\n" + pretty("3") + "\n]}",
      record("1") + "\nno record\n" + record("2") + "\n{\"a\":\n" + record("3") + "\n",
  };
  for (const std::string& text : texts) {
    const Read whole = read(text);
    for (std::size_t step = 1; step <= text.size(); ++step) {
      const Read parts = read_in_windows(text, step);
      EXPECT_EQ(parts.events, whole.events) << step << "\n" << text;
    }
  }
}

TEST(EventReaderTest, WhatStandsBehindAListTooLongForOneWindowIsRead) {
  std::string text = "{\"Records\":[";
  const int count = 1 + static_cast<int>(EventReader::kLineMax / record("00000").size());
  for (int i = 0; i < count; ++i)
    text += (i > 0 ? "," : "") + record(std::to_string(10000 + i));
  text += "],\"NextToken\":\"n\"}\n" + record("behind");
  for (const std::size_t step : {EventReader::kLineMax, EventReader::kLineMax + 7, text.size()}) {
    const Read parts = read_in_windows(text, step);
    EXPECT_EQ(parts.events.size(), static_cast<std::size_t>(count) + 1) << step;
    EXPECT_EQ(parts.events.back(), "cloudtrail behind");
    EXPECT_EQ(parts.refused.size(), 0u);
  }
}

TEST(EventReaderTest, ATruncatedFileGivesWhatStandsBeforeItsEnd) {
  const Read result = read("{\"Records\":[" + record("a") + "," + record("b") + ",{\"eventSo");
  EXPECT_THAT(result.events, ElementsAre("cloudtrail a", "cloudtrail b"));
  EXPECT_THAT(result.refused, ElementsAre("3 the text ends inside a list of records"));
}

TEST(EventReaderTest, WrappingHasALimit) {
  std::string text = record("a");
  for (int i = 0; i < 12; ++i)
    text = R"({"Type":"Notification","Message":)" + json_text(text) + "}";
  const Read result = read(text);
  EXPECT_THAT(result.events, ElementsAre());
  EXPECT_THAT(result.refused, ElementsAre(HasSubstr("wrapped in more than 8 messages")));
}

TEST(EventReaderTest, MissingAndNullFieldsAreNoError) {
  const Read result =
      read(R"({"eventName":null,"eventSource":null,"userIdentity":null,"requestParameters":null})");
  EXPECT_THAT(result.events, ElementsAre("cloudtrail "));
}

}  // namespace
}  // namespace riposte::event
