"""What `riposte scan -o ocsf` prints about the demo is valid OCSF, line by line."""

import json
import sys
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


if __name__ == "__main__":
    unittest.main()
