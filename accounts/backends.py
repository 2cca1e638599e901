from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from directory.models import User
from rights.selectors.entry import person


class PortalBackend(ModelBackend):
    """Loads the signed-in person. Signing in itself is `accounts.sign_in.services`, never `authenticate`."""

    def authenticate(self, request: Any, **credentials: Any) -> None:  # type: ignore[override] # never a user
        return None

    def get_user(self, user_id: UUID) -> User | None:
        return person(user_id)
