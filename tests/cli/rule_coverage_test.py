import json
import tempfile
import unittest
from pathlib import Path

from samples import RULE, write
from terminal import run

OTHER = (RULE.replace("0a01", "0a02").replace("trail_stopped", "machines_stopped")
         .replace("{eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}",
                  "{eventSource: ec2.amazonaws.com, eventName|startswith: Stop}")
         .replace("attack.defense-evasion, attack.t1562.008", "attack.impact, attack.t1489"))
DENIED = (RULE.replace("0a01", "0a03").replace("trail_stopped", "denied").replace("[attack.defense-evasion, attack.t1562.008]", "[]")
          .replace("{eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}", "{errorCode: AccessDenied}"))
PATTERN = """
title: Pattern
name: pattern
tags: [attack.persistence]
eventbridge: {source: [aws.iam], detail: {eventName: [CreateUser, {prefix: Attach}]}}
"""
TECHNIQUES = [
    {"technique": "aws.stop-trail", "platform": "AWS", "key_event_names": ["StopLogging"],
     "detonation_events": ["cloudtrail:StopLogging"], "attack_ids": ["T1562.008"]},
    {"technique": "aws.stop-something", "key_event_names": ["StopLogging"]},
    {"technique": "aws.new-user", "key_event_names": ["CreateUser"]},
    {"technique": "aws.unseen", "key_event_names": ["GetSecretValue"]},
    {"technique": "gcp.stop", "platform": "GCP", "key_event_names": ["StopLogging"]},
]


class RuleCoverageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rules = Path(folder.name) / "rules"
        for name, text in {"a": RULE, "b": OTHER, "c": DENIED, "d": PATTERN}.items():
            write(self.rules / f"{name}.yml", text)
        self.techniques = write(Path(folder.name) / "techniques.json", json.dumps(TECHNIQUES))

    def coverage(self, *words):
        outcome = run("rule", "coverage", self.rules, *words)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return outcome.stdout

    def test_counts_rules_by_tactic_and_technique(self):
        covered = json.loads(self.coverage("-o", "json"))
        tactics = {tactic["uid"]: tactic for tactic in covered["tactics"]}
        self.assertEqual((covered["rules"], covered["untagged"]), (4, ["denied"]))
        self.assertEqual(len(tactics), 14, "those without a rule are shown, too")
        self.assertEqual(tactics["TA0005"]["techniques"],
                         [{"uid": "T1562.008", "name": "Disable or Modify Cloud Logs", "rules": ["trail_stopped"]}])
        self.assertEqual((tactics["TA0003"]["rules"], tactics["TA0003"]["techniques"]), (1, []))
        self.assertEqual(tactics["TA0007"]["rules"], 0)

    def test_a_table_for_people(self):
        text = self.coverage()
        self.assertRegex(text, r"TA0005 +Defense Evasion +1 +1\n")
        self.assertRegex(text, r"T1562\.008 +Disable or Modify Cloud Logs +1\n")
        self.assertIn("1 rules name neither tactic nor technique", text)

    def test_a_layer_for_the_navigator(self):
        layer = json.loads(self.coverage("-o", "navigator"))
        self.assertEqual((layer["domain"], layer["versions"]["layer"]), ("enterprise-attack", "4.5"))
        entry = next(item for item in layer["techniques"] if item["techniqueID"] == "T1562.008")
        self.assertEqual((entry["tactic"], entry["score"], entry["comment"]), ("defense-evasion", 1, "trail_stopped"))

    def test_says_which_rules_name_the_calls_of_a_technique(self):
        told = json.loads(self.coverage("--techniques", self.techniques, "-o", "json"))
        found = {item["technique"]: [event["rules"] for event in item["key_events"]] for item in told["techniques"]}
        self.assertEqual(found, {
            "aws.stop-trail": [["trail_stopped"]],
            "aws.stop-something": [["machines_stopped", "trail_stopped"]],  # of which service, nobody says
            "aws.new-user": [["pattern"]],
            "aws.unseen": [[]],  # "denied" fires on it, and on everything else
            "gcp.stop": [[]],
        })
        self.assertEqual(told["techniques_covered"], 3)
        self.assertEqual([item["covered"] for item in told["techniques"]], [True, True, True, False, False])
        self.assertIn("cannot on one with a name that no API has", told["decided_by"])

    def test_a_correlation_names_the_calls_of_what_it_joins(self):
        write(self.rules / "often.yml", """
title: Often
correlation: {type: event_count, rules: [trail_stopped], group-by: [a], timespan: 5m, condition: {gte: 3}}
""")
        told = json.loads(self.coverage("--techniques", self.techniques, "-o", "json"))
        self.assertEqual(told["techniques"][0]["key_events"][0]["rules"], ["often", "trail_stopped"])

    def test_techniques_for_people(self):
        text = self.coverage("--techniques", self.techniques)
        self.assertIn("✔ aws.stop-trail\n    StopLogging: trail_stopped\n", text)
        self.assertIn("✘ aws.unseen\n    GetSecretValue: no rule\n", text)
        self.assertIn("3 of 5 techniques", text)

    def test_a_wrong_list_of_techniques_is_told_with_its_place(self):
        for content in ("{", "{}", '[{"name": "x"}]'):
            self.techniques.write_text(content)
            outcome = run("rule", "coverage", self.rules, "--techniques", self.techniques)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""))
            self.assertIn("techniques.json:1:", outcome.stderr)

    def test_a_wrong_rule_is_wrong_use(self):
        write(self.rules / "wrong.yml", "title: x\n")
        self.assertEqual(run("rule", "coverage", self.rules).code, 2)


if __name__ == "__main__":
    unittest.main()
