"""What Consulta Montos Acumulados lists (S1-035): the limits in force and what is used of them."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.clock import local_now
from directory.columns import NAME
from directory.models import Portal, User
from directory.permissions import Permission
from limits import selectors
from limits.forms import UsageFilter
from limits.models import UserLimit
from limits.selectors import UsageRow
from pages.criteria import Criterion, Text
from pages.lists import Column, Listing


def _in_force(viewer: User, query: QueryDict) -> QuerySet[UserLimit]:
    return selectors.limits_in_force(viewer, UsageFilter(query).username(), local_now(viewer.portal))


def _with_use(viewer: User, limits: Sequence[UserLimit]) -> list[UsageRow]:
    return selectors.usage_rows(viewer, limits, local_now(viewer.portal))


def _asked(viewer: User, query: QueryDict) -> list[Criterion]:
    return UsageFilter(query).words(viewer.portal)


def _product(portal: Portal, alias: str, number: str) -> str:
    return f"{alias} {number}"


def _amount(key: str, label: Text, path: str, sorted_by: str) -> Column:
    return Column(key=key, label=label, reads=(path,), sort=(F(sorted_by),), width=20, is_number=True)


USAGE = Listing(
    key="usage",
    title=_("Limits in force"),
    permission=Permission.SEE_USAGE,
    columns=(
        Column(
            key="usuario",
            label=_("User"),
            reads=("limit__user__username",),
            sort=(Lower("user__username"),),
            search=(F("user__plain_details"),),
            is_head=True,
        ),
        replace(
            NAME,
            reads=tuple(f"limit__user__{path}" for path in NAME.reads),
            sort=(Lower("user__first_names"), Lower("user__first_surname")),
            search=(F("user__plain_name"),),
            is_default=False,
        ),
        Column(
            key="servicio",
            label=_("Service"),
            reads=("limit__service__name",),
            sort=(F("service__position"),),
            search=("service__name",),
            width=34,
        ),
        Column(
            key="producto",
            label=_("Product"),
            reads=("limit__product__alias", "limit__product__number"),
            value=_product,
            sort=(Lower("product__alias"),),
            search=("product__alias", "product__number"),
            width=28,
        ),
        _amount("transaccion", _("Transaction"), "amounts__transaction", "applies_transaction"),
        _amount("usado-hoy", _("Used today"), "used__day", "used_day"),
        _amount("diario", _("Daily"), "amounts__day", "applies_day"),
        _amount("usado-mes", _("Used this month"), "used__month", "used_month"),
        _amount("mensual", _("Monthly"), "amounts__month", "applies_month"),
    ),
    rows=_in_force,
    order="usuario",
    tie=("service__position", "service__code", "product__number", "pk"),
    load=_with_use,
    criteria=_asked,
    size=25,
)
