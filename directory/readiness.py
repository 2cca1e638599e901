"""Whose readiness has to be decided anew, said by whatever changes what it depends on.

It is decided high above, in `rights`, by what `settings.READINESS` names (docs/decisions/readiness.md), and written in
the same transaction.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

_gathered: ContextVar[set[UUID] | None] = ContextVar("readiness_gathered", default=None)


def touched(user_ids: Iterable[UUID | None]) -> None:
    """Decides anew about these people, or at the end of the block that gathers them; None is nobody.

    Call it inside the transaction of the change and before its row of the trail: it locks the people, whom others lock
    before the end of the chain.
    """
    people = {user_id for user_id in user_ids if user_id is not None}
    gathered = _gathered.get()
    if gathered is None:
        _keep(people)
    else:
        gathered |= people


@contextmanager
def gathered(*, unless_rehearsed: bool = False) -> Iterator[None]:
    """Whoever is touched inside is decided about once, at the end; not at all where everything is rolled back
    anyway."""
    people: set[UUID] = set()
    token = _gathered.set(people)
    try:
        yield
    finally:
        _gathered.reset(token)
    if not unless_rehearsed:
        _keep(people)


def _keep(people: Collection[UUID]) -> None:
    if people:
        import_string(settings.READINESS)(people)
