#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"
#include "aws/model.h"
#include "aws/samples_test.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::NotNull;

TEST(ModelReaderTest, AReferenceWinsOverItsShape) {
  const Service service = service_of(
      "rest-xml", R"("Put":{"input":{"shape":"In"}})",
      R"("In":{"type":"structure","required":["A"],"payload":"B","members":{)"
      R"("A":{"shape":"T","timestampFormat":"iso8601","location":"header","locationName":"x-a"},)"
      R"("B":{"shape":"T"}}},"T":{"type":"timestamp","timestampFormat":"rfc822"})");
  const Shape& input = service.shape(*service.operation("Put")->input);
  const Member& a = *service.member(input, "A");
  EXPECT_EQ(a.time_format, TimeFormat::Iso8601);
  EXPECT_EQ(a.location, Location::Header);
  EXPECT_EQ(a.wire_name(), "x-a");
  EXPECT_TRUE(a.required);
  EXPECT_EQ(service.member(input, "B")->time_format, TimeFormat::Rfc822);
  EXPECT_EQ(input.payload, 1);
}

TEST(ModelReaderTest, OfSeveralProtocolsTheOneThatWeLikeBestIsTaken) {
  EXPECT_EQ(sample_service("json").protocol(), Protocol::Json);
  EXPECT_EQ(sample_service("query", R"(,"protocols":["smithy-rpc-v3","query","json"])").protocol(),
            Protocol::Json);
}

TEST(ModelReaderTest, OperationsAreFoundByNameAndSuggestedByTypo) {
  const Service service = sample_service("json");
  EXPECT_THAT(service.operation("PutRule"), NotNull());
  EXPECT_THAT(service.operation("putrule"), IsNull());
  EXPECT_EQ(service.nearest_operation("putrule"), "PutRule");
  EXPECT_EQ(service.nearest_operation("PutRole"), "PutRule");
  EXPECT_EQ(service.nearest_operation("DeleteEverything"), "");
}

TEST(ModelReaderTest, ARealServiceHasItsNamesAndCalls) {
  Catalogue catalogue;
  const auto service = *catalogue.service("ec2");
  EXPECT_EQ(service->service_id(), "EC2");
  EXPECT_EQ(service->protocol(), Protocol::Ec2);
  EXPECT_GT(service->operations().size(), 700u);
  const Operation& operation = *service->operation("AuthorizeSecurityGroupIngress");
  const Shape& input = service->shape(*operation.input);
  EXPECT_THAT(service->member(input, "GroupId"), NotNull());
  EXPECT_THAT((*catalogue.service("s3"))
                  ->shape(*(*catalogue.service("s3"))->operation("GetObject")->output)
                  .payload,
              testing::Ge(0));
}

TEST(ModelReaderTest, ABrokenModelIsToldAndNothingWorse) {
  const struct {
    const char* text;
    const char* told;
  } cases[] = {
      {"", "the model of x"},
      {"[]", "no object \"service\""},
      {R"({"service":{}})", "no object \"metadata\""},
      {R"({"service":{"metadata":{"protocol":"soap"}}})", "protocol \"soap\" is not known"},
      {R"({"service":{"metadata":{"protocol":"json"}}})", "no object \"operations\""},
      {R"({"service":{"metadata":{"protocol":"json"},"operations":{"A":{"input":{"shape":"B"}}}}})",
       "operation A: there is no shape B"},
      {R"({"service":{"metadata":{"protocol":"json"},"operations":{"A":5}}})", "A is no object"},
      {R"({"service":{"metadata":{"protocol":"json"},"shapes":{"B":{"type":"list"}}}})",
       "shape B: a reference to a shape is missing"},
      {R"({"service":{"metadata":{"protocol":"json"},"shapes":{"B":{"type":"tree"}}}})",
       "type \"tree\" is not known"},
      {R"({"service":{"metadata":{"protocol":"json"},"shapes":{"B":5}}})", "shape B"},
  };
  for (const auto& each : cases) {
    const auto service = Service::read("x", each.text);
    ASSERT_FALSE(service.ok()) << each.text;
    EXPECT_THAT(service.error().message, HasSubstr(each.told));
  }
}

}  // namespace
}  // namespace riposte::aws
