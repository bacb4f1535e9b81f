"""Sigma rules as event patterns and as jq filters, where those can say the same.

A condition becomes alternatives, each a conjunction {field: [test, ...]} in which one of the tests
must hold for the field: that is what an event pattern is. A test is a string, or a map as in event
patterns: equals-ignore-case, prefix, suffix, wildcard, anything-but, exists.

Sigma ignores case. So do equality tests here, but for names of calls, which AWS spells one way only:
there, and in parts of strings, the peers may compare bytes. That flatters them, and where it changes
a count the row fails.
"""

import itertools
import json
import re

import yaml

ALTERNATIVES_MAX = 64
ONE_SPELLING = ("eventSource", "eventName")


class Inexpressible(Exception):
    """The rule cannot be said in the other language."""


def alternatives(rule):
    """The condition of a Sigma rule as a list of {field: [test, ...]}."""
    detection = dict(rule["detection"])
    condition = detection.pop("condition")
    if not isinstance(condition, str):
        raise Inexpressible("several conditions")
    selections = {name: _selection(body) for name, body in detection.items()}
    tokens = re.findall(r"[()]|[^\s()]+", condition)
    tree, rest = _either(tokens, selections)
    if rest:
        raise Inexpressible("condition: " + condition)
    return _alternatives(tree, negated=False)


# Trees: ("or", [tree]), ("and", [tree]), ("not", tree), ("is", field, [test]).


def _selection(body):
    if isinstance(body, list) and all(isinstance(part, dict) for part in body):
        return ("or", [_selection(part) for part in body])
    if not isinstance(body, dict):
        raise Inexpressible("keywords")
    return ("and", [_field(key, value) for key, value in body.items()])


def _field(key, value):
    name, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    every = "all" in modifiers
    kinds = [modifier for modifier in modifiers if modifier != "all"]
    if len(kinds) > 1 or any(kind not in ("contains", "startswith", "endswith", "exists") for kind in kinds):
        raise Inexpressible("|" + "|".join(kinds))
    tests = [_test(one, kinds[0] if kinds else "equals") for one in values]
    if name not in ONE_SPELLING:
        tests = [{"equals-ignore-case": test} if isinstance(test, str) else test for test in tests]
    if every:
        return ("and", [("is", name, [test]) for test in tests])
    return ("is", name, tests)


def _test(value, kind):
    if kind == "exists":
        return {"exists": bool(value)}
    if value is None:
        return {"exists": False}
    text = str(value)
    if text == "*":
        return {"exists": True}
    if "?" in text or "\\" in text:
        raise Inexpressible("wildcards of one letter, or escapes")
    if kind == "contains" or (kind == "equals" and text.startswith("*") and text.endswith("*")):
        return {"wildcard": f"*{text.strip('*')}*"}
    if "*" in text:
        return {"wildcard": {"equals": "", "startswith": "", "endswith": "*"}[kind] + text + "*" * (kind == "startswith")}
    return {"equals": text, "startswith": {"prefix": text}, "endswith": {"suffix": text}}[kind]


def _either(tokens, selections):
    tree, tokens = _both(tokens, selections)
    trees = [tree]
    while tokens and tokens[0].lower() == "or":
        tree, tokens = _both(tokens[1:], selections)
        trees.append(tree)
    return ("or", trees), tokens


def _both(tokens, selections):
    tree, tokens = _one(tokens, selections)
    trees = [tree]
    while tokens and tokens[0].lower() == "and":
        tree, tokens = _one(tokens[1:], selections)
        trees.append(tree)
    return ("and", trees), tokens


def _one(tokens, selections):
    head, *rest = tokens
    if head.lower() == "not":
        tree, rest = _one(rest, selections)
        return ("not", tree), rest
    if head == "(":
        tree, rest = _either(rest, selections)
        return tree, rest[1:]
    if head.lower() in ("1", "all") and len(rest) > 1 and rest[0].lower() == "of":
        wanted = "*" if rest[1] == "them" else rest[1]
        pattern = re.compile(re.escape(wanted).replace(r"\*", ".*"))
        named = [tree for name, tree in selections.items() if pattern.fullmatch(name)]
        return ("or" if head == "1" else "and", named), rest[2:]
    if head not in selections:
        raise Inexpressible("condition names " + head)
    return selections[head], rest


