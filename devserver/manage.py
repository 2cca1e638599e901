"""A management command in the demo that is running: `python -m devserver.manage code adelgado`."""

import os
import sys
from pathlib import Path

from devserver.installation import Installation, about_the_disk
from devserver.processes import CannotStart

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    try:
        environment = Installation(ROOT).announced_environment()
    except CannotStart as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(about_the_disk(error, ROOT))
    program = str(ROOT / "manage.py")
    os.execve(sys.executable, [sys.executable, program, *sys.argv[1:]], os.environ | environment)


if __name__ == "__main__":
    main()
