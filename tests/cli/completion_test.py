import shutil
import subprocess
import tempfile
import unittest

from terminal import command, run


class CompletionTest(unittest.TestCase):
    def complete(self, *words):
        """What bash would offer for the last word."""
        script = run("completion", "bash").stdout
        line = " ".join(f"'{word}'" for word in words)
        script += f'COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _riposte; printf "%s\\n" "${{COMPREPLY[@]}}"'
        with tempfile.TemporaryDirectory() as nothing:  # files would be offered, too
            return subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True,
                                  cwd=nothing).stdout.split()

    def test_bash_completes_commands_and_options(self):
        self.assertEqual(self.complete("riposte", "sc"), ["scan"])
        self.assertEqual(self.complete("riposte", "rule", "ex"), ["explain"])
        self.assertIn("--no-default-rules", self.complete("riposte", "scan", "--no"))
        self.assertIn("--pattern", self.complete("riposte", "rule", "match", "--p"))

    def test_bash_completes_services_and_operations_of_aws(self):
        riposte = command([])[0]
        self.assertIn("dynamodb", self.complete(riposte, "aws", "dyn"))
        self.assertEqual(self.complete(riposte, "aws", "sts", "GetCaller"), ["GetCallerIdentity"])
        self.assertIn("--input", self.complete(riposte, "aws", "sts", "--in"))

    def test_every_shell_gets_a_script_that_names_the_commands(self):
        for shell in ("bash", "zsh", "fish"):
            outcome = run("completion", shell)
            self.assertEqual((outcome.code, outcome.stderr), (0, ""))
            self.assertIn("explain", outcome.stdout)
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=outcome.stdout, text=True, check=True)

    def test_other_shells_are_wrong_usage(self):
        self.assertEqual(run("completion", "tcsh").code, 2)


if __name__ == "__main__":
    unittest.main()
