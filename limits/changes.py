"""The changes of this app: a user's limits, the company's own ceilings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of, target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Beside, Caption, Description, Line, Measure, apart, listed, percent
from directory.models import Service, User
from directory.permissions import Permission
from directory.selectors.users import secondary_users_among, secondary_users_of
from limits import selectors, services
from limits.labels import ceiling_name, cell_name, period_label, problem_error
from limits.models import CompanyCeiling
from limits.rules import PERIODS, Amounts, ceiling_problems, effective_limit, limit_problems
from limits.selectors import LimitsTable
from pages.formats import Format, format_money
from products.models import Product


class WantedLimit(NamedTuple):
    """What a user is to have for one product in one service."""

    service: UUID
    product: UUID
    amounts: Amounts


class WantedCeiling(NamedTuple):
    service: UUID
    amounts: Amounts


class Cell(NamedTuple):
    """One wanted limit with its rows."""

    service: Service
    product: Product
    amounts: Amounts


@dataclass(frozen=True)
class UserTable:
    user: User
    table: LimitsTable


@dataclass(frozen=True, kw_only=True)
class SetUserLimits(ChangeKind[UserTable]):
    """Asignar Topes (S1-083..094): the limits that are to change."""

    key = "limits.set_for_user"
    event = Event.LIMITS_CHANGED
    permission = Permission.ASSIGN_LIMITS

    together_by = "user"

    user: UUID
    limits: tuple[WantedLimit, ...]

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[UserTable | ValidationError]:
        user_ids = [part.user for part in parts]
        services.lock_limits(viewer=maker, user_ids=user_ids)
        users = secondary_users_among(maker, user_ids)
        tables = selectors.limits_to_set_of(maker, user_ids)
        return [UserTable(users[key], tables[key]) if key in users else _no_user() for key in user_ids]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[UserTable], authority: Authority) -> None:
        limits = [(row.user, part._wanted) for part, row in zip(parts, rows, strict=True)]
        services.set_limits_of_many(authority=authority, limits=limits)

    def load(self, maker: User) -> UserTable:
        services.lock_limits(viewer=maker, user_ids=[self.user])
        user = secondary_users_of(maker).filter(pk=self.user).first()
        if user is None:
            raise _no_user()
        return UserTable(user, selectors.limits_to_set(maker, user))

    def describe(self, rows: UserTable, maker: User, now: datetime) -> Description:
        user, table, portal = rows.user, rows.table, maker.portal
        cells = self._cells(table)
        _refuse_broken_rules(table, cells, portal)
        lines, unchanged = apart(_limit_lines(table, cells, portal))
        exposure = _exposure_of(table, cells)
        return Description(
            title=_("Limits of %(username)s (%(name)s), in %(currency)s")
            % {"username": user.username, "name": user.display_name, "currency": portal.currency},
            target=target_of(user),
            lines=lines,
            effect=_exposure_effect(exposure, portal, portal.currency),
            success=_("The limits of %(username)s were saved.") % {"username": user.username},
            beside=Beside(unchanged, _ceiling_captions(table, cells, portal), [_exposure_measure(exposure, portal)]),
        )

    def apply(self, rows: UserTable, authority: Authority) -> None:
        services.set_user_limits(authority=authority, user=rows.user, limits=self._wanted)

    def done_url(self) -> str:
        return reverse("limits:user", args=[self.user])

    @property
    def _wanted(self) -> dict[tuple[UUID, UUID], Amounts]:
        return {(row.service, row.product): row.amounts for row in self.limits}

    def _cells(self, table: LimitsTable) -> list[Cell]:
        """What is wanted, in the order of the grid. Raises ValidationError for a service or product the user lacks."""
        asked = self._wanted
        known = [
            Cell(service, product, asked[service.pk, product.pk])
            for service in table.services
            for product in table.products
            if (service.pk, product.pk) in asked
        ]
        if len(known) != len(asked):
            raise ValidationError(_("A product is no longer assigned to this user."), code="product")
        return known


@dataclass(frozen=True)
class CompanyTable:
    """The company's ceilings in the catalogue's order, and whom the proposed ones cut, by service."""

    ceilings: Sequence[CompanyCeiling]
    cut: Mapping[UUID, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class SetCeilings(ChangeKind[CompanyTable]):
    """Configuración de Montos por Servicio (S1-036, decision 14): the ceilings that are to change."""

    key = "limits.set_ceilings"
    event = Event.CEILINGS_CHANGED
    permission = Permission.EDIT_CEILINGS

    ceilings: tuple[WantedCeiling, ...]

    @property
    def _wanted(self) -> dict[UUID, Amounts]:
        return {row.service: row.amounts for row in self.ceilings}

    def load(self, maker: User) -> CompanyTable:
        services.lock_ceilings(viewer=maker)
        rows = list(selectors.company_ceilings(maker))
        return CompanyTable(rows, selectors.users_cut_by(maker, self._wanted))

    def describe(self, rows: CompanyTable, maker: User, now: datetime) -> Description:
        portal, wanted = maker.portal, self._wanted
        touched = {row: wanted[row.service_id] for row in rows.ceilings if row.service_id in wanted}
        if len(touched) != len(wanted):
            raise ValidationError(_("The company has not subscribed to this service."), code="service")
        _refuse_broken_ceilings(touched, portal)
        lines, unchanged = apart(
            line
            for row, amounts in touched.items()
            for line in _lines("", row.service.name, row.amounts, amounts, portal)
        )
        return Description(
            title=_("Service ceilings of %(company)s, in %(currency)s")
            % {"company": maker.company.legal_name, "currency": portal.currency},
            target=target_of_company(maker.company),
            lines=lines,
            effect=_("From now on, the lower of the ceiling and the user's limit applies to every user."),
            success=_("The service ceilings were saved."),
            warnings=[
                _cut_warning(row.service, rows.cut[row.service_id]) for row in touched if row.service_id in rows.cut
            ],
            beside=Beside(unchanged),
        )

    def apply(self, rows: CompanyTable, authority: Authority) -> None:
        touched = [row for row in rows.ceilings if row.service_id in self._wanted]
        services.set_company_ceilings(authority=authority, rows=touched, ceilings=self._wanted)

    def done_url(self) -> str:
        return reverse("limits:ceilings")


KINDS = (SetUserLimits, SetCeilings)


def _no_user() -> ValidationError:
    return ValidationError(_("This user no longer exists."), code="user")


def _refuse_broken_rules(table: LimitsTable, wanted: Sequence[Cell], portal: Format) -> None:
    errors = {
        cell_name(service.code, product.pk, problem.period): problem_error(problem, portal)
        for service, product, amounts in wanted
        for problem in limit_problems(amounts, table.ceiling(service))
    }
    if errors:
        raise ValidationError(errors)


def _refuse_broken_ceilings(wanted: Mapping[CompanyCeiling, Amounts], portal: Format) -> None:
    errors = {
        ceiling_name(row.service.code, problem.period): problem_error(problem, portal)
        for row, amounts in wanted.items()
        for problem in ceiling_problems(amounts, row.bank_amounts)
    }
    if errors:
        raise ValidationError(errors)


def _limit_lines(table: LimitsTable, wanted: Sequence[Cell], portal: Format) -> Iterator[Line]:
    for service, product, amounts in wanted:
        name = f"{product.alias} {product.number}"
        yield from _lines(service.name, name, table.limit(service, product), amounts, portal)


def _lines(group: str, row: str, before: Amounts, after: Amounts, portal: Format) -> Iterator[Line]:
    """One line for each amount; the period is its column. None at all if no amount changes."""
    if before == after:
        return
    for period, old, new in zip(PERIODS, before, after, strict=True):
        yield Line(
            row,
            format_money(old, portal),
            format_money(new, portal),
            LineKind.SAME if new == old else LineKind.RAISED if new > old else LineKind.LOWERED,
            group=group,
            column=period_label(period),
        )


def _ceiling_captions(table: LimitsTable, wanted: Sequence[Cell], portal: Format) -> list[Caption]:
    """The company's ceilings of the services concerned."""
    services = dict.fromkeys(cell.service for cell in wanted)
    return [
        Caption(
            service.name,
            _("company's ceiling %(amounts)s")
            % {"amounts": " / ".join(format_money(amount, portal) for amount in table.ceiling(service))},
        )
        for service in services
    ]


