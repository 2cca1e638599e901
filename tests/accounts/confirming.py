"""Changes taken the whole way in a test: proposed, confirmed, applied. What is tested is the change, not the code, so
the confirmation is a method that always believes its person; the real one has tests of its own."""

from typing import Any
from uuid import uuid4

from django.test import override_settings

from changes import services
from changes.models import Change
from tests.tokens.factories import token_of


class Believed:
    """A confirmation method for tests alone."""

    name = "believed"

    def is_available(self, user: Any) -> bool:
        return True

    def verify(self, user: Any, answer: str, digest: str) -> dict[str, str] | None:
        return {"by": "test"}


BELIEVED = override_settings(CONFIRMATION_METHODS=[f"{__name__}.Believed"])


def propose(actor: Any, service: str, **params: Any) -> Change:
    """Whoever administers has a token, made here if there is none."""
    token_of(actor)
    return services.propose(actor=actor, service=service, params=params, form_key=uuid4(), back_url="/")


def confirm(actor: Any, change: Change) -> Change:
    with BELIEVED:
        return confirm_believed(actor, change)


def confirm_believed(actor: Any, change: Change) -> Change:
    """For threads, which enter BELIEVED once around all of them: it changes the settings of the whole process."""
    return services.confirm(actor=actor, change_id=change.pk, answer="")


def carry_out(actor: Any, service: str, **params: Any) -> Change:
    """Proposed and confirmed; the change in its final state."""
    return confirm(actor, propose(actor, service, **params))
