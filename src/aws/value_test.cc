#include "aws/value.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

using testing::Pointee;

TEST(ValueTest, PrintsAsJson) {
  Value value;
  value.set("Flag", true);
  value.set("Whole", std::int64_t{-7});
  value.set("Real", 1.5);
  value.set("Text", "a\"b");
  value.set("Bytes", Blob{"\xff"});
  value.set("Time", *base::parse_time("2026-01-31T18:37:58Z"));
  value.set("List", Value::List{Value(), std::numeric_limits<double>::quiet_NaN()});
  EXPECT_EQ(to_json(value), R"({"Flag":true,"Whole":-7,"Real":1.5,"Text":"a\"b","Bytes":"/w==",)"
                            R"("Time":"2026-01-31T18:37:58.000Z","List":[null,"NaN"]})");
}

TEST(ValueTest, MembersAreFoundByPathAndReplacedByName) {
  Value inner;
  inner.set("State", "pending");
  inner.set("State", "running");
  Value value;
  value.set("Instance", inner);
  EXPECT_EQ(value.text_at("Instance.State"), "running");
  EXPECT_EQ(value.text_at("Instance.Status"), "");
  EXPECT_EQ(value.at("Instance.State.Name"), nullptr);
}

TEST(ValueTest, NumbersKeepWhat64BitsHold) {
  EXPECT_THAT(number_from("9223372036854775807").integer(),
              Pointee(std::numeric_limits<std::int64_t>::max()));
  EXPECT_THAT(number_from("18446744073709551616").real(), Pointee(18446744073709551616.0));
  EXPECT_THAT(number_from("1e2").real(), Pointee(100.0));
  EXPECT_TRUE(number_from("12a").is_null());
}

}  // namespace
}  // namespace riposte::aws
