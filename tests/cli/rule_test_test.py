import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from samples import RULE, lines, record, write
from terminal import run

STOPPED = "{eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}"
STARTED = "{eventSource: cloudtrail.amazonaws.com, eventName: StartLogging}"


def tests(*each):
    return RULE + "riposte:\n  tests:\n" + "".join(f"    - {{name: {name}, expect: {expect}, {what}}}\n"
                                                   for name, expect, what in each)


class RuleTestTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_tests(self, text, *words):
        return run("rule", "test", write(self.folder / "rule.yml", text), *words)

    def test_what_is_as_expected_gives_a_summary(self):
        outcome = self.run_tests(tests(("stopped", "hit", f"event: {STOPPED}"), ("started", "none", f"event: {STARTED}")))
        self.assertEqual(outcome, (0, "1 rules, 2 tests, 0 failed\n", ""))

    def test_a_missed_hit_is_explained(self):
        outcome = self.run_tests(tests(("started", "hit", f"event: {STARTED}")))
        self.assertEqual(outcome.code, 1)
        self.assertIn("rule.yml:15:7: trail_stopped: started: expected hit, got none", outcome.stdout)
        self.assertIn('✘ eventName is "stoplogging"   found "StartLogging"', outcome.stdout)
        self.assertTrue(outcome.stdout.endswith("1 rules, 1 tests, 1 failed\n"))

    def test_an_unwanted_hit_is_told(self):
        outcome = self.run_tests(tests(("stopped", "none", f"event: {STOPPED}")))
        self.assertEqual(outcome.code, 1)
        self.assertIn("expected none, got hit", outcome.stdout)

    def test_of_several_events_one_must_hit(self):
        both = f"events: [{STARTED}, {STOPPED}]"
        self.assertEqual(self.run_tests(tests(("both", "hit", both))).code, 0)
        self.assertEqual(self.run_tests(tests(("both", "none", both))).code, 1)

    def test_the_events_of_a_correlation_are_a_timeline(self):
        def timeline(*minutes):
            times = [f"{STOPPED[:-1]}, eventTime: '2026-01-31T18:{minute:02}:00Z'}}" for minute in minutes]
            return f"events: [{', '.join(times)}]"
        text = RULE + """---
title: Stopped again and again
name: stopped_again
correlation: {type: event_count, rules: [trail_stopped], timespan: 5m, condition: {gte: 3}}
riposte:
  tests:
""" + "".join(f"    - {{name: {name}, expect: {expect}, {what}}}\n" for name, expect, what in (
            ("three in five minutes", "hit", timeline(4, 0, 5)), ("three in six", "none", timeline(0, 3, 6))))
        outcome = self.run_tests(text)
        self.assertEqual((outcome.code, outcome.stdout), (0, "2 rules, 2 tests, 0 failed\n"))
        outcome = self.run_tests(text.replace(", eventTime: '2026-01-31T18:03:00Z'", ""))
        self.assertEqual(outcome.code, 1)
        self.assertIn("has no time", outcome.stdout)

    def test_a_file_stands_beside_its_rule(self):
        write(self.folder / "samples/two.ndjson", lines(record("e-1", "StartLogging"), record("e-2")))
        self.assertEqual(self.run_tests(tests(("file", "hit", "file: samples/two.ndjson"))).code, 0)
        missing = self.run_tests(tests(("file", "none", "file: samples/three.ndjson")))
        self.assertEqual(missing.code, 1)
        self.assertIn("three.ndjson: No such file", missing.stdout)

    def test_an_event_that_cannot_be_read_fails_its_test(self):
        write(self.folder / "broken.json", '{"eventName": ')
        outcome = self.run_tests(tests(("broken", "none", "file: broken.json")))
        self.assertEqual(outcome.code, 1)
        self.assertIn("an event could not be read", outcome.stdout)
        write(self.folder / "blank.json", " \n")
        outcome = self.run_tests(tests(("blank", "none", "file: blank.json")))
        self.assertIn("there is no event to test with", outcome.stdout)

    def test_placeholders_of_the_rule_apply_to_its_tests(self):
        text = tests(("stopped", "hit", f"event: {STOPPED}")).replace("eventName: StopLogging", "eventName|expand: '%calls%'", 1)
        self.assertEqual(self.run_tests(text).code, 1, "no list, no hit")
        self.assertEqual(self.run_tests(text + "  placeholders: {calls: [StopLogging]}\n").code, 0)

    def test_facts_are_derived_as_in_a_scan(self):
        text = RULE.replace("{eventSource: cloudtrail.amazonaws.com, eventName: StopLogging}", "{riposte.cross_account: true}")
        event = "{eventSource: x, eventName: y, recipientAccountId: '111122223333', userIdentity: {accountId: '444455556666'}}"
        outcome = self.run_tests(text + f"riposte:\n  tests:\n    - {{name: a, expect: hit, event: {event}}}\n")
        self.assertEqual(outcome.code, 0, outcome.stdout)

    def test_a_rule_without_tests_is_told_and_fails_only_when_asked(self):
        relaxed, strict = self.run_tests(RULE), self.run_tests(RULE, "--strict")
        self.assertEqual((relaxed.code, strict.code), (0, 1))
        self.assertIn("trail_stopped has no tests", relaxed.stderr)
        self.assertIn("1 rules, 0 tests, 0 failed", relaxed.stdout)

    def test_a_wrong_rule_is_wrong_use(self):
        outcome = self.run_tests(RULE.replace("eventName:", "eventName|contain:"))
        self.assertEqual(outcome.code, 2)
        self.assertIn("error[sigma-modifier]", outcome.stderr)

    def test_junit_counts_and_names_what_failed(self):
        outcome = self.run_tests(tests(("stopped", "hit", f"event: {STOPPED}"), ("'a < \"b\" & c'", "hit", f"event: {STARTED}")),
                                 "-o", "junit")
        self.assertEqual(outcome.code, 1)
        suites = xml.fromstring(outcome.stdout)
        self.assertEqual(suites.attrib, {"tests": "2", "failures": "1"})
        suite = suites.find("testsuite")
        self.assertEqual(suite.attrib, {"name": "trail_stopped", "tests": "2", "failures": "1"})
        passed, failed = suite.findall("testcase")
        self.assertIsNone(passed.find("failure"))
        self.assertEqual(failed.get("name"), 'a < "b" & c')
        self.assertEqual(failed.find("failure").get("message"), "expected hit, got none")
        self.assertIn('found "StartLogging"', failed.find("failure").text)

    def test_without_a_path_the_shipped_rules_are_tested(self):
        outcome = run("rule", "test", "--strict")
        self.assertEqual(outcome.code, 0, outcome.stdout)
        rules, _, checked, *_ = outcome.stdout.split()
        self.assertGreater(int(checked), int(rules))


if __name__ == "__main__":
    unittest.main()
