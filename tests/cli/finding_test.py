"""riposte scan --ledger, then finding list, show and close."""

import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from samples import RULE, lines, record, trail_file, write
from terminal import command, run


class FindingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.ledger = self.folder / "riposte.db"
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "log.json", trail_file(record("e1"), record("e2", awsRegion="us-east-1")))

    def scan(self, log="log.json"):
        return run("scan", self.folder / log, "-r", self.folder / "rule.yml", "--no-default-rules",
                   "--ledger", self.ledger, "-o", "ndjson")

    def list(self, *words):
        outcome = run("finding", "list", "--ledger", self.ledger, "-o", "ndjson", *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return [json.loads(line) for line in outcome.stdout.splitlines()]

    def test_a_second_scan_of_the_same_log_adds_nothing(self):
        first = self.scan()
        self.assertEqual(first.code, 0, first.stderr)
        self.assertIn("2 new findings", first.stderr)
        self.assertIn("0 new findings, 2 known", self.scan().stderr)
        findings = self.list()
        self.assertEqual([finding["ledger"]["seen"] for finding in findings], [2, 2])
        printed = [json.loads(line) for line in first.stdout.splitlines()]
        for finding in findings:
            del finding["ledger"]
        self.assertEqual(findings, printed)

    def test_without_a_ledger_nothing_is_written(self):
        before = set(self.folder.iterdir())
        run("scan", self.folder / "log.json", "-r", self.folder / "rule.yml", cwd=self.folder)
        self.assertEqual(set(self.folder.iterdir()), before)

    def test_a_finding_is_shown_with_its_record(self):
        self.scan()
        identity = self.list()[0]["id"]
        shown = run("finding", "show", identity[:8], "--ledger", self.ledger)
        self.assertEqual(shown.code, 0, shown.stderr)
        self.assertIn("dana (IAMUser)", shown.stdout)
        self.assertIn('"requestParameters":{"name":"main"}', shown.stdout)

    def test_a_closed_finding_says_who_closed_it_and_why(self):
        self.scan()
        identity = self.list()[0]["id"]
        close = ("finding", "close", identity, "--reason", "planned work", "--by", "dana", "--ledger", self.ledger)
        self.assertEqual(run(*close).code, 0)
        self.assertEqual(len(self.list()), 1)
        closed = self.list("--closed")[0]
        self.assertEqual((closed["id"], closed["ledger"]["closed"]["by"], closed["ledger"]["closed"]["reason"]),
                         (identity, "dana", "planned work"))
        again = run(*close)
        self.assertEqual(again.code, 2)
        self.assertIn("was closed by dana", again.stderr)

    def test_the_ledger_may_be_named_by_the_environment(self):
        self.scan()
        listed = subprocess.run(command(["finding", "list"]), capture_output=True, check=False,
                                env={**os.environ, "RIPOSTE_LEDGER__PATH": str(self.ledger)})
        self.assertEqual(len(listed.stdout.splitlines()), 2, listed.stderr)

    def test_what_is_not_there_is_told(self):
        for words in (["list"], ["show", "5b"], ["close", "5b", "--reason", "none"]):
            outcome = run("finding", *words, "--ledger", self.folder / "nowhere.db")
            self.assertEqual((outcome.code, outcome.stdout), (2, ""))
            self.assertIn("nowhere.db: No such file", outcome.stderr)

    def test_a_log_cannot_write_to_the_terminal(self):
        write(self.folder / "log.json", lines(record("e1", userIdentity={"type": "IAMUser", "userName": "\x1b[2J"})))
        self.scan()
        for words in (["list"], ["show", self.list()[0]["id"]]):
            self.assertNotIn("\x1b", run("finding", *words, "--ledger", self.ledger).stdout)

    def test_a_scan_that_is_killed_saves_everything_or_nothing(self):
        write(self.folder / "many.json", lines(*(record(f"e{number}") for number in range(3000))))
        scan = ["scan", self.folder / "many.json", "-r", self.folder / "rule.yml", "--no-default-rules",
                "--ledger", self.ledger, "-o", "ndjson"]
        run("scan", self.folder / "rule.yml", "-r", self.folder / "rule.yml", "--ledger", self.ledger)
        for _ in range(5):
            process = subprocess.Popen(command(scan), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wal = Path(f"{self.ledger}-wal")
            while process.poll() is None and not (wal.exists() and wal.stat().st_size):
                pass
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.assertIn(len(self.list()), (0, 3000))
            audit = run("audit", "verify", "--ledger", self.ledger)
            self.assertEqual(audit.code, 0, audit.stderr)


if __name__ == "__main__":
    unittest.main()
