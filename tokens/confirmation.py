"""How a change is confirmed with a token's code (`settings.CONFIRMATION_METHODS`, decision 21)."""

from accounts.models import User
from tokens.enums import Purpose
from tokens.selectors import active_token_of
from tokens.services import verify


class OneTimeCode:
    """The code says that the person is there; the digest of what was shown goes into the evidence beside it."""

    name = "one_time_code"

    def is_available(self, user: User) -> bool:
        return active_token_of(user) is not None

    def verify(self, user: User, answer: str, digest: str) -> dict[str, str] | None:
        """Which token and which of its 30-second steps confirmed; never the code."""
        verified = verify(user=user, code=answer, purpose=Purpose.CONFIRMATION)
        if verified is None:
            return None
        return {"serial": verified.token.serial, "step": str(verified.step), "digest": digest}
