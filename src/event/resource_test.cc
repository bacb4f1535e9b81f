#include "event/resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/scanner.h"

namespace riposte::event {

// For messages of failed tests.
void PrintTo(const Resource& resource, std::ostream* out);
void PrintTo(const Resource& resource, std::ostream* out) {
  *out << resource.type << " " << resource.id << " " << resource.arn;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The resources of a record, as the reader would have filled its event.
std::vector<Resource> resources_in(const std::string& record, Format format = Format::CloudTrail) {
  const auto document = json::OwnedDocument::parse(record);
  EXPECT_TRUE(document.ok()) << record;
  Event event;
  event.format = format;
  event.record = &document->root();
  event.envelope = event.record;
  event.name = event.record->string_at("eventName");
  event.service = event.record->string_at("eventSource");
  event.service = event.service.substr(0, event.service.find('.'));
  event.account = event.record->string_at("recipientAccountId");
  event.region = event.record->string_at("awsRegion");
  return resources_of(event);
}

// A call by a user of account 111122223333 in eu-west-1; `parts` are further members.
std::vector<Resource> call(const std::string& service, const std::string& name,
                           const std::string& parts) {
  return resources_in(
      R"({"userIdentity":{"arn":"arn:aws:iam::111122223333:user/erin","accountId":"111122223333"},)"
      R"("recipientAccountId":"111122223333","awsRegion":"eu-west-1","eventSource":")" +
      service + R"(.amazonaws.com","eventName":")" + name + "\"," + parts + "}");
}

std::vector<Resource> request(const std::string& service, const std::string& name,
                              const std::string& parameters) {
  return call(service, name, R"("requestParameters":)" + parameters);
}

const Resource kGroup = {"AWS::EC2::SecurityGroup", "sg-0a1b2c3d",
                         "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d"};
const Resource kInstance = {"AWS::EC2::Instance", "i-0a1b2c3d",
                            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d"};

TEST(ResourceTest, NestedFlatAndWrappedShapesAreTheSame) {
  for (const char* parameters : {R"({"groupId":"sg-0a1b2c3d"})",
                                 R"({"securityGroupIdSet":{"items":[{"groupId":"sg-0a1b2c3d"}]}})",
                                 R"({"ModifySecurityGroupRulesRequest":{"GroupId":"sg-0a1b2c3d"}})",
                                 R"({"GroupIds":["sg-0a1b2c3d"]})",
                                 R"({"SomethingId":{"tag":1,"content":"sg-0a1b2c3d"}})"}) {
    EXPECT_THAT(request("ec2", "AuthorizeSecurityGroupIngress", parameters), ElementsAre(kGroup))
        << parameters;
  }
}

TEST(ResourceTest, TheResourceOfTheCallComesFirst) {
  const auto first = [](const std::string& service, const std::string& name,
                        const std::string& parameters) {
    const std::vector<Resource> resources = request(service, name, parameters);
    return resources.empty() ? "none" : resources.front().type;
  };
  EXPECT_EQ(
      first("ec2", "AttachVolume", R"({"instanceId":"i-0a1b2c3d","volumeId":"vol-0a1b2c3d"})"),
      "AWS::EC2::Volume");
  EXPECT_EQ(first("ec2", "AssociateRouteTable",
                  R"({"subnetId":"subnet-0a1b","routeTableId":"rtb-0a1b"})"),
            "AWS::EC2::RouteTable");
  EXPECT_EQ(
      first("iam", "AttachUserPolicy",
            R"({"policyArn":"arn:aws:iam::aws:policy/AdministratorAccess","userName":"erin"})"),
      "AWS::IAM::User");
  EXPECT_EQ(first("iam", "AddUserToGroup", R"({"groupName":"ops","userName":"erin"})"),
            "AWS::IAM::User");
  EXPECT_EQ(first("cloudtrail", "CreateTrail", R"({"s3BucketName":"logs","name":"main"})"),
            "AWS::CloudTrail::Trail");
  EXPECT_EQ(first("rds", "CreateDBClusterSnapshot",
                  R"({"dBClusterIdentifier":"c","dBClusterSnapshotIdentifier":"s"})"),
            "AWS::RDS::DBClusterSnapshot");
  EXPECT_EQ(first("ssm", "SendCommand",
                  R"({"documentName":"AWS-RunShellScript","instanceIds":["i-0a1b2c3d"]})"),
            "AWS::SSM::Document")
      << "the call's own service, where no noun decides";
  EXPECT_EQ(first("s3", "GetObject", R"({"bucketName":"records","key":"a"})"), "AWS::S3::Object");
  EXPECT_EQ(first("s3", "PutBucketPolicy", R"({"bucketName":"records","key":"a"})"),
            "AWS::S3::Bucket");
}

TEST(ResourceTest, WhatACallMakesIsFoundInItsResponse) {
  const std::vector<Resource> resources = call(
      "ec2", "CreateSnapshot",
      R"("requestParameters":{"volumeId":"vol-0a1b2c3d"},"responseElements":{"snapshotId":"snap-0a1b2c3d","volumeId":"vol-0a1b2c3d"})");
  EXPECT_THAT(resources,
              ElementsAre(Resource{"AWS::EC2::Snapshot", "snap-0a1b2c3d",
                                   "arn:aws:ec2:eu-west-1::snapshot/snap-0a1b2c3d"},
                          Resource{"AWS::EC2::Volume", "vol-0a1b2c3d",
                                   "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0a1b2c3d"}));
}

TEST(ResourceTest, NamesGetTheirArnFromTheResponse) {
  const std::vector<Resource> resources =
      call("iam", "CreateUser",
           R"("requestParameters":{"userName":"dana","path":"/ops/"},
              "responseElements":{"user":{"userName":"dana","arn":"arn:aws:iam::111122223333:user/ops/dana"}})");
  EXPECT_THAT(resources, ElementsAre(Resource{"AWS::IAM::User", "dana",
                                              "arn:aws:iam::111122223333:user/ops/dana"}));
}

TEST(ResourceTest, ArnsAreBuiltOnlyWhereNothingIsGuessed) {
  EXPECT_THAT(request("iam", "DeleteUser", R"({"userName":"dana"})"),
              ElementsAre(Resource{"AWS::IAM::User", "dana", ""}))
      << "users have paths";
  EXPECT_THAT(request("secretsmanager", "GetSecretValue", R"({"secretId":"db/main"})"),
              ElementsAre(Resource{"AWS::SecretsManager::Secret", "db/main", ""}));
  EXPECT_THAT(request("ec2", "DeleteSecurityGroup", R"({"groupName":"web"})"),
              ElementsAre(Resource{"AWS::EC2::SecurityGroup", "web", ""}));
  const std::string stop =
      R"("eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","requestParameters":{"name":"main"})";
  const Resource nameless = {"AWS::CloudTrail::Trail", "main", ""};
  EXPECT_THAT(resources_in(R"({"recipientAccountId":"111122223333",)" + stop + "}"),
              ElementsAre(nameless))
      << "no region";
  EXPECT_THAT(resources_in(R"({"awsRegion":"eu-west-1",)" + stop + "}"), ElementsAre(nameless))
      << "no account";
  EXPECT_THAT(
      resources_in(
          R"({"userIdentity":{"accountId":"444455556666"},"recipientAccountId":"111122223333",
                               "awsRegion":"eu-west-1",)" +
          stop + "}"),
      ElementsAre(nameless))
      << "whose trail?";
  EXPECT_THAT(resources_in(R"({"recipientAccountId":"111122223333","awsRegion":"cn-north-1",)" +
                           stop + "}"),
              ElementsAre(Resource{"AWS::CloudTrail::Trail", "main",
                                   "arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/main"}));
}

TEST(ResourceTest, NamesOfManyServicesAreKnown) {
  const struct {
    const char *service, *name, *parameters;
    Resource resource;
  } cases[] = {
      {"cloudtrail",
       "StopLogging",
       R"({"name":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"})",
       {"AWS::CloudTrail::Trail", "main", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}},
      {"kms",
       "ScheduleKeyDeletion",
       R"({"keyId":"0a1b-2c"})",
       {"AWS::KMS::Key", "0a1b-2c", "arn:aws:kms:eu-west-1:111122223333:key/0a1b-2c"}},
      {"kms",
       "Decrypt",
       R"({"keyId":"alias/main"})",
       {"AWS::KMS::Alias", "alias/main", "arn:aws:kms:eu-west-1:111122223333:alias/main"}},
      {"lambda",
       "UpdateFunctionCode20150331v2",
       R"({"functionName":"111122223333:function:worker:2"})",
       {"AWS::Lambda::Function", "worker",
        "arn:aws:lambda:eu-west-1:111122223333:function:worker"}},
      {"dynamodb",
       "DeleteTable",
       R"({"tableName":"orders"})",
       {"AWS::DynamoDB::Table", "orders", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}},
      {"ssm",
       "PutParameter",
       R"({"name":"/app/key"})",
       {"AWS::SSM::Parameter", "/app/key", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/key"}},
      {"sns",
       "DeleteTopic",
       R"({"topicArn":"arn:aws:sns:eu-west-1:111122223333:alarms"})",
       {"AWS::SNS::Topic", "alarms", "arn:aws:sns:eu-west-1:111122223333:alarms"}},
      {"sqs",
       "SetQueueAttributes",
       R"({"queueUrl":"https://sqs.eu-west-1.amazonaws.com/444455556666/jobs"})",
       {"AWS::SQS::Queue", "jobs", "arn:aws:sqs:eu-west-1:444455556666:jobs"}},
      {"logs",
       "DeleteLogGroup",
       R"({"logGroupName":"/app"})",
       {"AWS::Logs::LogGroup", "/app", "arn:aws:logs:eu-west-1:111122223333:log-group:/app"}},
      {"logs",
       "PutSubscriptionFilter",
       R"({"arn":"arn:aws:logs:eu-west-1:111122223333:log-group:/app:*"})",
       {"AWS::Logs::LogGroup", "/app", "arn:aws:logs:eu-west-1:111122223333:log-group:/app"}},
      {"config",
       "StopConfigurationRecorder",
       R"({"configurationRecorderName":"default"})",
       {"AWS::Config::ConfigurationRecorder", "default", ""}},
      {"guardduty",
       "DeleteDetector",
       R"({"detectorId":"0a1b"})",
       {"AWS::GuardDuty::Detector", "0a1b",
        "arn:aws:guardduty:eu-west-1:111122223333:detector/0a1b"}},
      {"route53",
       "ChangeResourceRecordSets",
       R"({"hostedZoneId":"/hostedzone/Z1"})",
       {"AWS::Route53::HostedZone", "Z1", "arn:aws:route53:::hostedzone/Z1"}},
      {"ecr",
       "SetRepositoryPolicy",
       R"({"repositoryName":"app"})",
       {"AWS::ECR::Repository", "app", "arn:aws:ecr:eu-west-1:111122223333:repository/app"}},
      {"cloudfront",
       "UpdateDistribution",
       R"({"id":"E1"})",
       {"AWS::CloudFront::Distribution", "E1", "arn:aws:cloudfront::111122223333:distribution/E1"}},
      {"brandnew",
       "DoThing",
       R"({"deep":[{"thing":"arn:aws:brandnew:eu-west-1:111122223333:thing/a"}]})",
       {"", "thing/a", "arn:aws:brandnew:eu-west-1:111122223333:thing/a"}},
  };
  for (const auto& expected : cases) {
    EXPECT_THAT(request(expected.service, expected.name, expected.parameters),
                ElementsAre(expected.resource))
        << expected.name;
  }
}

TEST(ResourceTest, ListedResourcesAreBelieved) {
  EXPECT_THAT(
      call("s3", "GetObject",
           R"("resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::records/a"},
               {"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::records"},
               {"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::records/"},{"accountId":"111122223333","arn":"arn:aws:kms:eu-west-1:111122223333:key/0a1b"}])"),
      ElementsAre(Resource{"AWS::S3::Object", "records/a", "arn:aws:s3:::records/a"},
                  Resource{"AWS::KMS::Key", "0a1b", "arn:aws:kms:eu-west-1:111122223333:key/0a1b"},
                  Resource{"AWS::S3::Bucket", "records", "arn:aws:s3:::records"}));
  EXPECT_THAT(call("dynamodb", "DescribeTable",
                   R"("resources":[{"type":"AWS::DynamoDB::Table","ARN":"arn::::table/orders"}])"),
              ElementsAre(Resource{"AWS::DynamoDB::Table", "orders", ""}))
      << "a broken ARN still names something";
  EXPECT_THAT(
      call("sts", "AssumeRole", R"("resources":[{"ARN":"Role'}"},{"accountId":"1"},"arn",7])"),
      IsEmpty());
  EXPECT_THAT(
      call(
          "secretsmanager", "StartSecretVersionDelete",
          R"("additionalEventData":{"SecretId":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"})"),
      ElementsAre(Resource{"AWS::SecretsManager::Secret", "db",
                           "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"}));
}

