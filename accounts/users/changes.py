"""users.create, users.edit_main, users.edit_contact, users.set_alerts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users import services
from audit.enums import Event
from audit.services import target_of
from changes.registry import ChangeService, Description, Line, register
from directory.models import Profile, User
from directory.permissions import Permission
from directory.rules.people import FIELDS, cleaned, identification_label
from directory.selectors import users as selectors
from directory.selectors.subjects import lock_subject, subject_of

Params = dict[str, Any]


def _profile_of(actor: User, params: Params) -> Profile:
    profile = selectors.profile_of(actor, params["profile"])
    if profile is None:
        raise ValidationError({"profile": ValidationError(_("Choose one of the company's profiles."), "no_profile")})
    return profile


def _cleaned(actor: User, params: Params, names: Sequence[str]) -> dict[str, str]:
    portal = actor.portal
    return cleaned({name: params[name] for name in names}, portal.country, portal.edition.optional_fields)


def _shown(values: Mapping[str, Any], names: Sequence[str], country: str) -> dict[str, str]:
    """Fields as a person reads them: the words of a choice, Sí or No."""
    shown = {name: str(values[name]) for name in names}
    if shown.get("id_type"):
        shown["id_type"] = identification_label(shown["id_type"], country)
    if "receives_alerts" in shown:
        shown["receives_alerts"] = _("Yes") if values["receives_alerts"] else _("No")
    return shown


def _lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[Line]:
    return [
        Line(str(FIELDS[name].label), before[name], after[name], "changed" if before[name] else "added")
        for name in after
        if before[name] != after[name]
    ]


def _warn_of_same_person(actor: User, values: Mapping[str, str], user_id: str) -> list[str]:
    id_type, id_number = values.get("id_type", ""), values.get("id_number", "")
    others = selectors.same_person(actor, id_type=id_type, id_number=id_number, besides=user_id) if id_number else []
    if not others:
        return []
    return [_("The company already has this person under another user: %(names)s.") % {"names": ", ".join(others)}]


@register
class CreateUser(ChangeService):
    """Crear Nuevo, all 15 fields (S1-064..070)."""

    key = "users.create"
    event = Event.USER_CREATED
    permission = Permission.EDIT_USERS

    def lock(self, actor: User, params: Params) -> None:
        """Nothing to overwrite; the profile must stay, and two of the same name meet in the unique constraint."""
        list(selectors.profiles_of(actor).filter(pk=params["profile"]).select_for_update(no_key=True))

    def describe(self, actor: User, params: Params) -> Description:
        values = _cleaned(actor, params, actor.portal.edition.texts)
        profile = _profile_of(actor, params)
        if selectors.is_taken(actor.company.sign_in_key(values["username"])):
            raise services.name_taken()
        content = {**values, "profile": profile.name, "receives_alerts": params["receives_alerts"]}
        names = [name for name in actor.portal.edition.person_fields if content[name] != ""]
        after = _shown(content, names, actor.portal.country)
        return Description(
            title=_("Create user %(name)s") % {"name": values["username"]},
            target=("user", params["user"], values["username"]),
            lines=_lines(dict.fromkeys(after, ""), after),
            effect=_("The user is pending until products, limits and hours are given and a password is generated."),
            success=_("User %(name)s was created. Assign products next.") % {"name": values["username"]},
            warnings=_warn_of_same_person(actor, values, params["user"]),
        )

    def apply(self, actor: User, params: Params) -> None:
        services.create_user(
            actor=actor,
            user_id=UUID(params["user"]),
            values=_cleaned(actor, params, actor.portal.edition.texts),
            profile=_profile_of(actor, params),
            receives_alerts=params["receives_alerts"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("products:user", args=[params["user"]])


@register
class EditMain(ChangeService):
    """Información Principal: Datos generales."""

    key = "users.edit_main"
    event = Event.USER_CHANGED
    permission = Permission.EDIT_USERS

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)

    def describe(self, actor: User, params: Params) -> Description:
        user = subject_of(actor, params)
        values = _cleaned(actor, params, actor.portal.edition.texts_on("main"))
        names = (*values, "profile")
        before = {**{name: getattr(user, name) for name in values}, "profile": user.profile or ""}
        after = {**values, "profile": _profile_of(actor, params)}
        return Description(
            title=_("Main information of %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=_lines(_shown(before, names, actor.portal.country), _shown(after, names, actor.portal.country)),
            success=_("The main information of %(name)s was changed.") % {"name": user.username},
        )

    def apply(self, actor: User, params: Params) -> None:
        services.edit_main(
            actor=actor,
            user=subject_of(actor, params),
            values=_cleaned(actor, params, actor.portal.edition.texts_on("main")),
            profile=_profile_of(actor, params),
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:main", args=[params["user"]])


@register
class EditContact(ChangeService):
    """Información Usuario: Datos adicionales and Datos de contacto."""

    key = "users.edit_contact"
    event = Event.USER_CHANGED
    permission = Permission.EDIT_USERS

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)

    def describe(self, actor: User, params: Params) -> Description:
        user = subject_of(actor, params)
        values = _cleaned(actor, params, actor.portal.edition.texts_on("contact"))
        names, country = (*values, "receives_alerts"), actor.portal.country
        before = _shown({name: getattr(user, name) for name in names}, names, country)
        after = _shown({**values, "receives_alerts": params["receives_alerts"]}, names, country)
        moved = (values.get("id_type"), values.get("id_number")) != (user.id_type, user.id_number)
        return Description(
            title=_("User information of %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=_lines(before, after),
            effect=_("A password still on its way to the former address is withdrawn.")
            if values["email"] != user.email
            else "",
            success=_("The information of %(name)s was changed.") % {"name": user.username},
            warnings=_warn_of_same_person(actor, values, params["user"]) if moved else [],
        )

    def apply(self, actor: User, params: Params) -> None:
        services.edit_contact(
            actor=actor,
            user=subject_of(actor, params),
            values=_cleaned(actor, params, actor.portal.edition.texts_on("contact")),
            receives_alerts=params["receives_alerts"],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:contact", args=[params["user"]])
