import json
import tempfile
import unittest
from pathlib import Path

from samples import RULE, lines, record, trail_file, write
from terminal import run, run_on_terminal

PATTERN = """
title: Items
eventbridge: {detail: {items: {a: [1], b: [2]}}}
"""
CORRELATION = RULE + """---
title: Many stopped
correlation:
  type: event_count
  rules: [trail_stopped]
  group-by: [recipientAccountId]
  timespan: 5m
  condition: {gte: 3}
"""


class RuleExplainTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rule = write(self.folder / "rule.yml", RULE)

    def explain(self, event, *words, rule=None):
        path = write(self.folder / "event.json", event if isinstance(event, str) else json.dumps(event))
        return run("rule", "explain", rule or self.rule, path, *words)

    def test_says_why_a_rule_fired(self):
        outcome = self.explain(record("e-1"))
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        for line in ("rule   trail_stopped: Trail stopped (high)",
                     "event  cloudtrail:StopLogging, 2026-01-31T18:37:58.000Z",
                     "✔ log source product aws, service cloudtrail covers cloudtrail events",
                     '  ✔ eventName is "stoplogging"   found "StopLogging"',
                     "  ✔ not",
                     '    ✘ userAgent is "console.amazonaws.com"   found "aws-cli/2.17.0"'):
            self.assertIn(line, outcome.stdout.splitlines())
        self.assertRegex(outcome.stdout.splitlines()[-1], '^fired: .*eventName is "stoplogging"')

    def test_says_what_was_missing(self):
        outcome = self.explain(record("e-1", "StartLogging"))
        self.assertEqual(outcome.code, 1)
        self.assertEqual(outcome.stdout.splitlines()[-1], 'not fired: no eventName is "stoplogging" (found "StartLogging")')

    def test_says_what_stood_in_the_way(self):
        outcome = self.explain(record("e-1", userAgent="console.amazonaws.com"))
        self.assertEqual(outcome.code, 1)
        self.assertIn("  ✘ not", outcome.stdout.splitlines())
        self.assertEqual(outcome.stdout.splitlines()[-1],
                         'not fired: what it excludes is there: userAgent is "console.amazonaws.com"')

    def test_says_when_a_field_is_absent(self):
        event = record("e-1")
        del event["eventName"]
        self.assertIn('✘ eventName is "stoplogging"   the field is absent', self.explain(event).stdout)

    def test_says_when_the_log_source_is_another(self):
        finding = {"schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "id": "0123456789abcdef",
                   "arn": "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f", "severity": 5,
                   "type": "Stealth:IAMUser/CloudTrailLoggingDisabled", "partition": "aws", "title": "t",
                   "resource": {"resourceType": "AccessKey"}, "service": {"serviceName": "guardduty", "count": 1},
                   "createdAt": "2026-01-31T18:40:00Z", "updatedAt": "2026-01-31T18:40:00Z"}
        outcome = self.explain(finding)
        self.assertEqual(outcome.code, 1)
        self.assertIn("✘ log source product aws, service cloudtrail does not cover guardduty events", outcome.stdout)
        self.assertIn("not fired: its log source does not cover this event", outcome.stdout)

    def test_says_when_fields_hold_in_different_elements(self):
        self.rule.write_text(PATTERN)
        split = {"source": "s", "detail-type": "t", "detail": {"items": [{"a": 1, "b": 1}, {"a": 2, "b": 2}]}}
        outcome = self.explain(split)
        self.assertEqual(outcome.code, 1)
        self.assertIn("✔ detail.items.a is exactly 1   found 1, 2", outcome.stdout)
        self.assertIn("not within the same elements", outcome.stdout.splitlines()[-1])
        split["detail"]["items"][1]["a"] = 1
        self.assertEqual(self.explain(split).code, 0)

    def test_of_a_timeline_says_what_each_window_holds_and_lacks(self):
        self.rule.write_text(CORRELATION)
        timeline = lines(record("e-1"), record("e-2", eventTime="2026-01-31T18:39:00Z"),
                         record("e-3", eventTime="2026-01-31T19:39:00Z"), record("e-4", recipientAccountId="444455556666"))
        outcome = self.explain(timeline)
        self.assertEqual((outcome.code, outcome.stderr), (1, ""))
        for line in ("asks   event_count of trail_stopped gte 3 within 5m, by recipientAccountId",
                     "read   4 events, 4 hits of what it joins",
                     "✘ recipientAccountId 111122223333",
                     "    2026-01-31T18:39:00.000Z  trail_stopped  event e-2",
                     "  nearest window 2026-01-31T18:37:58.000Z to 2026-01-31T18:39:00.000Z within 5m: "
                     "2 hits, value 2; missing: 1 more",
                     "✘ recipientAccountId 444455556666",
                     "not fired: no window of 2 keys is satisfied"):
            self.assertIn(line, outcome.stdout.splitlines())

    def test_of_a_timeline_says_when_it_fired(self):
        self.rule.write_text(CORRELATION)
        timeline = lines(*(record(f"e-{i}", eventTime=f"2026-01-31T18:3{i}:00Z") for i in range(4)))
        by_name = self.explain(timeline, "--no-default-rules", "-r", self.rule, rule="Many stopped")
        outcome = self.explain(timeline)
        self.assertEqual((outcome.code, by_name.stdout), (0, outcome.stdout))
        self.assertIn("  fired 2026-01-31T18:32:00.000Z with 3: 4 events from 2026-01-31T18:30:00.000Z to "
                      "2026-01-31T18:33:00.000Z", outcome.stdout.splitlines())
        self.assertEqual(outcome.stdout.splitlines()[-1], "fired: for 1 of 1 keys")

    def test_a_timeline_that_no_joined_rule_hits_is_said(self):
        self.rule.write_text(CORRELATION)
        outcome = self.explain(record("e-1", "ListUsers"))
        self.assertEqual(outcome.code, 1)
        self.assertEqual(outcome.stdout.splitlines()[-1],
                         "not fired: no event of the timeline is hit by a rule that it joins")

    def test_a_correlation_is_not_explained_on_one_record(self):
        self.rule.write_text(CORRELATION)
        outcome = self.explain(record("e-1"), "--record", "1")
        self.assertEqual(outcome.code, 2)
        self.assertIn("all events of the file", outcome.stderr)

    def test_of_many_records_the_nearest_is_explained(self):
        many = lines(record("e-1", "ListUsers", eventSource="iam.amazonaws.com"), record("e-2", "StartLogging"))
        outcome = self.explain(many)
        self.assertIn("record 2", outcome.stdout)
        self.assertIn("2 events were read", outcome.stderr)
        outcome = self.explain(many + lines(record("e-3")))
        self.assertEqual(outcome.code, 0)
        self.assertIn("record 3", outcome.stdout)

    def test_a_record_can_be_chosen(self):
        outcome = self.explain(trail_file(record("e-1"), record("e-2", "StartLogging")), "--record", 2)
        self.assertEqual((outcome.code, outcome.stderr), (1, ""))
        self.assertIn("record 2", outcome.stdout)
        self.assertEqual(self.explain(trail_file(record("e-1")), "--record", 2).code, 3)

    def test_rules_are_found_by_name_id_and_title(self):
        for name in ("trail_stopped", "1a6a8a0e-8b58-4a75-8f57-2b4e6f4f0a01", "Trail stopped"):
            outcome = self.explain(record("e-1"), "--no-default-rules", "-r", self.rule, rule=name)
            self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(self.explain(record("e-1"), rule="aws_cloudtrail_trail_stopped").code, 0)
        unknown = self.explain(record("e-1"), rule="aws_cloudtrail_trail_stoped")
        self.assertEqual(unknown.code, 2)
        self.assertIn('did you mean "aws_cloudtrail_trail_stopped"?', unknown.stderr)

    def test_reads_standard_input(self):
        self.assertEqual(run("rule", "explain", self.rule, "-", stdin=json.dumps(record("e-1"))).code, 0)

    def test_what_cannot_be_read_is_told(self):
        self.assertEqual(self.explain('{"eventName": ').code, 3)
        self.assertEqual(run("rule", "explain", self.rule, self.folder / "nowhere.json").code, 3)

    def test_an_event_cannot_write_to_the_terminal(self):
        outcome = self.explain(record("e-1", userAgent="a\x1b[2J\u202eb\x9b", eventName="StopLogging\x07"))
        self.assertIn("userAgent", outcome.stdout)
        self.assertNotRegex(outcome.stdout, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")

    def test_colours_only_where_they_are_wanted(self):
        path = write(self.folder / "event.json", json.dumps(record("e-1")))
        words = ("rule", "explain", self.rule, path)
        self.assertIn("\x1b[32m✔".encode(), run_on_terminal(*words))
        self.assertNotIn(b"\x1b", run_on_terminal(*words, no_color=True))


if __name__ == "__main__":
    unittest.main()
