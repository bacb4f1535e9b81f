#include "aws/settings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/catalogue.h"

namespace riposte::aws {
namespace {

using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "settings_XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(home_ + "/.aws");
    variables_["HOME"] = home_;
  }
  ~SettingsTest() override { std::filesystem::remove_all(home_); }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(home_ + "/.aws/" + file) << text;
  }
  Environment environment() const {
    return [variables = variables_](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
  }
  base::Result<Settings> read(const Settings::Overrides& overrides = {}) const {
    return Settings::read(environment(), overrides);
  }
  std::string url_of(const char* service, const Settings::Overrides& overrides = {}) {
    return read(overrides)->endpoint_for(**catalogue_.service(service)).url;
  }

  std::map<std::string, std::string> variables_;
  std::string home_;
  Catalogue catalogue_;
};

TEST_F(SettingsTest, WithoutAnythingThereIsNothing) {
  const auto settings = read();
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->profile(), "default");
  EXPECT_EQ(settings->region(), "");
}

TEST_F(SettingsTest, TheFlagBeatsTheVariableBeatsTheFile) {
  write("config", "[default]\nregion = eu-west-3\n");
  EXPECT_EQ(read()->region(), "eu-west-3");
  variables_["AWS_DEFAULT_REGION"] = "eu-west-2";
  EXPECT_EQ(read()->region(), "eu-west-2");
  variables_["AWS_REGION"] = "eu-west-1";
  EXPECT_EQ(read()->region(), "eu-west-1");
  EXPECT_EQ(read({.profile = {}, .region = "eu-north-1", .endpoint_url = {}})->region(),
            "eu-north-1");
}

TEST_F(SettingsTest, AProfileThatIsNamedMustBeThere) {
  write("credentials", "[audit]\naws_access_key_id=A\n");
  EXPECT_TRUE(read({.profile = "audit", .region = {}, .endpoint_url = {}}).ok());
  EXPECT_THAT(read({.profile = "adit", .region = {}, .endpoint_url = {}}).error().message,
              HasSubstr("no profile \"adit\""));
}

TEST_F(SettingsTest, TheNearestEndpointWins) {
  write("config",
        "[default]\nendpoint_url = http://profile\nservices = local\n"
        "[services local]\nssm =\n  endpoint_url = http://section\n");
  EXPECT_EQ(url_of("sqs"), "http://profile");
  EXPECT_EQ(url_of("ssm"), "http://section");
  variables_["AWS_ENDPOINT_URL"] = "http://all";
  EXPECT_EQ(url_of("ssm"), "http://all");
  variables_["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] = "http://cognito";
  EXPECT_EQ(url_of("cognito-idp"), "http://cognito");
  EXPECT_EQ(url_of("cognito-idp", {.profile = {}, .region = {}, .endpoint_url = "http://said"}),
            "http://said");
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(url_of("ssm"), "");
}

TEST_F(SettingsTest, ValuesThatAreNoneAreRefused) {
  variables_["AWS_USE_FIPS_ENDPOINT"] = "yes";
  EXPECT_THAT(read().error().message, HasSubstr("use_fips_endpoint"));
  variables_.erase("AWS_USE_FIPS_ENDPOINT");
  EXPECT_FALSE(read({.profile = {}, .region = "a.example/", .endpoint_url = {}}).ok());
  EXPECT_FALSE(read({.profile = {}, .region = {}, .endpoint_url = "example.com"}).ok());
}

TEST_F(SettingsTest, TheEnvironmentOfTheProcessIsReadAsItIs) {
  EXPECT_EQ(process_environment()("PATH"), std::string(std::getenv("PATH")));
  EXPECT_EQ(process_environment()("RIPOSTE_NO_SUCH_VARIABLE"), "");
  EXPECT_EQ(expand_home("~/a", environment()), home_ + "/a");
  EXPECT_EQ(expand_home("/~/a", environment()), "/~/a");
}

}  // namespace
}  // namespace riposte::aws
