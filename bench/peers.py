"""The peers: fetched and built by their ordinary clients into build/bench, never kept in the repository.

Each gives a way to a contender, or says why it is missing. Versions stand in bench/peers/.
"""

import os
import shutil
import subprocess
from pathlib import Path

from measure import AWS_VARIABLES, TWO_CPUS, Resident

HERE = Path(__file__).resolve().parent
# The compiler and the collector of the JVM get the second CPU as well: generous to event-ruler.
PYTHON = HERE.parent / "build/venv/bin/python"
JVM = ["java", "-Xms6g", "-Xmx6g", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC"]
JVM_SMALL = ["java", "-Xmx2g", "-XX:+UseParallelGC"]
JVM_WARM_UP = (3, 6)  # passes and seconds: its compiler is done with the loop after some 100,000 events


class Missing(Exception):
    """The peer cannot be run here; the table says so."""


def run(command, where, **variables):
    tool = command[0]
    if shutil.which(tool) is None:
        raise Missing(f"{tool} is not installed")
    done = subprocess.run(command, cwd=where, env=os.environ | variables, capture_output=True, text=True)
    if done.returncode != 0:
        told = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        # The last lines of a build tool are advice; the first error is the cause.
        cause = next((line for line in told if "rror" in line or "orbidden" in line), told[-1] if told else "")
        raise Missing(f"{tool} failed: {cause.strip()[-120:]}")


class Peers:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.reasons = {}  # of those that are missing

    def prepare(self, wanted):
        """Builds each of `wanted`; what fails is remembered as missing."""
        for name in sorted(wanted):
            try:
                getattr(self, "_build_" + name.replace("-", "_"))()
            except Missing as missing:
                self.reasons[name] = str(missing)

    def event_ruler(self, patterns, data, copies, small=False):
        """`small`: a heap for a few events, without the time to touch a large one."""
        jvm = JVM_SMALL if small else JVM
        return Resident([*self._java(jvm), str(patterns), str(data), str(copies)], copies, TWO_CPUS, *JVM_WARM_UP)

    def event_ruler_build(self, patterns):
        return Resident([*self._java(JVM_SMALL), "build", str(patterns)], 1, TWO_CPUS, *JVM_WARM_UP)

    def quamina(self, patterns, data, copies):
        return Resident([str(self.folder / "quamina-driver"), str(patterns), str(data), str(copies)], copies)

    def rsigma(self, rules, data, copies, log_source):
        """`log_source`: product, service and category of all the data; "any" as product for every rule."""
        driver = self.folder / "rsigma/release/rsigma-driver"
        return Resident([str(driver), str(rules), str(data), str(copies), *log_source], copies)

    def jq(self, jq_filter, data, copies):
        return Resident(["python3", "-B", str(HERE / "peers/jq.py"), str(jq_filter), str(data), str(copies)], copies)

    def boto3(self, url, calls):
        driver = str(HERE / "peers/aws_boto3.py")
        return Resident(["env", *AWS_VARIABLES, str(PYTHON), "-B", driver, url, calls])

    def _build_boto3(self):
        run([str(HERE.parent / "tools/venv")], HERE)

    def _java(self, jvm):
        folder = self.folder / "event_ruler"
        return [*jvm, "-cp", f"{folder}/classes:{folder}/dependency/*", "bench.Driver"]

    def _build_event_ruler(self):
        goals = ["compile", "dependency:copy-dependencies"]
        run(["mvn", "-q", "-B", f"-Dbench.out={self.folder}/event_ruler", *goals], HERE / "peers/event_ruler")

    def _build_quamina(self):
        run(["go", "build", "-o", str(self.folder / "quamina-driver"), "."], HERE / "peers/quamina")

    def _build_rsigma(self):
        target = str(self.folder / "rsigma")
        run(["cargo", "build", "--quiet", "--release", "--locked"], HERE / "peers/rsigma", CARGO_TARGET_DIR=target)

    def _build_jq(self):
        run(["jq", "--version"], HERE)
