"""How a person confirms. The methods are named in `CONFIRMATION_METHODS`, because they live in higher apps."""

from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from directory.models import User


class ConfirmationMethod(Protocol):
    """`verify` checks and uses up the answer in one step, in a transaction of its own: the failed-attempt counters must
    survive even if nothing else happens."""

    name: str

    def is_available(self, user: User) -> bool:
        """Whether this person can confirm this way now."""
        ...

    def ready_at(self, user: User) -> datetime | None:
        """When the next answer exists, if the last one was just used up; None if there is one already."""
        ...

    def verify(self, user: User, answer: str, digest: str) -> dict[str, str] | None:
        """Evidence for the audit trail (never the answer), or None when the answer is wrong.

        Raises ValidationError with the code `locked` when no answers are accepted now; its text says until when.
        """
        ...


def available_to(user: User) -> ConfirmationMethod | None:
    """The first configured method this person can use, or None."""
    for path in settings.CONFIRMATION_METHODS:
        method: ConfirmationMethod = import_string(path)()
        if method.is_available(user):
            return method
    return None
