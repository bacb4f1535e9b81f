"""Named actions against an AWS of our own: planned from what it answers, carried out, verified, and taken back.

What a plan reads is asked one read at a time: riposte names what it was not told. The calls are made here, as the
plan has them, with riposte's own client.
"""

import json
import re
import tempfile
import unittest
from pathlib import Path

from emulator import REGION, Emulator
from samples import RULE
from terminal import run

ACCOUNT = "123456789012"
READS_MAX = 30
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
ALICE = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/alice", "accountId": ACCOUNT, "userName": "alice"}
APP = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/x", "accountId": ACCOUNT}


def record(service, name, parameters, caller=None, **more):
    return {"eventVersion": "1.09", "eventTime": "2026-11-20T09:14:05Z", "eventSource": f"{service}.amazonaws.com",
            "eventName": name, "awsRegion": REGION, "userIdentity": caller or ALICE, "requestParameters": parameters,
            "eventID": "e1", "recipientAccountId": ACCOUNT, **more}


def change(name, before, after):
    images = {key: image for key, image in (("OldImage", before), ("NewImage", after)) if image}
    return {"eventID": "e1", "eventName": name, "eventSource": "aws:dynamodb", "awsRegion": REGION,
            "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/patients/stream/1",
            "dynamodb": {"Keys": {"id": {"S": "p-1"}}, "ApproximateCreationDateTime": 1795166045, **images}}


def fits(pattern, answer):
    """The part of EventBridge patterns that actions write; fields hold within the same element of a list."""
    if isinstance(answer, list):
        return any(fits(pattern, item) for item in answer or [{}])
    for key, wanted in pattern.items():
        value = answer.get(key) if isinstance(answer, dict) else None
        if isinstance(wanted, dict):
            if not fits(wanted, {} if value is None else value):
                return False
        elif wanted == [{"exists": False}]:
            if value is not None:
                return False
        elif not any(item in wanted for item in (value if isinstance(value, list) else [value])):
            return False
    return True


def resolved(value, answers):
    """Late templates, looked up in what steps were answered."""
    if isinstance(value, dict):
        return {key: resolved(item, answers) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, answers) for item in value]
    late = re.fullmatch(r"\$\{(answers\.[^.]+|answer)\.(\w+)\}", value) if isinstance(value, str) else None
    return answers[late[1]][late[2]] if late else value


class ActionsTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator())
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def call(self, operation, parameters):
        """The answer, or the code of the refusal."""
        service, name = operation.split(".")
        outcome = self.emulator.run(service, name, parameters=parameters)
        return json.loads(outcome.stdout) if outcome.code == 0 else outcome.stderr.split(": ")[2]

    def do(self, operation, **parameters):
        answer = self.call(operation, parameters)
        self.assertIsInstance(answer, dict, operation)
        return answer

    def plan(self, step, event):
        """The plan, or the sentence why there is none."""
        runbook, finding, facts, rules = (
            self.folder / name for name in ("runbook.yml", "event.json", "facts.json", "rule.yml"))
        rules.write_text(RULE)  # the runbook is named: which rule hits matters not, and few are read faster
        runbook.write_text(f"runbook: a\ntitle: A\nsteps: [{{name: do, {step}}}]\n")
        finding.write_text(json.dumps(event))
        known = []
        for _ in range(READS_MAX):
            facts.write_text(json.dumps(known))
            outcome = run("runbook", "plan", runbook, finding, "--account-facts", facts, "-o", "json",
                          "-r", rules, "--no-default-rules")
            if outcome.code == 0:
                return json.loads(outcome.stdout)
            asked = re.search(r"it is not said what the account answers to (\S+) (\{.*\})", outcome.stderr)
            if not asked:
                return outcome.stderr
            answer = self.call(asked[1], json.loads(asked[2]))
            known.append({"aws": asked[1], "with": json.loads(asked[2]),
                          **({"answer": answer} if isinstance(answer, dict) else {"error": answer})})
        raise AssertionError(f"more than {READS_MAX} reads")

    def holds(self, checks, answers, late):
        for check in checks:
            answer = self.call(check["aws"], resolved(check["with"], answers) if late else check["with"])
            self.assertIsInstance(answer, dict, check)
            self.assertTrue(check["expect"] is None or fits(check["expect"], answer), (check, answer))

    def carry_out(self, step, event):
        """Does it, and returns what takes it back: a list of steps and the answers to them."""
        plan = self.plan(step, event)
        self.assertIsInstance(plan, dict, plan)
        answers, done = {}, []
        for each in plan["steps"]:
            self.holds(each["precheck"], answers, each["late"])
            answer = self.call(each["aws"], resolved(each["with"], answers) if each["late"] else each["with"])
            self.assertIsInstance(answer, dict, (each["name"], answer))
            answers = {**answers, "answers." + each["name"]: answer}
            done.append((each, {**answers, "answer": answer}))
            self.holds(each["verify"], done[-1][1], True)
        return done

    def round(self, step, event):
        """Done, verified, taken back: as it was before."""
        done = self.carry_out(step, event)
        for each, answers in reversed(done):
            if each["undo"] is None:
                continue
            self.holds(each["verify"], answers, True)
            undone = self.call(each["undo"]["aws"], resolved(each["undo"]["with"], answers))
            self.assertIsInstance(undone, dict, (each["name"], undone))
            self.holds(each["precheck"], answers, each["late"])
        return [each["aws"] for each, _ in done]

    def test_contain_principal(self):
        self.do("iam.CreateUser", UserName="alice")
        self.do("iam.CreateAccessKey", UserName="alice")
        self.do("iam.CreateRole", RoleName="app", AssumeRolePolicyDocument=TRUST)
        self.assertEqual(self.round("action: contain-principal", record("s3", "GetObject", {})),
                         ["iam.PutUserPolicy", "iam.UpdateAccessKey"])
        self.assertEqual(self.round("action: contain-principal", record("s3", "GetObject", {}, APP)),
                         ["iam.PutRolePolicy"])

    def test_restore_trail(self):
        self.do("s3.CreateBucket", Bucket="audit-logs")
        self.do("cloudtrail.CreateTrail", Name="main", S3BucketName="audit-logs")
        self.assertEqual(self.round("action: restore-trail", record("cloudtrail", "UpdateTrail", {
            "name": "main", "enableLogFileValidation": False})), ["cloudtrail.UpdateTrail", "cloudtrail.StartLogging"])
        self.do("cloudtrail.PutEventSelectors", TrailName="main", EventSelectors=[
            {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False,
             "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::audit-logs/"]}]}])
        self.assertIn("cloudtrail.PutEventSelectors", self.round(
            "action: restore-trail", record("cloudtrail", "PutEventSelectors", {"trailName": "main"})))
        self.do("cloudtrail.DeleteTrail", Name="main")
        self.assertEqual(self.round("action: restore-trail, with: {bucket: audit-logs}",
                                    record("cloudtrail", "DeleteTrail", {"name": "main"})),
                         ["cloudtrail.CreateTrail", "cloudtrail.StartLogging"])

    def test_revert_security_group_change(self):
        group = self.do("ec2.CreateSecurityGroup", GroupName="web", Description="d")["GroupId"]
        opened = self.do("ec2.AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        rules = [{"groupId": group, "securityGroupRuleId": rule["SecurityGroupRuleId"]}
                 for rule in opened["SecurityGroupRules"]]
        self.do("ec2.AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        flat = {"groupId": group, "ipPermissions": {}, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
                "cidrIp": "0.0.0.0/0"}
        for answer in ({"securityGroupRuleSet": {"items": rules}}, {"_return": True}):
            self.assertEqual(self.round("action: revert-security-group-change", record(
                "ec2", "AuthorizeSecurityGroupIngress", flat, responseElements=answer)),
                ["ec2.RevokeSecurityGroupIngress"])

    def test_block_public_bucket(self):
        policy = ('{"Version":"2012-10-17", "Statement":[{"Sid":"Own","Effect":"Allow","Principal":{"AWS":'
                  f'"arn:aws:iam::{ACCOUNT}:root"}},"Action":"s3:*","Resource":"arn:aws:s3:::photos/*"}} ,{{"Effect":'
                  '"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]}')
        policy = policy.replace("}}", "}").replace("{{", "{")
        self.do("s3.CreateBucket", Bucket="photos")
        self.do("s3.PutBucketPolicy", Bucket="photos", Policy=policy)
        self.do("s3.PutBucketAcl", Bucket="photos", ACL="public-read")
        event = record("s3", "PutBucketPolicy", {"bucketName": "photos"})
        self.assertEqual(self.round("action: block-public-bucket", event), ["s3.PutPublicAccessBlock"])
        self.assertEqual(self.round("action: block-public-bucket, with: {how: narrow}", event),
                         ["s3.PutBucketAcl", "s3.PutBucketPolicy"])
        self.assertEqual(self.do("s3.GetBucketPolicy", Bucket="photos")["Policy"], policy)

    def test_restore_object(self):
        name = "a b+ä.html"
        self.do("s3.CreateBucket", Bucket="site")
        self.do("s3.PutBucketVersioning", Bucket="site", VersioningConfiguration={"Status": "Enabled"})
        self.do("s3.PutObject", Bucket="site", Key=name, Body="Z29vZA==")
        bad = self.do("s3.PutObject", Bucket="site", Key=name, Body="YmFk")["VersionId"]
        written = record("s3", "PutObject", {"bucketName": "site", "key": name},
                         responseElements={"x-amz-version-id": bad})
        self.assertEqual(self.round("action: restore-object", written), ["s3.CopyObject"])
        self.carry_out("action: restore-object", written)
        self.assertEqual(self.do("s3.GetObject", Bucket="site", Key=name)["Body"], "Z29vZA==")
        marker = self.do("s3.DeleteObject", Bucket="site", Key=name)["VersionId"]
        self.assertEqual(self.round("action: restore-object", record(
            "s3", "DeleteObject", {"bucketName": "site", "key": name},
            responseElements={"x-amz-version-id": marker})), ["s3.DeleteObject"])

    def test_restore_item(self):
        before = {"id": {"S": "p-1"}, "phone": {"S": "1"}, "plan": {"M": {"no": {"N": "7"}}}}
        after = {"id": {"S": "p-1"}, "plan": {"M": {"no": {"N": "8"}}}, "x": {"SS": ["a", "b"]}}
        self.do("dynamodb.CreateTable", TableName="patients", BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        self.assertEqual(self.round("action: restore-item", change("REMOVE", before, None)), ["dynamodb.PutItem"])
        self.do("dynamodb.PutItem", TableName="patients", Item=after)
        self.assertEqual(self.round("action: restore-item", change("MODIFY", before, after)), ["dynamodb.PutItem"])
        self.assertEqual(self.round("action: restore-item, with: {new_items: delete}", change("INSERT", None, after)),
                         ["dynamodb.DeleteItem"])
        self.assertEqual(self.round("action: restore-item", change("REMOVE", before, None)), ["dynamodb.PutItem"])
        self.do("dynamodb.PutItem", TableName="patients", Item={**after, "x": {"S": "other"}})
        self.assertIn("somebody changed it since", self.plan("action: restore-item", change("MODIFY", before, after)))

    def test_contain_app_user(self):
        pool = self.do("cognito-idp.CreateUserPool", PoolName="app")["UserPool"]["Id"]
        self.do("cognito-idp.AdminCreateUser", UserPoolId=pool, Username="bob")
        self.assertEqual(self.round("action: contain-app-user", record(
            "cognito-idp", "AdminSetUserPassword", {"userPoolId": pool, "username": "bob"})),
            ["cognito-idp.AdminDisableUser", "cognito-idp.AdminUserGlobalSignOut"])

    def test_isolate_instance(self):
        ec2 = self.emulator.boto3("ec2")
        image = ec2.describe_images()["Images"][0]["ImageId"]
        machine = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
        self.do("iam.CreateInstanceProfile", InstanceProfileName="web")
        self.do("ec2.AssociateIamInstanceProfile", InstanceId=machine, IamInstanceProfile={"Name": "web"})
        step, event = f"action: isolate-instance, with: {{instance: {machine}}}", record("ec2", "RunInstances", {})
        self.assertEqual(self.round(step, event), [
            "ec2.CreateSecurityGroup", "ec2.RevokeSecurityGroupEgress", "ec2.ModifyNetworkInterfaceAttribute",
            "ec2.DisassociateIamInstanceProfile", "ec2.CreateSnapshot"])
        self.carry_out(step, event)
        self.assertIn("isolated already", self.plan(step[:-1] + ", snapshots: skip}", event))


if __name__ == "__main__":
    unittest.main()
