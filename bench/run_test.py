#!/usr/bin/env python3
"""What bench/run computes, without running anything that is measured."""

import random
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import cl2
import measure
import scenarios
import table
import translate
from measure import Failure, Pass, Resident, Spread
from rows import Quantity, Setting, SpeedRow


class FakeContender:
    """Answers with passes that are given, and remembers when it was asked."""

    def __init__(self, name, log, hits, seconds=1.0, refused=0):
        self.name, self.log, self.hits, self.seconds, self.refused = name, log, hits, seconds, refused
        self.ready = {}

    def start(self):
        pass

    def one_pass(self):
        self.log.append(self.name)
        return Pass(self.seconds, 10, 100, dict(self.hits), self.refused)

    def stop(self):
        self.log.append("stopped " + self.name)


class NoPeers:
    reasons = {}


def run_row(log, expected=None, missing=None, **contenders):
    peers = NoPeers()
    peers.reasons = missing or {}
    setting = Setting(None, None, peers, *[""] * 6, rounds=3, quick=False)
    names = {"riposte": "riposte", "peer": "event-ruler"}
    made = {names[key]: FakeContender(names[key], log, **value) for key, value in contenders.items()}
    row = SpeedRow("row", "about", lambda _: made, [("riposte", "event-ruler")], ["event-ruler"], expected=expected)
    return row.run(setting)


class StatisticsTest(unittest.TestCase):
    def test_percentiles_lie_between_neighbours(self):
        self.assertEqual(measure.percentile([4, 1, 3, 2, 5], 0.5), 3)
        self.assertAlmostEqual(measure.percentile([0, 10], 0.1), 1)

    def test_the_best_of_times_is_the_shortest(self):
        self.assertEqual(Spread.of([3, 1, 2]).best, 3)
        self.assertEqual(Spread.of([3, 1, 2], best=min).best, 1)

    def test_a_ratio_compares_speeds_of_one_round(self):
        slow_phase = [Pass(1, 0, 100), Pass(2, 0, 100)]
        peer = [Pass(2, 0, 100), Pass(4, 0, 100)]
        self.assertEqual(measure.ratios(slow_phase, peer), [2, 2])


class RoundsTest(unittest.TestCase):
    def test_the_first_to_go_moves_on_and_the_first_round_is_thrown_away(self):
        log = []
        contenders = {name: FakeContender(name, log, {}) for name in "abc"}
        passes = measure.run_rounds(contenders, 3)
        self.assertEqual("".join(log), "abc" + "bca" + "cab")
        self.assertEqual([len(own) for own in passes.values()], [2, 2, 2])


class AgreementTest(unittest.TestCase):
    def test_equal_hits_give_a_ratio(self):
        result = run_row([], riposte={"hits": {"r": 2}}, peer={"hits": {"r": 2}, "seconds": 3.0})
        self.assertEqual(result.failure, "")
        self.assertEqual(result.quantities[0].value, 3)

    def test_a_difference_fails_the_row_before_any_speed_is_told(self):
        log = []
        result = run_row(log, riposte={"hits": {"r": 2}}, peer={"hits": {"r": 3}})
        self.assertIn("r: 2 against 3", result.failure)
        self.assertEqual(result.speeds, [])
        self.assertEqual(log[-2:], ["stopped riposte", "stopped event-ruler"])

    def test_hits_the_rules_promise_are_demanded(self):
        result = run_row([], expected={"r": 5}, riposte={"hits": {"r": 2}}, peer={"hits": {"r": 2}})
        self.assertIn("r: 2 against 5", result.failure)

    def test_a_refused_record_fails_the_row(self):
        result = run_row([], riposte={"hits": {}, "refused": 1}, peer={"hits": {}})
        self.assertIn("refused 1", result.failure)

    def test_a_missing_peer_is_told_and_the_rest_goes_on(self):
        result = run_row([], missing={"event-ruler": "no mvn"}, riposte={"hits": {}}, peer={"hits": {}})
        self.assertEqual(result.failure, "")
        self.assertEqual(result.notes, ["MISSING event-ruler: no mvn"])


