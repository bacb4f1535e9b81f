"""Logs in buckets of an AWS of our own: the same findings as of the same files in a folder."""

import gzip
import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from emulator import REGION, Emulator, environment
from terminal import ROOT, Outcome, command

DELIVERED = ROOT / "demo/AWSLogs"


class S3ScanTest(unittest.TestCase):
    def setUp(self):
        self.emulator = self.enterContext(Emulator())
        self.s3 = self.emulator.boto3("s3")
        self.s3.create_bucket(Bucket="logs")
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def put(self, key, body):
        self.s3.put_object(Bucket="logs", Key=key, Body=body)

    def scan(self, *words, url=None, **variables):
        words = ["scan", "-o", "ndjson", *words, *(["--endpoint-url", url] if url else [])]
        result = subprocess.run(command(words), env=environment(**variables), capture_output=True, check=False)
        return Outcome(result.returncode, result.stdout.decode(), result.stderr.decode())

    def findings(self, outcome, prefix):
        """With the place in the tree instead of where the tree lies."""
        found = [json.loads(line) for line in outcome.stdout.splitlines()]
        for finding in found:
            finding["source"]["path"] = finding["source"]["path"].removeprefix(str(prefix)).lstrip("/")
        return found

    def test_a_tree_in_a_bucket_is_as_good_as_a_folder(self):
        tree = self.folder / "AWSLogs"
        shutil.copytree(DELIVERED, tree)
        for number, path in enumerate(sorted(path for path in tree.rglob("*") if path.is_file())):
            if number % 2:
                path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
                path.unlink()
        for path in (path for path in tree.rglob("*") if path.is_file()):
            self.put(f"AWSLogs/{path.relative_to(tree)}", path.read_bytes())
        self.put("AWSLogs/folder/", b"")
        local = self.scan(tree)
        remote = self.scan("s3://logs/AWSLogs/", url=self.emulator.url)
        self.assertEqual((remote.code, remote.stderr), (0, ""))
        self.assertGreater(len(local.stdout), 0)
        self.assertEqual(self.findings(remote, "s3://logs/AWSLogs"), self.findings(local, tree))

    def test_what_cannot_be_read_is_told_and_the_rest_is_read(self):
        self.put("a/good.json", json.dumps({"Records": []}))
        self.put("a/empty.json", b"")
        self.put("a/binary", bytes(100))
        outcome = self.scan("s3://logs/a/", "s3://no-such-bucket/x", url=self.emulator.url)
        self.assertEqual(outcome.code, 3)
        for part in ("s3://logs/a/empty.json: empty file", "s3://logs/a/binary: binary data, no log",
                     "s3://no-such-bucket/x: ListObjectsV2: NoSuchBucket"):
            self.assertIn(part, outcome.stderr)

    def test_a_path_without_a_bucket_is_told(self):
        outcome = self.scan("s3:///x", url=self.emulator.url)
        self.assertEqual(outcome.code, 3)
        self.assertIn("names no bucket", outcome.stderr)

    def test_without_an_account_nothing_is_read(self):
        outcome = self.scan("s3://logs/", url="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1", AWS_REGION=REGION)
        self.assertEqual(outcome.code, 3)
        self.assertIn("s3://logs/", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
