"""The rows of the table: what is run over what, and which quantities follow.

A row gives a Result: lines about its contenders and quantities, each with a name under which
bench/ratios.json holds its goal. Most rows are SpeedRows; those that measure something else run
themselves.
"""

import json
import math
import subprocess
import tempfile
from dataclasses import dataclass, field

import hostile
import measure
import scenarios
import translate
from measure import Command, Failure, Resident, Spread

OURS = "riposte"
LIMITS = {"lines": "line split", "stage1": "simdjson stage 1", "dom": "simdjson DOM", "leaves": "DOM + leaves"}
AGAINST_LIMITS = [(OURS, name) for name in reversed(LIMITS.values())]
TWO_JOBS = "riposte -j 2"
PEERS = ["event-ruler", "quamina", "rsigma", "jq"]


@dataclass
class Quantity:
    name: str  # "riposte / event-ruler"
    value: float
    low: float
    high: float
    unit: str = "x"  # "x" for a ratio: only those are gated


@dataclass
class Result:
    row: str
    about: str
    speeds: list = field(default_factory=list)  # (contender, Spread of events/s or None, Spread of MB/s)
    quantities: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    failure: str = ""


@dataclass
class Setting:
    """What rows are made from."""

    workloads: object
    rule_sets: object
    peers: object
    contender: str  # the programs
    limits: str
    correlator: str
    scanner: str
    caller: str
    responder: str
    rounds: int
    quick: bool

    def copies(self, data, megabytes):
        """How often `data` makes `megabytes`; a tenth of them where it must be quick."""
        wanted = megabytes * (1e5 if self.quick else 1e6)
        return max(1, round(wanted / data.stat().st_size))

    def sigma(self, rules, data, copies):
        return Resident([self.contender, "sigma", str(rules), str(data), str(copies)], copies)

    def patterns(self, rules, data, copies):
        return Resident([self.contender, "patterns", str(rules), str(data), str(copies)], copies)

    def limit(self, work, data, copies):
        return Resident([self.limits, work, str(data), str(copies)], copies)

    def every_limit(self, data, copies):
        return {name: self.limit(work, data, copies) for work, name in LIMITS.items()}


@dataclass
class SpeedRow:
    """Contenders in turn over the same events; `make` gives {name: contender} when the row is run."""

    name: str
    about: str
    make: object
    pairs: list  # (first, second): the ratio of their speeds is a quantity
    peers: list = field(default_factory=list)  # of PEERS, that it needs
    expected: dict | None = None  # hits that OURS must have

    def run(self, setting):
        result = Result(self.name, self.about)
        contenders = {}
        wanted = self.make(setting)
        for name in list(wanted):
            if name in setting.peers.reasons:
                result.notes.append(f"MISSING {name}: {setting.peers.reasons[name]}")
                del wanted[name]
        try:
            for name, contender in wanted.items():
                contenders[name] = contender  # before it starts, so that it is stopped if it fails
                contender.start()
            passes = measure.run_rounds(contenders, setting.rounds)
            self._judge(passes, setting)
        except Failure as failure:
            result.failure = str(failure)
            return result
        finally:
            for contender in contenders.values():
                contender.stop()
        for name, own in passes.items():
            events = Spread.of([one.events / one.seconds for one in own]) if own[0].events else None
            result.speeds.append((name, events, Spread.of([one.speed / 1e6 for one in own])))
        result.notes += said_at_start(contenders)
        for first, second in self.pairs:
            if first in passes and second in passes:
                spread = Spread.of(measure.ratios(passes[first], passes[second]))
                result.quantities.append(Quantity(f"{first} / {second}", spread.median, spread.low, spread.high))
        return result

    def _judge(self, passes, setting):
        """Beyond this, every contender saw what the others saw."""
        for name, own in passes.items():
            if any(one.refused for one in own):
                raise Failure(f"{name} refused {own[0].refused} records")
            if any(one.hits != own[0].hits for one in own):
                raise Failure(f"{name} does not agree with itself from pass to pass")
        ours = passes[OURS][0].hits if OURS in passes else {}
        if self.expected and not setting.quick:
            told = measure.differences(ours, {name: count for name, count in self.expected.items() if count})
            if told:
                raise Failure(f"hits of {OURS} against what the rules say: {told}")
        for name in passes:
            if name in [*PEERS, TWO_JOBS]:
                told = measure.differences(ours, passes[name][0].hits)
                if told:
                    raise Failure(f"hits of {OURS} against {name}: {told}")