class Exposure(NamedTuple):
    """What the company could lose in a day through a user, under its ceilings; `most` is what they allow at all."""

    before: Decimal
    after: Decimal
    most: Decimal


def _exposure_of(table: LimitsTable, wanted: Sequence[Cell]) -> Exposure:
    new = {(cell.service.pk, cell.product.pk): cell.amounts for cell in wanted}
    before = after = most = Decimal(0)
    for service in table.services:
        ceiling = table.ceiling(service)
        most += ceiling.day
        for product in table.products:
            held = table.limit(service, product)
            before += effective_limit(held, ceiling).day
            after += effective_limit(new.get((service.pk, product.pk), held), ceiling).day
    return Exposure(before, after, most)


def _exposure_effect(exposure: Exposure, portal: Format, currency: str) -> str:
    return _("The company's daily exposure through this user goes from %(before)s to %(after)s %(currency)s.") % {
        "before": format_money(exposure.before, portal),
        "after": format_money(exposure.after, portal),
        "currency": currency,
    }


def _exposure_measure(exposure: Exposure, portal: Format) -> Measure:
    return Measure(
        _("Daily exposure through this user"),
        format_money(exposure.before, portal),
        format_money(exposure.after, portal),
        _("The company's daily ceilings: %(amount)s") % {"amount": format_money(exposure.most, portal)},
        percent(exposure.before, exposure.most),
        percent(exposure.after, exposure.most),
        str(exposure.before),
        str(exposure.after),
    )


def _cut_warning(service: Service, names: Sequence[str]) -> str:
    return ngettext(
        "%(service)s: this cuts %(count)s user who has more: %(names)s",
        "%(service)s: this cuts %(count)s users who have more: %(names)s",
        len(names),
    ) % {"service": service.name, "count": len(names), "names": listed(names)}
