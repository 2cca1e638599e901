"""What the sign-in asks about tokens (`settings.TOKEN_CHECK`)."""

from accounts.models import User
from tokens.enums import Purpose
from tokens.models import Token
from tokens.selectors import active_token_of
from tokens.services import verify


class TokenCheck:
    """Both need the scope of the user's company; without a user nothing is visible and nothing is found."""

    def verify(self, user: User | None, code: str) -> Token | None:
        """The token whose code this is, now used up; None for every cause, at the same cost."""
        verified = verify(user=user, code=code, purpose=Purpose.SIGN_IN)
        return verified.token if verified else None

    def active_device(self, user: User | None) -> Token | None:
        """The token without whose code this person does not get in, or None."""
        return active_token_of(user)
