"""What `riposte iam generate` prints is what runbooks need: no less, and no more. IAM is the emulator's.

The emulator knows actions, and asks for any resource: those of the policies, and their conditions, are left out. A call
that is let through may still be refused for what it is about: nothing of it is there.
"""

import json
import os
import re
import tempfile
import unittest
import urllib.request
from pathlib import Path

import yaml

from emulator import Emulator, environment
from terminal import ROOT, run

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}
ACCOUNT = "123456789012"
# What the emulator asks for instead: it takes these calls for the plain ones on a bucket.
OWN_NAMES = {"s3:GetBucketPublicAccessBlock": ["s3:ListBucket"],
             "s3:PutBucketPublicAccessBlock": ["s3:CreateBucket", "s3:DeleteBucket"]}
DENIED = re.compile(r"AccessDenied|UnauthorizedOperation|not authorized")


def calls_of(runbook):
    """Every call that the runbook may make, once: service, operation, parameters of some plan."""
    calls = {}
    for step in runbook["steps"]:
        checks = [check for key in ("precheck", "verify") for check in as_list(step.get(key, []))]
        for call in [step, *checks, *as_list(step.get("undo", []))]:
            calls[call["aws"]] = filled(call.get("with", {}))
    return {name: calls[name] for name in sorted(calls)}


def as_list(value):
    return value if isinstance(value, list) else [value]


def filled(value, name=""):
    """The parameters with something in the place of each template."""
    if isinstance(value, dict):
        return {key: filled(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, name) for item in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    if name == "PublicAccessBlockConfiguration":
        return {"BlockPublicAcls": True}
    if name == "Rules":
        return [{"ID": "all", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}]
    return {"FromPort": 22, "ToPort": 22, "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0", "CidrIpv6": "::/0",
            "GroupId": "sg-0123456789abcdef0", "SecurityGroupRuleIds": "sgr-0123456789abcdef0"}.get(name, "nothing-there")


class PermissionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())
        cls.iam = cls.emulator.boto3("iam")
        cls.user = cls.iam.create_user(UserName="riposte")["User"]
        key = cls.iam.create_access_key(UserName="riposte")["AccessKey"]
        cls.keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def enforce(self, on):
        """From now on everybody is asked for permission, or nobody."""
        free = b"0" if on else b"1000000"
        request = urllib.request.Request(f"{self.emulator.url}/moto-api/reset-auth", data=free,
                                         headers={"Content-Type": "text/plain"})
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()

    def allow(self, actions):
        self.enforce(False)
        actions = [name for action in actions for name in OWN_NAMES.get(action, [action])]
        self.iam.put_user_policy(UserName="riposte", PolicyName="generated", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}))
        self.enforce(True)

    def refused(self, calls):
        """The calls that are not let through."""
        outcomes = {name: self.emulator.run(*name.split("."), parameters=parameters, **self.keys)
                    for name, parameters in calls.items()}
        for name, outcome in outcomes.items():
            self.assertNotEqual(outcome.code, 2, f"{name}: {outcome.stderr}")
        return [name for name, outcome in outcomes.items() if DENIED.search(outcome.stderr)]

    def test_every_shipped_runbook_is_allowed_what_it_calls_and_nothing_else(self):
        self.addCleanup(self.enforce, False)
        checked = 0
        for path in sorted((ROOT / "runbooks").glob("*.yml")):
            runbook = yaml.safe_load(path.read_text())
            if not runbook.get("steps") or any("action" in step for step in runbook["steps"]):
                continue
            with self.subTest(runbook=runbook["runbook"]):
                checked += 1
                made = run("iam", "generate", "--runbook", runbook["runbook"], "--account", ACCOUNT)
                self.assertEqual(made.code, 0, made.stderr)
                document, = json.loads(made.stdout).values()
                actions = [action for statement in document["Statement"] for action in statement["Action"]]
                calls = calls_of(runbook)
                self.allow(actions)
                self.assertEqual(self.refused(calls), [])
                for action in actions:
                    self.allow([other for other in actions if other != action] or ["sts:GetSessionToken"])
                    self.assertNotEqual(self.refused(calls), [], f"{action} is not needed")
        self.assertGreater(checked, 0)

    def test_a_doctor_tells_who_we_are_and_which_roles_cannot_be_taken_on(self):
        self.iam.create_role(RoleName="starter", AssumeRolePolicyDocument=json.dumps(TRUST))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "riposte.yml"
            file.write_text(f"ledger: {{path: riposte.db}}\naws: {{endpoint_url: '{self.emulator.url}'}}\n"
                            "respond:\n  roles: {restart-trail: starter}\n"
                            "  accounts: {'444455556666': {role_arn: 'arn:aws:iam::444455556666:role/riposte'}}\n")
            previous = dict(os.environ)
            os.environ.clear()
            os.environ.update(environment(**self.keys, RIPOSTE=previous.get("RIPOSTE", "")))
            try:
                outcome = run("doctor", "--config", file, "-o", "json")
            finally:
                os.environ.clear()
                os.environ.update(previous)
        checks = {check["what"]: check for check in json.loads(outcome.stdout)["checks"]}
        self.assertEqual(checks["credentials"]["says"], self.user["Arn"])
        self.assertEqual(checks["clock"]["status"], "ok")
        self.assertRegex(checks[f"role in {ACCOUNT} for restart-trail"]["says"],
                         r":assumed-role/starter/riposte-restart-trail$")
        self.assertEqual(checks["role in 444455556666"]["status"], "ok", "the emulator lets everybody in")
        self.assertEqual(checks["permissions of riposte-runbooks"]["status"], "unknown", "the emulator cannot say")


if __name__ == "__main__":
    unittest.main()
