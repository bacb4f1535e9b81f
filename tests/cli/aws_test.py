import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from terminal import run

SECRETS = {"AWS_SECRET_ACCESS_KEY": "hunter2-secret", "AWS_SESSION_TOKEN": "hunter2-token"}


class AwsTest(unittest.TestCase):
    """What is seen without a server; calls that reach one are in tests/integration."""

    def setUp(self):
        others = {name: value for name, value in os.environ.items() 
                  if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
        self.enterContext(mock.patch.dict(os.environ, {
            **others, "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_REGION": "eu-west-1", **SECRETS},
            clear=True))

    def test_a_dry_run_prints_the_signed_request_less_its_secrets(self):
        outcome = run("aws", "ec2", "describe-instances", "--input", '{"MaxResults": 5}', "--dry-run")
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        request = json.loads(outcome.stdout)
        self.assertEqual(request["url"], "https://ec2.eu-west-1.amazonaws.com/")
        self.assertIn("Action=DescribeInstances", request["body"])
        self.assertIn("Credential=AKIATEST/", request["headers"]["Authorization"])
        self.assertNotIn("hunter2", outcome.stdout)

    def test_flags_say_where_and_as_whom(self):
        with tempfile.TemporaryDirectory() as home:
            (Path(home) / ".aws").mkdir()
            (Path(home) / ".aws/config").write_text("[profile audit]\nregion = us-west-2\naws_access_key_id = AKIAPROFILE\n"
                                                    "aws_secret_access_key = hunter2-profile\n")
            os.environ.update(HOME=home)
            del os.environ["AWS_REGION"]
            outcome = run("aws", "sns", "ListTopics", "-n", "--profile", "audit")
            request = json.loads(outcome.stdout)
            self.assertEqual(request["url"], "https://sns.us-west-2.amazonaws.com/")
            self.assertIn("AKIAPROFILE", request["headers"]["Authorization"])
            self.assertNotIn("hunter2", outcome.stdout)
        outcome = run("aws", "sns", "ListTopics", "-n", "--region", "cn-north-1", "--endpoint-url", "http://127.0.0.1:1/x")
        self.assertEqual(json.loads(outcome.stdout)["url"], "http://127.0.0.1:1/x/")

    def test_input_comes_from_a_file_too(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{"GroupId": "sg-1"}')
            file.flush()
            outcome = run("aws", "ec2", "DeleteSecurityGroup", "--input", f"@{file.name}", "-n")
        self.assertIn("GroupId=sg-1", json.loads(outcome.stdout)["body"])

    def test_wrong_input_is_shown_at_its_place_and_nothing_is_sent(self):
        for words, complaint in (
                (("ec2", "DescribeInstances", "--input", '{"MaxResult": 5}'), 'did you mean "MaxResults"?'),
                (("ec2", "DescribeInstances", "--input", '{"MaxResults": "x"}'), "input:1:16"),
                (("ec2", "DescribeInstances", "--input", '{'), "json-syntax"),
                (("ec2", "DescribeInstances", "--input", "@/no/such/file"), "/no/such/file"),
                (("ec2", "DescribeInstance"), 'did you mean "DescribeInstances"?'),
                (("ec3", "DescribeInstances"), 'did you mean "ec2"?'),
                (("ec2",), "--list"),
                (("sqs", "ListQueues", "--profile", "nobody"), 'no profile "nobody"'),
                (("sqs", "ListQueues", "--endpoint-url", "example.com"), "URL"),
                (("sqs", "ListQueues", "--page", "last"), "--page")):
            outcome = run("aws", *words)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), words)
            self.assertIn(complaint, outcome.stderr)

    def test_without_credentials_the_message_says_where_was_looked(self):
        for name in ("AWS_ACCESS_KEY_ID", *SECRETS):
            del os.environ[name]
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        outcome = run("aws", "sts", "GetCallerIdentity")
        self.assertEqual(outcome.code, 3)
        self.assertIn("no credentials", outcome.stderr)

    def test_a_server_that_is_not_there_is_told(self):
        outcome = run("aws", "sts", "GetCallerIdentity", "--endpoint-url", "http://127.0.0.1:9", "--timeout", "1")
        self.assertEqual(outcome.code, 3)
        self.assertIn("GetCallerIdentity at 127.0.0.1:9", outcome.stderr)
        self.assertNotIn("hunter2", outcome.stderr)

    def test_services_and_operations_are_listed(self):
        self.assertIn("dynamodbstreams", run("aws", "--list").stdout.splitlines())
        self.assertIn("GetCallerIdentity", run("aws", "sts", "--list").stdout.splitlines())


if __name__ == "__main__":
    unittest.main()
