"""Runs riposte as a person would: `run("scan", "x.json")` gives its exit code and what it printed.

The binary is named by the environment variable RIPOSTE; CTest sets it. By hand:
RIPOSTE=build/dev/riposte python3 tests/cli/version_test.py
"""

import os
import pty
import subprocess
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_MAX = 60


class Outcome(NamedTuple):
    code: int
    stdout: str
    stderr: str


def command(words):
    riposte = Path(os.environ.get("RIPOSTE", ROOT / "build/dev/riposte")).resolve()
    return [riposte, *map(str, words)]


def run(*words, stdin="", cwd=ROOT):
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "NO_COLOR": "1"}
    result = subprocess.run(command(words), input=stdin.encode(), cwd=cwd,
                            env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())


def run_on_terminal(*words, no_color=False):
    """Gives the bytes that reach a terminal on standard output."""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    if no_color:
        environment["NO_COLOR"] = "1"
    master, slave = pty.openpty()
    process = subprocess.Popen(command(words), stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
                               cwd=ROOT, env=environment)
    os.close(slave)
    seen = b""
    try:
        while chunk := os.read(master, 65536):
            seen += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    process.wait(SECONDS_MAX)
    return seen
