"""riposte replay: what runbooks would have done about the past."""

import json
import tempfile
import unittest
from pathlib import Path

from samples import RULE, RUNBOOK, lines, record, write
from terminal import ROOT, run


class ReplayTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "runbook.yml", RUNBOOK)
        self.logs = self.folder / "logs"
        for number in range(4):
            write(self.logs / f"{9 - number}.json", lines(
                record(f"e{number}", eventTime=f"2026-01-31T12:0{number}:00Z",
                       requestParameters={"name": f"trail-{number % 3}"})))

    def replay(self, *words):
        return run("replay", self.logs, "-r", self.folder / "rule.yml", "--no-default-rules",
                   "--runbooks", self.folder / "runbook.yml", "--no-default-runbooks", *words)

    def plans(self, *words):
        outcome = self.replay("-o", "ndjson", *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return [json.loads(line) for line in outcome.stdout.splitlines()]

    def test_plans_come_in_the_order_of_events_with_what_would_have_become_of_them(self):
        plans = self.plans()
        self.assertEqual([plan["plan"]["steps"][0]["with"]["Name"] for plan in plans],
                         ["trail-0", "trail-1", "trail-2", "trail-0"])
        self.assertEqual([plan["outcome"] for plan in plans], ["ask", "ask", "ask", "refused"])
        self.assertEqual(plans[3]["reasons"][0]["code"], "cool-down")

    def test_the_engines_mode_only_lowers(self):
        self.assertEqual({plan["outcome"] for plan in self.plans("--mode", "notify")}, {"refused"})

    def test_the_same_input_gives_the_same_output(self):
        self.assertEqual(self.replay("-j", "1").stdout, self.replay("-j", "4").stdout)

    def test_people_see_what_stopped_plans_and_which_rules_are_noisy(self):
        page = self.replay().stdout
        self.assertRegex(page, r"start-again +0 +3 +1 +0\n")
        self.assertRegex(page, r"cool-down +1\n")
        self.assertRegex(page, r"trail_stopped +4 +1 +4\n")

    def test_a_time_can_be_left_out(self):
        self.assertEqual(len(self.plans("--since", "2026-01-31T12:02:00Z")), 2)
        self.assertEqual(self.replay("--since", "yesterday").code, 2)

    def test_the_demo_has_an_answer(self):
        self.assertIn("restart-trail", run("replay", ROOT / "demo").stdout)

    def test_what_could_not_be_read_is_told(self):
        write(self.logs / "broken.json", '{"eventName": }\n')
        outcome = self.replay()
        self.assertEqual(outcome.code, 3)
        self.assertIn("broken.json: record 1: not JSON", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
