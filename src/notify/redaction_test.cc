#include "notify/redaction.h"

#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::notify {
namespace {

// Invented, in the shapes that such secrets have.
const std::string kKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const std::string kToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

TEST(RedactionTest, WhatLooksLikeASecretIsTakenOutWhereverItStands) {
  EXPECT_EQ(redact("key " + kKey + "."), "key (secret).");
  EXPECT_EQ(redact("token=" + kToken), "token=(secret)");
  EXPECT_EQ(redact("Authorization: Bearer abcdefgh1234"), "Authorization: Bearer (secret)");
  EXPECT_EQ(redact("https://hooks.slack.com/services/T0/B0/abc is it"),
            "https://hooks.slack.com/(secret) is it");
  EXPECT_EQ(redact("https://prod-1.westeurope.logic.azure.com:443/workflows/a?sig=b"),
            "https://prod-1.westeurope.logic.azure.com:443/(secret)");
  EXPECT_EQ(redact("https://user:pass@host/x"), "https://(secret)@host/x");
  EXPECT_EQ(redact("xoxb-123456789012-abc"), "(secret)");
  EXPECT_EQ(redact("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----!"),
            "(secret)!");
  EXPECT_EQ(redact("--password=hunter2 -x"), "--password=(secret) -x");
  EXPECT_EQ(redact(R"({"aws_secret_access_key": "short"})"),
            R"_({"aws_secret_access_key": "(secret)"})_");
  EXPECT_EQ(redact("?X-Amz-Signature=00ff&b=1"), "?X-Amz-Signature=(secret)&b=1");
}

TEST(RedactionTest, WhatPeopleNeedStays) {
  for (const std::string text :
       {"alice (IAMUser, AKIAIOSFODNN7EXAMPLE)",
        "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "arn:aws:iam::111122223333:role/path/DeploymentPipelineExecutionRole1234",
        "riposte action approve act-1 --digest "
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "aws-cli/2.15.0 Python/3.11.6 Linux/5.10.0 exe/x86_64", "i-0123456789abcdef0", "",
        "AmazonSSMRoleForInstancesQuickSetup12345", "password policy was changed"})
    EXPECT_EQ(redact(text), text);
}

TEST(RedactionTest, WhatIsRedactedStaysAsItIs) {
  for (const std::string text :
       {"--password=hunter2 -x", R"({"Password":"p"})", "Bearer abcdefgh1234"})
    EXPECT_EQ(redact(redact(text)), redact(text));
}

TEST(RedactionTest, ValuesOfSecretNamesAreTakenOutOfParameters) {
  const auto document = json::OwnedDocument::parse(
      R"({"UserName":"a","Password":"x","List":[{"SecretString":{"a":1}},"b"],"SecretId":"name",)"
      R"("NextToken":"n","client_secret":null,"n":1.50})");
  EXPECT_EQ(redacted_json(document.value().root()),
            R"_({"UserName":"a","Password":"(secret)","List":[{"SecretString":"(secret)"},"b"],)_"
            R"("SecretId":"name","NextToken":"n","client_secret":null,"n":1.50})");
}

}  // namespace
}  // namespace riposte::notify