TEST(ResourceTest, BucketsMayStandInTheHost) {
  const Resource bucket = {"AWS::S3::Bucket", "records", "arn:aws:s3:::records"};
  for (const char* parameters : {R"({"bucketName":"records","Host":"records.s3.amazonaws.com"})",
                                 R"({"Host":"records.s3.eu-west-1.amazonaws.com"})",
                                 R"({"host":"records.s3-eu-west-1.amazonaws.com"})"}) {
    EXPECT_THAT(request("s3", "ListObjects", parameters), ElementsAre(bucket)) << parameters;
  }
  for (const char* parameters : {R"({"Host":"s3.amazonaws.com"})",
                                 R"({"Host":"111122223333.s3-control.eu-west-1.amazonaws.com"})",
                                 R"({"host":["s3.eu-west-1.amazonaws.com"]})"}) {
    EXPECT_THAT(request("s3", "ListBuckets", parameters), IsEmpty()) << parameters;
  }
}

TEST(ResourceTest, CopiesNameTheirOrigin) {
  EXPECT_THAT(
      request("s3", "CopyObject",
              R"({"bucketName":"target","key":"b","x-amz-copy-source":"/origin/a?versionId=1"})"),
      ElementsAre(Resource{"AWS::S3::Object", "target/b", "arn:aws:s3:::target/b"},
                  Resource{"AWS::S3::Bucket", "target", "arn:aws:s3:::target"},
                  Resource{"AWS::S3::Object", "origin/a", "arn:aws:s3:::origin/a"}));
}

