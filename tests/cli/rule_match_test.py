import gzip
import json
import tempfile
import unittest
from pathlib import Path

from samples import lines, record, trail_file, write
from terminal import run

IAM = {"version": "0", "source": "aws.iam", "detail-type": "AWS API Call via CloudTrail",
       "detail": {"eventName": "CreateUser", "n": 1.5}}
ORDER = {"source": "shop", "detail": {"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]}}


class RuleMatchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def match(self, pattern, events, *words):
        text = pattern if isinstance(pattern, str) else json.dumps(pattern)
        return run("rule", "match", "--pattern", text, *words, stdin=events)

    def test_prints_the_events_that_match_as_they_stand(self):
        outcome = self.match({"source": ["aws.iam"]}, lines(ORDER, IAM))
        self.assertEqual(outcome, (0, json.dumps(IAM, separators=(",", ":")) + "\n", ""))

    def test_numbers_stay_as_written(self):
        self.assertEqual(self.match({"a": [{"numeric": [">", 1]}]}, '{"a": 1.50}').stdout, '{"a":1.50}\n')

    def test_nothing_that_matches_is_a_failed_check(self):
        self.assertEqual(self.match({"source": ["aws.ec2"]}, lines(ORDER, IAM)), (1, "", ""))

    def test_fields_hold_within_the_same_element(self):
        for sku, code in {"b": 0, "a": 1}.items():
            self.assertEqual(self.match({"detail": {"items": {"sku": [sku], "n": [2]}}}, lines(ORDER)).code, code)

    def test_the_shape_of_the_input_does_not_matter(self):
        for events in (lines(ORDER, IAM), json.dumps([ORDER, IAM]), json.dumps([ORDER, IAM], indent=2), json.dumps(IAM, indent=2),
                       json.dumps({"Records": [ORDER, IAM]}), json.dumps(ORDER) + json.dumps(IAM), "\ufeff" + lines(IAM)):
            outcome = self.match({"source": ["aws.iam"]}, events, "--count")
            self.assertEqual(outcome, (0, "1\n", ""), events)

    def test_a_record_of_a_trail_file_gets_an_envelope_and_is_taken_as_it_stands(self):
        events = trail_file(record("e-1"), record("e-2", "StartLogging"))
        for pattern in ({"source": ["aws.cloudtrail"], "detail": {"eventName": ["StopLogging"]}},
                        {"detail-type": ["AWS API Call via CloudTrail"], "detail": {"eventID": ["e-1"]}},
                        {"eventName": ["StopLogging"]}):
            outcome = self.match(pattern, events)
            self.assertEqual(outcome.code, 0, outcome.stderr)
            self.assertEqual([json.loads(line)["eventID"] for line in outcome.stdout.splitlines()], ["e-1"])

    def test_messages_are_unwrapped_and_still_events_themselves(self):
        message = {"messageId": "m-1", "receiptHandle": "r", "body": json.dumps(IAM), "eventSource": "aws:sqs"}
        self.assertEqual(json.loads(self.match({"source": ["aws.iam"]}, trail_file(message)).stdout), IAM)
        self.assertEqual(json.loads(self.match({"messageId": ["m-1"]}, trail_file(message)).stdout), message)

    def test_reads_pattern_and_events_from_files(self):
        pattern = write(self.folder / "pattern.json", '{"source": ["aws.iam"]}')
        events = write(self.folder / "events.ndjson.gz", gzip.compress(lines(ORDER, IAM, IAM).encode()))
        self.assertEqual(run("rule", "match", "--pattern", pattern, "--count", events), (0, "2\n", ""))

    def test_a_wrong_pattern_is_told_with_its_place(self):
        for pattern in ('{"source": "aws.iam"}', '{"source": [{"prefx": "a"}]}', '{"source": ', "{}"):
            outcome = self.match(pattern, lines(IAM))
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), pattern)
            self.assertIn("pattern:1:", outcome.stderr)
        path = write(self.folder / "pattern.json", '{"source":\n  "aws.iam"}')
        self.assertIn("pattern.json:2:3: error[", run("rule", "match", "--pattern", path).stderr)
        self.assertEqual(run("rule", "match", "--pattern", self.folder / "nowhere").code, 2)

    def test_what_cannot_be_read_is_told_and_the_rest_is_matched(self):
        for broken in ("{\n", "text\n", '{"a": 1, "a": 2}\n', "[" * 200 + "]" * 200 + "\n"):
            outcome = self.match({"source": ["aws.iam"]}, lines(IAM) + broken + lines(IAM), "--count")
            self.assertEqual((outcome.code, outcome.stdout), (3, "2\n"), broken)
            self.assertIn("record 2: ", outcome.stderr)
        self.assertEqual(run("rule", "match", "--pattern", '{"a": [1]}', self.folder / "nowhere").code, 3)


if __name__ == "__main__":
    unittest.main()