def said_at_start(contenders):
    """What contenders say of themselves when they are ready, those that say the same together."""
    said = {}
    for name, contender in contenders.items():
        text = ", ".join(f"{key} {value}" for key, value in contender.ready.items() if key != "ready")
        if text:
            said.setdefault(text, []).append(name)
    return [f"{', '.join(names)}: {text}" for text, names in said.items()]


@dataclass
class CallsRow:
    """Calls to a server on another CPU; a pass counts answers, and its bytes are calls."""

    name: str
    about: str
    peers: list = field(default_factory=lambda: ["boto3"])

    def run(self, setting):
        result = Result(self.name, self.about)
        calls = "100" if setting.quick else "1000"
        servers = []  # one each, as it serves one connection at a time

        def serve():
            command = [setting.caller, "serve"]
            servers.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            return "http://" + servers[-1].stdout.readline().strip()

        contenders = {OURS: Resident(["env", *measure.AWS_VARIABLES, setting.caller, "call", serve(), calls])}
        if "boto3" in setting.peers.reasons:
            result.notes.append(f"MISSING boto3: {setting.peers.reasons['boto3']}")
        else:
            contenders["boto3"] = setting.peers.boto3(serve(), calls)
        try:
            for contender in contenders.values():
                contender.start()
            passes = measure.run_rounds(contenders, setting.rounds)
            for name, own in passes.items():
                if any(one.hits != {"answered": int(calls)} for one in own):
                    raise Failure(f"{name} has calls without an answer")
                result.quantities.append(seconds_of(f"{name} seconds", own))
        except Failure as failure:
            result.failure = str(failure)
            return result
        finally:
            for contender in contenders.values():
                contender.stop()
            for server in servers:
                server.stdin.close()
                server.wait()
                server.stdout.close()
        if "boto3" in passes:
            spread = Spread.of(measure.ratios(passes[OURS], passes["boto3"]))
            result.quantities.append(Quantity(f"{OURS} / boto3", spread.median, spread.low, spread.high))
        result.notes += said_at_start(contenders)
        return result


def seconds_of(name, passes):
    spread = Spread.of([one.seconds for one in passes], best=min)
    return Quantity(name, spread.median, spread.low, spread.high, "s")


@dataclass
class BuildRow:
    """How long a rule set takes from its text, and what memory it needs."""

    name: str
    about: str
    make_rules: object
    peers: list = field(default_factory=list)

    def run(self, setting):
        result = Result(self.name, self.about)
        rules = self.make_rules(setting)
        kind, path = ("sigma", rules.sigma) if rules.sigma else ("patterns", rules.patterns)
        ours = Resident([setting.contender, "build", kind, str(path)], 1)
        contenders = {OURS: ours}
        if "event-ruler" in self.peers and "event-ruler" not in setting.peers.reasons:
            contenders["event-ruler"] = setting.peers.event_ruler_build(rules.patterns)
        try:
            for contender in contenders.values():
                contender.start()
            passes = measure.run_rounds(contenders, min(setting.rounds, 5))
        except Failure as failure:
            result.failure = str(failure)
            return result
        finally:
            for contender in contenders.values():
                contender.stop()
        for name, own in passes.items():
            spread = Spread.of([one.seconds for one in own], best=min)
            result.quantities.append(Quantity(f"{name} seconds", spread.median, spread.low, spread.high, "s"))
        megabytes = ours.ready["memory"] / 1e6
        result.quantities.append(Quantity(f"{OURS} memory", megabytes, megabytes, megabytes, "MB"))
        result.notes.append(
            f"the first build in a fresh process: {ours.ready['read_seconds']:.2f} s from text to rules, "
            f"{ours.ready['compile_seconds']:.2f} s from rules to matcher"
        )
        return result


