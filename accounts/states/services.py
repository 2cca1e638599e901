from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.enums import SessionEnd
from accounts.sessions.services import end_sessions_of
from audit.authority import Authority
from directory.enums import CredentialState, UserState
from directory.models import User
from directory.readiness import touched
from directory.rules.people import can_become
from notifications.enums import Notice
from notifications.services import tell_all


def set_state(*, authority: Authority, user: User, state: str) -> None:
    """Activates or deactivates. An inactive user's sessions end at their next request (decision 19)."""
    set_states(authority=authority, users=[user], state=state)


def set_states(*, authority: Authority, users: Sequence[User], state: str) -> None:
    """The same for many at once."""
    changes: dict[str, object] = {"state": state, "locked_at": None}
    if state == UserState.ACTIVE:
        changes["failed_attempts"] = 0
    before = {user.pk: user.state for user in users}
    for user in users:
        _check(user, state, authority)
        vars(user).update(changes)
    User.objects.filter(pk__in=[user.pk for user in users]).update(**changes)
    touched(user.pk for user in users)
    if state != UserState.ACTIVE:
        end_sessions_of(user_ids=[user.pk for user in users], reason=SessionEnd.WITHDRAWN)
    for notice, told in _notices(before, users).items():
        tell_all(notice, [(user, {}) for user in told], authority=authority)


def _check(user: User, state: str, authority: Authority) -> None:
    if user == authority.actor:
        raise ValidationError(_("You cannot change your own status."), code="oneself")
    if not can_become(user.state, state):
        raise ValidationError(_("The user cannot be given that status."), code="transition")


def _notices(before: Mapping[UUID, str], users: Sequence[User]) -> Mapping[Notice, Sequence[User]]:
    """Who is told what. Nobody is who has no password yet: the mail with their first one says what there is to know."""
    told: dict[Notice, list[User]] = {}
    for user in users:
        if user.credential_state != CredentialState.NONE:
            told.setdefault(_notice(before[user.pk], user), []).append(user)
    return told


def _notice(before: str, user: User) -> Notice:
    if user.state != UserState.ACTIVE:
        return Notice.USER_DEACTIVATED
    return Notice.USER_UNLOCKED if before == UserState.LOCKED else Notice.USER_ACTIVATED
