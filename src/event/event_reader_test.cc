#include "event/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
