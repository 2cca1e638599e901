from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.passwords.selectors import remembered_passwords
from accounts.profiles.labels import what_changes_for, what_it_lets
from accounts.profiles.selectors import Catalogue, catalogue_of
from accounts.states.labels import reason_lines
from accounts.states.rules import cleaned_reason
from accounts.users import services
from accounts.users.labels import lines, shown, warn_of_same_person
from accounts.users.selectors import same_people
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Beside, Description, Line
from directory.enums import OperatingRole
from directory.models import Company, Profile, User
from directory.permissions import Permission
from directory.rules.people import FIELDS, cleaned, was_used
from directory.selectors import users as selectors
from directory.selectors.company import company_of
from directory.selectors.subjects import locked_subject, locked_subjects
from tokens.enums import LIVE
from tokens.models import Token
from tokens.selectors import tokens_held_by

Texts = Mapping[str, str]


@dataclass(frozen=True)
class NewUser:
    """What a new user is checked against: the chosen profile, whether the name is taken, who has the same
    identification."""

    company: Company
    profile: Profile | None
    is_name_taken: bool
    same_person: Sequence[str]


@dataclass(frozen=True)
class KnownUser:
    """`profile` is the chosen one, `catalogue` what profiles can open; `same_person` are others with the same
    identification."""

    user: User
    profile: Profile | None = None
    catalogue: Catalogue | None = None
    same_person: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class CreateUser(ChangeKind[NewUser]):
    """Crear Nuevo (S1-064..070). `user` is the key the user will have, `texts` the person's fields by name."""

    key = "users.create"
    event = Event.USER_CREATED
    permission = Permission.EDIT_USERS
    together_by = "user"

    user: UUID
    profile: UUID
    texts: Texts
    receives_alerts: bool

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[NewUser]:
        """As if each had been made before the next is looked at: two of one name, or of one person, are found."""
        company = company_of(maker)
        profiles = _locked_profiles(maker, parts)
        keys = [company.sign_in_key(part.texts["username"]) for part in parts]
        taken = selectors.taken_among(company, keys)
        same = same_people(maker, [(part.user, part.texts["username"], part.texts) for part in parts])
        loaded = []
        for part, key, others in zip(parts, keys, same, strict=True):
            loaded.append(NewUser(company, profiles.get(part.profile), key in taken, others))
            taken.add(key)
        return loaded

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[NewUser], authority: Authority) -> None:
        new = [
            services.NewUser(part.user, part.texts, _chosen(row.profile), part.receives_alerts)
            for part, row in zip(parts, rows, strict=True)
        ]
        services.create_users(authority=authority, company=rows[0].company, new=new)

    def __post_init__(self) -> None:
        if "username" not in self.texts:
            raise ValueError("a new user has a user name")

    def normalised(self, maker: User) -> Self:
        return replace(self, texts=_cleaned(self.texts, maker.portal.edition.texts, maker))

    def load(self, maker: User) -> NewUser:
        """Nothing to overwrite; the profile must stay, and the unique constraint refuses two of the same name."""
        company = company_of(maker)
        return NewUser(
            company=company,
            profile=selectors.profiles_of(maker).filter(pk=self.profile).select_for_update(no_key=True).first(),
            is_name_taken=selectors.is_taken(company.sign_in_key(self.texts["username"])),
            same_person=_same_person(maker, self.texts, self.user),
        )

    def describe(self, rows: NewUser, maker: User, now: datetime) -> Description:
        profile = _chosen(rows.profile)
        if rows.is_name_taken:
            raise services.name_taken()
        content = {**self.texts, "profile": profile.name, "receives_alerts": self.receives_alerts}
        after = shown({name: value for name, value in content.items() if value != ""}, maker.portal)
        name = {"name": self.texts["username"]}
        return Description(
            title=_("Create user %(name)s") % name,
            target=("user", str(self.user), self.texts["username"]),
            lines=lines(dict.fromkeys(after, ""), after),
            effect=" ".join(
                [
                    _what_it_lets(profile),
                    _("They can sign in once they are active and have a password."),
                ]
            ),
            success=_("User %(name)s was created.") % name,
            warnings=warn_of_same_person(rows.same_person),
        )

    def apply(self, rows: NewUser, authority: Authority) -> None:
        services.create_user(
            authority=authority,
            company=rows.company,
            user_id=self.user,
            values=self.texts,
            profile=_chosen(rows.profile),
            receives_alerts=self.receives_alerts,
        )

    def done_url(self) -> str:
        return reverse("products:user", args=[self.user])


