"""`make help` knows every target, and the documents name none that is not there."""

import re
import subprocess
from pathlib import Path

from tests.support.there import there

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def explained() -> set[str]:
    result = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    lines = [line.removeprefix("make ").split(maxsplit=1) for line in result.stdout.splitlines()]
    return {name for name, words in lines if words}


def test_help_explains_every_target() -> None:
    declared = there(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert explained() == set(declared[1].split())


def test_every_target_the_documents_name_exists() -> None:
    """In the text as `make run`, in an example at the beginning of its line."""
    named = {name for path in DOCUMENTS for name in re.findall(r"(?m)(?:^|`)make ([a-z-]+)", path.read_text())}

    assert named - explained() == set()
    assert {"run", "test"} <= named
