"""Contenders, rounds and what is computed from them.

A contender is anything with start(), one_pass() and stop(); one_pass() gives a Pass. A row runs its
contenders in turn, round after round, and judges their hits before it looks at their speed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field


CPUS = sorted(os.sched_getaffinity(0))
ONE_CPU = str(CPUS[-1])
TWO_CPUS = ",".join(str(cpu) for cpu in CPUS[-2:])


# Who signs calls to a local server.
AWS_VARIABLES = ["AWS_ACCESS_KEY_ID=AKIABENCH", "AWS_SECRET_ACCESS_KEY=bench", "HOME=/nonexistent"]


class Failure(Exception):
    """A contender could not be started, died, or disagrees; the row fails and says why."""


@dataclass
class Pass:
    seconds: float
    events: int
    bytes: int
    hits: dict = field(default_factory=dict)
    refused: int = 0

    @property
    def speed(self):
        """Bytes a second."""
        return self.bytes / self.seconds


class Resident:
    """A process that answers each line "run" with a line of JSON about one pass (bench/README.md)."""

    def __init__(self, command, copies=1, cpus=ONE_CPU, warm_up=1, warm_up_seconds=0):
        self.command = command
        self.copies = copies  # of the data in one pass: hits are divided by it
        self.cpus = cpus
        self.warm_up = warm_up  # passes at least, and seconds of them at least, before the first round
        self.warm_up_seconds = warm_up_seconds
        self.ready = {}
        self.process = None
        self.complaints = None

    def start(self):
        # What it complains about goes to a file: a full pipe would stop it.
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["taskset", "-c", self.cpus, *self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
        )
        self.ready = self._answer()
        passes, seconds = 0, 0.0
        while passes < self.warm_up or seconds < self.warm_up_seconds:
            passes, seconds = passes + 1, seconds + self.one_pass().seconds

    def one_pass(self):
        try:
            self.process.stdin.write("run\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended: what it said is read below
        answer = self._answer()
        hits = {}
        for name, count in answer["hits"].items():
            if count % self.copies:
                raise Failure(f"{name}: {count} hits are no multiple of {self.copies} copies")
            hits[name] = count // self.copies
        return Pass(answer["seconds"], answer["events"], answer["bytes"], hits, answer.get("refused", 0))

    def stop(self):
        if self.process is None:
            return
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.complaints.close()
        self.process = None

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.complaints.seek(0)
            told = self.complaints.read().strip().splitlines()
            raise Failure("it ended: " + (told[-1] if told else "without a word"))
        return json.loads(line)


class Command:
    """A scan that is run anew for each pass; `size` is the bytes it works through. What it writes is
    counted once, before the clock, and dropped afterwards."""

    def __init__(self, command, size, cpus=ONE_CPU, done=(0,)):
        self.command = ["taskset", "-c", cpus, *command]
        self.size = size
        self.done = done  # exit codes of a command that did its work
        self.ready = {}
        self.hits = {}

    def start(self):
        self.hits = {"findings": self._run(self.command, subprocess.PIPE).count(b"\n")}

    def one_pass(self):
        begin = time.monotonic()
        self._run(self.command, subprocess.DEVNULL)
        return Pass(time.monotonic() - begin, 0, self.size, self.hits)

    def peak_memory(self):
        """Bytes resident at most, in a run of its own."""
        # The peak that wait4() tells begins with that of the process which forked: a bare interpreter
        # in between keeps it near 10 MB.
        return int(self._run([sys.executable, "-I", "-S", "-c", PEAK_OF, *self.command], subprocess.PIPE))

    def stop(self):
        pass

    def _run(self, command, output):
        done = subprocess.run(command, stdout=output, stderr=subprocess.DEVNULL)
        if done.returncode not in self.done:
            raise Failure(f"{' '.join(self.command[3:5])} ended with {done.returncode}")
        return done.stdout


# Runs a command without its output and prints the bytes it had resident at most.
PEAK_OF = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def percentile(values, share):
    """The value below which `share` of `values` lie, between neighbours by proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass
class Spread:
    median: float
    best: float
    low: float  # p10
    high: float  # p90

    @classmethod
    def of(cls, values, best=max):
        return cls(statistics.median(values), best(values), percentile(values, 0.1), percentile(values, 0.9))


def ratios(first, second):
    """The ratio of speeds round by round: what a noisy machine does to both falls out."""
    return [a.speed / b.speed for a, b in zip(first, second, strict=True)]


def differences(hits, peer_hits, shown=3):
    """What two contenders disagree on, as text, or nothing."""
    names = sorted(name for name in hits.keys() | peer_hits.keys() if hits.get(name, 0) != peer_hits.get(name, 0))
    if not names:
        return ""
    told = [f"{name}: {hits.get(name, 0)} against {peer_hits.get(name, 0)}" for name in names[:shown]]
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return "; ".join(told) + more


def run_rounds(contenders, rounds):
    """{name: [Pass, ...]} of `contenders`, {name: contender}: each once a round, the first to go
    moving on by one, and the first round thrown away."""
    names = list(contenders)
    passes = {name: [] for name in names}
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            one = contenders[name].one_pass()
            if number > 0:
                passes[name].append(one)
    return passes