@dataclass
class GrowthRow:
    """One scenario of event-ruler's: how cost grows with the size of an event. 1 is linear."""

    name: str
    about: str
    scenario: dict
    peers: list = field(default_factory=lambda: ["event-ruler"])
    bytes_a_pass = 8e6
    peer_bytes_a_pass = 2e6  # enough for its compiler to see the loop in the passes before the clock

    def run(self, setting):
        result = Result(self.name, self.about)
        sizes = self.scenario["sizes"]
        rules = setting.rule_sets.patterns(self.name, [("rule", self.scenario["rule"])])
        # Ours goes ten times beyond upstream's sizes, where what a scan spends on an event of any size
        # no longer hides how the rest grows.
        own_sizes = [sizes[-1], sizes[-1] * 10] if sizes != [1] else [1]
        peer_sizes = [sizes[0] if len(sizes) > 1 else max(1, sizes[0] // 2), sizes[-1]]
        peer_sizes = peer_sizes if sizes != [1] else [1]
        try:
            self._add(result, OURS, own_sizes, setting, rules)
            if "event-ruler" in setting.peers.reasons:
                result.notes.append(f"MISSING event-ruler: {setting.peers.reasons['event-ruler']}")
            else:
                self._add(result, "event-ruler", peer_sizes, setting, rules)
        except Failure as failure:
            result.failure = str(failure)
        return result

    def _add(self, result, name, sizes, setting, rules):
        points = []
        for size in sizes:
            seconds, length = self._cost(name, size, setting, rules)
            points.append((length, seconds))
            result.notes.append(f"{name}: size {size}, {length} bytes: {seconds * 1e6:,.1f} us an event")
        if len(points) > 1:
            (short, quick), (long, slow) = points
            exponent = math.log(slow / quick) / math.log(long / short)
            result.quantities.append(Quantity(f"{name} exponent", exponent, exponent, exponent, ""))

    def _cost(self, name, size, setting, rules):
        make = scenarios.GENERATORS[self.scenario["generator"]]
        data = setting.workloads.texts(f"{self.name}.{size}.ndjson", lambda: [json.dumps(make(size))])
        length = data.stat().st_size
        copies = max(1, int((self.bytes_a_pass if name == OURS else self.peer_bytes_a_pass) / length))
        if name == OURS:
            contender = setting.patterns(rules.patterns, data, copies)
        else:
            contender = setting.peers.event_ruler(rules.patterns, data, copies, small=True)
        try:
            contender.start()
            passes = measure.run_rounds({name: contender}, min(setting.rounds, 4))[name]
        finally:
            contender.stop()
        hits = passes[0].hits.get("rule", 0)
        if hits != self.scenario["expectedMatches"]:
            raise Failure(f"{name}, size {size}: {hits} matches, not {self.scenario['expectedMatches']}")
        return measure.statistics.median(one.seconds / one.events for one in passes), length


@dataclass
class MemoryRow:
    """Peak resident memory of a scan as its input grows."""

    name: str
    about: str
    make_commands: object  # setting -> {label: command}
    peers: list = field(default_factory=list)

    def run(self, setting):
        result = Result(self.name, self.about)
        try:
            for label, command in self.make_commands(setting).items():
                peak = command.peak_memory() / 1e6
                result.quantities.append(Quantity(label, peak, peak, peak, "MB"))
        except Failure as failure:
            result.failure = str(failure)
        return result


@dataclass
class AnswersRow:
    """How long after a finding was accepted the first call of its answer goes out; every `every`th is answered."""

    name: str
    about: str
    every: int
    peers: list = field(default_factory=list)

    def run(self, setting):
        result = Result(self.name, self.about)
        seconds = 2 if setting.quick else 20
        measured = []
        for _ in range(3 if setting.quick else 5):
            # Beside the other data, and not where temporary files may be memory: its commits are synced.
            with tempfile.TemporaryDirectory(dir=setting.workloads.folder) as folder:
                command = [setting.responder, folder, str(seconds), str(self.every)]
                outcome = subprocess.run(command, capture_output=True, text=True, check=False)
            if outcome.returncode:
                result.failure = outcome.stderr.strip()
                return result
            measured.append(json.loads(outcome.stdout))
        for share in ("p50", "p99"):
            spread = Spread.of([one["first_call_ms"][share] for one in measured], best=min)
            result.quantities.append(Quantity(f"first call, {share}", spread.median, spread.low, spread.high, "ms"))
        late = max(one["late_seconds"] for one in measured)
        result.notes.append(f"{measured[0]['answered']} answers in {seconds} s; at the end {late:.2f} s behind")
        return result


def every_row(setting):
    yield from cloudtrail_rows(setting)
    yield from city_rows(setting)
    yield from sigma_rows(setting)
    yield from rule_count_rows(setting)
    yield from scan_rows(setting)
    yield from correlation_rows(setting)
    yield from scenario_rows(setting)
    yield from hostile_rows(setting)
    offered = "1,000 findings a second offered, one in {} answered: from accepted to the first call of its answer"
    for every in (100, 20):
        yield AnswersRow(f"respond.{every}", offered.format(every), every)
    yield CallsRow("aws.calls", "1,000 calls of an AWS API to a local server, one after the other")


def cloudtrail_rows(setting):
    megabytes = 150

    def against_limits(setting):
        data, rules = setting.workloads.ct(), setting.rule_sets.aws()
        copies = setting.copies(data, megabytes)
        return {OURS: setting.sigma(rules.sigma, data, copies)} | setting.every_limit(data, copies)

    yield SpeedRow(
        "ct.aws",
        "the public AWS rules over real CloudTrail, in memory, against what a parser alone does",
        against_limits,
        AGAINST_LIMITS,
    )

    def against_event_ruler(setting):
        data, rules = setting.workloads.ct(), setting.rule_sets.aws_said("aws.said")
        copies = setting.copies(data, megabytes)
        return {
            OURS: setting.sigma(rules.sigma, data, copies),
            "event-ruler": setting.peers.event_ruler(rules.patterns, data, copies),
            "jq": setting.peers.jq(rules.jq, data, setting.copies(data, 6)),
        }

    peers = ["event-ruler", "jq"]
    about = "those of them that event-ruler and jq can say"
    yield SpeedRow("ct.aws.peers", about, against_event_ruler, [(OURS, peer) for peer in peers], peers)

    def against_quamina(setting):
        data = setting.workloads.ct()
        rules = setting.rule_sets.aws_said("aws.quamina", by=translate.quamina_pattern)
        copies = setting.copies(data, megabytes)
        return {
            OURS: setting.sigma(rules.sigma, data, copies),
            "quamina": setting.peers.quamina(rules.patterns, data, copies),
        }

    about = "those of them that quamina can say"
    yield SpeedRow("ct.aws.quamina", about, against_quamina, [(OURS, "quamina")], ["quamina"])

    def one_rule(setting):
        data, rules = setting.workloads.ct(), setting.rule_sets.one()
        copies = setting.copies(data, megabytes)
        return {
            OURS: setting.sigma(rules.sigma, data, copies),
            "event-ruler": setting.peers.event_ruler(rules.patterns, data, copies),
            "quamina": setting.peers.quamina(rules.patterns, data, copies),
        }

    peers = ["event-ruler", "quamina"]
    yield SpeedRow("ct.one", "one rule: eventSource and eventName", one_rule, [(OURS, peer) for peer in peers], peers)


QUAMINA_ROWS = ["EXACT", "PREFIX", "WILDCARD", "EQUALS_IGNORE_CASE", "ANYTHING_BUT"]


def city_rows(setting):
    for row in setting.rule_sets.cl2_rows():
        peers = ["event-ruler", "quamina"] if row in QUAMINA_ROWS else ["event-ruler"]

        def make(setting, row=row, peers=peers):
            data = setting.workloads.cl2_quick() if setting.quick else setting.workloads.cl2()
            rules = setting.rule_sets.cl2(row)
            contenders = {
                OURS: setting.patterns(rules.patterns, data, 1),
                "event-ruler": setting.peers.event_ruler(rules.patterns, data, 1),
                "quamina": setting.peers.quamina(rules.patterns, data, 1),
            }
            return {name: contender for name, contender in contenders.items() if name in [OURS, *peers]}

        expected = setting.rule_sets.cl2(row).expected
        about = f"event-ruler's row of that name, {len(expected)} patterns over the synthetic citylots2"
        yield SpeedRow(f"cl2.{row}", about, make, [(OURS, peer) for peer in peers], peers, expected=expected)

    def limits(setting):
        data = setting.workloads.cl2_quick() if setting.quick else setting.workloads.cl2()
        rules = setting.rule_sets.cl2("EXACT")
        contenders = {OURS: setting.patterns(rules.patterns, data, 1)}
        return contenders | setting.every_limit(data, 1)

    yield SpeedRow(
        "cl2.limits",
        "EXACT against what a parser alone does with the same bytes",
        limits,
        AGAINST_LIMITS,
    )


def sigma_rows(setting):
    corpora = {
        "ct": ("CloudTrail", "ct", ("aws", "cloudtrail", "-")),
        "windows": ("the Windows events of Sigma's regression tests", "windows", ("any", "-", "-")),
        "clouds": ("audit events of Azure, Google Cloud, Microsoft 365 and Kubernetes", "clouds", ("any", "-", "-")),
    }
    for short, (about, workload, log_source) in corpora.items():

        def make(setting, workload=workload, log_source=log_source):
            data = getattr(setting.workloads, workload)()
            rules = setting.rule_sets.all_sigma()
            copies = setting.copies(data, 60)
            return {
                OURS: setting.sigma(rules.sigma, data, copies),
                "rsigma": setting.peers.rsigma(rules.sigma, data, copies, log_source),
            }

        about = f"every Sigma rule at hand over {about}"
        yield SpeedRow(f"sigma.{short}", about, make, [(OURS, "rsigma")], ["rsigma"])


COUNTS = [10, 100, 1_000, 10_000]


def rule_count_rows(setting):
    for kind, about in {"mixed": "mixed rules, a fifth wildcards", "equality": "equality-only rules"}.items():
        for count in COUNTS:

            slow = kind == "mixed" and count >= 1_000  # for the peers
            # quamina with 10,000 of them makes 100 events a second.
            peers = ["event-ruler"] if slow and count >= 10_000 else ["event-ruler", "quamina"]

            def make(setting, kind=kind, count=count, slow=slow, peers=peers):
                data = setting.workloads.ct()
                rules = getattr(setting.rule_sets, kind)(count)
                copies = setting.copies(data, 10 if slow else 50)
                contenders = {
                    OURS: setting.sigma(rules.sigma, data, setting.copies(data, 50)),
                    "event-ruler": setting.peers.event_ruler(rules.patterns, data, copies),
                    "quamina": setting.peers.quamina(rules.patterns, data, copies),
                }
                return {name: contender for name, contender in contenders.items() if name in [OURS, *peers]}

            pairs = [(OURS, peer) for peer in peers]
            yield SpeedRow(f"{kind}.{count}", f"{count:,} {about}, over CloudTrail", make, pairs, peers)

        def kept(setting, kind=kind):
            data = setting.workloads.ct()
            copies = setting.copies(data, 100)
            sets = {count: getattr(setting.rule_sets, kind)(count) for count in COUNTS}
            return {f"{count} rules": setting.sigma(rules.sigma, data, copies) for count, rules in sets.items()}

        pairs = [(f"{count} rules", f"{COUNTS[0]} rules") for count in COUNTS[1:]]
        yield SpeedRow(f"{kind}.kept", f"speed kept as {about} grow in number", kept, pairs)

    yield BuildRow(
        "build.mixed", "building 10,000 mixed rules", lambda setting: setting.rule_sets.mixed(10_000), ["event-ruler"]
    )
    yield BuildRow("build.sigma", "building every Sigma rule at hand", lambda setting: setting.rule_sets.all_sigma())


def scan_rows(setting):
    def scan(setting, rules, path, size, jobs):
        options = ["--no-default-rules", "--rules", str(rules.sigma), "-o", "ndjson", "-j", str(jobs)]
        cpus = measure.ONE_CPU if jobs == 1 else measure.TWO_CPUS
        return Command([setting.scanner, "scan", *options, str(path)], size, cpus)

    def from_lines(setting, own_ids):
        rules = setting.rule_sets.aws()
        tree = setting.workloads.ndjson_tree(40 if setting.quick else 400, 8, own_ids)
        size = sum(path.stat().st_size for path in tree.iterdir())
        data = setting.workloads.ct()
        dom = setting.limit("dom", data, setting.copies(data, 150))
        return {
            OURS: scan(setting, rules, tree, size, 1),
            TWO_JOBS: scan(setting, rules, tree, size, 2),
            "simdjson DOM": dom,
        }

    pairs = [(OURS, "simdjson DOM"), (TWO_JOBS, OURS)]
    about = "riposte scan of CloudTrail as lines in files, the public AWS rules"
    yield SpeedRow("scan.ndjson", about, lambda setting: from_lines(setting, False), pairs)
    about = "the same, every twelfth event a finding that is new"
    yield SpeedRow("scan.findings", about, lambda setting: from_lines(setting, True), pairs)

    def from_gzip(setting):
        rules = setting.rule_sets.aws()
        members, copies = setting.workloads.delivered_members()
        tree, size = setting.workloads.delivered(), setting.workloads.delivered_raw_bytes()
        return {
            OURS: scan(setting, rules, tree, size, 1),
            TWO_JOBS: scan(setting, rules, tree, size, 2),
            "libdeflate": setting.limit("gunzip", members, copies),
        }

    pairs = [(OURS, "libdeflate"), (TWO_JOBS, OURS)]
    yield SpeedRow("scan.gz", "riposte scan of a delivery tree of 4,008 .json.gz files, bytes inflated", from_gzip, pairs)

    def memory(setting):
        rules = setting.rule_sets.all_sigma()
        base = 4 if setting.quick else 20
        commands = {}
        for factor in (1, 4, 16):
            tree = setting.workloads.ndjson_tree(base * factor, 1)
            commands[f"one file, {base * factor} MB"] = scan(setting, rules, tree, 0, 2)
        commands["4,008 .json.gz files"] = scan(setting, rules, setting.workloads.delivered(), 0, 2)
        return commands

    yield MemoryRow("scan.memory", "peak resident memory of a scan on two jobs, every Sigma rule at hand", memory)


def correlation_rows(setting):
    def with_fifty(setting, rare):
        tree = setting.workloads.months(40 if setting.quick else 200, 4)
        size = sum(path.stat().st_size for path in tree.iterdir())

        def scan(rules):
            command = [setting.scanner, "scan", "--no-default-rules", "--rules", str(rules.sigma), "-o", "ndjson"]
            return Command([*command, "-j", "1", str(tree)], size, done=(0, 3))

        rule_sets = setting.rule_sets
        return {"50 correlations": scan(rule_sets.aws_correlated(rare)), "none": scan(rule_sets.aws())}

    for name, rare, about in [
        ("correlate.rare", True, "over changes, refusals and what is rarer"),
        ("correlate.all", False, "over all of it, eight of them every call"),
    ]:
        about = f"riposte scan of CloudTrail, the public AWS rules, with 50 correlations {about}"
        make = lambda setting, rare=rare: with_fifty(setting, rare)
        yield SpeedRow(name, about, make, [("50 correlations", "none")])

    yield KeysRow("correlate.keys", "one event_count over a thousand keys and a million, two hits each")


@dataclass
class KeysRow:
    """What a hit costs, and what memory takes, as the keys of a correlation grow in number."""

    name: str
    about: str
    peers: list = field(default_factory=list)

    def run(self, setting):
        result = Result(self.name, self.about)
        counts = [1_000, 100_000 if setting.quick else 1_000_000]
        contenders = {f"{count:,} keys": Resident([setting.correlator, str(count)]) for count in counts}
        few, many = contenders
        try:
            for contender in contenders.values():
                contender.start()
            passes = measure.run_rounds(contenders, min(setting.rounds, 5))
            memory = contenders[many].ready["memory"] / 1e6
        except Failure as failure:
            result.failure = str(failure)
            return result
        finally:
            for contender in contenders.values():
                contender.stop()
        for name, own in passes.items():
            result.speeds.append((name, Spread.of([one.events / one.seconds for one in own]), Spread.of([one.speed / 1e6 for one in own])))
        spread = Spread.of(measure.ratios(passes[few], passes[many]))
        result.quantities.append(Quantity(f"{few} / {many}", spread.median, spread.low, spread.high))
        result.quantities.append(Quantity(f"memory of {many}", memory, memory, memory, "MB"))
        return result


def scenario_rows(setting):
    path = setting.workloads.source / "eventbridge/perf_scenarios.json"
    for number, scenario in enumerate(json.loads(path.read_text())):
        about = f"event-ruler's scenario \"{scenario['name']}\": how cost grows with size"
        yield GrowthRow(f"growth.{number + 1:02}", about, scenario)


def hostile_rows(setting):
    """An ordinary record and a hostile one with the same rules: the ratio is how much dearer a byte is."""

    def add(name, about, make_rules, make_event):
        def make(setting):
            rules = make_rules(setting)
            ordinary = setting.workloads.ct()
            short = name.removeprefix("hostile.").replace(" ", "-")
            hostile_data = setting.workloads.texts(
                f"hostile.{short}.ndjson", lambda: [json.dumps(make_event(), ensure_ascii=False)]
            )
            return {
                "ordinary": setting.sigma(rules, ordinary, setting.copies(ordinary, 60)),
                "hostile": setting.sigma(rules, hostile_data, setting.copies(hostile_data, 60)),
            }

        return SpeedRow(name, about, make, [("ordinary", "hostile")])

    for shape, make_event in hostile.EVENTS.items():
        about = f"{shape}, every Sigma rule at hand: the cost of a byte against an ordinary record's"
        yield add(f"hostile.{shape}", about, lambda setting: setting.rule_sets.all_sigma().sigma, make_event)

    agent = lambda: hostile.user_agent("a" * 100_000)
    yield add(
        "hostile.wildcards",
        "wildcards that try again, over 100,000 letters a",
        lambda setting: setting.rule_sets.documents("hostile.wildcards", hostile.wildcard_rules()),
        agent,
    )
    yield add(
        "hostile.expressions",
        "regular expressions that try again, over 100,000 letters a",
        lambda setting: setting.rule_sets.documents("hostile.expressions", hostile.expression_rules()),
        agent,
    )
