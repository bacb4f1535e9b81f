#include "aws/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/protocol.h"
#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

constexpr std::string_view kShapes =
    R"("In":{"type":"structure","members":{"Filters":{"shape":"Filters","locationName":"filter"},)"
    R"("Names":{"shape":"Names"},"Map":{"shape":"Map"},"Since":{"shape":"Time"},)"
    R"("Other":{"shape":"S","queryName":"Exact","locationName":"other"}}},)"
    R"("Filters":{"type":"list","member":{"shape":"Filter"}},)"
    R"("Filter":{"type":"structure","members":{"Name":{"shape":"S"},"Values":{"shape":"Strings"}}},)"
    R"("Strings":{"type":"list","member":{"shape":"S"}},)"
    R"("Names":{"type":"list","flattened":true,"member":{"shape":"S","locationName":"Name"}},)"
    R"("Map":{"type":"map","key":{"shape":"S"},"value":{"shape":"S"}},)"
    R"("Out":{"type":"structure","members":{"Names":{"shape":"Names"},"Map":{"shape":"Map"}}},)"
    R"("S":{"type":"string"},"Time":{"type":"timestamp"})";
constexpr std::string_view kOperations =
    R"("Ask":{"input":{"shape":"In"},"output":{"shape":"Out","resultWrapper":"AskResult"}})";

std::string body(std::string_view protocol, Value input) {
  const Service service = service_of(protocol, kOperations, kShapes);
  const auto request = serialise(service, *service.operation("Ask"), std::move(input));
  return request.ok() ? request->body : request.error().message;
}

Value filters() {
  return Value::Object{
      {"Filters", Value::List{Value::Object{{"Name", "a b"}, {"Values", Value::List{"1", "2&"}}}}}};
}

TEST(QueryTest, ListsAreNumberedAsTheProtocolWants) {
  EXPECT_EQ(body("ec2", filters()),
            "Action=Ask&Version=2020-01-08&Filter.1.Name=a+b&Filter.1.Values.1=1&"
            "Filter.1.Values.2=2%26");
  EXPECT_EQ(body("query", filters()),
            "Action=Ask&Version=2020-01-08&filter.member.1.Name=a+b&"
            "filter.member.1.Values.member.1=1&filter.member.1.Values.member.2=2%26");
}

TEST(QueryTest, AFlattenedListGoesByItsElementsName) {
  EXPECT_EQ(body("query", Value::Object{{"Names", Value::List{"x"}}}),
            "Action=Ask&Version=2020-01-08&Name.1=x");
}

TEST(QueryTest, AnEmptyListIsSaidInQueryAndLeftOutInEc2) {
  const Value empty = Value::Object{{"Filters", Value::List()}};
  EXPECT_EQ(body("query", empty), "Action=Ask&Version=2020-01-08&filter=");
  EXPECT_EQ(body("ec2", empty), "Action=Ask&Version=2020-01-08");
}

TEST(QueryTest, MapsAreNumberedEntries) {
  EXPECT_EQ(body("query", Value::Object{{"Map", Value::Object{{"k", "v"}}}}),
            "Action=Ask&Version=2020-01-08&Map.entry.1.key=k&Map.entry.1.value=v");
}

TEST(QueryTest, Ec2HasNamesOfItsOwn) {
  EXPECT_EQ(body("ec2", Value::Object{{"Other", "x"}, {"Since", 0}}),
            "Action=Ask&Version=2020-01-08&Exact=x&Since=1970-01-01T00%3A00%3A00Z");
}

TEST(QueryTest, AnAnswerStandsInItsWrapper) {
  const Service service = service_of("query", kOperations, kShapes);
  const Answer answer =
      parse(service, *service.operation("Ask"),
            {200,
             {},
             "<AskResponse xmlns=\"x\"><AskResult><Name>a</Name><Name>b</Name>"
             "<Map><entry><key>k</key><value>v</value></entry><entry/></Map></AskResult>"
             "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AskResponse>"});
  ASSERT_TRUE(answer.ok()) << answer.error->message;
  EXPECT_EQ(to_json(answer.output), R"({"Names":["a","b"],"Map":{"k":"v"}})");
  EXPECT_EQ(answer.request_id, "r-1");
}

TEST(QueryTest, AnAnswerThatIsNotTheOperationsIsAnError) {
  const Service service = service_of("query", kOperations, kShapes);
  for (const char* text : {"<html/>", "<Ask/>", "not xml"}) {
    EXPECT_FALSE(parse(service, *service.operation("Ask"), {200, {}, text}).ok()) << text;
  }
  EXPECT_TRUE(parse(service, *service.operation("Ask"), {200, {}, "<AskResponse/>"}).ok());
}

}  // namespace
}  // namespace riposte::aws
