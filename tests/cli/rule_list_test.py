import csv
import io
import json
import tempfile
import unittest
from pathlib import Path

from samples import RULE, write
from terminal import run

LOW = (RULE.replace("0a01", "0a02").replace("trail_stopped", "second").replace("level: high", "level: low")
       .replace("title: Trail stopped", 'title: "=Second, \\"quoted\\""').replace("attack.t1562.008", "attack.t1078"))


class RuleListTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rules = Path(folder.name) / "rules"
        write(self.rules / "a.yml", RULE)
        write(self.rules / "b.yml", LOW)

    def list(self, *words):
        outcome = run("rule", "list", *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return outcome.stdout

    def names(self, *words):
        return [json.loads(line)["name"] for line in self.list("-o", "json", *words).splitlines()]

    def test_a_table_for_people(self):
        header, first, second = self.list(self.rules).splitlines()
        self.assertEqual(header.split(), ["NAME", "LEVEL", "LOG", "SOURCE", "TITLE", "TAGS"])
        self.assertEqual(first.split(), ["trail_stopped", "high", "aws/cloudtrail", "Trail", "stopped",
                                         "attack.defense-evasion", "attack.t1562.008"])
        self.assertEqual(first.index("aws/"), second.index("aws/"), "columns stand below each other")

    def test_a_correlation_shows_its_key(self):
        write(self.rules / "c.yml", """
title: Often
correlation: {type: event_count, rules: [trail_stopped], group-by: [a, b], timespan: 5m, condition: {gte: 3}}
""")
        self.assertIn("event_count by a, b", self.list(self.rules).splitlines()[-1])
        told = [json.loads(line)["correlation"] for line in self.list("-o", "json", self.rules).splitlines()]
        self.assertEqual(told, [None, None, {"type": "event_count", "rules": ["trail_stopped"], "group_by": ["a", "b"],
                                             "timespan_seconds": 300}])

    def test_json_is_one_object_a_rule(self):
        first = json.loads(self.list("-o", "json", self.rules).splitlines()[0])
        self.assertEqual([first[key] for key in ("name", "title", "level", "kind", "tags", "line", "tests")],
                         ["trail_stopped", "Trail stopped", "high", "event",
                          ["attack.defense-evasion", "attack.t1562.008"], 2, 0])
        self.assertEqual(first["logsource"], {"product": "aws", "service": "cloudtrail", "category": None})
        self.assertEqual(first["file"], str(self.rules / "a.yml"))

    def test_csv_is_quoted_and_no_spreadsheet_runs_it(self):
        rows = list(csv.DictReader(io.StringIO(self.list("-o", "csv", self.rules), newline="")))
        self.assertEqual([row["name"] for row in rows], ["trail_stopped", "second"])
        self.assertEqual(rows[1]["title"], "'=Second, \"quoted\"")

    def test_only_levels_and_tags_asked_for(self):
        self.assertEqual(self.names(self.rules, "--level", "medium"), ["trail_stopped"])
        self.assertEqual(self.names(self.rules, "--tag", "T1562"), ["trail_stopped"], "a technique means its sub-techniques")
        self.assertEqual(self.names(self.rules, "--tag", "attack.defense-evasion", "--tag", "t1078"), ["second"])
        self.assertEqual(self.names(self.rules, "--tag", "t156"), [])

    def test_the_shipped_rules_are_the_default_and_others_add_to_them(self):
        shipped = self.names()
        self.assertIn("aws_cloudtrail_trail_stopped", shipped)
        self.assertEqual(len(self.names("-r", self.rules)), len(shipped) + 2)
        self.assertEqual(self.names("-r", self.rules, "--no-default-rules"), ["trail_stopped", "second"])


if __name__ == "__main__":
    unittest.main()
