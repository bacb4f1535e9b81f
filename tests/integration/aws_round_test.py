"""A round through two dozen services: riposte writes, then riposte and boto3 read, and must have read the same."""

import base64
import json
import unittest

from botocore import xform_name

from emulator import Emulator, as_json

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
AWKWARD = "päth/with space+plus&amp=?#%7E'\"<x>"
# An empty archive: the smallest zip there is.
EMPTY_ZIP = base64.b64encode(b"PK\x05\x06" + bytes(18)).decode()


def with_documents(value):
    if isinstance(value, list):
        return [with_documents(item) for item in value]
    if isinstance(value, dict):
        return {key: json.loads(item) if key.endswith("PolicyDocument") else with_documents(item)
                for key, item in value.items()}
    return value


class RoundTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.called = set()

    def write(self, service, operation, **parameters):
        self.called.add((service, operation))
        return self.emulator.riposte(service, operation, parameters)

    def read(self, service, operation, **parameters):
        """The answer, which must be boto3's as well; boto3 reads policy documents, riposte leaves them text."""
        ours = self.write(service, operation, **parameters)
        arguments = dict(parameters)
        theirs = getattr(self.emulator.boto3(service), xform_name(operation))(**arguments)
        theirs.pop("EncodingType", None)  # of S3: both ask for it, and only boto3 says so
        self.assertEqual(with_documents(ours), as_json(theirs), f"{service} {operation}")
        return ours

    def test_01_ec2(self):
        vpc = self.write("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.write("ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        group = self.write("ec2", "CreateSecurityGroup", GroupName="open", Description=AWKWARD[:30], VpcId=vpc)["GroupId"]
        world = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                  "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "a & b"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
        self.write("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=world)
        self.assertEqual(len(self.read("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]), 1)
        self.read("ec2", "DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
        self.write("ec2", "RevokeSecurityGroupIngress", GroupId=group, IpPermissions=world)
        self.read("ec2", "DescribeSecurityGroups", GroupIds=[group])
        acl = self.write("ec2", "CreateNetworkAcl", VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        self.write("ec2", "CreateNetworkAclEntry", NetworkAclId=acl, RuleNumber=10, Protocol="-1", RuleAction="deny",
                   Egress=False, CidrBlock="203.0.113.7/32")
        self.read("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl])
        self.write("ec2", "DeleteNetworkAclEntry", NetworkAclId=acl, RuleNumber=10, Egress=False)
        self.write("ec2", "CreateTags", Resources=[subnet], Tags=[{"Key": "incident", "Value": AWKWARD}])
        self.read("ec2", "DescribeSubnets", SubnetIds=[subnet])
        self.read("ec2", "DescribeTags", Filters=[{"Name": "resource-id", "Values": [subnet]}])
        self.read("ec2", "DescribeRegions")

    def test_02_s3(self):
        self.write("s3", "CreateBucket", Bucket="round-bucket")
        self.write("s3", "PutBucketVersioning", Bucket="round-bucket", VersioningConfiguration={"Status": "Enabled"})
        body = base64.b64encode(bytes(range(256))).decode()
        self.write("s3", "PutObject", Bucket="round-bucket", Key=AWKWARD, Body=body, Metadata={"incident": "i-1"},
                   ContentType="application/octet-stream")
        answer = self.write("s3", "GetObject", Bucket="round-bucket", Key=AWKWARD)
        theirs = as_json(self.emulator.boto3("s3").get_object(Bucket="round-bucket", Key=AWKWARD))
        self.assertEqual(answer, theirs)
        self.assertEqual(answer["Body"], body)
        self.read("s3", "HeadObject", Bucket="round-bucket", Key=AWKWARD)
        self.read("s3", "ListObjectsV2", Bucket="round-bucket", Prefix="päth/")
        self.write("s3", "PutPublicAccessBlock", Bucket="round-bucket", PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
        self.read("s3", "GetPublicAccessBlock", Bucket="round-bucket")
        self.write("s3", "PutBucketPolicy", Bucket="round-bucket", Policy=POLICY)
        self.read("s3", "GetBucketPolicy", Bucket="round-bucket")
        self.write("s3", "PutBucketTagging", Bucket="round-bucket", Tagging={"TagSet": [{"Key": "a", "Value": "b & c"}]})
        self.read("s3", "GetBucketTagging", Bucket="round-bucket")
        self.read("s3", "GetBucketAcl", Bucket="round-bucket")
        self.write("s3", "DeleteObjects", Bucket="round-bucket", Delete={"Objects": [{"Key": AWKWARD}]})
        self.read("s3", "ListObjectVersions", Bucket="round-bucket")
        self.read("s3", "ListBuckets")

    def test_03_iam_and_sts(self):
        self.write("iam", "CreateUser", UserName="mallory", Tags=[{"Key": "a", "Value": "b=c&d"}])
        self.write("iam", "PutUserPolicy", UserName="mallory", PolicyName="deny", PolicyDocument=POLICY)
        self.read("iam", "GetUserPolicy", UserName="mallory", PolicyName="deny")
        self.write("iam", "AttachUserPolicy", UserName="mallory", PolicyArn="arn:aws:iam::aws:policy/AWSDenyAll")
        self.read("iam", "ListAttachedUserPolicies", UserName="mallory")
        key = self.write("iam", "CreateAccessKey", UserName="mallory")["AccessKey"]["AccessKeyId"]
        self.write("iam", "UpdateAccessKey", UserName="mallory", AccessKeyId=key, Status="Inactive")
        self.assertEqual(self.read("iam", "ListAccessKeys", UserName="mallory")["AccessKeyMetadata"][0]["Status"], "Inactive")
        self.write("iam", "CreateRole", RoleName="worker", AssumeRolePolicyDocument=TRUST)
        self.read("iam", "GetRole", RoleName="worker")
        self.read("iam", "GetUser", UserName="mallory")
        self.read("sts", "GetCallerIdentity")

    def test_04_trails_and_watching(self):
        self.write("s3", "CreateBucket", Bucket="trail-bucket")
        self.write("cloudtrail", "CreateTrail", Name="main", S3BucketName="trail-bucket")
        self.write("cloudtrail", "StartLogging", Name="main")
        self.read("cloudtrail", "GetTrailStatus", Name="main")
        self.read("cloudtrail", "DescribeTrails")
        self.write("config", "PutConfigurationRecorder", ConfigurationRecorder={
            "name": "default", "roleARN": "arn:aws:iam::123456789012:role/config"})
        self.read("config", "DescribeConfigurationRecorders")
        self.write("cloudwatch", "PutMetricAlarm", AlarmName="high", MetricName="m", Namespace="n", Period=60,
                   EvaluationPeriods=1, Threshold=1.5, Statistic="Sum", ComparisonOperator="GreaterThanThreshold")
        self.read("cloudwatch", "DescribeAlarms", AlarmNames=["high"])
        self.write("logs", "CreateLogGroup", logGroupName="/app")
        self.write("logs", "CreateLogStream", logGroupName="/app", logStreamName="one")
        self.write("logs", "PutLogEvents", logGroupName="/app", logStreamName="one",
                   logEvents=[{"timestamp": 1769884678000, "message": AWKWARD}])
        self.read("logs", "DescribeLogGroups")
        self.write("events", "PutRule", Name="rule", EventPattern=json.dumps({"source": ["aws.iam"]}))
        self.read("events", "ListRules")
        self.read("events", "DescribeRule", Name="rule")

    def test_05_messages_and_tables(self):
        topic = self.write("sns", "CreateTopic", Name="topic")["TopicArn"]
        self.read("sns", "GetTopicAttributes", TopicArn=topic)
        queue = self.write("sqs", "CreateQueue", QueueName="queue", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        self.write("sqs", "SendMessage", QueueUrl=queue, MessageBody=AWKWARD)
        self.read("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=["QueueArn", "VisibilityTimeout"])
        received = self.write("sqs", "ReceiveMessage", QueueUrl=queue)["Messages"]
        self.assertEqual(received[0]["Body"], AWKWARD)
        self.write("dynamodb", "CreateTable", TableName="table", BillingMode="PAY_PER_REQUEST",
                   AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                   KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                   StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        binary = base64.b64encode(b"\x00\xff").decode()
        self.write("dynamodb", "PutItem", TableName="table", Item={
            "k": {"S": AWKWARD}, "n": {"N": "1.50"}, "b": {"B": binary}, "l": {"L": [{"NULL": True}, {"BOOL": False}]}})
        item = self.read("dynamodb", "GetItem", TableName="table", Key={"k": {"S": AWKWARD}})["Item"]
        self.assertEqual(item["b"], {"B": binary})
        self.read("dynamodb", "Scan", TableName="table")
        self.read("dynamodb", "DescribeTable", TableName="table")
        stream = self.read("dynamodbstreams", "ListStreams", TableName="table")["Streams"][0]["StreamArn"]
        self.read("dynamodbstreams", "DescribeStream", StreamArn=stream)

    def test_06_keys_and_settings(self):
        key = self.write("kms", "CreateKey", Description="round")["KeyMetadata"]["KeyId"]
        self.read("kms", "DescribeKey", KeyId=key)
        plain = base64.b64encode(b"text").decode()
        sealed = self.write("kms", "Encrypt", KeyId=key, Plaintext=plain)["CiphertextBlob"]
        self.assertEqual(self.write("kms", "Decrypt", CiphertextBlob=sealed)["Plaintext"], plain)
        self.write("ssm", "PutParameter", Name="/a/b", Value=AWKWARD, Type="String")
        self.assertEqual(self.read("ssm", "GetParameter", Name="/a/b")["Parameter"]["Value"], AWKWARD)
        self.read("ssm", "GetParametersByPath", Path="/a")
        self.write("secretsmanager", "CreateSecret", Name="s", SecretString="value")
        self.read("secretsmanager", "GetSecretValue", SecretId="s")
        self.read("secretsmanager", "DescribeSecret", SecretId="s")

    def test_07_users_and_walls(self):
        pool = self.write("cognito-idp", "CreateUserPool", PoolName="pool")["UserPool"]["Id"]
        self.write("cognito-idp", "AdminCreateUser", UserPoolId=pool, Username="u", MessageAction="SUPPRESS")
        self.write("cognito-idp", "AdminDisableUser", UserPoolId=pool, Username="u")
        self.assertFalse(self.read("cognito-idp", "AdminGetUser", UserPoolId=pool, Username="u")["Enabled"])
        summary = self.write("wafv2", "CreateIPSet", Name="block", Scope="REGIONAL", IPAddressVersion="IPV4",
                             Addresses=["203.0.113.7/32"])["Summary"]
        self.read("wafv2", "GetIPSet", Name="block", Scope="REGIONAL", Id=summary["Id"])
        self.write("wafv2", "UpdateIPSet", Name="block", Scope="REGIONAL", Id=summary["Id"],
                   LockToken=summary["LockToken"], Addresses=["203.0.113.8/32"])
        self.read("wafv2", "ListIPSets", Scope="REGIONAL")
        zone = self.write("route53", "CreateHostedZone", Name="example.com", CallerReference="r")["HostedZone"]["Id"]
        self.write("route53", "ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch={"Changes": [
            {"Action": "UPSERT", "ResourceRecordSet": {"Name": "a.example.com", "Type": "TXT", "TTL": 60,
                                                       "ResourceRecords": [{"Value": '"a & b"'}]}}]})
        self.read("route53", "ListResourceRecordSets", HostedZoneId=zone)
        self.read("route53", "ListHostedZones")

    def test_08_finders_and_builders(self):
        detector = self.write("guardduty", "CreateDetector", Enable=True)["DetectorId"]
        self.read("guardduty", "GetDetector", DetectorId=detector)
        self.read("guardduty", "ListDetectors")
        self.write("securityhub", "EnableSecurityHub")
        self.read("securityhub", "DescribeHub")
        self.write("codebuild", "CreateProject", name="project", source={"type": "S3", "location": "bucket/path"},
                   artifacts={"type": "NO_ARTIFACTS"}, serviceRole="arn:aws:iam::123456789012:role/build",
                   environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"})
        self.read("codebuild", "ListProjects")
        self.read("codebuild", "BatchGetProjects", names=["project"])
        self.write("iam", "CreateRole", RoleName="function", AssumeRolePolicyDocument=TRUST)
        self.write("lambda", "CreateFunction", FunctionName="f", Role="arn:aws:iam::123456789012:role/function",
                   Runtime="python3.11", Handler="h.h", Code={"ZipFile": EMPTY_ZIP})
        self.read("lambda", "GetFunctionConfiguration", FunctionName="f")
        self.write("lambda", "AddPermission", FunctionName="f", StatementId="s", Action="lambda:InvokeFunction",
                   Principal="events.amazonaws.com")
        self.read("lambda", "GetPolicy", FunctionName="f")
        self.write("lambda", "TagResource", Resource="arn:aws:lambda:us-east-1:123456789012:function:f", Tags={"a": "b c"})
        self.read("lambda", "ListTags", Resource="arn:aws:lambda:us-east-1:123456789012:function:f")

    def test_99_the_round_is_wide(self):
        self.assertGreaterEqual(len(self.called), 60)
        self.assertGreaterEqual(len({service for service, _ in self.called}), 22)


if __name__ == "__main__":
    unittest.main()
