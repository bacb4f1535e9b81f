"""The rule sets of the rows, made into build/bench/rules.

A set is a folder of Sigma files, or a file with a line {"name": .., "pattern": {..}} for each event
pattern, or both with the same meaning. Mixed sets are drawn from SEED.
"""

import json
import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import correlations
import translate

SEED = 8_002
RULES_A_FILE = 100
LITERAL_LETTERS_MIN = 5

HERE = Path(__file__).resolve().parent


@dataclass
class RuleSet:
    sigma: Path | None = None
    patterns: Path | None = None
    jq: Path | None = None
    expected: dict | None = None  # rule, to how many records it matches
    left_out: int = 0  # rules that a peer's language cannot say


class RuleSets:
    def __init__(self, source, folder, workloads):
        self.source = Path(source)
        self.folder = Path(folder)
        self.workloads = workloads
        self.folder.mkdir(parents=True, exist_ok=True)

    def cl2_rows(self):
        table = json.loads((HERE / "rules/cl2.json").read_text())
        return [*table["rows"], *table["compounds"]]

    def cl2(self, row):
        table = json.loads((HERE / "rules/cl2.json").read_text())
        parts = table["compounds"].get(row, [row])
        entries = [entry for part in parts for entry in table["rows"][part]]
        named = [(f"r{number}", entry["pattern"]) for number, entry in enumerate(entries)]
        expected = {f"r{number}": entry["hits"] for number, entry in enumerate(entries)}
        return RuleSet(patterns=self._patterns(f"cl2.{row}", named), expected=expected)

    def aws(self):
        """The public AWS rules of Sigma."""
        return RuleSet(sigma=self._folder("aws", self._sigma_paths("labelled/sigma/rules/cloud/aws")))

    def aws_correlated(self, rare):
        """The same with fifty correlations and the rules that these join."""
        documents = translate.read_rules(self._sigma_paths("labelled/sigma/rules/cloud/aws"))
        name = "aws.correlated." + ("rare" if rare else "all")
        return RuleSet(sigma=self._documents(name, [*documents, *correlations.documents(rare)]))

    def aws_said(self, name, by=translate.any_pattern):
        """Those of them that jq and the event patterns of a peer can say, in all three languages."""
        documents, named, filters = [], [], []
        left_out = 0
        for rule in translate.read_rules(self._sigma_paths("labelled/sigma/rules/cloud/aws")):
            try:
                choices = by(translate.alternatives(rule))
            except translate.Inexpressible:
                left_out += 1
                continue
            documents.append(rule)
            filters.append((rule["title"], choices))
            named += [(rule["title"], translate.pattern_of(choice)) for choice in choices]
        jq = self.folder / f"{name}.jq"
        jq.write_text(translate.jq_of(filters))
        return RuleSet(
            sigma=self._documents(name, documents),
            patterns=self._patterns(name, named),
            jq=jq,
            left_out=left_out,
        )

    def all_sigma(self):
        """Every Sigma rule at hand but those of bench/rules/sigma_left_out.json."""
        left_out = json.loads((HERE / "rules/sigma_left_out.json").read_text())
        paths = self._sigma_paths("labelled/sigma", "labelled/sigma_regression_rules")
        kept = [path for path in paths if not any(rule["title"] in left_out for rule in translate.read_rules([path]))]
        return RuleSet(sigma=self._folder("sigma", kept), left_out=len(left_out))

    def one(self):
        return self._drawn("one", [equality_rule(*next(iter(self._calls_that_occur())))])

    def equality(self, count):
        """`count` rules eventSource + eventName; a tenth name a call that occurs."""
        return self._drawn(f"equality.{count}", Mixer(self._vocabulary(), SEED + 1).equality(count))

    def mixed(self, count):
        """`count` rules: 60 % a call with or without a further condition, 20 % a literal in userAgent or
        the arn, 10 % a prefix of eventName but not in one region, 10 % a call with a parameter."""
        return self._drawn(f"mixed.{count}", Mixer(self._vocabulary(), SEED).mixed(count))

    def documents(self, name, documents):
        return self._documents(name, documents)

    def patterns(self, name, named):
        return RuleSet(patterns=self._patterns(name, named))

    def _drawn(self, name, rules):
        documents = [rule.sigma(f"{name} {number}") for number, rule in enumerate(rules)]
        named = [(f"{name} {number}", translate.pattern_of(rule.conjunction)) for number, rule in enumerate(rules)]
        return RuleSet(sigma=self._documents(name, documents), patterns=self._patterns(name, named))

    def _patterns(self, name, named):
        path = self.folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps({"name": key, "pattern": value}) + "\n" for key, value in named))
        return path

    def _documents(self, name, documents):
        folder = self._emptied(name)
        for begin in range(0, len(documents), RULES_A_FILE):
            part = documents[begin : begin + RULES_A_FILE]
            # JSON is YAML, and no writer of YAML can then differ on what a rule says.
            text = "".join("---\n" + json.dumps(rule, default=str) + "\n" for rule in part)
            (folder / f"{begin // RULES_A_FILE:04}.yml").write_text(text)
        return folder

    def _folder(self, name, paths):
        folder = self._emptied(name)
        for number, path in enumerate(paths):
            shutil.copyfile(path, folder / f"{number:04}_{path.name}")
        return folder

    def _emptied(self, name):
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _sigma_paths(self, *below):
        """Rule files; the specification's examples are no rules for events."""
        paths = [path for part in below for path in sorted((self.source / part).rglob("*.yml"))]
        return [path for path in paths if "specification" not in path.parts]

    def _calls_that_occur(self):
        with open(self.workloads.ct(), "rb") as file:
            records = [json.loads(line) for line in file]
        return sorted({(record["eventSource"], record["eventName"]) for record in records if "eventName" in record})

    def _vocabulary(self):
        text = "".join(path.read_text() for path in sorted((HERE.parent / "rules").rglob("*.yml")))
        words = sorted({word.lower() for word in re.findall(r"[A-Za-z]+", text) if len(word) >= LITERAL_LETTERS_MIN})
        return Vocabulary(self._calls_that_occur(), words)


