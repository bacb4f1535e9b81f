#include "aws/rest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/protocol.h"
#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;

constexpr std::string_view kShapes =
    R"("PutObjectRequest":{"type":"structure","payload":"Body","required":["Bucket","Key"],)"
    R"("members":{"Bucket":{"shape":"S","location":"uri","locationName":"Bucket",)"
    R"("contextParam":{"name":"Bucket"}},)"
    R"("Key":{"shape":"S","location":"uri","locationName":"Key"},)"
    R"("Tags":{"shape":"List","location":"header","locationName":"x-tags"},)"
    R"("Meta":{"shape":"Map","location":"headers","locationName":"x-meta-"},)"
    R"("Version":{"shape":"S","location":"querystring","locationName":"versionId"},)"
    R"("Until":{"shape":"Time","location":"header","locationName":"x-until"},)"
    R"("Algorithm":{"shape":"S","location":"header","locationName":"x-sum"},)"
    R"("Body":{"shape":"Bytes","streaming":true}}},)"
    R"("GetObjectResponse":{"type":"structure","payload":"Body","members":{)"
    R"("Tags":{"shape":"List","location":"header","locationName":"x-tags"},)"
    R"("Meta":{"shape":"Map","location":"headers","locationName":"x-meta-"},)"
    R"("Until":{"shape":"Time","location":"header","locationName":"x-until"},)"
    R"("Status":{"shape":"I","location":"statusCode"},"Body":{"shape":"Bytes","streaming":true}}},)"
    R"("Zone":{"type":"structure","members":{"Name":{"shape":"S"},"Hosts":{"shape":"List"},)"
    R"("Flat":{"shape":"List","flattened":true,"locationName":"Host"},)"
    R"("Kind":{"shape":"S","xmlAttribute":true,"locationName":"xsi:type"},)"
    R"("Until":{"shape":"Time"},"Meta":{"shape":"Map"}}},)"
    R"("Location":{"type":"structure","members":{"LocationConstraint":{"shape":"S"}}},)"
    R"("NoSuchKey":{"type":"structure","exception":true,"members":{"Key":{"shape":"S"}}},)"
    R"("S":{"type":"string"},"I":{"type":"integer"},"Bytes":{"type":"blob"},)"
    R"("Time":{"type":"timestamp"},"List":{"type":"list","member":{"shape":"S"}},)"
    R"("Map":{"type":"map","key":{"shape":"S"},"value":{"shape":"S"}})";
constexpr std::string_view kOperations =
    R"("PutObject":{"http":{"method":"PUT","requestUri":"/{Bucket}/{Key+}?x-id=Put"},)"
    R"("input":{"shape":"PutObjectRequest"},"output":{"shape":"GetObjectResponse"},)"
    R"("errors":[{"shape":"NoSuchKey"}]},)"
    R"("PutChecked":{"http":{"method":"PUT","requestUri":"/{Bucket}/{Key+}"},)"
    R"("input":{"shape":"PutObjectRequest"},)"
    R"("httpChecksum":{"requestAlgorithmMember":"Algorithm","requestChecksumRequired":true}},)"
    R"("PutZone":{"http":{"method":"POST","requestUri":"/zone"},)"
    R"("input":{"shape":"Zone","locationName":"ZoneRequest",)"
    R"("xmlNamespace":{"uri":"https://zones/"}},"output":{"shape":"Zone"}},)"
    R"("Where":{"output":{"shape":"Location"}})";

Service service(std::string_view protocol = "rest-xml") {
  return service_of(protocol, kOperations, kShapes);
}

base::Result<net::HttpRequest> put(Value::Object more, std::string_view operation = "PutObject") {
  Value::Object input = {{"Bucket", "b"}, {"Key", "k"}};
  for (Value::Member& member : more)
    input.push_back(std::move(member));
  const Service spoken = service();
  return serialise(spoken, *spoken.operation(operation), Value(std::move(input)));
}

