from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from directory.enums import ProfileState, Readiness, Role, UserState
from directory.models import Company, Profile, User
from directory.rules.people import number_to_find
from directory.selectors.company import company_of
from pages.words import column_without_marks, plain, with_words
from tenancy import context
from tenancy.inserting import insert, values_of
from tenancy.rows import OfCompany


@dataclass(frozen=True, kw_only=True)
class UserCriteria:
    """What users are looked for by, any one of it being enough (S1-053, S1-054). Empty: not asked.

    `name` is words of the whole name in any order, without regard to accents; `id_number` a part of the number, with
    or without its dots. `signed_in_since` and `signed_in_before` are instants of the last sign-in.
    """

    username: str = ""
    name: str = ""
    id_type: str = ""
    id_number: str = ""
    profile: Profile | None = None
    state: str = ""
    readiness: str = ""
    never_signed_in: bool = False
    signed_in_since: datetime | None = None
    signed_in_before: datetime | None = None


EVERYBODY = UserCriteria()


def users_of(viewer: User) -> QuerySet[User]:
    """The users of the viewer's company, with what their pages print. Never another company's."""
    return User.objects.of(viewer).select_related("profile", "company__portal")


def secondary_users_of(viewer: User) -> QuerySet[User]:
    """The users an administrator runs: the company's secondary ones (never the viewer, never an administrator)."""
    return users_of(viewer).filter(role=Role.SECONDARY)


def secondary_users_among(viewer: User, user_ids: Collection[UUID]) -> dict[UUID, User]:
    """Those of them the viewer runs, by key, with profile, company and portal, which are read once for all: three
    queries."""
    found = secondary_users_of(viewer).select_related(None).in_bulk(user_ids)
    company = company_of(viewer)
    profiles = profiles_of(viewer).in_bulk({user.profile_id for user in found.values() if user.profile_id})
    for user in found.values():
        user.company, user.profile = company, profiles[user.profile_id] if user.profile_id else None
    return found


def search_users(viewer: User, criteria: UserCriteria = EVERYBODY) -> QuerySet[User]:
    """The users an administrator runs, by any of the criteria, each with its profile, by user name.

    The company's rows are found by index and the text is looked for among them: under row-level security no index on
    the text can be used, since LIKE is not leakproof. So the columns are kept plain (50,000 users in one company:
    50 ms; made plain row by row, 300 ms). Without criteria the index on company and user name gives the order too.
    """
    found = secondary_users_of(viewer).select_related(None).select_related("profile")
    found = with_words(found, criteria.name, F("plain_name")).filter(**_exact(criteria))
    if criteria.username:
        found = found.filter(username__icontains=criteria.username)
    if number := number_to_find(criteria.id_number, viewer.portal.country):
        kept = found.alias(plain_number=column_without_marks("id_number"))
        found = kept.filter(plain_details__contains=plain(number), plain_number__contains=number)  # the cheap one first
    return those_who(found, criteria.readiness, timezone.now()).order_by(Lower("username"), "id")


def _exact(criteria: UserCriteria) -> dict[str, Any]:
    """What a column's whole value is compared with."""
    asked = {
        "id_type": criteria.id_type,
        "profile": criteria.profile,
        "state": criteria.state,
        "signed_in_at__isnull": criteria.never_signed_in,
        "signed_in_at__gte": criteria.signed_in_since,
        "signed_in_at__lt": criteria.signed_in_before,
    }
    return {lookup: value for lookup, value in asked.items() if value}


def stands_as(readiness: Readiness | str, instant: datetime) -> Q:
    """Whose kept readiness is this at `instant`; what lapsed by then counts as what it became."""
    has_lapsed = Q(readiness_lapses_at__isnull=False, readiness_lapses_at__lte=instant)
    return Q(readiness=readiness) & ~has_lapsed | Q(readiness_afterwards=readiness) & has_lapsed


