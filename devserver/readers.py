"""Finds the programs that read exported files as people do, or gets them: `python -m devserver.readers`.

LibreOffice reads workbooks, pdftotext reads PDF; Debian's packages are fetched if we are root.
"""

import shutil
import sys

from devserver.packages import from_debian

PACKAGES = {"soffice": "libreoffice-calc-nogui", "pdftotext": "poppler-utils"}


class NoReader(Exception):
    """The program is not here, and could not be fetched."""


def find_reader(program: str) -> str:
    """The path of `soffice` or `pdftotext`. Raises NoReader, saying how to get it."""
    package = PACKAGES[program]
    found = shutil.which(program) or (from_debian(package) and shutil.which(program))
    if not found:
        raise NoReader(
            f"The tests of exported files need {program}, which was not found and could not be fetched. Install it "
            f"(Debian: apt-get install {package}). Without it: make test-fast."
        )
    return found


if __name__ == "__main__":
    try:
        sys.stdout.write("".join(find_reader(program) + "\n" for program in PACKAGES))
    except NoReader as problem:
        sys.exit(str(problem))
