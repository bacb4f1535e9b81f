#include "simulate/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::simulate {
namespace {

json::Value text(std::string said) { return {json::Value::Kind::String, std::move(said), {}}; }

TEST(NamesTest, AnswersAreLookedUpByTheNameOfTheirStep) {
  Names names;
  names.set_text("run", "riposte-x");
  names.set("key", R"({"AccessKey":{"AccessKeyId":"AKIAX"}})");
  EXPECT_EQ(*names.resolve_text(text("${run}-${key.AccessKey.AccessKeyId}")), "riposte-x-AKIAX");
  EXPECT_EQ(*names.resolve(text("${key.AccessKey}")), R"({"AccessKeyId":"AKIAX"})");
}

TEST(NamesTest, WhatIsMissingIsNamed) {
  const auto resolved = Names().resolve(text("${bucket.Name}"));
  ASSERT_FALSE(resolved.ok());
  EXPECT_THAT(resolved.error().message, testing::HasSubstr("${bucket.Name} is missing"));
}

}  // namespace
}  // namespace riposte::simulate
