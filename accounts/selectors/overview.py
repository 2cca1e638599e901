from django.db.models import Q, QuerySet

from accounts.enums import CredentialState, UserState
from accounts.models import User
from accounts.selectors.users import secondary_users_of


def unfinished_users(viewer: User) -> QuerySet[User]:
    """Secondary users who cannot work yet: not active, or without a password."""
    return (
        secondary_users_of(viewer)
        .filter(~Q(state=UserState.ACTIVE) | Q(credential_state=CredentialState.NONE))
        .order_by("-created_at")
    )
