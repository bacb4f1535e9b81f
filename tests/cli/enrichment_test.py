import datetime
import json
import os
import tempfile
import unittest
from pathlib import Path

import mmdb
from samples import lines, record, write
from terminal import run

RULE = """
title: {title}
logsource: {{product: aws, service: cloudtrail}}
detection: {{s: {{{condition}}}, condition: s}}
level: high
"""

TRAVEL = """
title: call
name: call
logsource: {product: aws, service: cloudtrail}
detection: {s: {riposte.source.geo.location.lat: '*'}, condition: s}
---
title: two places
name: two_places
correlation:
  type: riposte.travel
  rules: [call]
  group-by: [userIdentity.arn]
  timespan: 1d
  latitude: riposte.source.geo.location.lat
  longitude: riposte.source.geo.location.lon
level: high
"""

# Documentation addresses, in places where they are not.
BERLIN, LISBON, NOWHERE, SIX = "203.0.113.7", "198.51.100.9", "192.0.2.1", "2001:db8::7"


class EnrichmentTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.city = write(self.folder / "city.mmdb", mmdb.database("Test-City", {
            "203.0.113.0/24": mmdb.place("DE", "Germany", "Berlin", 52.52, 13.4),
            "198.51.100.0/24": mmdb.place("PT", "Portugal", "Lisbon", 38.72, -9.14),
            "2001:db8::/32": mmdb.place("DE", "Germany", "Berlin", 52.52, 13.4)}))
        self.asn = write(self.folder / "asn.mmdb", mmdb.database("Test-ASN", {
            "203.0.113.0/25": mmdb.network(64496, "Example Networks")}))

    def log(self, *events):
        return write(self.folder / "log.ndjson", lines(*events))

    def scan(self, rules, *words):
        rule = write(self.folder / "rule.yml", rules)
        return run("scan", "--no-default-rules", "-r", rule, "-o", "ndjson", *words, self.folder / "log.ndjson")

    def events_with(self, condition, *words):
        outcome = self.scan(RULE.format(title="t", condition=condition), *words)
        self.assertEqual(outcome.stderr, "")
        return [finding["events"][0] for finding in map(json.loads, outcome.stdout.splitlines())]


class GeoTest(EnrichmentTest):
    def setUp(self):
        super().setUp()
        addresses = {"b": BERLIN, "l": LISBON, "n": NOWHERE, "6": SIX, "aws": "cloudtrail.amazonaws.com"}
        self.log(*(record(name, sourceIPAddress=address) for name, address in addresses.items()))
        self.both = ["--geo", self.city, "--geo", self.asn]

    def test_rules_ask_where_an_address_is(self):
        self.assertEqual(self.events_with("riposte.source.geo.country_iso_code: DE", *self.both), ["6", "b"])
        self.assertEqual(self.events_with("riposte.source.geo.country_name: portugal", *self.both), ["l"])
        self.assertEqual(self.events_with("riposte.source.geo.city_name: Lisbon", *self.both), ["l"])
        self.assertEqual(self.events_with("riposte.source.geo.location.lat|lt: 40", *self.both), ["l"])

    def test_rules_ask_whose_network_it_is(self):
        self.assertEqual(self.events_with("riposte.source.as.number: 64496", *self.both), ["b"])
        self.assertEqual(self.events_with("riposte.source.as.organization.name|contains: example", *self.both), ["b"])

    def test_without_a_database_nothing_is_known(self):
        self.assertEqual(self.events_with("riposte.source.geo.country_iso_code: DE"), [])

    def test_what_is_no_database_is_refused_by_name(self):
        for text, reason in [(b"nonsense", "no database"), (mmdb.database("Test-ISP", {}), "Test-ISP"),
                             (Path(self.city).read_bytes()[:200], "no database")]:
            bad = write(self.folder / "bad.mmdb", text)
            outcome = self.scan(RULE.format(title="t", condition="a: b"), "--geo", bad)
            self.assertEqual(outcome.code, 2)
            self.assertIn(reason, outcome.stderr)
        self.assertIn("no such file", self.scan(TRAVEL, "--geo", self.folder / "none").stderr)

    def test_explain_knows_as_much(self):
        rule = write(self.folder / "rule.yml", RULE.format(title="t", condition="riposte.source.geo.city_name: Berlin"))
        event = write(self.folder / "event.json", json.dumps(record("e", sourceIPAddress=BERLIN)))
        self.assertEqual(run("rule", "explain", rule, event, "--geo", self.city).code, 0)
        self.assertEqual(run("rule", "explain", rule, event).code, 1)


