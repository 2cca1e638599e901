"""passwords.generate: the intent alone. The secret is made when the change is applied and is never part of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.passwords.generation import KIND, generate_password
from accounts.states.services import set_state
from audit.enums import Event
from audit.services import target_of
from changes.registry import ChangeService, Description, Line, register
from directory.enums import UserState
from directory.models import User
from directory.permissions import Permission
from directory.rules.people import seconds_until_next_generation
from directory.selectors.subjects import lock_subject, subject_of
from notifications.selectors import last_delivery

Params = dict[str, Any]


@register
class GeneratePassword(ChangeService):
    """Contraseña (S1-103..105). `activate` takes somebody not active to Activo in the same change (decision 11)."""

    key = "passwords.generate"
    event = Event.PASSWORD_GENERATED
    permission = Permission.GENERATE_PASSWORDS

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)

    def describe(self, actor: User, params: Params) -> Description:
        user = subject_of(actor, params)
        _check(actor, user)
        hours = user.portal.generated_password_hours
        lines = [
            Line(
                _("Access password"),
                str(user.get_credential_state_display()),
                ngettext(
                    "New one, until the user has chosen their own, for %(hours)s hour at most",
                    "New one, until the user has chosen their own, for %(hours)s hours at most",
                    hours,
                )
                % {"hours": hours},
            ),
            Line(_("Sent to"), "", user.email, "said"),
        ]
        if _activates(user, params):
            lines.append(Line(_("State"), str(user.get_state_display()), str(UserState.ACTIVE.label)))
        return Description(
            title=_("Generate a password for %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=lines,
            effect=_(
                "The present password, and any other on its way, stop working. The user must change the new one at the "
                "first sign-in."
            ),
            success=_("The password of %(name)s was generated and is on its way.") % {"name": user.username},
            warnings=_warnings(user, params),
        )

    def apply(self, actor: User, params: Params) -> None:
        user = subject_of(actor, params)
        if _activates(user, params):
            set_state(actor=actor, user=user, state=UserState.ACTIVE)
        generate_password(actor=actor, user=user)

    def done_url(self, params: Params) -> str:
        return reverse("users:password", args=[params["user"]])


def _check(actor: User, user: User) -> None:
    if not user.email:
        raise ValidationError(_("The user has no e-mail address to send the password to."), code="no_email")
    last = last_delivery(viewer=actor, kind=KIND, about_id=user.pk)
    seconds = seconds_until_next_generation(last.created_at if last else None, timezone.now())
    if seconds:
        raise ValidationError(
            ngettext(
                "A password was generated a moment ago. Wait %(seconds)s second.",
                "A password was generated a moment ago. Wait %(seconds)s seconds.",
                seconds,
            ),
            params={"seconds": seconds},
            code="too_soon",
        )


def _activates(user: User, params: Params) -> bool:
    return bool(params["activate"]) and user.state != UserState.ACTIVE


def _warnings(user: User, params: Params) -> list[str]:
    if user.state == UserState.ACTIVE or params["activate"]:
        return []
    return [
        _("The user stays in the state %(state)s and cannot sign in until activated.")
        % {"state": user.get_state_display()}
    ]
