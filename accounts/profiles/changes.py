from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.profiles import services
from audit.enums import Event
from changes.registry import ChangeService, Description, Line, register
from directory.enums import OperatingRole
from directory.models import User
from directory.permissions import Permission
from directory.rules.company import cleaned_profile_name
from directory.selectors.users import profile_of, profiles_of

Params = dict[str, Any]


@register
class SaveProfile(ChangeService):
    """Perfiles (S1-035): a new one or a change; `profile` is its key in both cases."""

    key = "profiles.save"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES

    def lock(self, actor: User, params: Params) -> None:
        list(profiles_of(actor).filter(pk=params["profile"]).select_for_update())

    def describe(self, actor: User, params: Params) -> Description:
        profile = profile_of(actor, params["profile"])
        if profile is None and not params["is_new"]:
            raise ValidationError(_("That profile does not exist."), code="no_profile")
        name, role = cleaned_profile_name(params["name"]), OperatingRole(params["operating_role"])
        if profiles_of(actor).filter(name__iexact=name).exclude(pk=params["profile"]).exists():
            raise services.profile_name_taken()
        before = (profile.name, str(profile.get_operating_role_display())) if profile else ("", "")
        rows = zip((_("Name"), _("Operating role")), before, (name, str(role.label)), strict=True)
        return Description(
            title=(_("Change profile %(name)s") if profile else _("Create profile %(name)s"))
            % {"name": profile.name if profile else name},
            target=("profile", params["profile"], name),
            lines=[Line(what, old, new, "changed" if old else "added") for what, old, new in rows if old != new],
            effect=_("It holds at once for every user of this profile.") if profile else "",
            success=_("Profile %(name)s was saved.") % {"name": name},
        )

    def apply(self, actor: User, params: Params) -> None:
        services.save_profile(
            actor=actor,
            profile_id=UUID(params["profile"]),
            name=cleaned_profile_name(params["name"]),
            operating_role=params["operating_role"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:profiles")
