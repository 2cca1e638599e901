"""The operator's manual, run as it stands there: a dump that holds everything, and a restore that proves it
(security.md, 62)."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections

from audit.enums import Event
from audit.models import AuditEvent
from audit.services import record
from devserver.postgres import OWNER, Postgres, _binary
from tenancy import context
from tests import factories
from tests.support import servers
from tests.support.database import superuser_url
from tests.support.people import signed_in
from tests.support.there import there

RESTORED = "restored"
Run = Callable[[str], subprocess.CompletedProcess[str]]


def blocks(language: str) -> list[str]:
    """What the chapter on backup tells to type, in its order."""
    chapter = (servers.ROOT / "docs" / "operators.md").read_text().split("\n## Backup\n")[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", chapter, re.DOTALL | re.MULTILINE)


@pytest.fixture
def postgres(committed_db: None) -> Iterator[Postgres]:
    found = servers.handed_over().postgres
    yield found
    with found.connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
        connection.execute("DROP ROLE IF EXISTS occired_backup")


@pytest.fixture
def run(postgres: Postgres, tmp_path: Path) -> Run:
    """Types something into a shell of somebody who has the addresses at hand."""
    database = urlsplit(os.environ["OCCIRED_DATABASE_URL"]).path.strip("/")
    restored = urlsplit(os.environ["OCCIRED_DATABASE_URL"])._replace(path=f"/{RESTORED}").geturl()
    environment = os.environ | {
        "PATH": f"{_binary('pg_dump').parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DUMP": str(tmp_path / "occired.dump"),
        "BACKUP_URL": f"postgresql://occired_backup:a%20long%20one@127.0.0.1:{postgres.port}/{database}",
        "OWNER_URL": postgres.url(OWNER, RESTORED),
        "DATABASE_OF_OWNER": postgres.url(OWNER, database),
        "OCCIRED_DATABASE_URL": restored,
    }

    def run(commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-ec", commands], cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def trail(committed_db: None) -> int:
    """How many rows there are in the trails of two companies, one of whose people is signed in."""
    with context.bank():
        for company in (factories.company(), factories.company()):
            person = factories.administrator(company)
            record(Event.SIGN_IN, actor=person, company_id=company.id)
        signed_in(person)
        count = AuditEvent.objects.count()
    connections.close_all()
    return count


def counts(url: str) -> dict[str, int]:
    """Rows of every table as a superuser sees them."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: there(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone())[0] for (table,) in tables
        }


def test_a_backup_is_restored_whole_and_its_trail_verifies(postgres: Postgres, run: Run, trail: int) -> None:
    """Nobody is signed in afterwards; the application sees and may as little as before."""
    with postgres.connect() as connection:
        connection.execute(blocks("sql")[0])
    dump, restore = blocks("sh")

    dumped = run(dump)
    postgres.provide(RESTORED)
    restored = run(restore)
    before = counts(superuser_url())

    assert (dumped.returncode, dumped.stderr) == (0, "")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "2 chains verified." in restored.stdout
    assert (before["audit_auditevent"], before["accounts_session"]) == (trail, 1)
    assert counts(postgres.url("postgres", RESTORED)) == {**before, "accounts_session": 0}
    with psycopg.connect(postgres.url("occired_app", RESTORED)) as application:
        assert application.execute("SELECT count(*) FROM audit_auditevent").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("DELETE FROM audit_auditevent")


def test_the_owner_cannot_dump_what_is_not_theirs_to_see(run: Run, trail: int) -> None:
    refused = run('pg_dump --file="$DUMP" "$DATABASE_OF_OWNER"')
    believed = run('pg_dump --enable-row-security --data-only --table=audit_auditevent "$DATABASE_OF_OWNER"')

    assert refused.returncode != 0
    assert "row-level security" in refused.stderr
    assert believed.returncode == 0
    assert "sign_in" not in believed.stdout