TEST(ResourceTest, LabelsQuestionsSecretsAndPoliciesAreNoResources) {
  for (
      const char* parameters :
      {R"({"tagSet":{"items":[{"key":"owner","value":"i-0a1b2c3d"}]}})",
       R"({"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-0a1b2c3d"}]}}]}})",
       R"({"bucketPolicy":{"Statement":[{"Resource":"arn:aws:s3:::records"}]}})",
       R"({"target":"arn:aws:s3:::*"})", R"({"target":"arn:aws:iam::*:role/x"})",
       R"({"target":"arn:aws"})", R"({"userName":"HIDDEN_DUE_TO_SECURITY_REASONS"})",
       R"({"userName":""})", R"({"userName":null})", "null", "[]", R"("i")"}) {
    EXPECT_THAT(request("iam", "DoThing", parameters), IsEmpty()) << parameters;
  }
  EXPECT_THAT(
      call("iam", "DoThing", R"("responseElements":{"credentials":{"accessKeyId":"ASIAEXAMPLE"}})"),
      IsEmpty());
}

TEST(ResourceTest, EachIsListedOnceAndTheRestIsSorted) {
  const std::vector<Resource> resources = request(
      "ec2", "TerminateInstances",
      R"({"instancesSet":{"items":[{"instanceId":"i-0a1b2c3d"},{"instanceId":"i-0a1b2c3d"}]},"b":"vol-0a1b2c3d","a":"sg-0a1b2c3d"})");
  ASSERT_EQ(resources.size(), 3u);
  EXPECT_EQ(resources[0], kInstance);
  EXPECT_EQ(resources[1], kGroup);
  EXPECT_EQ(resources[2].id, "vol-0a1b2c3d");
}

