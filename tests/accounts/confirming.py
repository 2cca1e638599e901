"""Changes taken the whole way in a test: proposed, signed, applied. What is tested is the change, not the code, so the
signature is a method that always believes its person; the real one has tests of its own."""

from typing import Any
from uuid import uuid4

from django.test import override_settings

from changes import services
from changes.kinds import Proposable
from changes.models import Change
from directory.models import User
from tests.tokens.factories import token_of


class Believed:
    """A confirmation method for tests alone."""

    name = "believed"

    def is_available(self, user: Any) -> bool:
        return True

    def verify(self, user: Any, answer: str, digest: str) -> dict[str, str] | None:
        return {"by": "test"}


BELIEVED = override_settings(CONFIRMATION_METHODS=[f"{__name__}.Believed"])


def propose(maker: User, wanted: Proposable) -> Change:
    """Whoever administers has a token, made here if there is none."""
    token_of(maker)
    return services.propose(maker=maker, wanted=wanted, form_key=uuid4(), back_url="/")


def confirm(signer: User, change: Change) -> Change:
    with BELIEVED:
        return confirm_believed(signer, change)


def confirm_believed(signer: User, change: Change) -> Change:
    """For threads, which enter BELIEVED once around all of them: it changes the settings of the whole process."""
    return services.sign(signer=signer, change_id=change.pk, answer="")


def carry_out(maker: User, wanted: Proposable) -> Change:
    """Proposed and signed; the change in its final state."""
    return confirm(maker, propose(maker, wanted))