TEST(RestTest, APathKeepsTheSlashesOfAKeyAndLeavesTheBucketToTheEndpoint) {
  const Service spoken = service();
  const auto request = serialise(spoken, *spoken.operation("PutObject"),
                                 Value::Object{{"Bucket", "b"}, {"Key", "/a b/../ä+"}});
  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(request->path, "//a%20b/../%C3%A4%2B");
  EXPECT_THAT(request->query, ElementsAre(net::QueryParameter{"x-id", "Put"}));
  EXPECT_EQ(request->method, "PUT");
  EXPECT_EQ(request->body, "");
}

TEST(RestTest, MembersStandWhereTheModelPutsThem) {
  const auto request = put({{"Tags", Value::List{"", "a", "b,c", "d\"e"}},
                            {"Meta", Value::Object{{"one", "1"}}},
                            {"Version", "v 1"},
                            {"Until", "2015-01-25T08:00:00Z"},
                            {"Body", Blob{"bytes"}}});
  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_THAT(
      request->headers,
      ElementsAre(net::Header{"x-tags", R"(, a, "b,c", "d\"e")"}, net::Header{"x-meta-one", "1"},
                  net::Header{"x-until", "Sun, 25 Jan 2015 08:00:00 GMT"}));
  EXPECT_THAT(request->query, Contains(net::QueryParameter{"versionId", "v 1"}));
  EXPECT_EQ(request->body, "bytes");
}

TEST(RestTest, AnEmptyPartOfThePathIsRefused) {
  const Service spoken = service();
  const auto request = serialise(spoken, *spoken.operation("PutObject"),
                                 Value::Object{{"Bucket", "b"}, {"Key", ""}});
  ASSERT_FALSE(request.ok());
  EXPECT_THAT(request.error().message, HasSubstr("Key: may not be empty"));
}

TEST(RestTest, ALineBreakGetsIntoNoHeader) {
  EXPECT_THAT(put({{"Meta", Value::Object{{"one", "1\r\nHost: other"}}}}).error().message,
              HasSubstr("line break"));
  EXPECT_FALSE(put({{"Meta", Value::Object{{"one\r\nHost", "1"}}}}).ok());
}

TEST(RestTest, AChecksumIsAddedWhereItIsWanted) {
  const auto request = put({{"Body", Blob{"123456789"}}}, "PutChecked");
  ASSERT_TRUE(request.ok());
  EXPECT_THAT(net::find_header(request->headers, "x-amz-checksum-crc32"),
              Pointee(std::string("y/Q5Jg==")));
  EXPECT_THAT(net::find_header(request->headers, "x-sum"), Pointee(std::string("CRC32")));
  const auto named = put({{"Algorithm", "SHA256"}, {"Body", Blob{""}}}, "PutChecked");
  EXPECT_THAT(net::find_header(named->headers, "x-amz-checksum-sha256"),
              Pointee(std::string("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")));
  EXPECT_THAT(put({{"Algorithm", "SHA1"}}, "PutChecked").error().message, HasSubstr("SHA1"));
}

TEST(RestTest, XmlHasItsNamespaceAttributesAndEscapes) {
  const Service spoken = service();
  const auto request = serialise(spoken, *spoken.operation("PutZone"),
                                 Value::Object{{"Name", "a<b>&\"\r\n\t"},
                                               {"Hosts", Value::List{"x"}},
                                               {"Flat", Value::List{"y", "z"}},
                                               {"Kind", "T"},
                                               {"Meta", Value::Object{{"k", "v"}}}});
  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(request->body,
            "<ZoneRequest xmlns=\"https://zones/\" xsi:type=\"T\">"
            "<Name>a&lt;b&gt;&amp;&quot;&#xD;&#xA;&#x9;</Name><Hosts><member>x</member></Hosts>"
            "<Host>y</Host><Host>z</Host>"
            "<Meta><entry><key>k</key><value>v</value></entry></Meta></ZoneRequest>");
  EXPECT_THAT(net::find_header(request->headers, "content-type"),
              Pointee(std::string("application/xml")));
}

TEST(RestTest, WhatIsWrittenAsXmlIsReadTheSame) {
  const Service spoken = service();
  const Operation& operation = *spoken.operation("PutZone");
  const Value zone = Value::Object{{"Name", " a<b>&\r\n"},
                                   {"Hosts", Value::List{"x", ""}},
                                   {"Flat", Value::List{"y", "z"}},
                                   {"Kind", "T"},
                                   {"Until", *base::parse_time("2015-01-25T08:00:00Z")},
                                   {"Meta", Value::Object{{"k", "v"}}}};
  const auto request = serialise(spoken, operation, zone);
  const Answer answer = parse(spoken, operation, {200, {}, request->body});
  ASSERT_TRUE(answer.ok()) << answer.error->message;
  EXPECT_EQ(to_json(answer.output), to_json(zone));
}