def _alternatives(tree, negated):
    kind = tree[0]
    if kind == "not":
        return _alternatives(tree[1], not negated)
    if kind == "is":
        return [{tree[1]: _negated(tree[2]) if negated else tree[2]}]
    parts = [_alternatives(part, negated) for part in tree[1]]
    if (kind == "or") != negated:
        return list(itertools.chain.from_iterable(parts))
    joined = [_merged(choice) for choice in itertools.product(*parts)]
    if len(joined) > ALTERNATIVES_MAX:
        raise Inexpressible("too many alternatives")
    return joined


def _negated(tests):
    if tests == [{"exists": True}]:
        return [{"exists": False}]
    if tests == [{"exists": False}]:
        return [{"exists": True}]
    if all(isinstance(test, str) for test in tests):
        return [{"anything-but": tests}, {"exists": False}]
    if all("equals-ignore-case" in test for test in tests):
        return [{"anything-but": {"equals-ignore-case": [test["equals-ignore-case"] for test in tests]}}, {"exists": False}]
    if len(tests) == 1 and next(iter(tests[0])) in ("prefix", "suffix", "wildcard"):
        return [{"anything-but": tests[0]}, {"exists": False}]
    raise Inexpressible("not one of several")


def _merged(conjunctions):
    whole = {}
    for conjunction in conjunctions:
        for name, tests in conjunction.items():
            if whole.get(name, tests) != tests:
                raise Inexpressible("a field tested twice")
            whole[name] = tests
    return whole


def any_pattern(choices):
    """What event-ruler can say: all of it."""
    return choices


def quamina_pattern(choices):
    """What quamina can say: its anything-but takes a list of strings and nothing else."""
    for choice in choices:
        for test in itertools.chain.from_iterable(choice.values()):
            if isinstance(test, dict) and isinstance(test.get("anything-but"), dict):
                raise Inexpressible("anything but a pattern")
    return choices


def pattern_of(conjunction):
    """The event pattern of one alternative, fields nested as in the event."""
    pattern = {}
    for name, tests in conjunction.items():
        *outer, last = name.split(".")
        level = pattern
        for part in outer:
            level = level.setdefault(part, {})
        level[last] = tests
    return pattern


def jq_of(rules):
    """A jq filter that prints the name of every rule of [(name, alternatives)] that matches."""
    branches = []
    for name, choices in rules:
        condition = " or ".join("(" + " and ".join(_jq_field(*item) for item in choice.items()) + ")" for choice in choices)
        branches.append(f"(if {condition} then {json.dumps(name)} else empty end)")
    values = 'def values_of: if type == "array" then .[] | scalars else scalars end | select(. != null) | tostring;'
    return values + "\n" + ",\n".join(branches)


def _jq_field(name, tests):
    path = "." + ".".join(f"{part}?" for part in name.split("."))
    return "(" + " or ".join(_jq_test(path, test) for test in tests) + ")"


def _jq_test(path, test):
    if isinstance(test, str):
        return f"any({path} | values_of; . == {json.dumps(test)})"
    (kind, value), = test.items()
    if kind == "exists":
        return f"({path} {'!=' if value else '=='} null)"
    if kind == "anything-but":
        values = value if isinstance(value, list) else [value]
        return f"any({path} | values_of; ({' or '.join(_jq_holds(one) for one in values)}) | not)"
    return f"any({path} | values_of; {_jq_holds(test)})"


def _jq_holds(test):
    if isinstance(test, str):
        return f". == {json.dumps(test)}"
    (kind, value), = test.items()
    if kind == "equals-ignore-case":
        values = value if isinstance(value, list) else [value]
        return " or ".join(f"ascii_downcase == {json.dumps(one.lower())}" for one in values)
    if kind == "prefix":
        return f"startswith({json.dumps(value)})"
    if kind == "suffix":
        return f"endswith({json.dumps(value)})"
    parts = value.split("*")
    if len(parts) == 3 and parts[0] == parts[2] == "":
        return f"contains({json.dumps(parts[1])})"
    return f"test({json.dumps('^' + '.*'.join(re.escape(part) for part in parts) + '$')})"


def read_rules(paths):
    """Detections of Sigma files, in order."""
    for path in paths:
        for document in yaml.safe_load_all(path.read_text()):
            if isinstance(document, dict) and "detection" in document:
                yield document
