import json
import tempfile
import unittest
from pathlib import Path

from samples import RULE, write
from terminal import run

WRONG = RULE.replace("eventName:", "eventName|contain:")
UNUSED = RULE.replace("condition: selection and not filter", "condition: selection")


class RuleLintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def lint(self, text, *words):
        return run("rule", "lint", write(self.folder / "rule.yml", text), *words)

    def test_a_sound_rule_gives_a_summary_and_nothing_else(self):
        outcome = self.lint(RULE)
        self.assertEqual(outcome, (0, "1 rules, 0 errors, 0 warnings\n", ""))

    def test_an_error_shows_the_place_the_line_and_what_to_do(self):
        outcome = self.lint(WRONG)
        self.assertEqual(outcome.code, 2)
        place, snippet, mark = outcome.stderr.splitlines()[:3]
        self.assertRegex(place, r"rule\.yml:9:\d+: error\[sigma-modifier\]: ")
        self.assertIn("eventName|contain: StopLogging", snippet)
        self.assertIn('"contains"', mark)
        self.assertEqual(mark.index("^"), snippet.index("contain"))
        self.assertEqual(outcome.stdout, "0 rules, 1 errors, 0 warnings\n")

    def test_one_wrong_rule_does_not_hide_another(self):
        outcome = self.lint(WRONG + "---" + WRONG.replace("0a01", "0a02"))
        self.assertEqual(outcome.stderr.count("error[sigma-modifier]"), 2)

    def test_warnings_fail_only_when_asked(self):
        relaxed, strict = self.lint(UNUSED), self.lint(UNUSED, "--strict")
        self.assertEqual((relaxed.code, strict.code), (0, 2))
        self.assertIn("warning[sigma-unused]", relaxed.stderr)
        self.assertIn("1 rules, 0 errors, 1 warnings", relaxed.stdout)

    def test_json_is_one_object_a_diagnostic(self):
        outcome = self.lint(WRONG, "-o", "json")
        diagnostics = [json.loads(line) for line in outcome.stdout.splitlines()]
        self.assertEqual(outcome.code, 2)
        self.assertEqual([list(item) for item in diagnostics],
                         [["severity", "code", "message", "hint", "file", "line", "column", "snippet"]])
        self.assertEqual([diagnostics[0][key] for key in ("severity", "code", "line")], ["error", "sigma-modifier", 9])
        self.assertIn("0 rules, 1 errors, 0 warnings", outcome.stderr)

    def test_a_folder_means_its_yaml_files(self):
        write(self.folder / "rules/a.yml", RULE)
        write(self.folder / "rules/deep/b.yaml", RULE.replace("0a01", "0a02").replace("trail_stopped", "other"))
        write(self.folder / "rules/a_event.json", '{"eventName": "StopLogging"}')
        write(self.folder / "rules/README.md", "# Rules")
        outcome = run("rule", "lint", self.folder / "rules")
        self.assertEqual((outcome.code, outcome.stdout), (0, "2 rules, 0 errors, 0 warnings\n"), outcome.stderr)

    def test_rules_with_one_id_are_told_across_files(self):
        write(self.folder / "rules/a.yml", RULE)
        write(self.folder / "rules/b.yml", RULE)
        self.assertIn("rule-duplicate-id", run("rule", "lint", self.folder / "rules").stderr)

    def test_without_a_path_the_shipped_rules_are_checked(self):
        outcome = run("rule", "lint", "--strict")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertGreater(int(outcome.stdout.split()[0]), 100)

    def test_what_cannot_be_read_is_told(self):
        outcome = run("rule", "lint", self.folder / "nowhere")
        self.assertEqual((outcome.code, outcome.stdout), (2, ""))
        self.assertIn("nowhere: No such file", outcome.stderr)

    def test_a_rule_cannot_write_to_the_terminal(self):
        outcome = self.lint(WRONG.replace("StopLogging", '"\x9b2J\u202e"'))
        self.assertEqual(outcome.code, 2)
        self.assertNotRegex(outcome.stderr, "[\x80-\x9f\u202e]")


if __name__ == "__main__":
    unittest.main()