class Vocabulary:
    """What rules are drawn from: calls that occur, names of calls that do not, words."""

    def __init__(self, calls, words):
        self.calls = calls
        self.words = words
        self.sources = sorted({source for source, _ in calls})
        split = [re.match(r"([A-Z]?[a-z]+)(.*)", name) for _, name in calls]
        self.verbs = sorted({found.group(1) for found in split if found})
        self.nouns = sorted({found.group(2) for found in split if found and found.group(2)})


@dataclass
class Drawn:
    """One rule: {field: [test]}, all of which must hold."""

    conjunction: dict

    def sigma(self, title):
        selection = {}
        excluded = {}
        for name, (test,) in self.conjunction.items():
            if isinstance(test, str):
                selection[name] = test
                continue
            (kind, value), = test.items()
            if kind == "anything-but":
                selection[name + "|exists"] = True
                excluded[name] = value
            elif kind == "wildcard":
                selection[name + "|contains"] = value.strip("*")
            else:
                selection[name + {"prefix": "|startswith", "exists": "|exists"}[kind]] = value
        detection = {"selection": selection, "condition": "selection"}
        if excluded:
            detection |= {"excluded": excluded, "condition": "selection and not excluded"}
        return {
            "title": title,
            "logsource": {"product": "aws", "service": "cloudtrail"},
            "detection": detection,
            "level": "low",
        }


def equality_rule(source, name):
    return Drawn({"eventSource": [source], "eventName": [name]})


class Mixer:
    def __init__(self, vocabulary, seed):
        self.words = vocabulary
        self.random = random.Random(seed)

    def equality(self, count):
        return [equality_rule(*self._call()) for _ in range(count)]

    def mixed(self, count):
        makers = [self._call_rule] * 6 + [self._literal_rule] * 2 + [self._prefix_rule, self._parameter_rule]
        return [makers[number % len(makers)]() for number in range(count)]

    def _call(self):
        if self.random.random() < 0.1:
            return self.random.choice(self.words.calls)
        name = self.random.choice(self.words.verbs) + self.random.choice(self.words.nouns) + self._number()
        return self.random.choice(self.words.sources), name

    def _call_rule(self):
        rule = equality_rule(*self._call())
        further = self.random.random()
        if further < 0.2:
            rule.conjunction["errorCode"] = [{"exists": False}]
        elif further < 0.4:
            rule.conjunction["userIdentity.type"] = [self.random.choice(["IAMUser", "AssumedRole", "Root"])]
        return rule

    def _literal_rule(self):
        field = self.random.choice(["userAgent", "userIdentity.arn"])
        literal = self.random.choice(self.words.words) + self.random.choice(["-", "/", "_"]) + self._number()
        return Drawn({field: [{"wildcard": f"*{literal}*"}]})

    def _prefix_rule(self):
        name = self.random.choice(self.words.verbs) + self.random.choice(self.words.nouns)[:4] + self._number()
        if self.random.random() < 0.1:
            name = self.random.choice(self.words.calls)[1][:9]
        return Drawn({"eventName": [{"prefix": name}], "awsRegion": [{"anything-but": ["us-east-1"]}]})

    def _parameter_rule(self):
        rule = equality_rule(*self._call())
        rule.conjunction[f"requestParameters.{self.random.choice(['userName', 'bucketName', 'roleName', 'instanceId'])}"] = [
            self.random.choice(self.words.words) + self._number()
        ]
        del rule.conjunction["eventSource"]
        return rule

    def _number(self):
        return str(self.random.randrange(1000))
