"""riposte config: what is configured, and by whom; and what a configuration changes."""

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from samples import RULE, RUNBOOK, lines, record, write
from terminal import run


class ConfigTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "riposte.yml"
        self.set(RIPOSTE_CONFIG="")

    def set(self, **variables):
        patch = mock.patch.dict(os.environ, variables)
        patch.start()
        self.addCleanup(patch.stop)

    def shown(self, *words):
        outcome = run("config", "show", "-o", "json", *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return json.loads(outcome.stdout)

    def test_every_value_says_where_it_comes_from(self):
        write(self.file, "respond:\n  mode: approve\n  per_hour: 5\n")
        self.set(RIPOSTE_RESPOND__MODE="auto")
        shown = self.shown("--config", self.file)
        self.assertEqual(shown["respond.mode"], {"value": "auto", "from": "environment RIPOSTE_RESPOND__MODE"})
        self.assertEqual(shown["respond.per_hour"], {"value": 5, "from": f"{self.file}:3"})
        self.assertEqual(shown["respond.cool_down"]["from"], "default")
        page = run("config", "show", "--config", self.file).stdout
        self.assertRegex(page, r"  per_hour: 5 +# .*riposte.yml:3\n")

    def test_the_file_is_named_or_it_is_not_read(self):
        write(self.file, "respond: {mode: auto}\n")
        outcome = run("config", "show", "-o", "json", cwd=self.folder)
        self.assertEqual(json.loads(outcome.stdout)["respond.mode"]["value"], "notify")
        self.set(RIPOSTE_CONFIG=str(self.file))
        self.assertEqual(self.shown()["respond.mode"]["value"], "auto")

    def test_mistakes_are_told_with_their_place_and_nothing_is_done(self):
        write(self.file, "respond:\n  modus: auto\n")
        for words in (["config", "validate"], ["config", "show"], ["scan", self.folder], ["replay", self.folder]):
            outcome = run(*words, "--config", self.file)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), words)
            self.assertIn(f"{self.file}:2:3: error[config-key]", outcome.stderr)
        self.assertEqual(run("config", "validate", "--config", self.folder / "none.yml").code, 2)

    def test_a_secret_is_refused_and_not_shown(self):
        write(self.file, "notify: {channels: {a: {kind: slack, url: 'https://hunter2'}}}\n")
        outcome = run("config", "show", "--config", self.file)
        self.assertEqual(outcome.code, 2)
        self.assertIn("url_file", outcome.stderr)
        self.assertNotIn("hunter2", outcome.stdout + outcome.stderr)

    def test_a_scan_takes_its_rules_from_it_and_a_flag_beats_them(self):
        write(self.folder / "rules/rule.yml", RULE)
        write(self.folder / "log.json", lines(record("e1")))
        write(self.file, "rules: {paths: [rules], defaults: false}\n")
        found = run("scan", self.folder / "log.json", "-o", "ndjson", "--config", self.file)
        self.assertEqual(len(found.stdout.splitlines()), 1, found.stderr)
        write(self.folder / "empty.yml", RULE.replace("StopLogging", "NeverCalled"))
        none = run("scan", self.folder / "log.json", "-o", "ndjson", "--config", self.file, "-r", self.folder / "empty.yml")
        self.assertEqual((none.code, none.stdout), (0, ""), none.stderr)

    def test_windows_of_correlations_have_the_limits_that_it_says(self):
        write(self.folder / "rules.yml", RULE + """---
title: Stopped twice
id: 1a6a8a0e-8b58-4a75-8f57-2b4e6f4f0a02
name: stopped_twice
correlation: {type: event_count, rules: [trail_stopped], group-by: [requestParameters.name], timespan: 1h, condition: {gte: 2}}
level: high
""")
        write(self.folder / "log.json", lines(*(record(f"e{number}", requestParameters={"name": f"trail-{number % 3}"})
                                                for number in range(6))))
        words = ["scan", self.folder / "log.json", "-r", self.folder / "rules.yml", "--no-default-rules", "--config", self.file]
        write(self.file, "")
        self.assertEqual(run(*words).code, 0)
        write(self.file, "correlate: {keys_per_rule: 1}\n")
        outcome = run(*words)
        self.assertEqual(outcome.code, 3)
        self.assertIn("windows of correlations forgotten for lack of memory", outcome.stderr)

    def test_a_replay_is_held_to_its_limits(self):
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "runbook.yml", RUNBOOK)
        write(self.folder / "log.json", lines(record("e1")))
        write(self.file, "rules: {paths: rule.yml, defaults: false}\n"
                         "respond: {runbooks: runbook.yml, defaults: false, mode: auto, protect: {resources: [main]}}\n")
        outcome = run("replay", self.folder / "log.json", "-o", "ndjson", "--config", self.file)
        self.assertEqual(json.loads(outcome.stdout)["reasons"][0]["code"], "protected-resource", outcome.stderr)

    def test_a_ledger_is_found_by_it(self):
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "log.json", lines(record("e1")))
        write(self.file, "ledger: {path: riposte.db}\n")
        run("scan", self.folder / "log.json", "-r", self.folder / "rule.yml", "--no-default-rules",
            "--ledger", self.folder / "riposte.db")
        found = run("finding", "list", "-o", "ndjson", "--config", self.file)
        self.assertEqual(len(found.stdout.splitlines()), 1, found.stderr)
        self.assertEqual(run("finding", "list").code, 2)


if __name__ == "__main__":
    unittest.main()
