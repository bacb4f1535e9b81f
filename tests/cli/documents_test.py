"""Examples in the documents are tests."""

import re
import tempfile
import unittest
from pathlib import Path

from terminal import ROOT, run


class DocumentsTest(unittest.TestCase):
    def test_the_example_rule_is_sound(self):
        text = (ROOT / "docs/formats/rules.md").read_text()
        example = re.search(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1]
        with tempfile.TemporaryDirectory() as folder:
            rule = Path(folder) / "my_trail_stopped.yml"
            rule.write_text(example)
            for verb in ("lint", "test"):
                outcome = run("rule", verb, rule)
                self.assertEqual(outcome.code, 0, outcome.stdout + outcome.stderr)


if __name__ == "__main__":
    unittest.main()
