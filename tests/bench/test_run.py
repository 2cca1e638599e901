"""The bench measures every page, and runs as `make bench` runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.pages import INSIDE, STRANGER
from tests.architecture import page_budgets
from tests.support.servers import ROOT

SIGN_IN_MILLISECONDS = 100  # two steps of even time


def test_every_page_of_an_administrator_is_measured() -> None:
    budgets = page_budgets.read(page_budgets.FILE.read_text())
    pages = [page.removeprefix("administrator ") for page in budgets if page.startswith("administrator ")]

    measured = {page.replace("{step}", "<slug:step>").replace("{", "<uuid:").replace("}", "_id>") for page in INSIDE}

    assert measured == set(pages)
    assert set(STRANGER) == {"/ingreso/"}


@pytest.mark.long
def test_everything_is_measured_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--json", str(tmp_path / "found.json")]

    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert result.returncode == 0, result.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    home, sign_in_page = found["pages"]
    assert {each["statements"]["bare"] for each in (home, sign_in_page)} == {4}
    assert home["statements"]["portal"] > sign_in_page["statements"]["portal"]
    assert abs(home["bytes"]["bare"] / home["bytes"]["portal"] - 1) < 0.05
    assert home["together"]["ratio"]["cpu"] > 1
    assert [each["sign_in"] for each in found["sign_ins"]] == ["holder", "cheap"]
    assert min(each["alone"]["portal"]["p50"] for each in found["sign_ins"]) > SIGN_IN_MILLISECONDS
    assert {each["beside"]["answers"] for each in found["slow_clients"]} == {30}
    assert (found["dry_run"]["rows"], found["dry_run"]["speed"] > 0) == (60, True)
    assert found["long_list"]["rows"] > 1_000
    assert found["long_list"]["portal"]["megabytes"] < 100
    assert "median of all pages" in result.stdout
