"""What must be true before the demo's web server starts: tables, static files, demo data. Safe to repeat."""

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError

from devserver.installation import about_the_disk

ROOT = Path(__file__).resolve().parent.parent


def prepare() -> None:
    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    _gather_static_files(Path(settings.STATIC_ROOT))
    call_command("load_demo")


def _gather_static_files(target: Path) -> None:
    """Compressing takes seconds, so it happens only when a file has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            digest.update(f"{name}:{path.stat().st_size}:{path.stat().st_mtime_ns}\n".encode())
    stamp = target / ".gathered"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    try:
        prepare()
    except OSError as error:
        sys.exit(about_the_disk(error, ROOT))
    except DatabaseError as error:
        sys.exit(f"PostgreSQL refused: {str(error).splitlines()[0]}")
