"""Every shipped simulation against an account that boto3 looks at, and what must make each of them fail."""

import json
import re
import shutil
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
        outcome = self.simulate("run", "--endpoint-url", self.url, "--folder", self.folder / "state", "-o", "ndjson",
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

    def test_a_simulation_fails_without_its_rule(self):
        for name, scenario in scenarios().items():
            shipped = [each["rule"] for each in scenario["expect"].get("findings", [])
                       if each["rule"].startswith("aws_")]
            if not shipped:
                continue
            with self.subTest(name):
                rules = self.folder / "rules"
                shutil.rmtree(rules, ignore_errors=True)
                shutil.copytree(ROOT / "rules", rules)
                for file in rules.rglob(f"{shipped[0]}.yml"):
                    file.unlink()
                told = self.run_all(name, "--no-default-rules", "-r", rules, code=1)
                self.assertIn("not found", " ".join(self.wrong(told[name])))

    def test_a_simulation_fails_without_its_runbook(self):
        for name, scenario in scenarios().items():
            own = {runbook["runbook"] for runbook in scenario.get("playbook", [])}
            shipped = [runbook for runbook in scenario.get("runbooks", []) if runbook not in own]
            if not shipped:
                continue
            with self.subTest(name):
                runbooks = self.folder / "runbooks"
                shutil.rmtree(runbooks, ignore_errors=True)
                shutil.copytree(ROOT / "runbooks", runbooks)
                (runbooks / f"{shipped[0]}.yml").unlink()
                told = self.run_all(name, "--no-default-runbooks", "--runbooks", runbooks, code=1)
                self.assertIn("not all of the runbooks are there", " ".join(self.wrong(told[name])))

    def test_a_simulation_fails_where_its_undo_does_nothing(self):
        """Whatever is called once something was taken back on purpose is answered and not done."""
        for name, scenario in scenarios().items():
            if "then" not in scenario["expect"]:
                continue
            with self.subTest(name):
                told = self.run_all(name)
                undone = [beat for beat in told[name]["story"] if beat["kind"] == "undone"]
                self.assertTrue(undone, "nothing was taken back")
                self.assertTrue([beat for beat in told[name]["story"] if beat["kind"] == "as before"],
                                "nothing proves that it is as before")

    def test_a_run_that_was_cut_off_is_taken_back_by_the_next(self):
        """Cut at every call, one after the other: the next run ends as it should and leaves nothing."""
        with Wire(self.emulator.url) as wire:
            self.url = wire.url
            self.run_all("trail-stopped-by-user")
            calls = len(wire.requests)
        for cut in range(2, calls, 3):
            with self.subTest(cut=cut):
                process = None

                def stop(request):
                    if len(wire.requests) == cut and process is not None:
                        process.kill()

                with Wire(self.emulator.url, stop) as wire:
                    process = subprocess.Popen(
                        command(["simulate", "run", "trail-stopped-by-user", "--endpoint-url", wire.url,
                                 "--folder", str(self.folder / "state")]),
                        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    process.wait(SECONDS_MAX)
                self.url = self.emulator.url
                self.run_all("trail-stopped-by-user")
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
