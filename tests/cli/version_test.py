import re
import unittest

from terminal import ROOT, run


class VersionTest(unittest.TestCase):
    def test_tells_the_version_of_the_project(self):
        version = re.search(r"project\(riposte VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        outcome = run("--version")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertIn(version, outcome.stdout)
        self.assertEqual(outcome.stderr, "")


if __name__ == "__main__":
    unittest.main()
