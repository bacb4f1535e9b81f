#include "aws/credential_sources.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "net/url.h"
#include "support/scripted_transport.h"
#include "support/virtual_clock.h"

namespace riposte::aws {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using Variables = std::map<std::string, std::string>;

Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

SharedConfig config_of(const std::string& text) {
  return SharedConfig::read({"config", text}, {"credentials", ""}).value();
}

const char* const kGiven =
    R"({"Code": "Success", "AccessKeyId": "ASIAONE", "SecretAccessKey": "hunter2",
    "Token": "hunter3", "Expiration": "2026-01-31T19:37:58Z", "AccountId": "111122223333"})";

class CredentialSourcesTest : public testing::Test {
 protected:
  CredentialSourcesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sources_XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
  }
  ~CredentialSourcesTest() override { std::filesystem::remove_all(home_); }

  std::string write(const std::string& file, const std::string& text) const {
    const std::string path = home_ + '/' + file;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  Reach reach(ScriptedTransport& transport) { return {transport, clock_, {}}; }

  VirtualClock clock_;
  std::string home_;
};

TEST_F(CredentialSourcesTest, VariablesGoTogether) {
  EXPECT_FALSE(environment_credentials(environment_of({}))->has_value());
  const Found found = environment_credentials(environment_of(
      {{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}}));
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->secret_key.reveal(), "s");
  EXPECT_EQ((*found)->session_token.reveal(), "t");
  EXPECT_FALSE((*found)->expires);
  const Found half =
      environment_credentials(environment_of({{"AWS_SECRET_ACCESS_KEY", "hunter2"}}));
  EXPECT_THAT(half.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(CredentialSourcesTest, ACommandIsReadAsAShellWould) {
  EXPECT_THAT(*command_words(R"(/a\ b/c "d e" 'f\g' "h\"i\j"k '')"),
              ElementsAre("/a b/c", "d e", "f\\g", "h\"i\\jk", ""));
  EXPECT_FALSE(command_words("a 'b").ok());
  EXPECT_FALSE(command_words("a \\").ok());
  EXPECT_FALSE(command_words("  ").ok());
}

TEST_F(CredentialSourcesTest, AProcessPrintsCredentials) {
  const auto credentials = process_credentials(
      R"(printf '{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-01-31T19:37:58Z"}')",
      milliseconds(20'000));
  ASSERT_TRUE(credentials.ok()) << credentials.error().message;
  EXPECT_EQ(credentials->session_token.reveal(), "t");
  EXPECT_EQ(credentials->expires, base::parse_time("2026-01-31T19:37:58Z"));
}

TEST_F(CredentialSourcesTest, AProcessThatMisbehavesIsToldWithoutItsWords) {
  const auto message = [](const char* command, int millis = 20'000) {
    const auto result = process_credentials(command, milliseconds(millis));
    return result.ok() ? "" : result.error().message;
  };
  EXPECT_THAT(message("/no/such/program"), HasSubstr("cannot be started"));
  EXPECT_THAT(message("sh -c 'echo hunter2; exit 3'"), HasSubstr("failed"));
  EXPECT_THAT(message("sh -c 'echo hunter2; exit 3'"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(message("echo hunter2"), Not(HasSubstr("hunter2")));
  EXPECT_THAT(message(R"(echo '{"Version": 2}')"), HasSubstr("version 1"));
  EXPECT_THAT(message("yes"), HasSubstr("more than"));
  EXPECT_THAT(message("sh -c 'sleep 1000 & sleep 1000'", 50), HasSubstr("does not end"));
  EXPECT_THAT(message("sh -c 'exec >&-; sleep 1000'", 50), HasSubstr("does not end"));
}

TEST_F(CredentialSourcesTest, AContainerAsksItsEndpointWithItsToken) {
  ScriptedTransport transport({net::HttpResponse{200, {}, kGiven}});
  const std::string file = write("token", "tok\n");
  const Found found = container_credentials(
      environment_of(
          {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials?a=b"},
           {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file}}),
      reach(transport));
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->session_token.reveal(), "hunter3");
  EXPECT_EQ((*found)->account, "111122223333");
  EXPECT_EQ(net::url_of(transport.requests[0]), "http://169.254.170.23/v1/credentials?a=b");
  EXPECT_EQ(*net::find_header(transport.requests[0].headers, "Authorization"), "tok");
  EXPECT_FALSE(transport.options[0].proxied);
}

TEST_F(CredentialSourcesTest, ATaskAsksEcs) {
  ScriptedTransport transport({net::HttpResponse{200, {}, kGiven}});
  ASSERT_TRUE(container_credentials(
                  environment_of({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1"}}),
                  reach(transport))
                  .ok());
  EXPECT_EQ(net::url_of(transport.requests[0]), "http://169.254.170.2/v2/credentials/1");
}

TEST_F(CredentialSourcesTest, NobodyElseIsToldTheContainersToken) {
  ScriptedTransport transport({net::HttpResponse{200, {}, kGiven}});
  for (const char* url :
       {"http://evil.example/", "http://127.0.0.1.evil.example/", "http://169.254.169.254/",
        "ftp://127.0.0.1/", "http://localhost@evil.example/"}) {
    EXPECT_FALSE(
        container_credentials(environment_of({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}),
                              reach(transport))
            .ok())
        << url;
  }
  EXPECT_THAT(transport.requests, SizeIs(0));
}

TEST_F(CredentialSourcesTest, AnAnswerThatHoldsNoneIsNotRepeated) {
  for (const char* body :
       {"hunter2", "[]", R"({"AccessKeyId": "hunter2"})",
        R"({"AccessKeyId": "a", "SecretAccessKey": "hunter2", "Expiration": "soon"})", ""}) {
    ScriptedTransport transport({net::HttpResponse{200, {}, body}});
    const Found found = container_credentials(
        environment_of({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/"}}), reach(transport));
    ASSERT_FALSE(found.ok()) << body;
    EXPECT_THAT(found.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST_F(CredentialSourcesTest, AnInstanceAsksForATokenFirst) {
  ScriptedTransport transport({net::HttpResponse{200, {}, "imds-token"},
                               net::HttpResponse{200, {}, "my-role\n"},
                               net::HttpResponse{200, {}, kGiven}});
  const Found found = instance_credentials(environment_of({}), nullptr, reach(transport));
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->key_id, "ASIAONE");
  EXPECT_EQ(transport.requests[0].method, "PUT");
  EXPECT_EQ(net::url_of(transport.requests[2]),
            "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(*net::find_header(transport.requests[2].headers, "X-aws-ec2-metadata-token"),
            "imds-token");
  EXPECT_LE(transport.options[0].deadline - clock_.steady(), std::chrono::seconds(1));
}

TEST_F(CredentialSourcesTest, NoInstanceGivesNothing) {
  ScriptedTransport nobody({base::Error{base::Errc::Busy, "no answer"}});
  EXPECT_FALSE(instance_credentials(environment_of({}), nullptr, reach(nobody))->has_value());
  ScriptedTransport first_version({net::HttpResponse{404, {}, ""}});
  EXPECT_FALSE(
      instance_credentials(environment_of({}), nullptr, reach(first_version))->has_value());
  EXPECT_THAT(first_version.requests, SizeIs(1)) << "version 1 is not asked";
  ScriptedTransport unused({net::HttpResponse{200, {}, ""}});
  EXPECT_FALSE(instance_credentials(environment_of({{"AWS_EC2_METADATA_DISABLED", "true"}}),
                                    nullptr, reach(unused))
                   ->has_value());
  EXPECT_THAT(unused.requests, SizeIs(0));
}

TEST_F(CredentialSourcesTest, TheMetadataServiceMayBeElsewhere) {
  ScriptedTransport transport({net::HttpResponse{404, {}, ""}});
  EXPECT_TRUE(
      instance_credentials(environment_of({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}}),
                           nullptr, reach(transport))
          .ok());
  EXPECT_EQ(transport.requests[0].host, "[fd00:ec2::254]");
}

class SsoTest : public CredentialSourcesTest {
 protected:
  base::Result<Credentials> ask(ScriptedTransport& transport) {
    const SharedConfig config = config_of(
        "[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = audit\n"
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n");
    const Partitions partitions =
        Partitions::read(R"({"partitions": [{"id": "aws", "regionRegex": "^eu", "regions": {},
                             "outputs": {"dnsSuffix": "amazonaws.com"}}]})")
            .value();
    return sso_credentials(config, *config.profile("default"), environment_of({{"HOME", home_}}),
                           partitions, reach(transport));
  }
  void log_in(const std::string& expires) const {
    write(".aws/sso/cache/" + base::sha1_hex("corp") + ".json",
          R"({"accessToken": "hunter4", "expiresAt": ")" + expires + "\"}");
  }
};

TEST_F(SsoTest, ALoginGivesCredentials) {
  log_in("2026-01-31T20:00:00Z");
  ScriptedTransport transport(
      {net::HttpResponse{200, {}, R"({"roleCredentials": {"accessKeyId": "ASIATWO",
      "secretAccessKey": "s", "sessionToken": "t", "expiration": 1769888278000}})"}});
  const auto credentials = ask(transport);
  ASSERT_TRUE(credentials.ok()) << credentials.error().message;
  EXPECT_EQ(credentials->expires, base::parse_time("2026-01-31T19:37:58Z"));
  EXPECT_EQ(credentials->account, "111122223333");
  EXPECT_EQ(net::url_of(transport.requests[0]),
            "https://portal.sso.eu-west-1.amazonaws.com/federation/"
            "credentials?role_name=audit&account_id=111122223333");
  EXPECT_EQ(*net::find_header(transport.requests[0].headers, "x-amz-sso_bearer_token"), "hunter4");
}

TEST_F(SsoTest, WithoutALoginThatCountsAPersonIsAsked) {
  ScriptedTransport transport({net::HttpResponse{401, {}, "hunter2"}});
  EXPECT_THAT(ask(transport).error().message, HasSubstr("aws sso login"));
  log_in("2026-01-31T18:00:00Z");
  EXPECT_THAT(ask(transport).error().message, HasSubstr("is over"));
  EXPECT_THAT(transport.requests, SizeIs(0));
  log_in("2026-01-31T20:00:00UTC");
  const auto refused = ask(transport);
  EXPECT_EQ(refused.error().code, base::Errc::Denied);
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hunter")));
}

}  // namespace
}  // namespace riposte::aws
