import json
import unittest

from terminal import ROOT, run

ATTACKER = "203.0.113.66"
TOLD = {"medium", "high", "critical"}

# The steps of demo/story.md that one record alone gives away.
STEPS = {
    "AttachUserPolicy", "CreateAccessKey", "StopLogging", "PutBucketPolicy", "AuthorizeSecurityGroupIngress",
    "ModifySnapshotAttribute", "ScheduleKeyDeletion", "ConsoleLogin",
}


def records():
    for path in sorted((ROOT / "demo/AWSLogs").rglob("*.json")):
        yield from json.loads(path.read_text())["Records"]


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.outcome = run("scan", "-o", "ndjson", "demo/AWSLogs")
        cls.findings = [json.loads(line) for line in cls.outcome.stdout.splitlines()]
        cls.records = {record["eventID"]: record for record in records()}

    def told(self):
        """The records of findings at medium or above."""
        return [self.records[event] for finding in self.findings if finding["rule"]["level"] in TOLD
                for event in finding["events"]]

    def test_reads_everything(self):
        self.assertEqual(self.outcome.code, 0, self.outcome.stderr)

    def test_tells_every_step_of_the_attack(self):
        told = {record["eventName"] for record in self.told() if record["sourceIPAddress"] == ATTACKER}
        self.assertEqual(STEPS - told, set())

    def test_stays_silent_about_the_ordinary_morning(self):
        told = [record["eventName"] for record in self.told() if record["sourceIPAddress"] != ATTACKER]
        self.assertEqual(told, [])


if __name__ == "__main__":
    unittest.main()
