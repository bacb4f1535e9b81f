#include "aws/quirks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"

namespace riposte::aws {
namespace {

class QuirksTest : public testing::Test {
 protected:
  std::shared_ptr<const Service> service(const char* name) {
    return catalogue_.service(name).value();
  }
  bool mend(const char* name, const char* operation, Value& input) {
    return mend_input(*service(name), *service(name)->operation(operation), input);
  }
  Catalogue catalogue_;
};

TEST_F(QuirksTest, KeysOfABucketAreAskedForEncodedAndGivenAsTheyAre) {
  Value input = Value::Object{{"Bucket", "b"}};
  ASSERT_TRUE(mend("s3", "ListObjectsV2", input));
  EXPECT_EQ(input.text_at("EncodingType"), "url");
  Value output = Value::Object{{"EncodingType", "url"},
                               {"Name", "a%20b"},
                               {"Contents", Value::List{Value::Object{{"Key", "a%0Ab+c%2Bd"}}}},
                               {"CommonPrefixes", Value::List{Value::Object{{"Prefix", "x%2F"}}}}};
  decode_keys(output);
  EXPECT_EQ(to_json(output), R"({"Name":"a%20b","Contents":[{"Key":"a\nb c+d"}],)"
                             R"("CommonPrefixes":[{"Prefix":"x/"}]})");
}

TEST_F(QuirksTest, WhoAsksForAnEncodingGetsIt) {
  Value input = Value::Object{{"Bucket", "b"}, {"EncodingType", "url"}};
  EXPECT_FALSE(mend("s3", "ListObjectsV2", input));
  Value buckets{Value::Object()};
  EXPECT_FALSE(mend("s3", "ListBuckets", buckets));
  EXPECT_EQ(buckets.find("EncodingType"), nullptr);
}

TEST_F(QuirksTest, AZoneIsKnownByItsLastPart) {
  Value input = Value::Object{{"HostedZoneId", "/hostedzone/Z1"}, {"StartRecordName", "a/b"}};
  EXPECT_FALSE(mend("route53", "ListResourceRecordSets", input));
  EXPECT_EQ(input.text_at("HostedZoneId"), "Z1");
  EXPECT_EQ(input.text_at("StartRecordName"), "a/b");
}

}  // namespace
}  // namespace riposte::aws