class TravelTest(EnrichmentTest):
    def two_calls(self, first, second, minutes):
        self.log(record("first", sourceIPAddress=first, eventTime="2026-01-31T18:00:00Z"),
                 record("second", sourceIPAddress=second, eventTime=f"2026-01-31T{18 + minutes // 60}:{minutes % 60:02}:00Z"))
        return [json.loads(line) for line in self.scan(TRAVEL, "--geo", self.city).stdout.splitlines()]

    def test_two_places_in_an_hour_are_too_far_apart(self):
        [finding] = self.two_calls(BERLIN, LISBON, 60)
        self.assertEqual(finding["events"], ["first", "second"])
        self.assertAlmostEqual(finding["correlation"]["value"], 2311, delta=5)

    def test_a_flight_is_possible(self):
        self.assertEqual(self.two_calls(BERLIN, LISBON, 180), [])

    def test_one_place_and_an_unknown_one_are_no_travel(self):
        self.assertEqual(self.two_calls(BERLIN, SIX, 1), [])
        self.assertEqual(self.two_calls(BERLIN, NOWHERE, 1), [])


class ThreatsTest(EnrichmentTest):
    LISTED = "riposte.source.threat.list: '*'"

    def setUp(self):
        super().setUp()
        self.log(record("b", sourceIPAddress=BERLIN, eventTime="2026-01-31T18:00:00Z"),
                 record("later", sourceIPAddress=BERLIN, eventTime="2026-03-01T18:00:00Z"),
                 record("l", sourceIPAddress=LISBON))

    def listed(self, text, *words, condition=LISTED):
        threats = write(self.folder / "threats/feed.txt", text)
        return self.events_with(condition, "--threats", threats, *words)

    def test_addresses_and_networks(self):
        self.assertEqual(self.listed(f"{LISBON}\n"), ["l"])
        self.assertEqual(self.listed("203.0.113.0/29\n"), ["b", "later"])
        self.assertEqual(self.listed("203.0.113.0/29\n", condition="riposte.source.threat.list: feed"), ["b", "later"])

    def test_an_indicator_does_not_outlive_its_list(self):
        self.assertEqual(self.listed(f"ip,valid_until\n{BERLIN},2026-02-01\n"), ["b"])

    def test_a_folder_holds_many_lists(self):
        write(self.folder / "threats/one.txt", BERLIN)
        write(self.folder / "threats/two.csv", f"name,ip\nx,{LISBON}\n")
        self.assertEqual(self.events_with(self.LISTED, "--threats", self.folder / "threats"), ["b", "l", "later"])

    def test_a_list_that_nobody_writes_any_more_stops_to_count(self):
        threats = write(self.folder / "feed.txt", BERLIN)
        config = write(self.folder / "riposte.yml", "enrich: {threats: [{path: feed.txt, name: ours, expires: 30d}]}\n")
        named = "riposte.source.threat.list: ours"
        for written, events in (("2026-02-28", ["b", "later"]), ("2026-01-30", ["b"]), ("2025-01-01", [])):
            seconds = datetime.datetime.fromisoformat(written).replace(tzinfo=datetime.timezone.utc).timestamp()
            os.utime(threats, (seconds, seconds))
            self.assertEqual(self.events_with(named, "--config", config), events)

    def test_bad_lines_are_told_with_their_place(self):
        threats = write(self.folder / "threats.txt", f"oops\x1b[2J\n{LISBON}\n")
        outcome = self.scan(RULE.format(title="t", condition=self.LISTED), "--threats", threats)
        self.assertEqual(len(outcome.stdout.splitlines()), 1)
        self.assertIn("threats.txt:1: ", outcome.stderr)
        self.assertNotIn("\x1b", outcome.stderr)

    def test_a_list_that_is_none_is_refused(self):
        threats = write(self.folder / "threats.json", '{"some": "json"}')
        outcome = self.scan(RULE.format(title="t", condition=self.LISTED), "--threats", threats)
        self.assertEqual((outcome.code, outcome.stdout), (2, ""))
        self.assertIn("neither a STIX bundle nor of MISP", outcome.stderr)

    def test_names_that_were_asked_for(self):
        self.log({"version": "1.1", "account_id": "111122223333", "query_timestamp": "2026-01-31T18:00:00Z",
                  "query_name": "a.evil.example.", "query_type": "A", "srcaddr": "10.0.0.4"})
        rule = RULE.format(title="t", condition="riposte.dns.threat.list: feed").replace("cloudtrail", "route53")
        threats = write(self.folder / "feed.txt", "evil.example")
        self.assertEqual(len(self.scan(rule, "--threats", threats).stdout.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
