"""users.set_state: Activación/Inactivación (S1-035, S3-054..057)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.states import services
from audit.enums import Event
from audit.services import target_of
from changes.registry import ChangeService, Description, Line, register
from directory.enums import PasswordWorth, UserState
from directory.models import User
from directory.permissions import Permission
from directory.rules.passwords import worth_of
from directory.rules.people import can_become
from directory.selectors.subjects import lock_subject, subject_of

Params = dict[str, Any]


@register
class SetState(ChangeService):
    key = "users.set_state"
    event = Event.USER_STATE_CHANGED
    permission = Permission.CHANGE_USER_STATE

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)

    def describe(self, actor: User, params: Params) -> Description:
        user = subject_of(actor, params)
        state = UserState(params["state"])
        if user.state != state and not can_become(user.state, state):
            raise ValidationError(
                _("%(name)s is %(state)s and cannot become %(new_state)s."),
                params={"name": user.username, "state": user.get_state_display(), "new_state": state.label},
                code="transition",
            )
        activating = state == UserState.ACTIVE
        line = Line(_("State"), str(user.get_state_display()), str(state.label))
        return Description(
            title=(_("Activate %(name)s") if activating else _("Inactivate %(name)s")) % {"name": user.username},
            target=target_of(user),
            lines=[line] if user.state != state else [],
            effect=_activation_effect(user)
            if activating
            else _("Whoever is signed in as this user is signed out at once."),
            success=_("%(name)s is now %(state)s.") % {"name": user.username, "state": state.label},
            warnings=_warnings(user) if activating else [],
        )

    def apply(self, actor: User, params: Params) -> None:
        services.set_state(actor=actor, user=subject_of(actor, params), state=params["state"])

    def done_url(self, params: Params) -> str:
        return reverse("users:states")


def _activation_effect(user: User) -> str:
    if user.state == UserState.LOCKED:
        return _("The count of failed attempts starts again at zero.")
    return _("The user may sign in during the hours given.")


def _warnings(user: User) -> list[str]:
    worth = worth_of(user.credential_state, user.password_expires_at, timezone.now())
    if worth != PasswordWorth.WORTHLESS:
        return []
    return [_("This user has no valid password and cannot sign in until one is generated.")]
