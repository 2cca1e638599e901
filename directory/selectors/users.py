from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Concat, Lower

from directory.enums import Readiness, Role, UserState
from directory.models import Profile, User
from tenancy import context

# Names are searched without their accents. Written out, because PostgreSQL's `unaccent` needs an extension.
ACCENTED = "áàäâãéèëêíìïîóòöôõúùüûñçý"
PLAIN = "aaaaaeeeeiiiiooooouuuuncy"
SORT_KEYS: dict[str, tuple[F | Func, ...]] = {
    "usuario": (Lower("username"),),
    "nombre": (Lower("first_names"), Lower("first_surname")),
    "perfil": (Lower("profile__name"),),
    "estado": (F("state"),),
}


def users_of(viewer: User) -> QuerySet[User]:
    """The users of the viewer's company, with what their pages print. Never another company's."""
    return User.objects.of(viewer).select_related("profile", "company__portal")


def secondary_users_of(viewer: User) -> QuerySet[User]:
    """The users an administrator runs: the company's secondary ones (never the viewer, never an administrator)."""
    return users_of(viewer).filter(role=Role.SECONDARY)


def search_users(
    viewer: User,
    *,
    username: str = "",
    name: str = "",
    id_type: str = "",
    id_number: str = "",
    profile: Profile | None = None,
    state: str = "",
    order: str = "usuario",
) -> QuerySet[User]:
    """Users by any of the criteria, all of them when none is given (S1-053, S1-054). `order` is a key of SORT_KEYS,
    with a minus for descending; anything else sorts by user name.

    The company's index leads the plan and the text is searched among its rows: under row-level security no index on the
    text can be used, since LIKE is not leakproof (50,000 users in one company: 50 ms, company_id index). Without
    criteria the index on company and lower(username) gives the order too: a page in under 1 ms.
    """
    found = secondary_users_of(viewer)
    if username:
        found = found.filter(username__icontains=username)
    if name:
        found = found.annotate(plain_name=_plain_name()).filter(plain_name__contains=plain(name))
    if id_type:
        found = found.filter(id_type=id_type)
    if id_number:
        found = found.filter(id_number__startswith=id_number.upper())
    if profile:
        found = found.filter(profile=profile)
    if state:
        found = found.filter(state=state)
    return found.order_by(*_ordering(order), "id")


def stands_as(readiness: Readiness | str, instant: datetime) -> Q:
    """Whose kept readiness is this at `instant`; what lapsed by then counts as what it became."""
    has_lapsed = Q(readiness_lapses_at__isnull=False, readiness_lapses_at__lte=instant)
    return Q(readiness=readiness) & ~has_lapsed | Q(readiness_afterwards=readiness) & has_lapsed


def those_who(users: QuerySet[User], readiness: str, instant: datetime) -> QuerySet[User]:
    """Of these users those whose readiness is this; all of them where none is asked for."""
    return users.filter(stands_as(readiness, instant)) if readiness else users


def plain(text: str) -> str:
    """A name as it is searched: lower case without accents, single spaces."""
    return " ".join(text.lower().translate(str.maketrans(ACCENTED, PLAIN)).split())


def _plain_name() -> Func:
    whole = Concat(
        F("first_names"), Value(" "), F("first_surname"), Value(" "), F("second_surname"), output_field=TextField()
    )
    return Func(Lower(whole), Value(ACCENTED), Value(PLAIN), function="translate", output_field=TextField())


def _ordering(order: str) -> list[OrderBy]:
    key = order.removeprefix("-")
    columns = SORT_KEYS.get(key, SORT_KEYS["usuario"])
    return [OrderBy(column, descending=order.startswith("-")) for column in columns]


def profiles_of(viewer: User) -> QuerySet[Profile]:
    return Profile.objects.of(viewer).order_by("name")


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


def same_person(viewer: User, *, id_type: str, id_number: str, besides: UUID | str) -> list[str]:
    """User names under which the company already has the person with this identification."""
    return list(
        users_of(viewer)
        .filter(id_type=id_type, id_number=id_number)
        .exclude(pk=besides)
        .order_by("username")
        .values_list("username", flat=True)
    )
