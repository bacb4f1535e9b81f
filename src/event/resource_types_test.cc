#include "event/resource_types.h"

#include <gtest/gtest.h>

namespace riposte::event {
namespace {

TEST(ResourceTypesTest, ArnsTellTypeAndName) {
  const struct {
    std::string_view arn, type, id;
  } cases[] = {
      {"arn:aws:s3:::records", "AWS::S3::Bucket", "records"},
      {"arn:aws:s3:::records/2026/a.csv", "AWS::S3::Object", "records/2026/a.csv"},
      {"arn:aws:s3:eu-west-1:111122223333:accesspoint/reports", "AWS::S3::AccessPoint", "reports"},
      {"arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/Worker", "AWS::IAM::Role",
       "Worker"},
      {"arn:aws:iam::aws:policy/AdministratorAccess", "AWS::IAM::ManagedPolicy",
       "AdministratorAccess"},
      {"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d", "AWS::EC2::Instance",
       "i-0a1b2c3d"},
      {"arn:aws:kms:eu-west-1:111122223333:key/0a1b-2c", "AWS::KMS::Key", "0a1b-2c"},
      {"arn:aws:kms:eu-west-1:111122223333:alias/aws/s3", "AWS::KMS::Alias", "alias/aws/s3"},
      {"arn:aws:lambda:eu-west-1:111122223333:function:worker:2", "AWS::Lambda::Function",
       "worker"},
      {"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/main-AbCdEf",
       "AWS::SecretsManager::Secret", "db/main"},
      {"arn:aws:secretsmanager:eu-west-1:111122223333:secret:short", "AWS::SecretsManager::Secret",
       "short"},
      {"arn:aws:ssm:eu-west-1:111122223333:parameter/app/key", "AWS::SSM::Parameter", "/app/key"},
      {"arn:aws:ssm:eu-west-1:111122223333:parameter/key", "AWS::SSM::Parameter", "key"},
      {"arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/worker:*", "AWS::Logs::LogGroup",
       "/aws/lambda/worker"},
      {"arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:s", "AWS::RDS::DBClusterSnapshot", "s"},
      {"arn:aws:rds:eu-west-1:111122223333:cluster:c", "AWS::RDS::DBCluster", "c"},
      {"arn:aws:sns:eu-west-1:111122223333:alarms", "AWS::SNS::Topic", "alarms"},
      {"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/0a1b", "AWS::WAFv2::WebACL",
       "web"},
      {"arn:aws:cloudformation:eu-west-1:111122223333:stack/app/0a1b", "AWS::CloudFormation::Stack",
       "app"},
  };
  for (const auto& expected : cases) {
    const auto arn = parse_arn(expected.arn);
    ASSERT_TRUE(arn.has_value()) << expected.arn;
    const ResourceType* type = find_resource_type(*arn);
    ASSERT_NE(type, nullptr) << expected.arn;
    EXPECT_EQ(type->name, expected.type);
    EXPECT_EQ(id_of(*arn), expected.id);
  }
}

TEST(ResourceTypesTest, UnknownServicesKeepTheirWholeResource) {
  const auto arn = parse_arn("arn:aws:brandnew:eu-west-1:111122223333:thing/a");
  EXPECT_EQ(find_resource_type(*arn), nullptr);
  EXPECT_EQ(id_of(*arn), "thing/a");
  EXPECT_EQ(find_resource_type(*parse_arn("arn:aws:s3:eu-west-1:111122223333:job/a")), nullptr);
  EXPECT_EQ(find_resource_type("AWS::BrandNew::Thing"), nullptr);
  EXPECT_LT(row_of(find_resource_type("AWS::EC2::Instance")), row_of(nullptr));
}

TEST(ResourceTypesTest, Ec2IdsTellTheirType) {
  EXPECT_EQ(type_of_ec2_id("i-0a1b2c3d4e5f60718"), "AWS::EC2::Instance");
  EXPECT_EQ(type_of_ec2_id("sg-0A1B2C3D"), "AWS::EC2::SecurityGroup");
  EXPECT_EQ(type_of_ec2_id("vpc-0a1b2c3d"), "AWS::EC2::VPC");
  EXPECT_EQ(type_of_ec2_id("vpce-svc-0a1b2c3d"), "AWS::EC2::VPCEndpointService");
  EXPECT_EQ(type_of_ec2_id("ami-1111"), "AWS::EC2::Image");
  for (std::string_view text : {"", "i-", "i-0a", "i-worker", "sg", "pl-anet", "0a1b2c3d"}) {
    EXPECT_EQ(type_of_ec2_id(text), "") << text;
  }
}

TEST(ResourceTypesTest, ParametersNameTypesWhereTheirServiceSaysSo) {
  EXPECT_EQ(type_of_parameter("iam", "CreateUser", "userName"), "AWS::IAM::User");
  EXPECT_EQ(type_of_parameter("redshift", "GetClusterCredentials", "userName"), "");
  EXPECT_EQ(type_of_parameter("iam", "DeleteGroup", "groupName"), "AWS::IAM::Group");
  EXPECT_EQ(type_of_parameter("ec2", "CreateSecurityGroup", "groupName"),
            "AWS::EC2::SecurityGroup");
  EXPECT_EQ(type_of_parameter("cloudtrail", "StopLogging", "name"), "AWS::CloudTrail::Trail");
  EXPECT_EQ(type_of_parameter("cloudtrail", "CreateChannel", "name"), "");
  EXPECT_EQ(type_of_parameter("ssm", "GetParameters", "names"), "AWS::SSM::Parameter");
  EXPECT_EQ(type_of_parameter("rds", "DeleteDBInstance", "DBInstanceIdentifier"),
            "AWS::RDS::DBInstance");
  EXPECT_EQ(type_of_parameter("logs", "DeleteLogGroup", ""), "");
}

}  // namespace
}  // namespace riposte::event