TEST(RestTest, AnAnswerIsReadFromHeadersStatusAndBody) {
  const Service spoken = service();
  const Answer answer = parse(spoken, *spoken.operation("PutObject"),
                              {206,
                               {{"X-Tags", R"(a, "b,c")"},
                                {"X-Meta-One", "1"},
                                {"x-until", "Sun, 25 Jan 2015 08:00:00 GMT"}},
                               "<Error>kept as it is</Error>"});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(to_json(answer.output),
            R"({"Body":"PEVycm9yPmtlcHQgYXMgaXQgaXM8L0Vycm9yPg==","Tags":["a","b,c"],)"
            R"("Meta":{"One":"1"},"Until":"2015-01-25T08:00:00.000Z","Status":206})");
}

TEST(RestTest, AnErrorBehindASuccessIsAnError) {
  const Service spoken = service();
  const Answer answer =
      parse(spoken, *spoken.operation("PutZone"),
            {200, {}, "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error->code, "InternalError");
  EXPECT_EQ(answer.error->kind, base::Errc::Busy);
}

TEST(RestTest, AnAnswerThatIsOneTextIsThatMember) {
  const Service spoken = service();
  const Answer answer = parse(spoken, *spoken.operation("Where"),
                              {200, {}, "<LocationConstraint xmlns=\"x\">EU</LocationConstraint>"});
  EXPECT_EQ(answer.output.text_at("LocationConstraint"), "EU");
}

TEST(RestTest, APolicyOfIamComesAsItWasWritten) {
  const Service spoken = service_of(
      "rest-xml", R"("Get":{"output":{"shape":"Out"}})",
      R"("Out":{"type":"structure","members":{"P":{"shape":"policyDocumentType"},)"
      R"("S":{"shape":"S"}}},"policyDocumentType":{"type":"string"},"S":{"type":"string"})");
  const Answer answer = parse(spoken, *spoken.operation("Get"),
                              {200, {}, "<Out><P>%7B%22a%22%3A%22%2525%22%7D</P><S>%7B</S></Out>"});
  EXPECT_EQ(answer.output.text_at("P"), "{\"a\":\"%25\"}");
  EXPECT_EQ(answer.output.text_at("S"), "%7B");
}

TEST(RestTest, ARefusalIsReadInEveryFormThatThereIs) {
  const Service spoken = service();
  const struct {
    const char* body;
    const char* code;
  } cases[] = {
      {"<Error><Code>NoSuchKey</Code><Key>k</Key><RequestId>r</RequestId></Error>", "NoSuchKey"},
      {"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", "Throttling"},
      {"<Response><Errors><Error><Code>A.B</Code></Error></Errors></Response>", "A.B"},
      {R"({"__type":"com.x#Denied:http://y"})", "Denied"},
      {"<html><body>no</body></html>", "404"},
      {"<Error><Code>", "404"},
      {"", "404"},
      {"\x01\x02", "404"},
  };
  for (const auto& each : cases) {
    const Answer answer = parse(spoken, *spoken.operation("PutObject"), {404, {}, each.body});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error->code, each.code) << each.body;
  }
  const Answer known = parse(spoken, *spoken.operation("PutObject"), {404, {}, cases[0].body});
  EXPECT_EQ(known.error->fields.text_at("Key"), "k");
  EXPECT_EQ(known.request_id, "r");
}

TEST(RestTest, JsonSendsAnObjectWhereverABodyIsModelled) {
  const Service spoken = service("rest-json");
  EXPECT_EQ(serialise(spoken, *spoken.operation("PutZone"), {})->body, "{}");
  EXPECT_EQ(serialise(spoken, *spoken.operation("Where"), {})->body, "");
  EXPECT_THAT(serialise(spoken, *spoken.operation("Where"), {})->headers, IsEmpty());
}

}  // namespace
}  // namespace riposte::aws
