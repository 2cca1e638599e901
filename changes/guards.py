"""Who may still act, and what must be true afterwards. The guards are named in `CHANGE_GUARDS`: they know higher
apps."""

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from directory.models import User


class ChangeGuard(Protocol):
    """Asked twice in the transaction that applies a change: before it and after it.

    `present` is the person whose request this is, one of the signers; all are as the database has them, under lock.
    `is_here` is false when a worker applies it after the request: then there is neither session nor address to ask for.
    """

    def before(self, *, signers: Sequence[User], present: User, is_here: bool = True) -> None:
        """Raises PermissionDenied when one of them may not act any more."""
        ...

    def after(self, *, present: User, is_here: bool = True) -> Sequence[str]:
        """What `present` should know before signing. Raises ValidationError when the change must not stand.

        Asked of a rehearsal, too, so that a person reads the reason before signing.
        """
        ...


def configured() -> list[ChangeGuard]:
    return [import_string(path)() for path in settings.CHANGE_GUARDS]
