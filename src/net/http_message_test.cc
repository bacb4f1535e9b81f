#include "net/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::net {
namespace {

using testing::ElementsAre;
using testing::IsNull;
using testing::Pointee;

TEST(HttpMessageTest, AHeaderIsFoundHoweverItsNameIsWritten) {
  const std::vector<Header> headers = {{"X-Amz-Id", "first"}, {"x-amz-id", "second"}};
  EXPECT_THAT(find_header(headers, "x-AMZ-id"), Pointee(std::string("first")));
  EXPECT_THAT(find_header(headers, "x-amz"), IsNull());
}

TEST(HttpMessageTest, SettingAHeaderLeavesOneOfThatName) {
  std::vector<Header> headers = {{"Host", "a"}, {"X-Amz-Id", "1"}, {"x-amz-id", "2"}};
  set_header(headers, "X-AMZ-ID", "3");
  EXPECT_THAT(headers, ElementsAre(Header{"Host", "a"}, Header{"X-AMZ-ID", "3"}));
}

}  // namespace
}  // namespace riposte::net
