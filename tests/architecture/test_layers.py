"""Imports point down, between the apps and inside each (architecture.md)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_points_down() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([program, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout
    kept = result.stdout.rsplit("Contracts:", 1)[1]
    assert kept.strip().endswith("0 broken.")
    assert int(kept.split()[0]) >= 2
