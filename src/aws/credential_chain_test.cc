#include "aws/credential_chain.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::aws {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// What STS was asked, and by whom.
struct Asked {
  std::string operation;
  Value input;
  std::string signer;  // key id, "nobody"
};

class CredentialChainTest : public testing::Test {
 protected:
  CredentialChainTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chain_XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(home_ + "/.aws");
    variables_["HOME"] = home_;
  }
  ~CredentialChainTest() override { std::filesystem::remove_all(home_); }

  void config(const std::string& text) const { std::ofstream(home_ + "/.aws/config") << text; }

  base::Result<Credentials> find(const std::string& profile = {}) {
    const auto settings = Settings::read(
        [variables = variables_](const std::string& name) {
          const auto found = variables.find(name);
          return found == variables.end() ? std::string() : found->second;
        },
        {.profile = profile, .region = {}, .endpoint_url = {}});
    EXPECT_TRUE(settings.ok()) << settings.error().message;
    const CredentialChain chain(
        *settings, partitions_,
        [this](std::string_view operation, const Value& input,
               const Credentials* signer) -> base::Result<Value> {
          asked_.push_back({std::string(operation), input, signer ? signer->key_id : "nobody"});
          return answer();
        });
    return chain.find({transport_, clock_, {}});
  }

  Value answer() const {
    const std::string number = std::to_string(asked_.size());
    return Value::Object{
        {"Credentials", Value::Object{{"AccessKeyId", "ASIA" + number},
                                      {"SecretAccessKey", "s"},
                                      {"SessionToken", "t"},
                                      {"Expiration", clock_.wall() + std::chrono::hours(1)}}},
        {"AssumedRoleUser",
         Value::Object{{"Arn", "arn:aws:sts::444455556666:assumed-role/audit/riposte"}}}};
  }

  Partitions partitions_ =
      Partitions::read(R"({"partitions": [{"id": "aws", "regionRegex": "x", "regions": {}}]})")
          .value();
  std::map<std::string, std::string> variables_;
  std::string home_;
  VirtualClock clock_;
  ScriptedTransport transport_{{base::Error{base::Errc::Io, "nobody there"}}};
  std::vector<Asked> asked_;
};

TEST_F(CredentialChainTest, VariablesComeFirst) {
  config("[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n");
  EXPECT_EQ(find()->key_id, "AKIAFILE");
  variables_["AWS_ACCESS_KEY_ID"] = "AKIAVAR";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(find()->key_id, "AKIAVAR");
}

TEST_F(CredentialChainTest, AProfileThatWasSaidBeatsVariables) {
  variables_["AWS_ACCESS_KEY_ID"] = "AKIAVAR";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  config(
      "[profile audit]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n[profile "
      "empty]\nregion = x\n");
  EXPECT_EQ(find("audit")->key_id, "AKIAFILE");
  EXPECT_FALSE(find("empty").ok()) << "never somebody else's";
}

TEST_F(CredentialChainTest, ARoleIsTakenOnForItsSource) {
  config(
      "[profile audit]\nrole_arn = arn:aws:iam::444455556666:role/audit\nsource_profile = base\n"
      "external_id = x-1\nrole_session_name = me\nduration_seconds = 900\n"
      "[profile base]\nrole_arn = arn:aws:iam::111122223333:role/base\nsource_profile = keys\n"
      "[profile keys]\naws_access_key_id = AKIA\naws_secret_access_key = s\n");
  const auto credentials = find("audit");
  ASSERT_TRUE(credentials.ok()) << credentials.error().message;
  EXPECT_EQ(credentials->key_id, "ASIA2");
  EXPECT_EQ(credentials->account, "444455556666");
  ASSERT_THAT(asked_, SizeIs(2));
  EXPECT_EQ(asked_[0].signer, "AKIA");
  EXPECT_EQ(asked_[1].signer, "ASIA1");
  EXPECT_EQ(
      to_json(asked_[1].input),
      R"({"RoleArn":"arn:aws:iam::444455556666:role/audit","RoleSessionName":"me","ExternalId":"x-1","DurationSeconds":900})");
}

TEST_F(CredentialChainTest, ARoleMayBeTakenOnWithItsOwnKeysOrAnotherPlaces) {
  config(
      "[profile own]\nrole_arn = arn:a\nsource_profile = own\naws_access_key_id = AKIA\n"
      "aws_secret_access_key = s\n[profile env]\nrole_arn = arn:b\ncredential_source = "
      "Environment\n");
  ASSERT_TRUE(find("own").ok());
  EXPECT_EQ(asked_.back().signer, "AKIA");
  EXPECT_EQ(find("env").error().code, base::Errc::Denied);
  variables_["AWS_ACCESS_KEY_ID"] = "AKIAVAR";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  ASSERT_TRUE(find("env").ok());
  EXPECT_EQ(asked_.back().signer, "AKIAVAR");
}

TEST_F(CredentialChainTest, CirclesAndDeadEndsAreToldWithTheirProfile) {
  config(
      "[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = "
      "arn:b\nsource_profile = a\n"
      "[profile c]\nrole_arn = arn:c\nsource_profile = nobody\n[profile d]\nrole_arn = arn:d\n"
      "[profile e]\nrole_arn = arn:e\nsource_profile = c\nmfa_serial = arn:mfa\n");
  EXPECT_THAT(find("a").error().message, HasSubstr("circle"));
  EXPECT_THAT(find("c").error().message, HasSubstr("no profile \"nobody\""));
  EXPECT_THAT(find("d").error().message, HasSubstr("source_profile or credential_source"));
  EXPECT_THAT(find("e").error().message, HasSubstr("mfa_serial"));
  EXPECT_THAT(asked_, SizeIs(0));
}

TEST_F(CredentialChainTest, AWebIdentityNeedsNoSigner) {
  std::ofstream(home_ + "/token") << "jwt\n";
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "~/token";
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::444455556666:role/pod";
  ASSERT_TRUE(find().ok());
  EXPECT_EQ(asked_[0].operation, "AssumeRoleWithWebIdentity");
  EXPECT_EQ(asked_[0].signer, "nobody");
  EXPECT_EQ(asked_[0].input.text_at("WebIdentityToken"), "jwt");
}

TEST_F(CredentialChainTest, AProcessIsAsked) {
  config(
      "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"AKIAPROC\", "
      "\"SecretAccessKey\": \"s\"}'\n");
  EXPECT_EQ(find()->key_id, "AKIAPROC");
}

TEST_F(CredentialChainTest, WhereNobodyGivesAnyTheErrorSaysWhoWasAsked) {
  const auto none = find();
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, base::Errc::Denied);
  EXPECT_THAT(none.error().message, HasSubstr("the profile \"default\""));
  EXPECT_THAT(transport_.requests, SizeIs(1)) << "the instance metadata service";
}

TEST_F(CredentialChainTest, TagsGoWithARole) {
  const Value input = assume_role_input({.arn = "arn:a", .tags = {{"incident", "i-1"}}});
  EXPECT_EQ(to_json(*input.find("Tags")), R"([{"Key":"incident","Value":"i-1"}])");
}

}  // namespace
}  // namespace riposte::aws
