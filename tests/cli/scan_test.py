import csv
import gzip
import io
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

from samples import RULE, lines, record, trail_file, write
from terminal import command, run, run_on_terminal

KEYS = ["schema", "id", "time", "rule", "kind", "cloud", "account", "region", "actor", "resources", "count",
        "first_time", "last_time", "events", "source"]
ACTOR_KEYS = ["type", "id", "name", "arn", "access_key", "session_of", "ip", "user_agent"]
STATS_KEYS = ["files", "files_failed", "bytes", "events", "quarantined", "rules", "hits", "findings", "seconds",
              "events_per_second", "peak_rss_bytes"]

# Clears the screen, sets the title, turns the reading direction, rings, and is a control character of its own.
HOSTILE = "curl\x1b[2J\x1b]0;pwned\x07\u202egnp.exe\x9b31m"


class ScanTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rule = write(self.folder / "rule.yml", RULE)
        self.logs = self.folder / "logs"
        self.logs.mkdir()

    def scan(self, *words, **options):
        return run("scan", "--no-default-rules", "-r", self.rule, *words, **options)

    def findings(self, *words, **options):
        return [json.loads(line) for line in self.scan("-o", "ndjson", *words, **options).stdout.splitlines()]

    def ids(self, findings):
        return sorted(event for finding in findings for event in finding["events"])


