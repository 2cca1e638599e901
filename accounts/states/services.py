from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.enums import SessionEnd
from accounts.sessions.services import end_sessions
from audit.authority import Authority
from directory.enums import CredentialState, UserState
from directory.models import User
from directory.readiness import touched
from directory.rules.people import can_become
from notifications.enums import Notice
from notifications.services import tell


def set_state(*, authority: Authority, user: User, state: str) -> None:
    """Activates or deactivates. An inactive user's sessions end at their next request (decision 19)."""
    if user == authority.actor:
        raise ValidationError(_("You cannot change your own status."), code="oneself")
    if not can_become(user.state, state):
        raise ValidationError(_("The user cannot be given that status."), code="transition")
    before = user.state
    changes: dict[str, object] = {"state": state, "locked_at": None}
    if state == UserState.ACTIVE:
        changes["failed_attempts"] = 0
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    touched([user.pk])
    if state != UserState.ACTIVE:
        end_sessions(user_id=user.pk, reason=SessionEnd.WITHDRAWN)
    if notice := _notice(before, user):
        tell(notice, user, authority=authority)


def _notice(before: str, user: User) -> Notice | None:
    """Nobody is told who has no password yet: the mail with their first one says what there is to know."""
    if user.credential_state == CredentialState.NONE:
        return None
    if user.state != UserState.ACTIVE:
        return Notice.USER_DEACTIVATED
    return Notice.USER_UNLOCKED if before == UserState.LOCKED else Notice.USER_ACTIVATED
