"""Every user beside what they may move (U19): by service, or by product."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.columns import NAME, PROFILE, USERNAME
from directory.enums import Readiness
from directory.models import Portal, User
from directory.permissions import Permission
from directory.selectors.users import search_users, stands_as
from limits.money import ZERO
from pages.criteria import Criterion, Text
from pages.lists import Column, Listing
from products.selectors import assignable_products
from rights.forms import MatrixForm
from rights.presentation import Standing, standing_of
from rights.rules.exposure import Exposure, shade, share
from rights.selectors.exposure import AppliedLimits, given_products

TOTAL_LABELS = {"transaction": _("Largest"), "day": _("Total a day"), "month": _("Total a month")}
USED_LABELS = {"transaction": _("Used today"), "day": _("Used today"), "month": _("Used this month")}


@dataclass(frozen=True)
class Head:
    """A service or a product, and the ceiling its amounts are a share of."""

    key: UUID
    name: str
    ceiling: Decimal


@dataclass(frozen=True)
class Cell:
    """What one user has in one service or with one product; `amount` is None for a product they do not have."""

    amount: Decimal | None
    percent: int = 0

    @property
    def shade(self) -> int:
        return shade(self.percent)


@dataclass(frozen=True)
class MatrixRow:
    """Of who cannot move money (`standing`) nothing of the row can be used today."""

    user: User
    standing: Standing
    heads: Sequence[Head]
    cells: tuple[Cell, ...]
    total: Decimal
    used: Decimal

    @property
    def cells_by_head(self) -> Iterable[tuple[Head, Cell]]:
        return zip(self.heads, self.cells, strict=True)

    @property
    def used_percent(self) -> int:
        return share(self.used, self.total)


class Matrix:
    """The list as one address asks for it."""

    def __init__(self, viewer: User, query: QueryDict) -> None:
        self.viewer, self.now = viewer, timezone.now()
        self.form = MatrixForm(query, viewer=viewer)
        self.by, self.period = self.form.by(), self.form.period()
        self.applied = AppliedLimits.of(viewer, self.period)

    @cached_property
    def heads(self) -> list[Head]:
        services = [Head(each.pk, each.name, self.applied.ceiling(each)) for each in self.applied.services]
        if self.by == "service":
            return services
        whole = sum((head.ceiling for head in services), ZERO)
        return [Head(each.pk, f"{each.alias} {each.number}", whole) for each in assignable_products(self.viewer)]

    @property
    def is_by_product(self) -> bool:
        return self.by == "product"

    @property
    def total_label(self) -> Text:
        return TOTAL_LABELS[self.period]

    @property
    def used_label(self) -> Text:
        return USED_LABELS[self.period]

    @cached_property
    def exposures(self) -> list[Exposure]:
        return self.applied.exposures(self.now)

    @property
    def granted(self) -> Decimal:
        """To everybody, in all services."""
        return sum((each.granted for each in self.exposures), ZERO)

    @property
    def listing(self) -> Listing:
        return replace(MATRIX, columns=self._columns(), load=self._load, made_for=None)

    def _columns(self) -> tuple[Column, ...]:
        people = (replace(column, reads=(*(f"user__{path}" for path in column.reads),)) for column in PEOPLE)
        can = (When(stands_as(each, self.now), then=place) for place, each in enumerate(Readiness))
        standing = Column(key="mueve", label=_("Moves money"), reads=("standing__words",), sort=(Case(*can),), width=18)
        cells = (
            replace(
                _amount(f"c{place}", head.name, "cells"),
                value=_amount_at(place),
                sort=(self.applied.total(**{self.by: head.key}),),
            )
            for place, head in enumerate(self.heads)
        )
        total = replace(_amount("total", self.total_label, "total"), sort=(self.applied.total(),))
        spent = self.applied.spent(self.viewer.portal.to_local(self.now))
        used = replace(_amount("usado", self.used_label, "used"), sort=(spent,))
        return (*people, standing, *cells, total, used)

    def _load(self, viewer: User, users: Sequence[User]) -> list[MatrixRow]:
        """Two or three queries for all of them."""
        amounts = self.applied.cells(users, self.by)
        given = given_products(viewer, users) if self.by == "product" else ()
        used = self.applied.used(users, viewer.portal.to_local(self.now))
        return [self._row(user, amounts, given, used.get(user.pk, ZERO)) for user in users]

    def _row(
        self,
        user: User,
        amounts: Mapping[tuple[UUID, UUID], Decimal],
        given: Collection[tuple[UUID, UUID]],
        used: Decimal,
    ) -> MatrixRow:
        cells = tuple(
            Cell(amounts.get(place, ZERO), share(amounts.get(place, ZERO), head.ceiling))
            if self.by == "service" or place in given
            else Cell(None)
            for head in self.heads
            for place in [(user.pk, head.key)]
        )
        has = [cell.amount or ZERO for cell in cells]
        total = max(has, default=ZERO) if self.period == "transaction" else sum(has, ZERO)
        return MatrixRow(user, standing_of(user, self.now), self.heads, cells, total, used)


def _amount(key: str, label: Text, path: str) -> Column:
    return Column(key=key, label=label, reads=(path,), width=20, is_number=True)


def _amount_at(place: int) -> Callable[[Portal, Sequence[Cell]], Decimal | None]:
    return lambda _portal, cells: cells[place].amount


def _made_for(_listing: Listing, viewer: User, query: QueryDict) -> Listing:
    return Matrix(viewer, query).listing


def _rows(viewer: User, query: QueryDict) -> QuerySet[User]:
    return search_users(viewer, MatrixForm(query, viewer=viewer).criteria())


def _asked(viewer: User, query: QueryDict) -> list[Criterion]:
    return MatrixForm(query, viewer=viewer).words(viewer.portal)


PEOPLE = (USERNAME, NAME, PROFILE)
MATRIX = Listing(
    key="matrix",
    title=_("Limits by user"),
    permission=Permission.SEE_USAGE,
    columns=PEOPLE,
    rows=_rows,
    criteria=_asked,
    order="-total",
    tie=(Lower("username"), "pk"),
    size=25,
    made_for=_made_for,
)
