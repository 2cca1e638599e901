"""Programs of the operating system that tests need: found, or fetched as Debian's packages if we are root."""

import os
import subprocess
import sys
from pathlib import Path

SECONDS = 300


def from_debian(*packages: str) -> bool:
    """Whether the packages could be installed, with nothing they only recommend."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    install = ("apt-get", "install", "--yes", "--no-install-recommends", *packages)
    return succeeds("apt-get", "update") and succeeds(*install)


def succeeds(*command: str) -> bool:
    sys.stderr.write(f"Getting what the tests need: {' '.join(command)}\n")
    try:
        result = subprocess.run(command, check=False, stdout=sys.stderr, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0
