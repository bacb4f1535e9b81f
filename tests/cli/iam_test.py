"""riposte iam generate: what must be allowed, and nothing else."""

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from samples import RUNBOOK, write
from terminal import run

ACCOUNT = "111122223333"


class IamTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = write(self.folder / "riposte.yml", "")
        patch = mock.patch.dict(os.environ, {"RIPOSTE_CONFIG": str(self.file)})
        patch.start()
        self.addCleanup(patch.stop)
        self.runbook = write(self.folder / "runbook.yml", RUNBOOK)

    def generate(self, *words):
        outcome = run("iam", "generate", *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return outcome.stdout

    def own(self, *words):
        return self.generate("--runbooks", self.runbook, "--no-default-runbooks", *words)

    def test_a_policy_allows_the_calls_of_the_runbooks(self):
        self.assertEqual(json.loads(self.own("--account", ACCOUNT)), {"riposte-runbooks": {
            "Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["cloudtrail:StartLogging", "cloudtrail:StopLogging"],
                 "Resource": [f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"]}]}})

    def test_the_same_words_give_the_same_bytes(self):
        for words in (["--all"], ["--format", "cloudformation"], ["--format", "terraform", "--role-per-runbook"]):
            self.assertEqual(self.generate(*words), self.generate(*words))

    def test_runbooks_that_only_tell_need_nothing(self):
        self.runbook.write_text(RUNBOOK.replace("approve", "notify"))
        self.assertEqual(json.loads(self.own()), {})
        self.assertEqual(list(json.loads(self.own("--all"))), ["riposte-runbooks"])
        self.assertEqual(list(json.loads(self.own("--runbook", "start-again"))), ["riposte-runbooks"])

    def test_a_role_for_each_runbook_leaves_the_engine_with_taking_it_on(self):
        made = json.loads(self.own("--role-per-runbook", "--account", ACCOUNT))
        self.assertEqual(list(made), ["riposte-engine", "riposte-runbook-start-again"])
        self.assertEqual(made["riposte-engine"]["Statement"][0]["Resource"],
                         [f"arn:aws:iam::{ACCOUNT}:role/riposte-runbook-start-again"])

    def test_cloudformation_fills_in_account_and_partition(self):
        self.file.write_text("respond: {roles: {start-again: security/starter}}\n")
        template = json.loads(self.own("--format", "cloudformation"))
        role = template["Resources"]["RoleSecurityStarter"]["Properties"]
        self.assertEqual((role["RoleName"], role["Path"]), ("starter", "/security/"))
        self.assertEqual(role["ManagedPolicyArns"], [{"Ref": "PolicyRiposteRunbookStartAgain"}])
        policy = template["Resources"]["PolicyRiposteRunbookStartAgain"]["Properties"]["PolicyDocument"]
        self.assertEqual(policy["Statement"][0]["Resource"],
                         [{"Fn::Sub": "arn:${AWS::Partition}:cloudtrail:*:${AWS::AccountId}:trail/*"}])
        self.assertEqual(list(template["Parameters"]), ["Engine"])

    def test_terraform_has_each_policy_as_text(self):
        made = json.loads(self.own("--format", "terraform", "--role-per-runbook"))
        policy = json.loads(made["resource"]["aws_iam_policy"]["riposte-runbook-start-again"]["policy"])
        self.assertIn("${data.aws_caller_identity.current.account_id}", policy["Statement"][0]["Resource"][0])
        self.assertIn("RiposteRunbookStartAgain", made["resource"]["aws_iam_role"])

    def test_sources_are_read_and_nothing_more(self):
        made = json.loads(self.own("--source", "s3://logs/AWSLogs/"))
        self.assertEqual([(each["Action"], each["Resource"]) for each in made["riposte-engine"]["Statement"]],
                         [(["s3:ListBucket"], ["arn:aws:s3:::logs"]), (["s3:GetObject"], ["arn:aws:s3:::logs/AWSLogs/*"])])

    def test_what_is_misspelled_is_told(self):
        for words, complaint in ((["--runbook", "restart-trial"], 'did you mean "restart-trail"?'),
                                 (["--source", "logs"], "is no source"), (["--account", "12x"], "is no account")):
            outcome = run("iam", "generate", *words)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""))
            self.assertIn(complaint, outcome.stderr)


if __name__ == "__main__":
    unittest.main()
