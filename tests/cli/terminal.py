"""Runs riposte as a person would: `run("scan", "x.json")` gives its exit code and what it printed.

The binary is named by the environment variable RIPOSTE; CTest sets it. By hand:
RIPOSTE=build/dev/riposte python3 tests/cli/version_test.py
"""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_MAX = 60


class Outcome(NamedTuple):
    code: int
    stdout: str
    stderr: str


def run(*words, stdin="", cwd=ROOT):
    riposte = Path(os.environ.get("RIPOSTE", ROOT / "build/dev/riposte")).resolve()
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC", "NO_COLOR": "1"}
    result = subprocess.run([riposte, *map(str, words)], input=stdin.encode(), cwd=cwd,
                            env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())
