#include "rule/log_source.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace riposte::rule {
namespace {

using event::Format;

// What Sigma rules call the sources of each format.
struct Row {
  Format format;
  std::vector<std::string_view> services;
  std::vector<std::string_view> categories;
  std::vector<std::string_view> products = {"aws"};
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = {
      {Format::CloudTrail, {"cloudtrail"}, {}},
      // Insights are delivered beside the trail and have fields of their own; rules of either name
      // may ask for them.
      {Format::CloudTrailInsight, {"cloudtrail", "cloudtrail_insight", "cloudtrail-insight"}, {}},
      {Format::GuardDuty, {"guardduty"}, {}},
      {Format::SecurityHub, {"securityhub", "security_hub"}, {}},
      {Format::Config, {"config"}, {}},
      {Format::S3Notification, {"s3_notification", "s3"}, {}},
      {Format::DynamoDbStream, {"dynamodb_stream", "dynamodb"}, {}},
      {Format::Waf, {"waf"}, {}},
      {Format::Route53Resolver, {"route53_resolver", "route53"}, {"dns"}},
      {Format::VpcFlow, {"vpcflow", "vpc_flow", "vpcflowlogs"}, {"firewall"}},
      {Format::LoadBalancer, {"alb", "elb", "nlb"}, {"webserver"}},
      {Format::CloudFront, {"cloudfront"}, {"webserver"}},
      {Format::S3Access, {"s3access", "s3_access"}, {}},
      {Format::WebServer,
       {"apache", "nginx", "iis"},
       {"webserver"},
       {"aws", "apache", "nginx", "windows"}},
      {Format::ApiGateway, {"apigateway", "api_gateway"}, {"webserver"}},
      {Format::Cognito, {"cognito"}, {}},
      {Format::CloudWatchAlarm, {"cloudwatch_alarm", "cloudwatch"}, {}},
      {Format::Cost, {"cost", "budgets", "billing"}, {}},
      {Format::Lambda, {"lambda"}, {}},
      // One format for a host's programs: rules of a program find it by its words.
      {Format::Sshd, {"sshd", "auth", "syslog"}, {}, {"linux"}},
      {Format::Syslog, {"auth", "syslog", "sudo", "cron", "vsftpd", "clamav"}, {}, {"linux"}},
  };
  return kRows;
}

bool names(const std::vector<std::string_view>& known, std::string_view name) {
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view each) { return base::equals_ignore_case(each, name); });
}

// Envelopes that no reader claims come from any service that has no format of its own.
bool covers_envelope(const LogSource& source) {
  if (source.service.empty()) return source.category.empty();
  return std::none_of(rows().begin(), rows().end(),
                      [&](const Row& row) { return names(row.services, source.service); });
}

}  // namespace

bool LogSource::covers(Format format) const {
  if (format == Format::Unknown) return true;
  if (format == Format::EventBridge) {
    const bool is_aws = product.empty() || base::equals_ignore_case(product, "aws");
    return is_aws && covers_envelope(*this);
  }
  for (const Row& row : rows()) {
    if (row.format != format) continue;
    if (!product.empty() && !names(row.products, product)) return false;
    if (!service.empty()) return names(row.services, service);
    return category.empty() || names(row.categories, category);
  }
  return false;
}

}  // namespace riposte::rule