TEST(ResourceTest, MoreThanTheLimitAreNotListed) {
  std::string ids;
  for (int i = 1000; i < 2000; ++i)
    ids += (ids.empty() ? "\"i-" : ",\"i-") + std::to_string(i) + "\"";
  EXPECT_EQ(request("ec2", "TerminateInstances", R"({"ids":[)" + ids + "]}").size(), kResourcesMax);
}

TEST(ResourceTest, GuardDutyNamesInstancesKeysAndBuckets) {
  EXPECT_THAT(
      resources_in(
          R"({"awsRegion":"eu-west-1","recipientAccountId":"111122223333","resource":{"resourceType":"Instance",
              "instanceDetails":{"instanceId":"i-0a1b2c3d","networkInterfaces":[{"securityGroups":[{"groupId":"sg-0a1b2c3d"}]}]}}})",
          Format::GuardDuty),
      ElementsAre(kInstance, kGroup));
  EXPECT_THAT(
      resources_in(
          R"({"resource":{"resourceType":"AccessKey","accessKeyDetails":{"accessKeyId":"AKIAEXAMPLE","userName":"erin","userType":"IAMUser"}}})",
          Format::GuardDuty),
      ElementsAre(Resource{"AWS::IAM::AccessKey", "AKIAEXAMPLE", ""},
                  Resource{"AWS::IAM::User", "erin", ""}));
  EXPECT_THAT(
      resources_in(
          R"({"resource":{"resourceType":"AccessKey","accessKeyDetails":{"userName":"Deploy","userType":"AssumedRole"}}})",
          Format::GuardDuty),
      ElementsAre(Resource{"AWS::IAM::Role", "Deploy", ""}));
  EXPECT_THAT(
      resources_in(
          R"({"resource":{"resourceType":"S3Bucket","s3BucketDetails":[{"arn":"arn:aws:s3:::records"}]}})",
          Format::GuardDuty),
      ElementsAre(Resource{"AWS::S3::Bucket", "records", "arn:aws:s3:::records"}));
}

