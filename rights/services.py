"""Keeps on each user what is decided about them as they stand (`rights.rules.readiness`)."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.enums import Event
from audit.services import record, target_of
from directory.enums import Readiness
from directory.models import User
from directory.selectors.users import lock_people
from rights.rules.readiness import Standing
from rights.selectors.readiness import everybody_after, kept_of, standings_of

AT_ONCE = 500
COLUMNS = ("readiness", "missing", "readiness_lapses_at", "readiness_afterwards", "missing_afterwards")
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
        changed = [_written(user, standing) for user, standing in _differing(ids)]
        User.objects.bulk_update(changed, COLUMNS)


def _differing(user_ids: Collection[UUID]) -> list[tuple[User, Standing]]:
    now = timezone.now()
    return [(user, standing) for user, standing in standings_of(user_ids, now) if kept_of(user).at(now) != standing]


def _written(user: User, standing: Standing) -> User:
    user.readiness, user.missing = standing.readiness, list(standing.missing)
    user.readiness_lapses_at = standing.lapses_at
    user.readiness_afterwards = standing.readiness_afterwards
    user.missing_afterwards = list(standing.missing_afterwards)
    return user


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
        User.objects.bulk_update([_written(user, standing)], COLUMNS)
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
