#include "event/format.h"

// Tested by src/event/event_reader_test.cc

namespace riposte::event {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::Unknown:
      return "unknown";
    case Format::CloudTrail:
      return "cloudtrail";
    case Format::CloudTrailInsight:
      return "cloudtrail_insight";
    case Format::EventBridge:
      return "eventbridge";
    case Format::GuardDuty:
      return "guardduty";
    case Format::SecurityHub:
      return "securityhub";
    case Format::Config:
      return "config";
    case Format::S3Notification:
      return "s3_notification";
    case Format::DynamoDbStream:
      return "dynamodb_stream";
    case Format::Waf:
      return "waf";
    case Format::Route53Resolver:
      return "route53_resolver";
    case Format::VpcFlow:
      return "vpcflow";
    case Format::LoadBalancer:
      return "loadbalancer";
    case Format::CloudFront:
      return "cloudfront";
    case Format::S3Access:
      return "s3access";
    case Format::WebServer:
      return "webserver";
    case Format::ApiGateway:
      return "apigateway";
    case Format::Cognito:
      return "cognito";
    case Format::CloudWatchAlarm:
      return "cloudwatch_alarm";
    case Format::Cost:
      return "cost";
    case Format::Lambda:
      return "lambda";
    case Format::Sshd:
      return "sshd";
    case Format::Syslog:
      return "syslog";
  }
  return "?";
}

}  // namespace riposte::event
