"""What the list of the company's profiles shows (S1-035)."""

from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.enums import OperatingRole
from directory.models import Profile, User
from directory.permissions import Permission
from directory.selectors.users import profiles_with_counts
from pages.lists import Column, Listing


def _profiles(viewer: User, query: QueryDict) -> QuerySet[Profile]:
    return profiles_with_counts(viewer)


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
    ),
    rows=_profiles,
    order="nombre",
)
