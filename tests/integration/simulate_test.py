"""Every shipped simulation against an account that boto3 looks at, and what must make each of them fail."""

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import yaml
from emulator import Emulator, environment
from terminal import Outcome, command
from wire import Wire

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_MAX = 300
ACCOUNT = "123456789012"  # the emulator's


def changes(request):
    """Whether the call does more than look."""
    return not re.match(r"GET |HEAD |Get|List|Describe|Scan|Query", request.operation)


def scenarios():
    """By name, as they are written."""
    files = sorted((ROOT / "simulations").glob("*.yml"))
    return {scenario["simulation"]: scenario for scenario in (yaml.safe_load(file.read_text()) for file in files)}


class SimulateTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(Emulator())

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.url = self.emulator.url

    def simulate(self, *words):
        result = subprocess.run(command(["simulate", *words]), env=environment(), capture_output=True,
                                timeout=SECONDS_MAX, check=False)
        return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())

    def run_all(self, *words, code=0):
        """What is told, by the name of the simulation."""
        # S3 Control puts the account's number before the host, which localhost allows.
        url = self.url.replace("127.0.0.1", "localhost")
        outcome = self.simulate("run", "--endpoint-url", url, "--folder", self.folder / "state", "-o", "ndjson",
                                *words)
        self.assertEqual(outcome.code, code, outcome.stdout + outcome.stderr)
        told = [json.loads(line) for line in outcome.stdout.splitlines()]
        return {story["simulation"]: story for story in told}

    def wrong(self, story):
        return [f"{beat['says']}: {beat['wrong']}" for beat in story["story"] if beat["wrong"]]

    def left_behind(self):
        """What of runs is still in the account."""
        names = [bucket["Name"] for bucket in self.emulator.boto3("s3").list_buckets()["Buckets"]]
        names += [user["UserName"] for user in self.emulator.boto3("iam").list_users()["Users"]]
        names += [role["RoleName"] for role in self.emulator.boto3("iam").list_roles()["Roles"]]
        names += [trail["Name"] for trail in self.emulator.boto3("cloudtrail").describe_trails()["trailList"]]
        names += self.emulator.boto3("dynamodb").list_tables()["TableNames"]
        groups = self.emulator.boto3("ec2").describe_security_groups()["SecurityGroups"]
        names += [group["GroupName"] for group in groups]
        ec2 = self.emulator.boto3("ec2")
        for thing in ec2.describe_vpcs()["Vpcs"] + ec2.describe_network_acls()["NetworkAcls"]:
            names += [tag["Value"] for tag in thing["Tags"]]
        return [name for name in names if name.startswith("sim-")]

    def test_every_simulation_ends_as_it_should_and_leaves_nothing(self):
        told = self.run_all("--all", "--junit", self.folder / "junit.xml")
        self.assertEqual({name: self.wrong(story) for name, story in told.items() if not story["passed"]}, {})
        self.assertEqual(self.left_behind(), [])
        self.assertFalse(any((self.folder / "state").iterdir()), "no state of a run that is over")
        suite = ElementTree.parse(self.folder / "junit.xml").getroot()
        self.assertEqual((suite.get("failures"), len(suite)), ("0", len(told)))

    def test_boto3_sees_what_was_done_before_it_is_undone(self):
        """In the middle: once the trail runs again, before anything is taken back."""
        seen = []

        def look(request):
            if request.operation.endswith("DeleteUserPolicy"):
                client = self.emulator.boto3("cloudtrail")
                seen.append([client.get_trail_status(Name=trail["Name"])["IsLogging"]
                             for trail in client.describe_trails()["trailList"]])

        with Wire(self.emulator.url, look) as wire:
            self.url = wire.url
            self.run_all("trail-stopped-by-user")
        self.assertEqual(seen, [[True]])

    # What a simulation stands on is taken away from all of them at once: each must miss its own.

    def test_a_simulation_fails_without_its_rule(self):
        missing = {name: scenario["expect"]["findings"][0]["rule"] for name, scenario in scenarios().items()
                   if scenario["expect"].get("findings") and "rules" not in scenario}
        rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules", rules)
        for rule in set(missing.values()):
            next(rules.rglob(f"{rule}.yml")).unlink()
        told = self.run_all(*missing, "--no-default-rules", "-r", rules, code=1)
        for name, rule in missing.items():
            with self.subTest(name):
                self.assertTrue([beat for beat in told[name]["story"] if beat["kind"] == "found"
                                 and rule in beat["says"] and (beat["wrong"] or "").startswith("not found")])

    def test_a_simulation_fails_without_its_runbook(self):
        missing = {}
        for name, scenario in scenarios().items():
            own = {runbook["runbook"] for runbook in scenario.get("playbook", [])}
            missing |= {name: runbook for runbook in scenario.get("runbooks", []) if runbook not in own}
        runbooks = self.folder / "runbooks"
        shutil.copytree(ROOT / "runbooks", runbooks)
        for runbook in set(missing.values()):
            (runbooks / f"{runbook}.yml").unlink()
        told = self.run_all(*missing, "--no-default-runbooks", "--runbooks", runbooks, code=1)
        for name, runbook in missing.items():
            with self.subTest(name):
                self.assertRegex(" ".join(self.wrong(told[name])), f"not all of the runbooks are there: .*{runbook}")

    def test_a_simulation_fails_where_nothing_can_be_taken_back_and_the_next_run_mends_it(self):
        by_runbook = {scenario["runbooks"][0]: name for name, scenario in scenarios().items()
                      if "then" in scenario["expect"]}
        names = sorted(by_runbook.values())  # one for each runbook: every other undo is the same

        def deny(request):
            return "deny" if changes(request) and self.is_being_undone() else None

        with Wire(self.emulator.url, deny) as wire:
            self.url = wire.url
            told = self.run_all(*names, code=1)
        for name in names:
            with self.subTest(name):
                self.assertTrue([beat for beat in told[name]["story"] if beat["kind"] == "undone" and beat["wrong"]])
        self.url = self.emulator.url
        self.run_all(*names)
        self.assertEqual(self.left_behind(), [])

    def is_being_undone(self):
        """Of the run at hand: the intent to undo is durable before the call is out."""
        ledgers = sorted((self.folder / "state").glob("*/ledger.db"), key=lambda file: file.stat().st_mtime)
        if not ledgers:
            return False
        with contextlib.closing(sqlite3.connect(ledgers[-1])) as ledger:
            states = [state for (state,) in ledger.execute("SELECT state FROM action")]
            latest = ledger.execute("SELECT entry FROM journal ORDER BY sequence DESC LIMIT 1").fetchone()
            return "undoing" in states or (latest and "ec2.DeleteNetworkAclEntry" in latest[0])

    def test_a_run_that_was_cut_off_is_taken_back_by_the_next(self):
        """Cut at one call after the other: the next run ends as it should and leaves nothing."""
        for name in ("trail-stopped-by-user", "request-flood"):
            self.check_that_cuts_are_mended(name)

    def check_that_cuts_are_mended(self, name):
        with Wire(self.emulator.url) as wire:
            self.url = wire.url
            self.run_all(name)
            calls = len(wire.requests)
        for cut in range(2, calls, 5):
            with self.subTest(name, cut=cut):
                process = None

                def stop(request):
                    if len(wire.requests) == cut and process is not None:
                        process.kill()

                with Wire(self.emulator.url, stop) as wire:
                    process = subprocess.Popen(
                        command(["simulate", "run", name, "--endpoint-url", wire.url,
                                 "--folder", str(self.folder / "state")]),
                        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    process.wait(SECONDS_MAX)
                self.url = self.emulator.url
                self.run_all(name)
                self.assertEqual(self.left_behind(), [])

    # What may be attacked.

    def test_nothing_is_attacked_that_was_not_named(self):
        outcome = self.simulate("run", "--all")
        self.assertEqual(outcome.code, 2)
        self.assertRegex(outcome.stderr, "--endpoint-url.*--account")

    def test_an_account_is_attacked_only_if_sts_says_that_it_is_the_one_and_a_person_typed_it(self):
        def run(*words):
            result = subprocess.run(command(["simulate", "run", "trail-stopped-by-user", "--folder",
                                             str(self.folder / "state"), *words]),
                                    env=environment(AWS_ENDPOINT_URL=self.emulator.url), capture_output=True,
                                    timeout=SECONDS_MAX, check=False)
            return result.returncode, result.stderr.decode()

        code, says = run("--account", "999999999999", "--yes-account", "999999999999")
        self.assertEqual((code, "of account 123456789012" in says), (2, True), says)
        code, says = run("--account", ACCOUNT)
        self.assertEqual((code, "--yes-account" in says), (2, True), says)
        code, says = run("--account", ACCOUNT, "--yes-account", "999999999999")
        self.assertEqual(code, 2, says)
        code, says = run("--account", ACCOUNT, "--yes-account", ACCOUNT)
        self.assertEqual(code, 0, says)

    def test_no_secret_is_kept(self):
        """Of the key that a simulation makes, while it runs."""
        kept = []

        def look(request):
            for file in (self.folder / "state").rglob("*"):
                if file.is_file() and file.suffix != ".gz":
                    kept.append(b"SecretAccessKey" in file.read_bytes())

        with Wire(self.emulator.url, look) as wire:
            self.url = wire.url
            self.run_all("honey-key")
        self.assertEqual((len(kept) > 0, any(kept)), (True, False))

    def test_simulations_are_listed_and_mistyped_names_are_told(self):
        outcome = self.simulate("list", "-o", "ndjson")
        self.assertEqual([json.loads(line)["simulation"] for line in outcome.stdout.splitlines()], sorted(scenarios()))
        outcome = self.simulate("run", "honey-bukket", "--endpoint-url", self.url)
        self.assertEqual(outcome.code, 2)
        self.assertRegex(outcome.stderr, re.escape('did you mean "honey-bucket"?'))


if __name__ == "__main__":
    unittest.main()