class DamagedTreeTest(ScanTest):
    """What cannot be read is named with its reason, and everything else is still found."""

    def setUp(self):
        super().setUp()
        write(self.logs / "good.json", trail_file(record("good-1"), record("x", "StartLogging")))
        write(self.logs / "deep/er/good.json.gz", gzip.compress(trail_file(record("good-2")).encode()))
        many = lines(*(record(f"early-{i}", requestParameters={"name": random.Random(i).randbytes(40).hex()})
                       for i in range(200)))
        packed = gzip.compress(many.encode())
        write(self.logs / "truncated.json.gz", packed[:len(packed) // 2])
        write(self.logs / "bomb.json.gz", gzip.compress(lines(record("before-the-bomb")).encode() + b" " * (3 << 20)))
        write(self.logs / "empty.json", "")
        write(self.logs / "program", b"\x7fELF\x02\x01\x01\0\0\0\0")
        write(self.logs / "lines.ndjson", b"\n".join([
            json.dumps(record("line-1")).encode(),
            b'{"eventName": "StopLogging", ',
            b"[" * 500 + b"]" * 500,
            json.dumps(record("latin")).encode().replace(b"dana", b"d\xe4na"),
            b'{"eventSource":"cloudtrail.amazonaws.com","eventName":"StartLogging","eventName":"StopLogging"}',
            b"a line of text",
            json.dumps(record("line-7")).encode(),
        ]))
        os.symlink(self.folder / "nowhere", self.logs / "dangling.json")
        os.mkfifo(self.logs / "pipe.json")
        self.outcome = self.scan("--inflate-max", "1", "-o", "ndjson", "--stats", self.folder / "stats.json", self.logs)

    def reason_for(self, name):
        told = [line for line in self.outcome.stderr.splitlines() if name in line]
        self.assertTrue(told, self.outcome.stderr)
        return told[0]

    def test_says_that_not_everything_could_be_read(self):
        self.assertEqual(self.outcome.code, 3, self.outcome.stderr)

    def test_names_each_file_with_its_reason(self):
        for name, reason in {"truncated.json.gz": "truncated", "bomb.json.gz": "limit", "empty.json": "empty",
                             "program": "binary", "dangling.json": "No such file",
                             "pipe.json": "not a regular file"}.items():
            self.assertIn(reason, self.reason_for(name))

    def test_names_each_record_with_its_reason(self):
        for number, reason in {2: "the text ends inside", 3: "nested deeper", 4: "invalid UTF-8", 5: "\"eventName\" stands twice",
                               6: "not JSON"}.items():
            self.assertIn(reason, self.reason_for(f"lines.ndjson: record {number}:"))

    def test_finds_everything_in_the_rest(self):
        found = self.ids(json.loads(line) for line in self.outcome.stdout.splitlines())
        early = [event for event in found if event.startswith("early-")]
        self.assertEqual([event for event in found if event not in early],
                         ["before-the-bomb", "good-1", "good-2", "line-1", "line-7"])
        self.assertGreater(len(early), 50, "half of the truncated file can be read")

    def test_counts_what_was_lost(self):
        stats = json.loads((self.folder / "stats.json").read_text())
        self.assertEqual(stats["files"], 9)
        self.assertEqual(stats["files_failed"], 6)
        torn_record = 1  # where the truncated file ends
        self.assertEqual(stats["quarantined"], 5 + torn_record, self.outcome.stderr)


class OutputTest(ScanTest):
    def test_findings_have_the_keys_of_the_contract_in_their_order(self):
        write(self.logs / "a.json", trail_file(record("e-1"), {"eventName": "StopLogging", "eventVersion": "1.09",
                                                               "eventSource": "cloudtrail.amazonaws.com"}))
        findings = self.findings(self.logs)
        self.assertEqual(len(findings), 2)
        for finding in findings:
            self.assertEqual(list(finding)[:len(KEYS)], KEYS)
            self.assertEqual(list(finding["actor"])[:len(ACTOR_KEYS)], ACTOR_KEYS)
            self.assertEqual(list(finding["rule"]), ["id", "name", "title", "level", "tags"])
        known = next(finding for finding in findings if finding["events"] == ["e-1"])
        self.assertEqual(known["schema"], "riposte.finding/1")
        self.assertEqual(known["time"], "2026-01-31T18:37:58.000Z")
        self.assertEqual(known["rule"]["name"], "trail_stopped")
        self.assertEqual(known["actor"]["name"], "dana")
        self.assertEqual(known["source"], {"path": str(self.logs / "a.json"), "record": 1})

    def test_the_same_logs_give_the_same_bytes(self):
        for i in range(8):
            write(self.logs / f"{i}.json", trail_file(*(record(f"e-{j}", eventTime=f"2026-01-31T18:{j % 7:02}:00Z")
                                                        for j in range(i, i + 20))))
        files = sorted(self.logs.iterdir())
        outputs = {self.scan("-o", "ndjson", "-j", jobs, *order).stdout
                   for jobs in (1, 4) for order in (files, files[::-1], [self.logs])}
        self.assertEqual(len(outputs), 1)
        self.assertEqual(outputs.pop().count("\n"), 27, "copies of an event are one finding")

    def test_csv_has_one_row_a_finding(self):
        write(self.logs / "a.json", trail_file(record("e-1", userAgent='a "quoted", agent'), record("e-2")))
        rows = list(csv.DictReader(io.StringIO(self.scan("-o", "csv", self.logs).stdout, newline="")))
        self.assertEqual([row["rule"] for row in rows], ["trail_stopped", "trail_stopped"])
        self.assertNotIn(None, rows[0], "no cell too many")
        self.assertNotIn(None, rows[0].values(), "no cell too few")

    def test_statistics_have_the_keys_of_the_contract(self):
        write(self.logs / "a.json", trail_file(record("e-1"), record("e-2", "StartLogging")))
        target = self.folder / "stats.json"
        self.scan("--stats", target, self.logs)
        stats = json.loads(target.read_text())
        self.assertEqual(list(stats)[:len(STATS_KEYS)], STATS_KEYS)
        self.assertEqual({key: stats[key] for key in ("files", "events", "rules", "hits", "findings")},
                         {"files": 1, "events": 2, "rules": 1, "hits": 1, "findings": 1})

    def test_reads_standard_input(self):
        self.assertEqual(self.ids(self.findings("-", stdin=lines(record("e-1"), record("e-2", "StartLogging")))), ["e-1"])

    def test_leaves_out_what_is_outside_the_time(self):
        write(self.logs / "a.json", trail_file(*(record(f"e-{day}", eventTime=f"2026-01-{day}T12:00:00Z")
                                                 for day in (10, 20, 30))))
        found = self.findings("--since", "2026-01-15", "--until", "2026-01-30T12:00:00Z", self.logs)
        self.assertEqual(self.ids(found), ["e-20"])

    def test_shows_only_the_levels_asked_for(self):
        write(self.logs / "a.json", trail_file(record("e-1")))
        self.assertEqual(len(self.findings("--level", "high", self.logs)), 1)
        self.assertEqual(len(self.findings("--level", "critical", self.logs)), 0)


class ExitCodeTest(ScanTest):
    def setUp(self):
        super().setUp()
        write(self.logs / "a.json", trail_file(record("e-1")))

    def test_findings_alone_are_no_failure(self):
        self.assertEqual(self.scan(self.logs).code, 0)

    def test_fails_on_the_level_asked_for(self):
        self.assertEqual(self.scan("--fail-on", "high", self.logs).code, 1)
        self.assertEqual(self.scan("--fail-on", "critical", self.logs).code, 0)

    def test_a_missing_file_is_told(self):
        outcome = self.scan(self.logs, self.folder / "missing.json")
        self.assertEqual(outcome.code, 3)
        self.assertIn("missing.json", outcome.stderr)

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs a disk that is always full")
    def test_output_that_could_not_be_written_is_told(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run(command(["scan", "-o", "ndjson", self.logs]), stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"standard output could not be written", result.stderr)

    def test_a_wrong_rule_stops_everything(self):
        self.rule.write_text(RULE.replace("eventName:", "eventName|contain:"))
        outcome = self.scan("-o", "ndjson", self.logs)
        self.assertEqual((outcome.code, outcome.stdout), (2, ""))
        self.assertIn("rule.yml:", outcome.stderr)
        self.assertIn('"contains"', outcome.stderr)

    def test_wrong_words_get_a_suggestion(self):
        for words, suggestion in {("scans", "x"): '"scan"', ("rule", "expplain"): '"explain"',
                                  ("scan", "--levle", "high", "x"): '"--level"'}.items():
            outcome = run(*words)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), words)
            self.assertIn(suggestion, outcome.stderr)

    def test_wrong_values_are_wrong_usage(self):
        for words in (["--level", "loud"], ["--since", "yesterday"], ["-j", "0"], ["--inflate-max", "0"],
                      ["-r", self.folder / "no-such-rules"], ["--lists", self.rule / "x"]):
            outcome = self.scan(self.logs, *words)
            self.assertEqual((outcome.code, outcome.stdout), (2, ""), words)
            self.assertNotEqual(outcome.stderr, "")

    def test_no_path_is_wrong_usage(self):
        self.assertEqual(self.scan().code, 2)


CORRELATION = """---
title: Stopped again and again
id: 1a6a8a0e-8b58-4a75-8f57-2b4e6f4f0a02
name: stopped_again
correlation: {type: event_count, rules: [trail_stopped], group-by: [userIdentity.arn], timespan: 5m, condition: {gte: 3}}
level: high
"""


class CorrelationTest(ScanTest):
    def setUp(self):
        super().setUp()
        self.rule.write_text(RULE + CORRELATION)
        for i in range(6):
            name = "dana" if i < 4 else "eve"
            user = {"type": "IAMUser", "userName": name, "arn": f"arn:aws:iam::111122223333:user/{name}"}
            write(self.logs / f"{9 - i}.json",
                  trail_file(record(f"e-{i}", eventTime=f"2026-01-31T18:{30 + i}:00Z", userIdentity=user)))

    def test_several_events_are_one_finding(self):
        [finding] = self.findings(self.logs)
        self.assertEqual(finding["rule"]["name"], "stopped_again")
        self.assertEqual(finding["kind"], "correlation")
        self.assertEqual(finding["correlation"], {
            "type": "event_count", "key": {"userIdentity.arn": "arn:aws:iam::111122223333:user/dana"}, "value": 3,
            "cost": None})
        self.assertEqual(finding["events"], ["e-0", "e-1", "e-2", "e-3"])
        self.assertEqual(finding["count"], 4)
        self.assertEqual(finding["actor"]["name"], "dana")
        self.assertEqual((finding["first_time"], finding["last_time"]),
                         ("2026-01-31T18:30:00.000Z", "2026-01-31T18:33:00.000Z"))

    def test_the_order_of_files_and_the_threads_do_not_matter(self):
        files = sorted(self.logs.iterdir())
        outputs = {self.scan("-o", "ndjson", "-j", jobs, *order).stdout
                   for jobs in (1, 4) for order in (files, files[::-1], [*files, *files])}
        self.assertEqual(len(outputs), 1)

    def test_a_rule_that_is_a_part_is_told_where_it_is_wanted(self):
        self.rule.write_text(RULE + CORRELATION.replace("{gte: 3}}", "{gte: 3}, generate: true}"))
        names = [finding["rule"]["name"] for finding in self.findings(self.logs)]
        self.assertEqual(sorted(names), ["stopped_again"] + ["trail_stopped"] * 6)

    def test_standard_input_is_correlated_like_a_file(self):
        text = lines(*(json.loads(path.read_text())["Records"][0] for path in sorted(self.logs.iterdir())))
        [from_file] = self.findings(self.logs)
        [from_input] = self.findings("-", stdin=text)
        for finding in (from_file, from_input):
            del finding["source"]
        self.assertEqual(from_file, from_input)

    def test_what_comes_later_than_the_lateness_is_counted_and_not_taken(self):
        # The file with minute 30 also holds minute 50, so that a stream brings it last.
        late = json.loads((self.logs / "9.json").read_text())["Records"]
        late += [record("e-late", eventTime="2026-01-31T18:50:00Z")]
        write(self.logs / "9.json", trail_file(*reversed(late)))
        [sorted_first] = self.findings(self.logs)
        self.assertEqual(sorted_first["count"], 4)
        [in_time] = self.findings("--lateness", "30m", self.logs)
        self.assertEqual(in_time, sorted_first)
        outcome = self.scan("--lateness", "15m", "-o", "ndjson", self.logs)
        self.assertEqual(json.loads(outcome.stdout)["events"], ["e-1", "e-2", "e-3"])
        self.assertIn("later than --lateness allows: 1", outcome.stderr)
        self.assertEqual(outcome.code, 0)
        self.assertEqual(self.scan("--lateness", "soon", self.logs).code, 2)

    def test_a_key_that_two_readers_read_differently_is_not_counted(self):
        text = json.dumps(record("e-twice", eventTime="2026-01-31T18:35:30Z", userIdentity={"arn": "eve"}))
        write(self.logs / "twice.json", text.replace('"arn": "eve"', '"arn": "eve", "arn": "dana"'))
        outcome = self.scan("-o", "ndjson", self.logs)
        self.assertEqual(outcome.code, 3)
        self.assertIn("twice.json", outcome.stderr)

    def test_hits_without_a_time_are_told(self):
        event = record("e-9")
        del event["eventTime"]
        write(self.logs / "timeless.json", trail_file(event))
        outcome = self.scan(self.logs)
        self.assertEqual(outcome.code, 3)
        self.assertIn("hits that no correlation saw", outcome.stderr)


class TerminalTest(ScanTest):
    def setUp(self):
        super().setUp()
        write(self.logs / "\x1b[31mname.json", trail_file(record("e-1", userAgent=HOSTILE,
                                                                 requestParameters={"name": HOSTILE})))
        write(self.logs / "\x1b[32mbroken.json", "{")

    def test_a_log_cannot_write_to_the_terminal(self):
        for output in ("human", "csv", "ndjson", "ocsf"):
            outcome = self.scan("-o", output, self.logs)
            for text in (outcome.stdout, outcome.stderr):
                controls = {character for character in text if ord(character) < 0x20 or 0x7f <= ord(character) < 0xa0}
                self.assertLessEqual(controls, {"\n", "\r"}, output)
            self.assertIn("pwned", outcome.stdout if output != "csv" else "pwned")

    def test_colours_only_where_they_are_wanted(self):
        words = ("scan", "--no-default-rules", "-r", self.rule, self.logs)
        self.assertIn(b"\x1b[", run_on_terminal(*words))
        self.assertNotIn(b"\x1b", run_on_terminal(*words, no_color=True))


class PlaceholdersTest(ScanTest):
    def test_findings_of_one_story_are_one_incident(self):
        write(self.logs / "a.json", lines(
            record("e-1"), record("e-2", eventTime="2026-01-31T19:00:00Z", sourceIPAddress="198.51.100.9"),
            record("e-3", eventTime="2026-01-31T18:50:00Z", sourceIPAddress="198.51.100.77",
                   requestParameters={"name": "other"},
                   userIdentity={"type": "IAMUser", "userName": "rika", "arn": "arn:aws:iam::111122223333:user/rika",
                                 "accessKeyId": "AKIAEXAMPLE000000002"})))
        told = [json.loads(line) for line in self.scan(self.logs, "--incidents", "-o", "ndjson").stdout.splitlines()]
        self.assertEqual([[item["finding"] for item in incident["story"]] for incident in told],
                         [[finding["id"] for finding in self.findings(self.logs) if finding["actor"]["name"] == name]
                          for name in ("dana", "rika")])
        human = self.scan(self.logs, "--incidents")
        self.assertEqual(human.stdout.count("Trail stopped"), 4, "a title and the story, twice")
        self.assertIn("3 findings in 2 incidents", human.stderr)
        rows = list(csv.DictReader(io.StringIO(self.scan(self.logs, "--incidents", "-o", "csv").stdout)))
        self.assertEqual([row["findings"] for row in rows], ["2", "1"])
        ocsf = [json.loads(line) for line in self.scan(self.logs, "--incidents", "-o", "ocsf").stdout.splitlines()]
        self.assertEqual([event["class_uid"] for event in ocsf], [2005, 2005])

    def test_a_list_fills_the_placeholder(self):
        self.rule.write_text(RULE.replace("eventName: StopLogging", "requestParameters.name|expand: '%trails%'"))
        lists = write(self.folder / "lists.yml", "trails: [main]\n")
        write(self.logs / "a.json", trail_file(record("e-1")))
        self.assertEqual(len(self.findings(self.logs)), 0)
        self.assertEqual(len(self.findings("--lists", lists, self.logs)), 1)

    def test_a_wrong_list_is_told_with_its_place(self):
        for content in ("trails: main\n", "- main\n", "trails: [\n"):
            lists = write(self.folder / "lists.yml", content)
            outcome = self.scan("--lists", lists, self.logs)
            self.assertEqual(outcome.code, 2)
            self.assertIn("lists.yml:", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
