"""The workloads, made once into build/bench/data from what RIPOSTE_DATA holds and from seeds.

Everything is written beside its place and moved there when it is whole, so a run that is broken off
leaves nothing half made.
"""

import datetime
import gzip
import json
import os
import re
from pathlib import Path

import cl2

TREE_FILES_MIN = 4_000
QUICK_STEP = 10  # of cl2, each tenth record


class Workloads:
    """Paths of the workloads; each is made when it is first asked for."""

    def __init__(self, source, folder):
        self.source = Path(source)
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def _made(self, name, write):
        path = self.folder / name
        if not path.exists():
            unfinished = self.folder / ("unfinished-" + name)
            with open(unfinished, "wb") as file:
                write(file)
            os.replace(unfinished, path)
        return path

    def _made_tree(self, name, write):
        path = self.folder / name
        if not path.exists():
            unfinished = self.folder / ("unfinished-" + name)
            unfinished.mkdir(exist_ok=True)
            write(unfinished)
            os.replace(unfinished, path)
        return path

    def ct(self):
        """Every CloudTrail record at hand, once each, compact, one a line. Test events cut down to less
        than a record (no eventSource) are not among them."""
        records = (record for record in self._cloudtrail() if "eventSource" in record)
        return self._made("ct.ndjson", lambda file: write_lines(file, once_each(records)))

    def windows(self):
        """The events of Sigma's regression tests, the fields under the flat names that rules use."""
        return self._made("windows.ndjson", lambda file: write_lines(file, self._windows()))

    def clouds(self):
        """Audit events of Azure, Google Cloud, Microsoft 365 and Kubernetes."""
        names = ["azure_audit", "azure_activity", "gcp_audit", "m365", "eks_audit", "microsoft_graph"]
        return self._made("clouds.ndjson", lambda file: write_lines(file, self._panther(names)))

    def cl2(self):
        """The synthetic citylots2."""
        return self._made("cl2.ndjson", lambda file: write_texts(file, cl2.lines()))

    def cl2_quick(self):
        def write(file):
            with open(self.cl2(), "rb") as whole:
                file.writelines(line for number, line in enumerate(whole) if number % QUICK_STEP == 0)

        return self._made("cl2.quick.ndjson", write)

    def delivered(self):
        """A delivery tree of .json.gz files as CloudTrail leaves them: the real ones under many names."""

        def write(folder):
            files = self._delivered_files()
            copies = -(-TREE_FILES_MIN // len(files))
            for copy in range(copies):
                day = folder / f"{copy % 12 + 1:02}" / f"{copy // 12:02}"
                day.mkdir(parents=True, exist_ok=True)
                for file in files:
                    (day / f"{copy:03}_{file.name}").write_bytes(file.read_bytes())

        return self._made_tree("delivered", write)

    def delivered_members(self):
        """The files of one copy behind one another, and how many copies the tree holds."""
        files = self._delivered_files()
        path = self._made("delivered.gz", lambda out: out.writelines(file.read_bytes() for file in files))
        return path, -(-TREE_FILES_MIN // len(files))

    def delivered_raw_bytes(self):
        """Bytes of the whole tree, inflated."""
        path, copies = self.delivered_members()
        return len(gzip.decompress(path.read_bytes())) * copies

    def ndjson_tree(self, megabytes, files, own_ids=False):
        """A folder of `files` files with ct in each as often as makes `megabytes` together.

        A scan knows an event that it has seen before, as one that two trails delivered. With
        `own_ids` every copy has event ids of its own, and its findings are new.
        """

        def write(folder):
            text = self.ct().read_bytes()
            copies = max(1, round(megabytes * 1e6 / len(text) / files))
            for number in range(files):
                with open(folder / f"trail-{number:02}.ndjson", "wb") as file:
                    for copy in range(copies):
                        prefix = b"%d-%d-" % (number, copy) if own_ids else b""
                        file.write(text.replace(b'"eventID":"', b'"eventID":"' + prefix))

        return self._made_tree(f"ndjson-{megabytes}-{files}{'-ids' * own_ids}", write)

    def months(self, megabytes, files):
        """A folder like ndjson_tree(), but each copy of ct is a day later and its events have ids of their
        own, as in a real log: copies of one event would count once."""

        def write(folder):
            lines = self.ct().read_text(encoding="utf-8", errors="surrogatepass").splitlines(keepends=True)
            copies = max(files, round(megabytes * 1e6 / sum(map(len, lines))))
            for number in range(files):
                with open(folder / f"trail-{number:02}.ndjson", "wb") as file:
                    for day in range(number, copies, files):
                        for line in lines:
                            file.write(days_later(line, day).encode("utf-8", "surrogatepass"))

        return self._made_tree(f"months-{megabytes}-{files}", write)

    def texts(self, name, lines):
        """A workload from lines that somebody else makes."""
        return self._made(name, lambda file: write_texts(file, lines()))

    def _delivered_files(self):
        return sorted((self.source / "cloudtrail/invictus").rglob("*.json.gz"))

    def _cloudtrail(self):
        for path in self._delivered_files():
            yield from json.loads(gzip.decompress(path.read_bytes()))["Records"]
        for path in sorted((self.source / "cloudtrail/otrf").glob("*.jsonl.gz")):
            yield from map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
        for path in sorted((self.source / "stratus/aws").glob("*.json")):
            yield from json.loads(path.read_bytes())
        yield from self._panther(["cloudtrail"])

    def _panther(self, names):
        for name in names:
            with open(self.source / f"labelled/panther_{name}.jsonl", "rb") as file:
                yield from (json.loads(line)["event"] for line in file)

    def _windows(self):
        with open(self.source / "labelled/sigma_regression.jsonl", "rb") as file:
            for line in file:
                for event in json.loads(line)["events"]:
                    system = event["Event"]["System"]
                    flat = {key: value for key, value in system.items() if not isinstance(value, dict)}
                    yield flat | {"Provider_Name": provider_of(system)} | event_data_of(event["Event"])


def provider_of(system):
    return system.get("Provider", {}).get("#attributes", {}).get("Name")


def event_data_of(event):
    data = event.get("EventData") or event.get("UserData") or {}
    return {key: value for key, value in data.items() if not key.startswith("#")}


def days_later(line, days):
    """The record on that line with its time moved on, and another eventID."""

    def moved(match):
        date = datetime.date.fromisoformat(match[2]) + datetime.timedelta(days)
        return match[1] + date.isoformat()

    line = re.sub(r'("eventTime":")(\d{4}-\d\d-\d\d)', moved, line, count=1)
    return re.sub(
        r'("eventID":"[^"]*?)([0-9a-f]{6})"', lambda id: f'{id[1]}{int(id[2], 16) ^ days:06x}"', line, count=1
    )


def once_each(records):
    """Records whose eventID was not seen before; those without one, whose text was not."""
    seen = set()
    for record in records:
        known = record.get("eventID") or json.dumps(record, sort_keys=True)
        if known not in seen:
            seen.add(known)
            yield record


def write_lines(file, records):
    write_texts(file, (json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records))


def write_texts(file, texts):
    for text in texts:
        file.write(text.encode("utf-8", "surrogatepass") + b"\n")
