#!/usr/bin/env python3
"""Checks what compilers and formatters do not: floors, gates, orphans, missing siblings.

Runs in CTest as `tidy` and must stay under two seconds. Every complaint is one line:
file:line: what is wrong, and what to do.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_BYTES_MAX = 1024 * 1024

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
# The operating system, the compiler and the test library need no gate.
UNGATED_PREFIXES = ("sys/", "arpa/", "netinet/")
UNGATED = {"unistd.h", "fcntl.h", "poll.h", "signal.h", "spawn.h", "termios.h", "pthread.h", "time.h", "errno.h",
           "dirent.h", "immintrin.h", "emmintrin.h", "tmmintrin.h", "x86intrin.h"}
TEST_PREFIXES = ("gtest/", "gmock/", "support/")

# Spelled in two halves so that this file does not complain about itself.
UNTRACKED = re.compile(r"\bTO" r"DO\b(?!\(#\d+\))")
CODE_SUFFIXES = {".cc", ".h", ".py", ".cmake", ".yml", ".yaml", ".sh"}

TESTED_BY = re.compile(r"^// Tested by (\S+?)\.?$", re.MULTILINE)
NO_TEST = re.compile(r"^// No test: \S", re.MULTILINE)
ROLE_SUFFIX = re.compile(r"_(test|fuzz|bench)$")

complaints = []


def complain(path, line, what):
    complaints.append(f"{path}:{line}: {what}")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def source_of(path):
    """The source that a test, fuzzer or benchmark stands beside; it may look through the same gate."""
    return re.sub(r"_(test|fuzz|bench)\.cc$", ".cc", path)


class Tree:
    """Every file git knows or would add, by path relative to the root, read at most once."""

    def __init__(self):
        try:
            listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                    cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        except (OSError, subprocess.CalledProcessError):  # an unpacked archive
            listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                      if path.relative_to(ROOT).parts[0] not in ("build", ".git")]
        self.paths = sorted(path for path in set(listed) if path and (ROOT / path).is_file())
        self._texts = {}

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def below(self, folder, *suffixes):
        return [path for path in self.paths
                if path.startswith(folder) and (not suffixes or path.endswith(suffixes))]


def read_floors(tree):
    """Gives ({module: modules it may use}, {header prefix: paths that may include it})."""
    path = "src/floors.txt"
    floors, uses, gates = {}, {}, {}
    for number, line in enumerate(tree.text(path).splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        gate = re.fullmatch(r"gate (\S+): *(.*)", line)
        floor = re.fullmatch(r"(\d+) (\w+): *(.*)", line)
        if gate:
            gates[gate[1]] = gate[2].split()
        elif floor:
            floors[floor[2]] = int(floor[1])
            uses[floor[2]] = set(floor[3].split())
            for used in uses[floor[2]]:
                if floors.get(used, 99) >= floors[floor[2]]:
                    complain(path, number, f"{floor[2]} may not use {used}: it is on no lower floor named above")
        else:
            complain(path, number, "neither 'floor module: modules' nor 'gate header: files'")
    return uses, gates


def check_includes(tree):
    uses, gates = read_floors(tree)
    for path in tree.below("src/", ".h", ".cc"):
        parts = path.split("/")
        module = parts[1] if len(parts) > 2 else None  # None: src/main.cc, which stands on every floor
        if module is not None and module not in uses:
            complain(path, 1, f"module {module} is not in src/floors.txt; give it a floor there")
            continue
        text = tree.text(path)
        for include in INCLUDE.finditer(text):
            bracket, header = include.groups()
            line = line_of(text, include.start())
            if bracket == '"' and header.split("/")[0] in uses and "/" in header:
                used = header.split("/")[0]
                if module is not None and used != module and used not in uses[module]:
                    complain(path, line, f"{module} may not include {header}: src/floors.txt does not allow it "
                                         f"{used}; move the code down or pass the value in")
                if not (ROOT / "src" / header).exists():
                    complain(path, line, f"src/{header} does not exist")
                continue
            if bracket == "<" and (STANDARD_HEADER.fullmatch(header) or header in UNGATED
                                   or header.startswith(UNGATED_PREFIXES)):
                continue
            if header.startswith(TEST_PREFIXES) and ROLE_SUFFIX.search(Path(path).stem):
                continue
            gate = next((prefix for prefix in gates if header.startswith(prefix)), None)
            if gate is None:
                complain(path, line, f"{header} has no gate; include our headers as \"module/name.h\", and name a "
                                     "third-party header in src/floors.txt")
            elif not any(path.startswith(allowed) or source_of(path) == allowed for allowed in gates[gate]):
                complain(path, line, f"{header} may be included only in {' '.join(gates[gate])}; go through that file")


def check_orphan_headers(tree):
    included = {}
    for path in tree.below("src/", ".h", ".cc") + tree.below("tests/", ".h", ".cc"):
        for _, header in INCLUDE.findall(tree.text(path)):
            included.setdefault(header, set()).add(path)
    for path in tree.below("src/", ".h"):
        stem = path.removesuffix(".h")
        siblings = {f"{stem}{role}.cc" for role in ("", "_test", "_fuzz", "_bench")}
        if not included.get(path.removeprefix("src/"), set()) - siblings:
            complain(path, 1, "nobody but its own siblings includes this header; use it or remove it")


def check_siblings(tree):
    for path in tree.below("src/", ".cc"):
        stem = path.removesuffix(".cc")
        if ROLE_SUFFIX.search(stem) or f"{stem}_test.cc" in tree.paths:
            continue
        text = tree.text(path)
        tested_by = TESTED_BY.search(text)
        if tested_by and not (ROOT / tested_by[1]).exists():
            complain(path, line_of(text, tested_by.start()), f"{tested_by[1]} does not exist")
        if not tested_by and not NO_TEST.search(text):
            complain(path, 1, f"no {Path(stem).name}_test.cc beside it; write one, or add a line "
                              "'// Tested by <path>' or '// No test: <reason>'")


def check_architecture(tree):
    """A path or a module::Name in backticks must exist."""
    path = "ARCHITECTURE.md"
    if path not in tree.paths:
        return
    modules = {source.split("/")[1] for source in tree.below("src/") if source.count("/") > 1}
    text = tree.text(path)
    for mention in re.finditer(r"`([^`\n]+)`", text):
        name, line = mention[1], line_of(text, mention.start())
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", name) and ("/" in name or re.search(r"\.(h|cc|py|md|txt|cmake)$", name)):
            if not any((ROOT / base / name).exists() for base in ("", "src")):
                complain(path, line, f"`{name}` does not exist; correct the name or the sentence")
        scoped = re.fullmatch(r"(\w+)::(\w+)(?:::(\w+))?(?:\(\))?", name)
        if scoped and scoped[1] in modules:
            sources = " ".join(tree.text(source) for source in tree.below(f"src/{scoped[1]}/", ".h", ".cc"))
            for word in filter(None, scoped.groups()[1:]):
                if not re.search(rf"\b{word}\b", sources):
                    complain(path, line, f"`{name}`: src/{scoped[1]}/ has no {word}; correct the name or the sentence")


def check_limits(tree):
    """Every limit that a header names is told to users, too."""
    told = "docs/formats/limits.md"
    for path in tree.below("src/", ".h"):
        text = tree.text(path)
        for limit in re.finditer(r"^.*\bconstexpr\b.*\b(k[A-Z]\w*Max)\b\s*=", text, re.MULTILINE):
            if limit[1] not in tree.text(told):
                complain(path, line_of(text, limit.start()), f"{limit[1]} is not in {told}; add a row there")


def check_todos(tree):
    for path in tree.paths:
        if Path(path).suffix in CODE_SUFFIXES or Path(path).name in ("Makefile", "CMakeLists.txt"):
            text = tree.text(path)
            for todo in UNTRACKED.finditer(text):
                complain(path, line_of(text, todo.start()), f"{todo[0]} without an issue; write {todo[0]}(#number)")


def check_titles(tree):
    for path in tree.below("", ".md"):
        if path.startswith("changelog.d/") and path != "changelog.d/README.md":
            continue  # fragments are paragraphs of CHANGELOG.md
        prose = re.sub(r"^(```|~~~).*?^\1", lambda code: "\n" * code[0].count("\n"), tree.text(path),
                       flags=re.MULTILINE | re.DOTALL)
        titles = list(re.finditer(r"^# .", prose, re.MULTILINE))
        if len(titles) != 1:
            line = line_of(prose, titles[1].start()) if titles else 1
            complain(path, line, f"{len(titles)} titles; a document has exactly one '# '")


def check_sizes(tree):
    for path in tree.paths:
        if (ROOT / path).stat().st_size > FILE_BYTES_MAX:
            complain(path, 1, "larger than 1 MiB; generate it, or shorten it")


def check_rules(tree):
    """Textual on purpose: reading all rules as YAML takes seconds, and `rule lint` does it better."""
    for path in tree.below("rules/", ".yml", ".yaml"):
        text = tree.text(path)
        for kind in ("hit", "none"):
            if not re.search(rf"[\"']?\bexpect[\"']?:\s*[\"']?{kind}\b", text):
                complain(path, 1, f"no test with 'expect: {kind}'; add one under riposte.tests")


def check_stories(tree):
    for path in tree.below("tests/golden/"):
        story = "/".join(path.split("/")[:3])
        if "/expect/" in path and f"{story}/story.md" not in tree.paths:
            complain(path, 1, f"expected output without {story}/story.md; tell there what happens")


def check_lessons(tree):
    """A lesson names the tests that would catch it: each is there, by its name."""
    told = "docs/lessons.md"
    text = tree.text(told)
    tests = list(re.finditer(r"`((?:src|tests)/[^`]+)` `(\w+)`", text))
    for row in re.finditer(r"^\| (?!what|---).*\|$", text, re.MULTILINE):
        if not any(row.start() <= test.start() < row.end() for test in tests):
            complain(told, line_of(text, row.start()), "no test; name a file and a test in it")
    for path, name in ((test[1], test) for test in tests):
        if path not in tree.paths or not re.search(rf"\b{name[2]}\b", tree.text(path)):
            complain(told, line_of(text, name.start()), f"{path} has no test {name[2]}")


def main():
    tree = Tree()
    for check in (check_includes, check_orphan_headers, check_siblings, check_architecture, check_limits,
                  check_todos, check_titles, check_sizes, check_rules, check_stories, check_lessons):
        check(tree)
    for complaint in complaints:
        print(complaint)
    print(f"tidy: {len(complaints)} complaints about {len(tree.paths)} files")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
