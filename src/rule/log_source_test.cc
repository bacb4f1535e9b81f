#include "rule/log_source.h"

#include <gtest/gtest.h>

namespace riposte::rule {
namespace {

using event::Format;

constexpr Format kKnownFormats[] = {
    Format::CloudTrail,      Format::CloudTrailInsight, Format::EventBridge,
    Format::GuardDuty,       Format::SecurityHub,       Format::Config,
    Format::S3Notification,  Format::DynamoDbStream,    Format::Waf,
    Format::Route53Resolver, Format::ApiGateway,        Format::Cognito,
    Format::CloudWatchAlarm, Format::Cost,              Format::Lambda,
};

TEST(LogSourceTest, CoversAnUnknownFormatAlways) {
  EXPECT_TRUE((LogSource{"windows", "security", "process_creation"}).covers(Format::Unknown));
  EXPECT_TRUE(LogSource{}.covers(Format::Unknown));
}

TEST(LogSourceTest, CoversEverythingWhereItSaysNothing) {
  for (Format format : kKnownFormats)
    EXPECT_TRUE(LogSource{}.covers(format)) << name_of(format);
}

TEST(LogSourceTest, CoversNoFormatOfAnotherProduct) {
  for (Format format : kKnownFormats) {
    EXPECT_FALSE((LogSource{"azure", "", ""}).covers(format)) << name_of(format);
    EXPECT_FALSE((LogSource{"windows", "", "process_creation"}).covers(format)) << name_of(format);
  }
}

TEST(LogSourceTest, CoversAllOfAProductWithoutAService) {
  for (Format format : kKnownFormats) {
    EXPECT_TRUE((LogSource{"aws", "", ""}).covers(format)) << name_of(format);
  }
}

TEST(LogSourceTest, CoversTheFormatOfItsServiceOnly) {
  const std::pair<std::string, Format> pairs[] = {{"guardduty", Format::GuardDuty},
                                                  {"securityhub", Format::SecurityHub},
                                                  {"config", Format::Config},
                                                  {"s3_notification", Format::S3Notification},
                                                  {"dynamodb_stream", Format::DynamoDbStream},
                                                  {"waf", Format::Waf},
                                                  {"route53_resolver", Format::Route53Resolver},
                                                  {"apigateway", Format::ApiGateway},
                                                  {"cognito", Format::Cognito},
                                                  {"cloudwatch_alarm", Format::CloudWatchAlarm},
                                                  {"cost", Format::Cost},
                                                  {"lambda", Format::Lambda},
                                                  {"eventbridge", Format::EventBridge}};
  for (const auto& [service, own] : pairs) {
    for (Format format : kKnownFormats) {
      EXPECT_EQ((LogSource{"aws", service, ""}).covers(format), format == own)
          << service << " " << name_of(format);
    }
  }
}

TEST(LogSourceTest, CountsInsightsAsCloudTrail) {
  const LogSource source = {"aws", "cloudtrail", ""};

  EXPECT_TRUE(source.covers(Format::CloudTrail));
  EXPECT_TRUE(source.covers(Format::CloudTrailInsight));
  EXPECT_FALSE(source.covers(Format::GuardDuty));
}

TEST(LogSourceTest, CoversUnclaimedEnvelopesOfAnyServiceWithoutAFormat) {
  EXPECT_TRUE((LogSource{"aws", "health", ""}).covers(Format::EventBridge));
  EXPECT_FALSE((LogSource{"aws", "guardduty", ""}).covers(Format::EventBridge));
}

TEST(LogSourceTest, KnowsTheDnsCategory) {
  EXPECT_TRUE((LogSource{"", "", "dns"}).covers(Format::Route53Resolver));
  EXPECT_FALSE((LogSource{"", "", "dns"}).covers(Format::CloudTrail));
}

TEST(LogSourceTest, KnowsTheHostsOfTheLinuxProduct) {
  EXPECT_TRUE((LogSource{"linux", "sshd", ""}).covers(Format::Sshd));
  EXPECT_FALSE((LogSource{"linux", "sshd", ""}).covers(Format::Syslog));
  EXPECT_TRUE((LogSource{"linux", "auth", ""}).covers(Format::Syslog));
  EXPECT_FALSE((LogSource{"aws", "sshd", ""}).covers(Format::Sshd));
  EXPECT_FALSE((LogSource{"linux", "", ""}).covers(Format::CloudTrail));
}

TEST(LogSourceTest, IgnoresCase) {
  EXPECT_TRUE((LogSource{"AWS", "CloudTrail", ""}).covers(Format::CloudTrail));
}

}  // namespace
}  // namespace riposte::rule
