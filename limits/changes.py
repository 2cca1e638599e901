"""The changes of this app: a user's limits, the company's own ceilings."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.enums import Event
from changes.enums import LineKind
from changes.registry import ChangeService, Description, Line, register
from directory.clock import local_now
from directory.models import Service, User
from directory.permissions import Permission
from directory.selectors.users import secondary_users_of
from limits import selectors, services
from limits.models import CompanyCeiling
from limits.rules import PERIODS, Amounts, ceiling_problems, effective_limit, limit_problems
from limits.selectors import Cell, LimitsTable
from limits.wording import ceiling_name, cell_name, period_label, problem_error
from pages.formats import Format, format_money
from products.models import Product

MAX_NAMES = 20


@register
class SetUserLimits(ChangeService):
    """`params`: `user` and `limits`, a list of [service id, product id, transaction, day, month] (S1-083..094)."""

    key = "limits.set_for_user"
    event = Event.LIMITS_CHANGED
    permission = Permission.ASSIGN_LIMITS

    def lock(self, actor: User, params: dict[str, Any]) -> None:
        services.lock_limits(company_id=actor.company_id, user_id=UUID(params["user"]))

    def describe(self, actor: User, params: dict[str, Any]) -> Description:
        subject = _subject(actor, params)
        table = selectors.limits_table(subject, local_now(actor.portal))
        wanted = _rows(table, params)
        _refuse_broken_rules(table, wanted, actor.portal)
        currency = actor.portal.currency
        return Description(
            title=_("Limits of %(username)s (%(name)s), in %(currency)s")
            % {"username": subject.username, "name": subject.display_name, "currency": currency},
            target=("user", str(subject.pk), subject.username),
            lines=list(_limit_lines(table, wanted, actor.portal)),
            effect=_exposure_effect(table, wanted, actor.portal, currency),
            success=_("The limits of %(username)s were saved.") % {"username": subject.username},
        )

    def apply(self, actor: User, params: dict[str, Any]) -> None:
        services.set_user_limits(
            actor=actor,
            user_id=UUID(params["user"]),
            limits={(UUID(row[0]), UUID(row[1])): _amounts(row[2:]) for row in params["limits"]},
        )

    def done_url(self, params: dict[str, Any]) -> str:
        return reverse("limits:user", args=[params["user"]])


@register
class SetCeilings(ChangeService):
    """`params`: `ceilings`, a list of [service id, transaction, day, month] (S1-036, decision 14)."""

    key = "limits.set_ceilings"
    event = Event.CEILINGS_CHANGED
    permission = Permission.EDIT_CEILINGS

    def lock(self, actor: User, params: dict[str, Any]) -> None:
        services.lock_ceilings(company_id=actor.company_id)

    def describe(self, actor: User, params: dict[str, Any]) -> Description:
        rows = {row.service_id: row for row in selectors.company_ceilings(actor)}
        wanted = {UUID(row[0]): _amounts(row[1:]) for row in params["ceilings"]}
        if not wanted.keys() <= rows.keys():
            raise ValidationError(_("The company has not contracted this service."), code="service")
        _refuse_broken_ceilings(rows, wanted, actor.portal)
        cut = selectors.users_cut_by(actor.company_id, wanted)
        return Description(
            title=_("Amounts by service of %(company)s, in %(currency)s")
            % {"company": actor.company.legal_name, "currency": actor.portal.currency},
            target=("company", str(actor.company_id), actor.company.legal_name),
            lines=[
                line
                for service_id, amounts in _in_order(rows, wanted)
                for line in _lines(rows[service_id].service.name, rows[service_id].amounts, amounts, actor.portal)
            ],
            effect=_("From now on the smaller one of ceiling and limit holds for every user."),
            success=_("The amounts by service were saved."),
            warnings=[_cut_warning(rows[service_id].service, names) for service_id, names in cut.items()],
        )

    def apply(self, actor: User, params: dict[str, Any]) -> None:
        services.set_company_ceilings(
            actor=actor, ceilings={UUID(row[0]): _amounts(row[1:]) for row in params["ceilings"]}
        )

    def done_url(self, params: dict[str, Any]) -> str:
        return reverse("limits:ceilings")


Wanted = dict[Cell, tuple[Service, Product, Amounts]]


def _subject(actor: User, params: dict[str, Any]) -> User:
    subject = secondary_users_of(actor).filter(pk=params["user"]).first()
    if subject is None:
        raise ValidationError(_("This user no longer exists."), code="user")
    return subject


def _amounts(values: list[str]) -> Amounts:
    return Amounts(*map(Decimal, values))


def _rows(table: LimitsTable, params: dict[str, Any]) -> Wanted:
    """The rows asked for, in the order of the grid. Raises ValidationError for a service or product the user lacks."""
    asked = {(UUID(row[0]), UUID(row[1])): _amounts(row[2:]) for row in params["limits"]}
    known: Wanted = {
        (service.pk, product.pk): (service, product, asked[service.pk, product.pk])
        for service in table.services
        for product in table.products
        if (service.pk, product.pk) in asked
    }
    if len(known) != len(asked):
        raise ValidationError(_("A product is no longer assigned to this user."), code="product")
    return known


def _refuse_broken_rules(table: LimitsTable, wanted: Wanted, portal: Format) -> None:
    errors = {
        cell_name(service.code, product.pk, problem.period): problem_error(problem, portal)
        for service, product, amounts in wanted.values()
        for problem in limit_problems(amounts, table.ceiling(service))
    }
    if errors:
        raise ValidationError(errors)


def _refuse_broken_ceilings(rows: dict[UUID, CompanyCeiling], wanted: dict[UUID, Amounts], portal: Format) -> None:
    errors = {
        ceiling_name(rows[service_id].service.code, problem.period): problem_error(problem, portal)
        for service_id, amounts in wanted.items()
        for problem in ceiling_problems(amounts, rows[service_id].bank_amounts)
    }
    if errors:
        raise ValidationError(errors)


def _limit_lines(table: LimitsTable, wanted: Wanted, portal: Format) -> Iterator[Line]:
    for service, product, amounts in wanted.values():
        label = f"{service.name} · {product.alias} {product.number}"
        yield from _lines(label, table.limit(service, product), amounts, portal)


def _lines(label: str, before: Amounts, after: Amounts, portal: Format) -> Iterator[Line]:
    """One line for each amount that changes."""
    for period, old, new in zip(PERIODS, before, after, strict=True):
        if old != new:
            yield Line(
                what=f"{label} · {period_label(period)}",
                before=format_money(old, portal),
                after=format_money(new, portal),
                kind=LineKind.RAISED.value if new > old else LineKind.LOWERED.value,
            )


def _exposure_effect(table: LimitsTable, wanted: Wanted, portal: Format, currency: str) -> str:
    before = after = Decimal(0)
    for service in table.services:
        for product in table.products:
            held, ceiling = table.limit(service, product), table.ceiling(service)
            new = wanted[service.pk, product.pk][2] if (service.pk, product.pk) in wanted else held
            before += effective_limit(held, ceiling).day
            after += effective_limit(new, ceiling).day
    return _("The daily exposure of the company through this user goes from %(before)s to %(after)s %(currency)s.") % {
        "before": format_money(before, portal),
        "after": format_money(after, portal),
        "currency": currency,
    }


def _in_order(rows: dict[UUID, CompanyCeiling], wanted: dict[UUID, Amounts]) -> Iterator[tuple[UUID, Amounts]]:
    return ((service_id, wanted[service_id]) for service_id in rows if service_id in wanted)


def _cut_warning(service: Service, names: list[str]) -> str:
    shown = ", ".join(names[:MAX_NAMES]) + (", …" if len(names) > MAX_NAMES else "")
    return ngettext(
        "%(service)s: it cuts %(count)s user who holds more: %(names)s",
        "%(service)s: it cuts %(count)s users who hold more: %(names)s",
        len(names),
    ) % {"service": service.name, "count": len(names), "names": shown}
