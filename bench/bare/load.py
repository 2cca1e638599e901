"""Fills the bare site's database: tables, lines for its page, and the people of the portal's `people.json`.

python -m bench.bare.load people.json
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

ROWS = 1000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def load(made: dict[str, Any]) -> None:
    from django.contrib.auth.models import User

    from bench.bare.models import Row

    call_command("migrate", run_syncdb=True, verbosity=0)
    Row.objects.bulk_create(
        Row(name=f"Renglón {each}", number=f"{each:09}", state="Activo", changed_at=FIRST + timedelta(hours=each))
        for each in range(ROWS)
    )
    User.objects.bulk_create(
        User(username=person["username"], password=person["hash"])
        for people in made["people"].values()
        for person in people
    )


if __name__ == "__main__":
    django.setup()
    load(json.loads(Path(sys.argv[1]).read_text()))