def those_who(users: QuerySet[User], readiness: str, instant: datetime) -> QuerySet[User]:
    """Of these users those whose readiness is this; all of them where none is asked for."""
    return users.filter(stands_as(readiness, instant)) if readiness else users


def profiles_of(viewer: User) -> QuerySet[Profile]:
    return Profile.objects.of(viewer).order_by("name")


def profiles_to_give(viewer: User, held: UUID | None = None) -> QuerySet[Profile]:
    """Those that are not retired; and the one somebody has, who keeps it."""
    return profiles_of(viewer).filter(Q(state=ProfileState.ACTIVE) | Q(pk=held))


def usernames_with_profile(viewer: User, profile_id: UUID) -> list[str]:
    """Whom of the viewer's company a change of this profile concerns."""
    users = secondary_users_of(viewer).filter(profile_id=profile_id)
    return list(users.order_by("username").values_list("username", flat=True))


def profiles_with_counts(viewer: User) -> QuerySet[Profile]:
    """The company's profiles, each with the number of its users as `user_count`."""
    return profiles_of(viewer).annotate(user_count=Count("users"))


def users_with_profile(profile: Profile) -> list[UUID]:
    return list(User.objects.of(profile).filter(profile=profile).values_list("pk", flat=True))


def other_administrators(viewer: User) -> QuerySet[User]:
    """The company's administrators who can sign in, except the viewer."""
    return users_of(viewer).filter(role=Role.ADMINISTRATOR, state=UserState.ACTIVE).exclude(pk=viewer.pk)


def administrators_to_tell(of: OfCompany) -> QuerySet[User]:
    """The company's administrators who are told what happens to it. A lock for failed attempts, which anybody at the
    door can bring about, silences nobody."""
    told = User.objects.of(of).select_related("profile", "company__portal")
    return told.filter(role=Role.ADMINISTRATOR, state__in=(UserState.ACTIVE, UserState.LOCKED))


def lock_people(ids: Collection[UUID]) -> None:
    """Until the transaction ends nobody else changes these people. Locked in a fixed order."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(rows.values_list("pk"))


def people_by_id(ids: Collection[UUID]) -> dict[UUID, User]:
    """People with their company and portal, as the database has them at this moment."""
    return User.objects.select_related("company__portal").in_bulk(ids)


def is_taken(sign_in_key: str) -> bool:
    """Whether anybody in the whole portal has this user name: names are the portal's, not the company's."""
    with context.sign_in(sign_in_key):
        return User.objects.filter(sign_in_key=sign_in_key).exists()


def taken_among(company: Company, sign_in_keys: Collection[str]) -> set[str]:
    """Which of these names somebody in the whole portal has, in as many statements for a thousand as for one.

    Nobody sees another company's names. So people of these names are written down, those that the database does not
    take are somebody's, and all of it is rolled back.
    """
    with transaction.atomic():
        somebody = values_of(User(company=company, role=Role.SECONDARY))
        tried = {str(uuid4()): key for key in sign_in_keys}
        rows = [{**somebody, "id": user_id, "sign_in_key": key} for user_id, key in tried.items()]
        written = insert(User, rows, or_skip=True)
        transaction.set_rollback(True)
    return {key for user_id, key in tried.items() if user_id not in written}


def same_person(viewer: User, *, id_type: str, id_number: str, besides: UUID | str) -> list[str]:
    """User names under which the company already has the person with this identification."""
    found = users_of(viewer).filter(id_type=id_type, id_number=id_number).exclude(pk=besides)
    return sorted(found.values_list("username", flat=True))


def people_with(viewer: User, id_numbers: Collection[str]) -> list[tuple[UUID, str, str, str]]:
    """Whom of the company has one of these numbers: key, kind of document, number, user name. One query."""
    found = users_of(viewer).filter(id_number__in=id_numbers).exclude(id_number="")
    return list(found.values_list("pk", "id_type", "id_number", "username"))