TEST(ResourceTest, SecurityHubIdsHaveThreeForms) {
  EXPECT_THAT(
      resources_in(
          R"({"Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::records"},{"Type":"AwsAccount","Id":"AWS::::Account:111122223333"},
              {"Type":"AwsBrandNew","Id":"arn:aws:brandnew:eu-west-1:111122223333:thing/a"},{"Type":"Container","Id":"0a1b"},{"Type":"Other"}]})",
          Format::SecurityHub),
      testing::UnorderedElementsAre(
          Resource{"AWS::S3::Bucket", "records", "arn:aws:s3:::records"},
          Resource{"AWS::::Account", "111122223333", ""},
          Resource{"AwsBrandNew", "thing/a", "arn:aws:brandnew:eu-west-1:111122223333:thing/a"},
          Resource{"Container", "0a1b", ""}));
  EXPECT_THAT(resources_in(R"({"Resources":"none"})", Format::SecurityHub), IsEmpty());
}

TEST(ResourceTest, ConfigNamesTheItem) {
  EXPECT_THAT(
      resources_in(
          R"({"configurationItem":{"resourceType":"AWS::IAM::Role","resourceId":"AROAEXAMPLE","ARN":"arn:aws:iam::111122223333:role/ops/Deploy"}})",
          Format::Config),
      ElementsAre(
          Resource{"AWS::IAM::Role", "Deploy", "arn:aws:iam::111122223333:role/ops/Deploy"}));
  EXPECT_THAT(resources_in(R"({"resourceType":"AWS::EC2::Instance","resourceId":"i-0a1b2c3d"})",
                           Format::Config),
              ElementsAre(Resource{"AWS::EC2::Instance", "i-0a1b2c3d", ""}));
  EXPECT_THAT(resources_in("{}", Format::Config), IsEmpty());
}

TEST(ResourceTest, NotificationsNameTheObjectDecoded) {
  EXPECT_THAT(
      resources_in(
          R"({"awsRegion":"eu-west-1","s3":{"bucket":{"name":"records"},"object":{"key":"a+b%2Fc%zz"}}})",
          Format::S3Notification),
      ElementsAre(Resource{"AWS::S3::Object", "records/a b/c%zz", "arn:aws:s3:::records/a b/c%zz"},
                  Resource{"AWS::S3::Bucket", "records", "arn:aws:s3:::records"}));
  EXPECT_THAT(resources_in(R"({"s3":{}})", Format::S3Notification), IsEmpty());
}

TEST(ResourceTest, OtherFormatsNameWhatTheyMust) {
  EXPECT_THAT(
      resources_in(
          R"({"eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01"})",
          Format::DynamoDbStream),
      ElementsAre(Resource{"AWS::DynamoDB::Table", "orders",
                           "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}));
  EXPECT_THAT(
      resources_in(R"({"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/0a1b",
                               "httpRequest":{"uri":"arn:aws:s3:::bait"}})",
                   Format::Waf),
      ElementsAre(Resource{"AWS::WAFv2::WebACL", "web",
                           "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/0a1b"}));
  EXPECT_THAT(resources_in(R"({"srcids":{"instance":"i-0a1b2c3d"},"vpc_id":"vpc-0a1b2c3d"})",
                           Format::Route53Resolver),
              ElementsAre(Resource{"AWS::EC2::Instance", "i-0a1b2c3d", ""},
                          Resource{"AWS::EC2::VPC", "vpc-0a1b2c3d", ""}));
  EXPECT_THAT(
      resources_in(R"({"resources":["arn:aws:s3:::records"],"detail":{}})", Format::EventBridge),
      ElementsAre(Resource{"AWS::S3::Bucket", "records", "arn:aws:s3:::records"}));
  EXPECT_THAT(resources_in(R"({"resources":["arn:aws:s3:::records"]})", Format::Unknown),
              IsEmpty());
}

}  // namespace
}  // namespace riposte::event
