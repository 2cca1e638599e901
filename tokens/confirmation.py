"""How a change is confirmed with a token's code (`settings.CONFIRMATION_METHODS`, decision 21)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.clock import to_local
from directory.models import User
from tokens import rules
from tokens.enums import Purpose
from tokens.selectors import active_token_of, locked_until
from tokens.services import verify


class OneTimeCode:
    """The code proves that the person is there; the digest of what was shown goes into the evidence with it."""

    name = "one_time_code"

    def is_available(self, user: User) -> bool:
        return active_token_of(user) is not None

    def ready_at(self, user: User) -> datetime | None:
        """When the token shows the code after the one last used, which is never accepted again (RFC 6238 section
        5.2)."""
        token = active_token_of(user)
        return rules.next_code_at(token.last_step, timezone.now()) if token else None

    def verify(self, user: User, answer: str, digest: str) -> dict[str, str] | None:
        """Which token and which of its 30-second steps confirmed; never the code.

        Raises ValidationError with the code `locked` while wrong codes keep the token locked: whoever confirms is
        already signed in, so saying so tells a stranger nothing. The sign-in never says it.
        """
        verified = verify(user=user, code=answer, purpose=Purpose.CONFIRMATION)
        if verified is None:
            _tell_if_locked(user)
            return None
        return {"serial": verified.token.serial, "step": str(verified.step), "digest": digest}


def _tell_if_locked(user: User) -> None:
    until = locked_until(user)
    if until:
        raise ValidationError(
            _("Too many wrong codes: your token is locked until %(time)s."),
            code="locked",
            params={"time": f"{to_local(user.portal, rules.whole_minute(until)):%H:%M}"},
        )
