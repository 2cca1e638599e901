from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from directory.models import User
from directory.selectors.sign_in import signed_in_user


class PortalBackend(ModelBackend):
    """Finds the signed-in person again. Signing in itself is `accounts.sign_in.services`, never `authenticate`."""

    def authenticate(self, request: Any, **credentials: Any) -> None:  # type: ignore[override]
        return None

    def get_user(self, user_id: UUID) -> User | None:  # type: ignore[override]
        return signed_in_user(user_id)
