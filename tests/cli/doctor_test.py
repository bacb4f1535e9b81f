"""riposte doctor: what is missing. With an AWS of our own: tests/integration/permissions_test.py."""

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from samples import RULE, RUNBOOK, lines, record, write
from terminal import run


class DoctorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "riposte.yml"
        # Nobody answers there, and nobody else is asked.
        patch = mock.patch.dict(os.environ, {
            "HOME": str(self.folder), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1", "RIPOSTE_CONFIG": str(self.file)})
        patch.start()
        self.addCleanup(patch.stop)

    def examine(self, configuration):
        write(self.file, configuration)
        self.file.chmod(0o644)
        outcome = run("doctor", "-o", "json")
        checks = json.loads(outcome.stdout)["checks"]
        problems = any(check["status"] == "problem" for check in checks)
        self.assertEqual(outcome.code, 1 if problems else 0, outcome.stderr)
        return {check["what"]: check for check in checks}

    def test_what_is_well_is_said_as_well(self):
        checks = self.examine("ledger: {path: riposte.db}\n")
        self.assertEqual([checks[what]["status"] for what in ("config", "rules", "runbooks", "ledger")], ["ok"] * 4)
        self.assertEqual(checks["credentials"]["status"], "problem", "there are none")

    def test_a_file_that_is_wrong_ends_it(self):
        checks = self.examine("legder: {}\n")
        self.assertEqual([(what, check["status"]) for what, check in checks.items()], [("config", "problem")])

    def test_a_file_that_everybody_can_change_is_told(self):
        write(self.file, "")
        self.file.chmod(0o666)
        outcome = run("doctor")
        self.assertEqual(outcome.code, 1)
        self.assertIn("problem  config: everybody on this machine can change", outcome.stdout)
        self.assertIn("> chmod o-w", outcome.stdout)

    def test_a_ledger_whose_chain_is_broken_is_told(self):
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "log.json", lines(record("e1")))
        ledger = self.folder / "riposte.db"
        write(self.file, "")
        run("scan", self.folder / "log.json", "-r", self.folder / "rule.yml", "--no-default-rules", "--ledger", ledger)
        self.assertIn("the chain holds", self.examine("ledger: {path: riposte.db}\n")["ledger"]["says"])
        ledger.write_bytes(b"not a ledger")
        self.assertEqual(self.examine("ledger: {path: riposte.db}\n")["ledger"]["status"], "problem")

    def test_a_ledger_in_a_folder_that_is_not_there_is_told(self):
        self.assertEqual(self.examine("ledger: {path: state/riposte.db}\n")["ledger"]["status"], "problem")

    def test_a_channel_whose_secret_is_not_where_it_should_be_is_told(self):
        write(self.folder / "hook", "https://hunter2\n")
        checks = self.examine("notify: {channels: {a: {kind: slack, url_file: hook}, b: {kind: slack, url_env: NO_SUCH_VARIABLE},"
                              " c: {kind: slack, url_file: none}}}\n")
        self.assertEqual([checks[f"channel {name}"]["status"] for name in "abc"], ["ok", "problem", "problem"])
        self.assertIn("the variable NO_SUCH_VARIABLE holds no secret", checks["channel b"]["says"])
        self.assertNotIn("hunter2", str(checks))

    def test_runbooks_that_no_service_takes_are_told(self):
        write(self.folder / "runbook.yml", RUNBOOK.replace("StartLogging", "StartLoging"))
        checks = self.examine("respond: {runbooks: runbook.yml}\n")
        self.assertEqual(checks["runbooks"]["status"], "problem")

    def test_a_role_for_a_runbook_that_is_not_there_is_told(self):
        checks = self.examine("respond: {roles: {restart-trial: r}}\n")
        self.assertIn("restart-trial", checks["runbooks"]["says"])


if __name__ == "__main__":
    unittest.main()
