"""How often this browser was refused, so that people can be warned before a lock without a word about any user.

A signed cookie counts, not the user's own attempts: whoever types a name learns nothing of it, and a stranger costs no
row. Whoever deletes it is warned later, and locks no less.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

KEPT_SECONDS = 30 * 60
WARNED_BEFORE = 2
_signer = Signer(salt="accounts.sign_in.tries")


@dataclass(frozen=True)
class Tries:
    """Refused attempts of one browser, and after how many in a row a user or a token is blocked."""

    count: int
    most: int

    @property
    def is_near(self) -> bool:
        """Whether to warn: some attempts of the same person are left, if all were about one user."""
        return self.most - WARNED_BEFORE <= self.count < self.most

    @property
    def is_over(self) -> bool:
        return self.count >= self.most


def counted(request: HttpRequest) -> int:
    """How many were refused before this request; anything but our own cookie is none."""
    try:
        return int(_signer.unsign(request.COOKIES.get(settings.TRIES_COOKIE_NAME, "")))
    except (BadSignature, ValueError):
        return 0


def remember(response: HttpResponse, count: int) -> None:
    response.set_cookie(
        settings.TRIES_COOKIE_NAME,
        _signer.sign(str(count)),
        max_age=KEPT_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(settings.TRIES_COOKIE_NAME, samesite="Lax")
