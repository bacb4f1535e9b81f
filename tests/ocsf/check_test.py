"""What check.py accepts and refuses: a check that cannot fail would prove nothing."""

import copy
import unittest

from check import mistakes

VALID = {
    "activity_id": 1, "category_uid": 2, "class_uid": 2004, "type_uid": 200401, "severity_id": 4,
    "severity": "High", "time": 1769884678287,
    "metadata": {"version": "1.5.0", "product": {"name": "riposte", "vendor_name": "riposte"}, "profiles": ["cloud"]},
    "cloud": {"provider": "AWS", "account": {"uid": "111122223333"}, "region": "eu-west-1"},
    "finding_info": {"uid": "1", "analytic": {"type_id": 1, "type": "Rule", "uid": "2"}},
    "evidences": [{"src_endpoint": {"ip": "198.51.100.7"}}],
}


def changed(path, value):
    """VALID with one attribute set, or taken away where `value` is None."""
    event = copy.deepcopy(VALID)
    *parents, last = path.split(".")
    inner = event
    for key in parents:
        inner = inner[int(key) if key.isdigit() else key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return event


class CheckTest(unittest.TestCase):
    def assert_refused(self, path, value, expected):
        found = mistakes(changed(path, value))
        self.assertTrue(any(expected in mistake for mistake in found), f"{path}={value}: {found}")

    def test_a_valid_event_has_no_mistake(self):
        self.assertEqual(mistakes(VALID), [])

    def test_required_attributes_must_be_there(self):
        self.assert_refused("severity_id", None, "'severity_id' is a required property")
        self.assert_refused("finding_info.uid", None, "'uid' is a required property")
        self.assert_refused("cloud", None, "'cloud' is a required property")

    def test_attributes_must_be_known(self):
        self.assert_refused("finding_info.colour", "red", "'colour' was unexpected")

    def test_attributes_of_a_profile_need_the_profile(self):
        self.assert_refused("metadata.profiles", [], "'cloud' was unexpected")
        self.assert_refused("disposition_id", 1, "'disposition_id' was unexpected")

    def test_numbers_must_be_of_the_enumeration_and_called_by_its_name(self):
        self.assert_refused("activity_id", 7, "7 is not one of")
        self.assert_refused("severity", "Medium", "4 is called 'High', not 'Medium'")

    def test_types_and_forms_must_fit(self):
        self.assert_refused("time", "2026-01-31", "is not of type 'integer'")
        self.assert_refused("evidences.0.src_endpoint.ip", "cloudtrail.amazonaws.com", "does not match")

    def test_constraints_between_attributes_hold(self):
        self.assert_refused("evidences", [{}], "not valid under any")

    def test_nothing_deprecated_is_used(self):
        self.assert_refused("finding_info.product_uid", "x", "is deprecated")

    def test_version_and_class_must_exist(self):
        self.assert_refused("metadata.version", "1.99.0", "no schema '1.99.0' is published")
        self.assert_refused("class_uid", 2999, "has no class 2999")


if __name__ == "__main__":
    unittest.main()
