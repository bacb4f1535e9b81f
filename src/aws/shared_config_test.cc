#include "aws/shared_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace riposte::aws {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

SharedConfig read(const std::string& config, const std::string& credentials = {}) {
  return SharedConfig::read({"config", config}, {"credentials", credentials}).value();
}

std::string refusal(const std::string& config) {
  const auto result = SharedConfig::read({"config", config}, {"credentials", ""});
  return result.ok() ? "" : result.error().message;
}

TEST(SharedConfigTest, ProfilesAreCalledDifferentlyInTheTwoFiles) {
  const SharedConfig config =
      read("[profile audit]\nregion = eu-west-1\n[default]\nregion=us-east-1\n",
           "[audit]\naws_access_key_id=AKIA\n");
  EXPECT_EQ(config.profile("audit")->value("region"), "eu-west-1");
  EXPECT_EQ(config.profile("audit")->value("aws_access_key_id"), "AKIA");
  EXPECT_EQ(config.profile("default")->value("region"), "us-east-1");
  EXPECT_EQ(config.profile("profile audit"), nullptr);
}

TEST(SharedConfigTest, TheCredentialsFileWins) {
  const SharedConfig config =
      read("[default]\naws_access_key_id=A\n", "[default]\naws_access_key_id=B\n");
  EXPECT_EQ(config.profile("default")->value("aws_access_key_id"), "B");
}

TEST(SharedConfigTest, NestedKeysAreKnownByTheirParent) {
  const SharedConfig config = read(
      "[profile a]\ns3 =\n  addressing_style = path\n  max = 1\nregion = x\n"
      "[services local]\ndynamodb =\n  endpoint_url = http://127.0.0.1:8000\n");
  EXPECT_EQ(config.profile("a")->value("s3.addressing_style"), "path");
  EXPECT_EQ(config.profile("a")->value("region"), "x");
  EXPECT_EQ(config.services("local")->value("dynamodb.endpoint_url"), "http://127.0.0.1:8000");
}

TEST(SharedConfigTest, CommentsQuotesAndWindowsLinesAreNoneOfTheValue) {
  const SharedConfig config =
      read("; one\r\n[profile \"a b\"] # two\r\nregion = eu-west-1 # three\r\nkey = a#b;c\r\n");
  EXPECT_EQ(config.profile("a b")->value("region"), "eu-west-1");
  EXPECT_EQ(config.profile("a b")->value("key"), "a#b;c");
}

TEST(SharedConfigTest, SectionsOfOthersAreLeftAlone) {
  const SharedConfig config =
      read("[plugins]\na = b\n[preview x]\nc = d\n[sso-session s]\nsso_region = r\n");
  EXPECT_EQ(config.sso_session("s")->value("sso_region"), "r");
}

TEST(SharedConfigTest, AFlawIsToldByItsPlaceAndNeverShown) {
  EXPECT_THAT(refusal("[default]\nwJalrhunter2\n"), StartsWith("config:2: "));
  EXPECT_THAT(refusal("[default]\nwJalrhunter2\n"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(refusal("hunter2 = x\n"), StartsWith("config:1: "));
  EXPECT_THAT(refusal("[default\n"), StartsWith("config:1: "));
}

}  // namespace
}  // namespace riposte::aws
