"""riposte audit verify and export, and the same check by hand."""

import hashlib
import json
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from samples import RULE, record, trail_file, write
from terminal import run


def digest(value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class AuditTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.ledger = self.folder / "riposte.db"
        write(self.folder / "rule.yml", RULE)
        write(self.folder / "log.json",
              trail_file(record("e1", userAgent="caf\u00e9 \u007f \"\\\t"), record("e2")))
        run("scan", self.folder / "log.json", "-r", self.folder / "rule.yml", "--no-default-rules",
            "--ledger", self.ledger)

    def verify(self, *words):
        return run("audit", "verify", "--ledger", self.ledger, *words)

    def test_an_untouched_ledger_has_no_complaints(self):
        outcome = self.verify()
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertIn("2 entries, 2 findings, 0 complaints", outcome.stdout)

    def test_a_changed_ledger_is_told_by_the_exit_code(self):
        database = sqlite3.connect(self.ledger)
        database.execute("UPDATE finding SET document = replace(document, 'dana', 'eve')")
        database.commit()
        database.close()
        outcome = self.verify()
        self.assertEqual(outcome.code, 1)
        self.assertIn("it is not as it was recorded", outcome.stderr)

    def test_a_head_that_was_noted_must_be_in_the_chain(self):
        head = self.verify().stdout.split()[-1]
        self.assertEqual(self.verify("--head", head).code, 0)
        self.assertEqual(self.verify("--head", "1:" + "0" * 64).code, 1)
        self.assertEqual(self.verify("--head", "nonsense").code, 2)

    def test_a_bundle_can_be_checked_by_hand(self):
        bundle = self.folder / "bundle"
        exported = run("audit", "export", bundle, "--ledger", self.ledger)
        self.assertEqual(exported.code, 0, exported.stderr)
        manifest = json.loads((bundle / "manifest.json").read_text())
        for file in manifest["files"]:
            content = (bundle / file["name"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), file["sha256"])
            self.assertEqual(content.count(b"\n"), file["lines"])
        previous = "0" * 64
        recorded = {}
        for line in (bundle / "journal.ndjson").read_text().splitlines():
            line = json.loads(line)
            self.assertEqual(line["entry"]["previous"], previous)
            previous = digest(line["entry"])
            self.assertEqual(line["digest"], previous)
            recorded[line["entry"]["subject"]] = line["entry"]["body"]
        self.assertEqual(manifest["head"]["digest"], previous)
        for line in (bundle / "records.ndjson").read_text().splitlines():
            line = json.loads(line)
            self.assertEqual(digest(line["record"]), recorded[line["finding"]]["record"])

    def test_a_bundle_can_be_checked_without_the_ledger(self):
        bundle = self.folder / "bundle"
        run("audit", "export", bundle, "--ledger", self.ledger)
        self.assertEqual(run("audit", "verify", "--bundle", bundle).code, 0)
        records = bundle / "records.ndjson"
        records.write_text(records.read_text().replace("dana", "eve"))
        self.assertEqual(run("audit", "verify", "--bundle", bundle).code, 1)

    def test_a_bundle_is_not_written_over_another(self):
        self.assertEqual(run("audit", "export", self.folder, "--ledger", self.ledger).code, 2)

    def test_what_to_check_must_be_said(self):
        self.assertEqual(run("audit", "verify").code, 2)

    def test_a_bundle_is_signed_for_whoever_has_the_public_key(self):
        key, public, other = (self.folder / name for name in ("key.pem", "public.pem", "other.pem"))
        for private in (key, other):
            subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
        bundle = self.folder / "signed"
        run("audit", "export", bundle, "--ledger", self.ledger, "--key", key)
        manifest = bundle / "manifest.json"
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", manifest,
                        "-sigfile", f"{manifest}.sig"], check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(run("audit", "verify", "--bundle", bundle, "--public-key", public).code, 0)

        subprocess.run(["openssl", "pkey", "-in", other, "-pubout", "-out", public], check=True)
        outcome = run("audit", "verify", "--bundle", bundle, "--public-key", public)
        self.assertEqual(outcome.code, 1)
        self.assertIn("not signed by this key", outcome.stderr)

    def test_a_bundle_that_lies_about_its_numbers_is_complained_of(self):
        bundle = self.folder / "bundle"
        run("audit", "export", bundle, "--ledger", self.ledger)
        journal = (bundle / "journal.ndjson").read_text()
        write(bundle / "journal.ndjson", journal.replace('"sequence":1', '"sequence":1e300'))
        self.assertEqual(run("audit", "verify", "--bundle", bundle).code, 1)


if __name__ == "__main__":
    unittest.main()