class ResidentTest(unittest.TestCase):
    ANSWER = '{"seconds": 1, "events": 4, "bytes": 8, "hits": {"r": %d}}'

    def resident(self, hits, copies):
        script = f"echo '{{}}'; while read line; do echo '{self.ANSWER % hits}'; done"
        return Resident(["sh", "-c", script], copies, warm_up=0)

    def test_hits_are_those_of_one_copy(self):
        contender = self.resident(hits=6, copies=3)
        contender.start()
        self.assertEqual(contender.one_pass().hits, {"r": 2})
        contender.stop()

    def test_hits_that_differ_between_copies_are_a_failure(self):
        contender = self.resident(hits=7, copies=3)
        contender.start()
        self.assertRaises(Failure, contender.one_pass)
        contender.stop()

    def test_its_last_words_are_told(self):
        contender = Resident(["sh", "-c", "echo 'no such data' >&2; exit 2"])
        self.assertRaisesRegex(Failure, "no such data", contender.start)
        contender.stop()


class GateTest(unittest.TestCase):
    def test_only_ratios_a_quarter_below_the_recorded_one_fall(self):
        goal = {"at_least": 10, "recorded": 8.0}
        self.assertFalse(table.fell(goal, Quantity("q", 6.1, 0, 0)))
        self.assertTrue(table.fell(goal, Quantity("q", 5.9, 0, 0)))
        self.assertFalse(table.fell(goal, Quantity("q", 5.9, 0, 0, "s")))

    def test_a_ratio_that_should_be_small_falls_upwards(self):
        goal = {"at_most": 4, "recorded": 2.0}
        self.assertFalse(table.fell(goal, Quantity("q", 2.4, 0, 0)))
        self.assertTrue(table.fell(goal, Quantity("q", 2.6, 0, 0)))

    def test_what_was_never_recorded_cannot_fall(self):
        self.assertFalse(table.fell({"at_least": 10, "recorded": None}, Quantity("q", 0.1, 0, 0)))


class TranslateTest(unittest.TestCase):
    def said(self, **detection):
        return translate.alternatives({"detection": detection})

    def test_selections_join_and_part(self):
        one, other = {"eventName": "A"}, {"eventName": ["B", "C"]}
        self.assertEqual(self.said(a=one, b=other, condition="1 of *"), [{"eventName": ["A"]}, {"eventName": ["B", "C"]}])
        both = self.said(a=one, b={"eventSource": "s"}, condition="a and b")
        self.assertEqual(both, [{"eventName": ["A"], "eventSource": ["s"]}])

    def test_not_is_another_value_or_none(self):
        said = self.said(a={"eventName": "A"}, b={"x": "y"}, condition="a and not b")
        self.assertEqual(said[0]["x"], [{"anything-but": {"equals-ignore-case": ["y"]}}, {"exists": False}])

    def test_what_a_pattern_cannot_say_is_refused(self):
        for detection in ({"a": ["word"], "condition": "a"}, {"a": {"x|re": "y"}, "condition": "a"}):
            self.assertRaises(translate.Inexpressible, self.said, **detection)

    def test_fields_nest_in_patterns(self):
        self.assertEqual(translate.pattern_of({"a.b": ["c"], "a.d": ["e"]}), {"a": {"b": ["c"], "d": ["e"]}})


class CityTest(unittest.TestCase):
    def test_columns_have_the_counts_their_rules_ask_for(self):
        rng = random.Random(1)
        streets = cl2.streets(rng)
        self.assertEqual(len(streets), cl2.RECORDS)
        self.assertEqual(sum(street.endswith("ON") for street in streets), 17_921)
        self.assertEqual(sum(street.startswith("FU") for street in streets), 2_387)
        numbers = cl2.house_numbers(rng)
        self.assertEqual(sum(number.endswith("41") for number in numbers), 4_013)

    def test_every_generator_makes_an_event(self):
        for make in scenarios.GENERATORS.values():
            self.assertIsInstance(make(3), dict)


if __name__ == "__main__":
    unittest.main()
