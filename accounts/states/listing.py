"""What Activación/Inactivación lists (S1-035)."""

from dataclasses import replace

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.states.forms import StateFilterForm
from directory.columns import EMAIL, ID_NUMBER, LAST_SIGN_IN, MOBILE, NAME, PROFILE, STATE, USERNAME
from directory.models import User
from directory.permissions import Permission
from directory.selectors.users import search_users
from pages.criteria import Criterion
from pages.lists import Listing


def _found(viewer: User, query: QueryDict) -> QuerySet[User]:
    return search_users(viewer, StateFilterForm(query).criteria())


def _asked(viewer: User, query: QueryDict) -> list[Criterion]:
    return StateFilterForm(query).words(viewer.portal)


STATES = Listing(
    key="states",
    title=_("Users"),
    permission=Permission.CHANGE_USER_STATE,
    columns=(
        USERNAME,
        NAME,
        PROFILE,
        replace(STATE, template="accounts/users/_state_cell.html"),
        LAST_SIGN_IN,
        ID_NUMBER,
        EMAIL,
        MOBILE,
    ),
    rows=_found,
    criteria=_asked,
    order="usuario",
    tie=(Lower("username"), "pk"),
)
