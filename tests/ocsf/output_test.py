"""What `riposte scan -o ocsf` prints about the demo is valid OCSF, line by line."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

from check import mistakes

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from terminal import run  # noqa: E402


class OutputTest(unittest.TestCase):
    def test_every_finding_of_the_demo_is_valid(self):
        outcome = run("scan", "-o", "ocsf", "demo/AWSLogs")
        lines = outcome.stdout.splitlines()
        self.assertTrue(lines, outcome.stderr)
        for number, line in enumerate(lines, 1):
            self.assertEqual(mistakes(json.loads(line)), [], f"line {number}")

    def test_every_incident_is_valid(self):
        for log in ("demo/AWSLogs", "tests/golden/who_is_behind_the_key/events"):
            outcome = run("scan", "-o", "ocsf", "--incidents", "--no-default-rules",
                          "-r", "tests/golden/who_is_behind_the_key/rules", "-r", "rules", log)
            lines = outcome.stdout.splitlines()
            self.assertTrue(lines, outcome.stderr)
            for number, line in enumerate(lines, 1):
                self.assertEqual(json.loads(line)["class_uid"], 2005)
                self.assertEqual(mistakes(json.loads(line)), [], f"{log}, line {number}")

    def test_findings_of_correlations_are_valid(self):
        outcome = run("scan", "-o", "ocsf", "--no-default-rules", "-r", "tests/golden/who_is_behind_the_key/rules",
                      "tests/golden/who_is_behind_the_key/events")
        events = [json.loads(line) for line in outcome.stdout.splitlines()]
        self.assertTrue(any("unmapped" in event for event in events))
        for event in events:
            self.assertEqual(mistakes(event), [])

    def test_what_a_bundle_tells_of_findings_and_incidents_is_what_the_scan_told(self):
        with tempfile.TemporaryDirectory() as folder:
            ledger, bundle = f"{folder}/riposte.db", f"{folder}/bundle"
            run("scan", "--ledger", ledger, "demo/AWSLogs")
            outcome = run("audit", "export", bundle, "--ledger", ledger)
            self.assertEqual(outcome.code, 0, outcome.stderr)
            events = [json.loads(line) for line in Path(bundle, "ocsf.ndjson").read_text().splitlines()]
        for event in events:
            self.assertEqual(mistakes(event), [])
        scanned = [json.loads(line) for more in ([], ["--incidents"])
                   for line in run("scan", "-o", "ocsf", *more, "demo/AWSLogs").stdout.splitlines()]
        self.assertEqual([self.told(event) for event in events], [self.told(event) for event in scanned])

    @staticmethod
    def told(event):
        """Class, id, time, title, who and where: all but what only the rule itself says."""
        evidences = json.dumps(event.get("evidences"))
        return (event["class_uid"], event["metadata"], event["time"], event["message"], evidences, event.get("resources"))


if __name__ == "__main__":
    unittest.main()