@dataclass(frozen=True, kw_only=True)
class EditMain(ChangeKind[KnownUser]):
    """Información Principal: Datos generales."""

    key = "users.edit_main"
    event = Event.USER_CHANGED
    permission = Permission.EDIT_USERS
    sets_identification = True
    together_by = "user"

    user: UUID
    profile: UUID
    texts: Texts

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[KnownUser | ValidationError]:
        users = locked_subjects(maker, [part.user for part in parts])
        profiles = selectors.profiles_of(maker).in_bulk({part.profile for part in parts})
        catalogue = catalogue_of(maker)
        return [
            user
            if isinstance(user, ValidationError)
            else _with_profile(user, profiles.get(part.profile), lambda: catalogue)
            for part, user in zip(parts, users, strict=True)
        ]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[KnownUser], authority: Authority) -> None:
        edited = [
            (row.user, {**part.texts, "profile": _chosen(row.profile)}) for part, row in zip(parts, rows, strict=True)
        ]
        services.edit_many(authority=authority, edited=edited)

    def normalised(self, maker: User) -> Self:
        return replace(self, texts=_cleaned(self.texts, maker.portal.edition.texts_on("main"), maker))

    def load(self, maker: User) -> KnownUser:
        user, profile = locked_subject(maker, self.user), selectors.profiles_of(maker).filter(pk=self.profile).first()
        return _with_profile(user, profile, lambda: catalogue_of(maker))

    def describe(self, rows: KnownUser, maker: User, now: datetime) -> Description:
        user = rows.user
        before = {**{name: getattr(user, name) for name in self.texts}, "profile": user.profile or ""}
        profile = _chosen(rows.profile, held=user.profile_id)
        after = {**self.texts, "profile": profile}
        return Description(
            title=_("Main information of %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=lines(shown(before, maker.portal), shown(after, maker.portal)),
            effect="\n".join(_what_another_means(user, profile, rows.catalogue)) if rows.catalogue else "",
            success=_("The main information of %(name)s was changed.") % {"name": user.username},
            beside=Beside.of_person(_("Main information"), username=user.username, name=user.display_name),
        )

    def apply(self, rows: KnownUser, authority: Authority) -> None:
        profile = _chosen(rows.profile, held=rows.user.profile_id)
        services.edit_main(authority=authority, user=rows.user, values=self.texts, profile=profile)

    def done_url(self) -> str:
        return reverse("users:main", args=[self.user])


@dataclass(frozen=True, kw_only=True)
class EditContact(ChangeKind[KnownUser]):
    """Información Usuario: Datos adicionales and Datos de contacto."""

    key = "users.edit_contact"
    event = Event.USER_CHANGED
    permission = Permission.EDIT_USERS
    sets_identification = True
    together_by = "user"

    user: UUID
    texts: Texts
    receives_alerts: bool

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[KnownUser | ValidationError]:
        users = locked_subjects(maker, [part.user for part in parts])
        known = [(part, user) for part, user in zip(parts, users, strict=True) if isinstance(user, User)]
        others = iter(same_people(maker, [(user.pk, user.username, part.texts) for part, user in known]))
        return [KnownUser(user, same_person=next(others)) if isinstance(user, User) else user for user in users]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[KnownUser], authority: Authority) -> None:
        edited = [
            (row.user, {**part.texts, "receives_alerts": part.receives_alerts})
            for part, row in zip(parts, rows, strict=True)
        ]
        services.edit_many(authority=authority, edited=edited)

    def normalised(self, maker: User) -> Self:
        return replace(self, texts=_cleaned(self.texts, maker.portal.edition.texts_on("contact"), maker))

    def load(self, maker: User) -> KnownUser:
        user = locked_subject(maker, self.user)
        return KnownUser(user, same_person=_same_person(maker, self.texts, self.user))

    def describe(self, rows: KnownUser, maker: User, now: datetime) -> Description:
        user = rows.user
        after = {**self.texts, "receives_alerts": self.receives_alerts}
        before = {name: getattr(user, name) for name in after}
        is_another = any(before[name] != after[name] for name in after if name in {"id_type", "id_number"})
        return Description(
            title=_("User information of %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=lines(shown(before, maker.portal), shown(after, maker.portal)),
            effect=_("Any password not yet sent to the previous address is cancelled.")
            if before.get("email") != after.get("email")
            else "",
            success=_("The information of %(name)s was changed.") % {"name": user.username},
            warnings=warn_of_same_person(rows.same_person) if is_another else [],
        )

    def apply(self, rows: KnownUser, authority: Authority) -> None:
        services.edit_contact(
            authority=authority, user=rows.user, values=self.texts, receives_alerts=self.receives_alerts
        )

    def done_url(self) -> str:
        return reverse("users:contact", args=[self.user])


@dataclass(frozen=True)
class UnusedUser:
    """`tokens` go back to the stock; `kept` are those that cannot, being lost or disabled; `has_past` says whether they
    ever had a password of their own."""

    user: User
    tokens: Sequence[Token]
    kept: Sequence[Token]
    has_past: bool


@dataclass(frozen=True, kw_only=True)
class DeleteUser(ChangeKind[UnusedUser]):
    """Somebody who was created and never came. Whoever came once is deactivated: their name stays theirs."""

    key = "users.delete"
    event = Event.USER_DELETED
    permission = Permission.EDIT_USERS

    user: UUID
    reason: str = ""

    def normalised(self, maker: User) -> Self:
        return replace(self, reason=cleaned_reason(self.reason))

    def load(self, maker: User) -> UnusedUser:
        user = locked_subject(maker, self.user)
        tokens = [held.token for held in tokens_held_by(maker, user)]
        return UnusedUser(
            user,
            [token for token in tokens if token.state in LIVE],
            [token for token in tokens if token.state not in LIVE],
            has_past=remembered_passwords(user).exists(),
        )

    def describe(self, rows: UnusedUser, maker: User, now: datetime) -> Description:
        user = rows.user
        if was_used(user.signed_in_at, user.credential_state) or rows.has_past or rows.kept:
            raise ValidationError(
                _("%(name)s has been used and cannot be deleted: deactivate instead."),
                params={"name": user.username},
                code="used",
            )
        facts = {
            FIELDS["username"].label: user.username,
            _("Full name"): user.full_name,
            FIELDS["profile"].label: str(user.profile or ""),
            _("Token"): ", ".join(token.serial for token in rows.tokens),
        }
        gone = [Line(str(name), value, "", LineKind.REMOVED) for name, value in facts.items() if value]
        return Description(
            title=_("Delete %(name)s") % {"name": user.username},
            target=target_of(user),
            lines=[*gone, *reason_lines(self.reason)],
            effect=_(
                "The user name becomes free. Their products, limits, hours and drafts are deleted with them, a "
                "password on its way is withdrawn, and a token goes back to the stock. The audit trail keeps their "
                "name."
            ),
            success=_("%(name)s was deleted.") % {"name": user.username},
            beside=Beside.of_person(_("Delete"), username=user.username, name=user.display_name),
        )

    def apply(self, rows: UnusedUser, authority: Authority) -> None:
        services.delete_unused(authority=authority, user=rows.user, tokens=rows.tokens)

    def done_url(self) -> str:
        return reverse("users:search")


def _with_profile(user: User, profile: Profile | None, catalogue: Callable[[], Catalogue]) -> KnownUser:
    is_another = profile is not None and profile.pk != user.profile_id
    return KnownUser(user, profile, catalogue() if is_another else None)


def _cleaned(texts: Texts, names: Sequence[str], maker: User) -> dict[str, str]:
    """These fields and no others, in the form they are kept in. Raises ValidationError by field."""
    portal = maker.portal
    return cleaned({name: texts.get(name, "") for name in names}, portal.country, portal.edition.optional_fields)


def _what_it_lets(profile: Profile) -> str:
    return what_it_lets(profile.name, OperatingRole(profile.operating_role))


def _what_another_means(user: User, profile: Profile, catalogue: Catalogue) -> list[str]:
    """What the profile lets, and what the user loses and gains by it."""
    return [_what_it_lets(profile), *what_changes_for([user.username], *catalogue.moved(user.profile, profile))]


def _chosen(profile: Profile | None, *, held: UUID | None = None) -> Profile:
    """Raises ValidationError for none, and for a retired one that the user does not have already (`held`)."""
    if profile is None or (profile.is_retired and profile.pk != held):
        raise ValidationError({"profile": ValidationError(_("Choose one of the company's profiles."), "no_profile")})
    return profile


def _same_person(maker: User, texts: Texts, user_id: UUID) -> list[str]:
    id_type, id_number = texts.get("id_type", ""), texts.get("id_number", "")
    return selectors.same_person(maker, id_type=id_type, id_number=id_number, besides=user_id) if id_number else []


def _locked_profiles(maker: User, parts: Sequence[CreateUser]) -> dict[UUID, Profile]:
    chosen = selectors.profiles_of(maker).filter(pk__in={part.profile for part in parts})
    return {profile.pk: profile for profile in chosen.order_by("pk").select_for_update(no_key=True)}
