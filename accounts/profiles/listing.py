"""What the list of the company's profiles shows (S1-035)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Func, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.enums import OperatingRole, ProfileState
from directory.models import Portal, Profile, User
from directory.permissions import Permission
from directory.selectors.users import profiles_with_counts
from pages.criteria import Text
from pages.lists import Column, Listing


def _how_many(portal: Portal, chosen: Sequence[Any] | None) -> str:
    return gettext("All of them") if chosen is None else str(len(chosen))


def _profiles(viewer: User, query: QueryDict) -> QuerySet[Profile]:
    return profiles_with_counts(viewer)


def _opened(key: str, label: Text, path: str) -> Column:
    """How many it opens; those that open all come last, as the greatest."""
    sort = (Func(F(path), function="cardinality"),)
    return Column(key=key, label=label, reads=(path,), value=_how_many, sort=sort, is_number=True)


PROFILES = Listing(
    key="profiles",
    title=_("Profiles"),
    permission=Permission.EDIT_PROFILES,
    columns=(
        Column(
            key="nombre",
            label=_("Name"),
            reads=("name",),
            sort=(Lower("name"),),
            search=(F("plain_name"),),
            width=30,
            is_head=True,
        ),
        Column(
            key="funcion",
            label=_("Operating role"),
            reads=("operating_role",),
            choices=OperatingRole.choices,
            sort=(F("operating_role"),),
            width=24,
        ),
        Column(key="usuarios", label=_("Users"), reads=("user_count",), sort=(F("user_count"),), is_number=True),
        _opened("opciones", _("Options"), "options"),
        _opened("servicios", _("Services"), "services"),
        Column(
            key="estado",
            label=_("Status"),
            reads=("state",),
            choices=ProfileState.choices,
            sort=(F("state"),),
            template="accounts/users/_profile_state.html",
        ),
    ),
    rows=_profiles,
    order="nombre",
)
