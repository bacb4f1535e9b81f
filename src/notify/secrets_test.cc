#include "notify/secrets.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/samples_test.h"

namespace riposte::notify {
namespace {

using Place = SecretReference::Place;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const std::string kArn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-AbCdEf";

class SecretsTest : public testing::Test {
 protected:
  Bench bench;
  Secrets secrets{
      [](const std::string& name) { return std::string(name == "URL" ? "s3cret" : ""); },
      bench.tools().call_aws, bench.clock};
};

TEST_F(SecretsTest, AVariableIsRead) {
  EXPECT_EQ(secrets.resolve({Place::Environment, "URL"})->reveal(), "s3cret");
  EXPECT_EQ(secrets.resolve({Place::Environment, "GONE"}).error().message,
            "the variable GONE holds no secret");
}

TEST_F(SecretsTest, AFileIsReadLessItsLineEnd) {
  const std::string path = testing::TempDir() + "notify_secret";
  std::ofstream(path) << "two words \r\n";
  EXPECT_EQ(secrets.resolve({Place::File, path})->reveal(), "two words ");
  std::ofstream(path) << "\n";
  EXPECT_EQ(secrets.resolve({Place::File, path}).error().code, base::Errc::NotFound);
  EXPECT_THAT(secrets.resolve({Place::File, path + "-gone"}).error().message,
              HasSubstr("the file "));
}

TEST_F(SecretsTest, SecretsManagerIsAskedInTheSecretsRegionAndNotEachTime) {
  aws::Answer answer;
  answer.output = aws::Value::Object{{"SecretString", "s3cret"}};
  bench.aws_answer = answer;
  EXPECT_EQ(secrets.resolve({Place::SecretsManager, kArn})->reveal(), "s3cret");
  EXPECT_EQ(secrets.resolve({Place::SecretsManager, kArn})->reveal(), "s3cret");
  ASSERT_THAT(bench.called, SizeIs(1));
  EXPECT_EQ(bench.called[0].operation, "GetSecretValue");
  EXPECT_EQ(bench.called[0].input.text_at("SecretId"), kArn);
  EXPECT_EQ(bench.called[0].options.region, "eu-west-1");
  bench.clock.advance(kSecretKept);
  EXPECT_TRUE(secrets.resolve({Place::SecretsManager, kArn}).ok());
  EXPECT_THAT(bench.called, SizeIs(2));
}

TEST_F(SecretsTest, WhatSecretsManagerRefusesIsToldByItsCode) {
  aws::Answer answer;
  answer.error.emplace();
  answer.error->kind = base::Errc::Denied;
  answer.error->code = "AccessDeniedException";
  bench.aws_answer = answer;
  const auto refused = secrets.resolve({Place::SecretsManager, kArn});
  EXPECT_EQ(refused.error().message, "the secret " + kArn + ": AccessDeniedException");
  EXPECT_EQ(secrets.resolve({Place::SecretsManager, "arn:aws:s3:::a"}).error().code,
            base::Errc::NotFound);
}

}  // namespace
}  // namespace riposte::notify
