"""Keeps on each user what is decided about them as they stand (`rights.rules.readiness`)."""

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.enums import Event
from audit.services import record, target_of
from directory.enums import Readiness
from directory.models import User
from directory.selectors.users import lock_people
from rights.rules.readiness import Standing
from rights.selectors.readiness import everybody_after, kept_of, standings_of

AT_ONCE = 2_000  # people decided about together: what memory holds of a company of any size
COLUMNS = ("readiness", "missing", "readiness_lapses_at", "readiness_afterwards", "missing_afterwards")
WRITE = """
    UPDATE directory_user SET readiness = kept.readiness, missing = kept.missing,
        readiness_lapses_at = kept.readiness_lapses_at, readiness_afterwards = kept.readiness_afterwards,
        missing_afterwards = kept.missing_afterwards
    FROM jsonb_to_recordset(%s) AS kept (id uuid, readiness text, missing text[], readiness_lapses_at timestamptz,
        readiness_afterwards text, missing_afterwards text[])
    WHERE directory_user.id = kept.id
"""
UNDECIDED = Standing(Readiness.BARRED, ())


@transaction.atomic
def keep_readiness(user_ids: Collection[UUID]) -> None:
    """Decides about these people and writes what is no longer true, in the transaction of what touched them.

    They are locked before they are read: of two changes that touch one person, the later sees what the earlier did.
    """
    ordered = sorted(user_ids)
    for start in range(0, len(ordered), AT_ONCE):
        ids = ordered[start : start + AT_ONCE]
        lock_people(ids)
        _write([(user.pk, standing) for user, standing in _differing(ids)])


def _differing(user_ids: Collection[UUID]) -> list[tuple[User, Standing]]:
    now = timezone.now()
    return [(user, standing) for user, standing in standings_of(user_ids, now) if kept_of(user).at(now) != standing]


def _write(standings: Sequence[tuple[UUID, Standing]]) -> None:
    """One statement, however many they are: Django's own for many rows asks a condition a row and column."""
    if not standings:
        return
    kept = [
        {"id": str(user_id), **dict(zip(COLUMNS, _values(standing), strict=True))} for user_id, standing in standings
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(kept)])


def _values(standing: Standing) -> tuple[Any, ...]:
    return (
        standing.readiness,
        list(standing.missing),
        standing.lapses_at and standing.lapses_at.isoformat(),
        standing.readiness_afterwards,
        list(standing.missing_afterwards),
    )


def compare_readiness() -> tuple[int, int]:
    """Compares what is kept on everybody with what is decided; needs the bank's scope. Each difference is mended, and
    written into the trail of its company: somebody changed what readiness depends on and did not say so.

    Whoever was never decided about, being older than these columns, is only decided about. Returns how many people
    there are, and how many differed.
    """
    seen, mended, last = 0, 0, None
    while ids := everybody_after(last, most=AT_ONCE):
        differing = [user for user, _standing in _differing(ids)]
        new = {user.pk for user in differing if kept_of(user) == UNDECIDED}
        keep_readiness(new)
        mended += sum(_mend(user.pk) for user in differing if user.pk not in new)
        seen, last = seen + len(ids), ids[-1]
    return seen, mended


@transaction.atomic
def _mend(user_id: UUID) -> bool:
    """Asks once more under lock: what touched the person a moment ago has written it itself."""
    lock_people([user_id])
    for user, standing in _differing([user_id]):
        before, after = _said(kept_of(user)), _said(standing)
        _write([(user.pk, standing)])
        record(
            Event.READINESS_MENDED,
            actor=None,
            company_id=user.company_id,
            target=target_of(user),
            before=before,
            after=after,
        )
        return True
    return False


def _said(standing: Standing) -> dict[str, object]:
    return {
        "readiness": standing.readiness,
        "missing": list(standing.missing),
        "until": standing.lapses_at,
        "afterwards": list(standing.missing_afterwards),
    }
