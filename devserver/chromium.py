"""Finds a Chromium, or gets one: `python -m devserver.chromium` prints its path.

In this order: `CHROMIUM_PATH`, the usual places, Playwright's own download, Debian's package if we are root.
"""

import os
import shutil
import sys
from pathlib import Path

from devserver.packages import from_debian, succeeds

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/snap/bin/chromium",
)


class NoChromium(Exception):
    """No browser here, and none could be fetched."""


def find_chromium() -> str:
    """The path of an installed browser, or of one that was just fetched. Raises NoChromium, saying how to get one."""
    found = _named() or _installed() or _of_playwright() or _from_playwright() or _from_debian()
    if found is None:
        raise NoChromium(
            "The browser tests need Chromium, and none was found or could be fetched. Either install it "
            "(Debian: apt-get install chromium), or run `python -m playwright install chromium`, or set "
            "CHROMIUM_PATH to one. Without a browser: make test-fast."
        )
    return found


def _named() -> str | None:
    path = os.environ.get("CHROMIUM_PATH")
    if path and not os.access(path, os.X_OK):
        raise NoChromium(f"CHROMIUM_PATH is {path}, which is not a program.")
    return path or None


def _installed() -> str | None:
    found = [path for command in COMMANDS if (path := shutil.which(command))]
    found += [place for place in PLACES if Path(place).exists()]
    return found[0] if found else None


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _from_playwright() -> str | None:
    return _of_playwright() if succeeds(sys.executable, "-m", "playwright", "install", "chromium") else None


def _from_debian() -> str | None:
    return _installed() if from_debian("chromium") else None


if __name__ == "__main__":
    try:
        sys.stdout.write(find_chromium() + "\n")
    except NoChromium as problem:
        sys.exit(str(problem))
