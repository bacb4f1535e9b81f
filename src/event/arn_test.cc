#include "event/arn.h"

#include <gtest/gtest.h>

namespace riposte::event {
namespace {

TEST(ArnTest, IsTakenApartAtTheFirstFiveColons) {
  const auto arn = parse_arn("arn:aws-cn:lambda:cn-north-1:111122223333:function:worker:2");
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(arn->partition, "aws-cn");
  EXPECT_EQ(arn->service, "lambda");
  EXPECT_EQ(arn->region, "cn-north-1");
  EXPECT_EQ(arn->account, "111122223333");
  EXPECT_EQ(arn->resource, "function:worker:2");
}

TEST(ArnTest, PartsMayBeEmptyButNotTheResource) {
  EXPECT_EQ(parse_arn("arn:aws:s3:::records/a")->resource, "records/a");
  for (std::string_view text : {"", "arn", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::x"}) {
    EXPECT_FALSE(parse_arn(text).has_value()) << text;
  }
}

TEST(ArnTest, RegionsTellTheirPartition) {
  EXPECT_EQ(partition_of_region("eu-west-1"), "aws");
  EXPECT_EQ(partition_of_region("cn-northwest-1"), "aws-cn");
  EXPECT_EQ(partition_of_region("us-gov-east-1"), "aws-us-gov");
  EXPECT_EQ(partition_of_region("us-iso-east-1"), "aws-iso");
  EXPECT_EQ(partition_of_region("us-isob-east-1"), "aws-iso-b");
  EXPECT_EQ(partition_of_region(""), "");
}

TEST(ArnTest, AccountsAreDigits) {
  EXPECT_TRUE(is_account("111122223333"));
  EXPECT_FALSE(is_account(""));
  EXPECT_FALSE(is_account("ANONYMOUS_PRINCIPAL"));
  EXPECT_FALSE(is_account("aws"));
}

}  // namespace
}  // namespace riposte::event
