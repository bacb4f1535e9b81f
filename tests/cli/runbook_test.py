"""riposte runbook lint, list, test, plan and schema."""

import hashlib
import json
import re
import tempfile
import unittest
from pathlib import Path

from samples import RULE, RUNBOOK, record, trail_file, write
from terminal import ROOT, run

class RunbookTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rules = ("-r", write(self.folder / "rule.yml", RULE), "--no-default-rules")
        self.runbook = write(self.folder / "runbook.yml", RUNBOOK)
        self.event = write(self.folder / "event.json", json.dumps(record("e1")))

    def plan(self, *words, what=None, stdin=""):
        return run("runbook", "plan", self.runbook, what or self.event, *self.rules, *words, stdin=stdin)

    def test_the_shipped_runbooks_are_sound(self):
        for verb in ("lint", "test"):
            outcome = run("runbook", verb)
            self.assertEqual(outcome.code, 0, outcome.stdout + outcome.stderr)
        listed = [json.loads(line) for line in run("runbook", "list", "-o", "json").stdout.splitlines()]
        self.assertGreaterEqual(len(listed), 8)
        for runbook in listed:
            self.assertNotEqual(runbook["mode"], "auto", "nobody was asked")
            self.assertGreater(runbook["tests"], 0, runbook["name"])

    def test_a_mistake_is_shown_where_it_stands(self):
        self.runbook.write_text(RUNBOOK.replace("undo:", "undoo:"))
        outcome = run("runbook", "lint", self.runbook)
        self.assertEqual(outcome.code, 2)
        self.assertRegex(outcome.stderr, r"runbook.yml:10:5: error\[runbook-key\]")
        self.assertIn('did you mean "undo"?', outcome.stderr)

    def test_calls_are_held_against_the_models(self):
        self.runbook.write_text(RUNBOOK.replace("cloudtrail.StopLogging, with: {Name:", "cloudtrail.StopLogging, with: {Nam:"))
        outcome = run("runbook", "lint", self.runbook)
        self.assertEqual(outcome.code, 2)
        self.assertRegex(outcome.stderr, r'runbook.yml:10:53: error\[aws-input\].*"Nam"')
        self.assertIn('did you mean "Name"?', outcome.stderr)

    def test_a_plan_is_the_exact_calls_and_a_digest_of_all_of_it(self):
        outcome = self.plan("-o", "json")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        plan = json.loads(outcome.stdout)
        self.assertEqual(plan["schema"], "riposte.plan/1")
        self.assertEqual([(step["aws"], step["with"]) for step in plan["steps"]],
                         [("cloudtrail.StartLogging", {"Name": "main"})])
        self.assertEqual(plan["permissions"], ["cloudtrail:StartLogging", "cloudtrail:StopLogging"])
        digest = plan.pop("digest")
        text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest(), digest)
        self.assertIn(digest, self.plan().stdout)

    def test_a_plan_can_be_made_of_standard_input_and_of_the_ledger(self):
        of_file = self.plan("-o", "json").stdout
        self.assertEqual(self.plan("-o", "json", what="-", stdin=self.event.read_text()).stdout, of_file)
        ledger = self.folder / "riposte.db"
        run("scan", self.event, *self.rules, "--ledger", ledger)
        finding = json.loads(of_file)["finding"]
        self.assertEqual(self.plan("-o", "json", "--ledger", ledger, what=finding[:10]).stdout, of_file)

    def test_without_what_it_needs_there_is_no_plan(self):
        self.event.write_text(json.dumps(record("e1", requestParameters=None)))
        outcome = self.plan()
        self.assertEqual((outcome.code, outcome.stdout), (1, ""))
        self.assertIn("${event.requestParameters.name} is missing", outcome.stderr)

    def test_what_stands_against_a_plan_is_told(self):
        self.assertNotIn("against", self.plan().stdout)
        self.runbook.write_text(RUNBOOK.replace("mode:", "protect: {resources: [main]}\nmode:"))
        self.assertIn('against   protected-resource: main is protected by "main"', self.plan().stdout)

    def test_a_mistyped_name_gets_a_suggestion(self):
        outcome = run("runbook", "plan", "restart-trial", self.event)
        self.assertEqual(outcome.code, 2)
        self.assertIn('did you mean "restart-trail"?', outcome.stderr)

    def test_a_test_that_fails_says_what_was_planned(self):
        self.runbook.write_text(RUNBOOK + "tests:\n  - {name: main, event: " + json.dumps(record("e1")) +
                                ", plan: [{aws: cloudtrail.StartLogging, with: {Name: other}}]}\n")
        outcome = run("runbook", "test", self.runbook, *self.rules)
        self.assertEqual(outcome.code, 1)
        self.assertIn('cloudtrail.StartLogging {"Name":"main"}', outcome.stdout)
        self.assertIn("1 runbooks, 1 tests, 1 failed", outcome.stdout)

    def test_a_test_whose_event_no_rule_hits_fails(self):
        self.runbook.write_text(RUNBOOK + "tests:\n  - {name: main, event: " +
                                json.dumps(record("e1", "StartLogging")) + ", refused: x}\n")
        self.assertIn("no rule that the runbook answers", run("runbook", "test", self.runbook, *self.rules).stdout)

    def test_a_log_cannot_write_to_the_terminal(self):
        self.event.write_text(json.dumps(record("e1", requestParameters={"name": "\x1b[2J\x9b2J"})))
        self.assertNotRegex(self.plan().stdout, "[\x1b\x9b]")

    def test_the_example_in_the_documents_is_sound(self):
        text = (ROOT / "docs/formats/runbook.md").read_text()
        self.runbook.write_text(re.search(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1])
        for verb in ("lint", "test"):
            outcome = run("runbook", verb, self.runbook)
            self.assertEqual(outcome.code, 0, outcome.stdout + outcome.stderr)

    def test_a_whole_log_can_stand_for_the_event(self):
        self.event.write_text(trail_file(record("e0", "StartLogging"), record("e1")))
        self.assertIn("StartLogging", self.plan().stdout)


if __name__ == "__main__":
    unittest.main()
