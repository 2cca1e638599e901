"""What the list of the company's users shows (S1-056..062)."""

from dataclasses import replace

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.users.forms import SearchForm
from directory.columns import CREATED, EMAIL, ID_NUMBER, ID_TYPE, LAST_SIGN_IN, MOBILE, NAME, PROFILE, STATE, USERNAME
from directory.models import User
from directory.permissions import Permission
from directory.selectors.users import search_users
from pages.criteria import Criterion
from pages.lists import Listing


def _found(viewer: User, query: QueryDict) -> QuerySet[User]:
    return search_users(viewer, SearchForm(query, viewer=viewer).criteria())


def _asked(viewer: User, query: QueryDict) -> list[Criterion]:
    return SearchForm(query, viewer=viewer).words(viewer.portal)


USERS = Listing(
    key="users",
    title=_("Users"),
    permission=Permission.SEE_USERS,
    columns=(
        USERNAME,
        NAME,
        PROFILE,
        replace(STATE, template="accounts/users/_state_cell.html"),
        LAST_SIGN_IN,
        ID_TYPE,
        ID_NUMBER,
        EMAIL,
        MOBILE,
        CREATED,
    ),
    rows=_found,
    criteria=_asked,
    order="usuario",
    tie=(Lower("username"), "pk"),
)
