"""`make faults`: plants each fault of tests/faults.toml in a copy of the tree, and says which ones no test notices."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "faults.toml"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "staticfiles", "__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Fault:
    """`text` stands once in `file`; with `replacement` in its place, each of `tests` must fail."""

    name: str
    file: str
    text: str
    replacement: str
    tests: tuple[str, ...]


def listed() -> list[Fault]:
    faults = tomllib.loads(LIST.read_text())["fault"]
    return [Fault(**{**each, "tests": tuple(each["tests"])}) for each in faults]


def main(words: list[str]) -> int:
    """Plants those whose name holds all the words. Returns 1 where one survives, 2 where a test fails without any."""
    faults = [fault for fault in listed() if all(word in fault.name for word in words)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="occired-faults-") as directory:
        tree = Path(directory) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if failed := failed_tests(tree, {test for fault in faults for test in fault.tests}):
            print("Fails with nothing planted:", *sorted(failed), sep="\n  ")
            return 2
        survived = [fault for fault in faults if not is_caught(tree, fault)]
    print(f"{len(faults) - len(survived)} of {len(faults)} faults caught, {time.monotonic() - began:.0f} s")
    return 1 if survived or not faults else 0


def is_caught(tree: Path, fault: Fault) -> bool:
    """Whether every test named fails while the fault is there."""
    source = tree / fault.file
    sound = source.read_text()
    source.write_text(sound.replace(fault.text, fault.replacement))
    try:
        silent = set(fault.tests) - failed_tests(tree, fault.tests)
    finally:
        source.write_text(sound)
    print("SURVIVED" if silent else "caught  ", fault.name, *(f"\n  passes: {test}" for test in silent), flush=True)
    return not silent


def failed_tests(tree: Path, tests: Iterable[str]) -> set[str]:
    """Which of the tests fail; one that cannot run, or does not begin, has not failed."""
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-rf", "--tb=no", "-p", "no:cacheprovider", *sorted(tests)]
    plain = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # compiled, two states of a file within a second look alike
    result = subprocess.run(command, cwd=tree, env=plain, check=False, capture_output=True, text=True)
    if result.returncode not in {0, 1}:
        print(result.stdout, result.stderr, sep="\n")
    return failures(result.stdout)


def failures(output: str) -> set[str]:
    """The tests in pytest's summary, without their parameters."""
    lines = [line.removeprefix("FAILED ") for line in output.splitlines() if line.startswith("FAILED ")]
    return {line.partition(" - ")[0].partition("[")[0] for line in lines}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
