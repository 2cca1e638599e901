from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from changes.forms import ChangeForm
from directory.models import Service
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling, WantedLimit
from limits.labels import ceiling_name, cell_name, period_label, problem_error
from limits.models import CompanyCeiling
from limits.money import ZERO, parse_money
from limits.rules import PERIODS, Amounts, ceiling_problems, limit_problems
from limits.selectors import LimitsTable
from pages.formats import Format, format_money
from products.models import Product


class MoneyField(forms.Field):
    """An amount in the portal's format. What was typed is shown again as it was typed; empty means None."""

    def __init__(self, portal: Format, *, column: str = "", **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "data-money": True}
        super().__init__(widget=forms.TextInput(attrs=attrs | ({"data-column": column} if column else {})), **options)
        self.portal = portal

    def to_python(self, value: Any) -> Decimal | None:
        return parse_money(value, self.portal) if value and str(value).strip(" ") else None

    def prepare_value(self, value: Any) -> Any:
        return format_money(value, self.portal) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Cell:
    """One amount: its field, its ceiling, what is in effect now, and how much of it is used (None for a
    transaction)."""

    period: str
    field: forms.BoundField
    ceiling: Decimal
    held: Decimal
    used: Decimal | None


@dataclass(frozen=True)
class Block:
    """One service of the grid: its ceiling, and its three cells for each product."""

    service: Service
    ceiling: Amounts
    rows: list[tuple[Product, list[Cell]]]

    @property
    def wrong(self) -> int:
        return sum(bool(cell.field.errors) for _product, cells in self.rows for cell in cells)


class ReplicateForm(forms.Form):
    """ "Ingrese los valores a replicar en todos los servicios" (S1-083): a value left empty replicates nothing."""

    def __init__(self, data: QueryDict | None = None, *, portal: Format, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        for period in PERIODS:
            self.fields[f"all_{period}"] = MoneyField(portal, column=period, label=period_label(period), required=False)

    def values(self) -> dict[str, str]:
        """What was typed, by period, where it can be read."""
        self.full_clean()
        return {
            period: self.data[f"all_{period}"]
            for period in PERIODS
            if self.cleaned_data.get(f"all_{period}") is not None
        }


class LimitsForm(ChangeForm):
    """Every limit of a user at once: a field for each service, product and period (S1-088). Empty means zero."""

    def __init__(
        self, data: QueryDict | None, *, table: LimitsTable, portal: Format, typed: SetUserLimits | None = None
    ) -> None:
        super().__init__(data)
        self.table, self.portal = table, portal
        kept = {(row.service, row.product): row.amounts for row in (typed.limits if typed else ())}
        for service, product in self._rows():
            amounts = kept.get((service.pk, product.pk)) or table.limit(service, product)
            for period, amount in zip(PERIODS, amounts, strict=True):
                self.fields[cell_name(service.code, product.pk, period)] = MoneyField(
                    portal,
                    label=f"{service.name} · {product.alias} {product.number} · {period_label(period)}",
                    initial=amount,
                    required=False,
                )

    def _rows(self) -> Iterator[tuple[Service, Product]]:
        for service in self.table.services:
            for product in self.table.products:
                yield service, product

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for service, product in self._rows():
            amounts = self._amounts(service, product)
            if amounts is None:
                continue
            for problem in limit_problems(amounts, self.table.ceiling(service)):
                self.add_error(cell_name(service.code, product.pk, problem.period), problem_error(problem, self.portal))
        return cleaned

    def _amounts(self, service: Service, product: Product) -> Amounts | None:
        """The three amounts of a row, or None where one of them cannot be read."""
        names = [cell_name(service.code, product.pk, period) for period in PERIODS]
        if any(name not in self.cleaned_data for name in names):
            return None
        return Amounts(*(self.cleaned_data[name] or ZERO for name in names))

    def wanted(self, user_id: UUID) -> SetUserLimits:
        """The rows that differ from what is in effect."""
        limits = []
        for service, product in self._rows():
            amounts = self._amounts(service, product)
            if amounts is not None and amounts != self.table.limit(service, product):
                limits.append(WantedLimit(service.pk, product.pk, amounts))
        return SetUserLimits(user=user_id, limits=tuple(limits))

    def groups(self) -> list[tuple[str, list[Block]]]:
        """The grid for the page: group, services, rows."""
        return [
            (name, [self._block(service) for service in services])
            for name, services in groupby(self.table.services, key=lambda service: service.group)
        ]

    def _block(self, service: Service) -> Block:
        rows = [(product, self._cells(service, product)) for product in self.table.products]
        return Block(service, self.table.ceiling(service), rows)

    def _cells(self, service: Service, product: Product) -> list[Cell]:
        held, used = self.table.limit(service, product), self.table.usage(service, product)
        return [
            Cell(period, self[cell_name(service.code, product.pk, period)], most, amount, getattr(used, period, None))
            for period, most, amount in zip(PERIODS, self.table.ceiling(service), held, strict=True)
        ]

    @property
    def wrong_cells(self) -> int:
        return len(self.errors) if self.is_bound else 0


def replicated(data: QueryDict, values: dict[str, str], table: LimitsTable) -> QueryDict:
    """What was sent, with the box's values written into every row."""
    filled = data.copy()
    for service in table.services:
        for product in table.products:
            for period, value in values.items():
                filled[cell_name(service.code, product.pk, period)] = value
    return filled


@dataclass(frozen=True)
class CeilingRow:
    """One service: each field beside the bank's maximum, and the users it cuts today."""

    ceiling: CompanyCeiling
    fields: list[tuple[forms.BoundField, Decimal]]
    cut: list[str]


class CeilingsForm(ChangeForm):
    """The company's own ceilings, each within the bank's maximum."""

    def __init__(
        self, data: QueryDict | None, *, ceilings: list[CompanyCeiling], portal: Format, typed: SetCeilings | None
    ) -> None:
        super().__init__(data)
        self.ceilings, self.portal = ceilings, portal
        kept = {row.service: row.amounts for row in (typed.ceilings if typed else ())}
        for ceiling in ceilings:
            amounts = kept.get(ceiling.service_id) or ceiling.amounts
            for period, amount in zip(PERIODS, amounts, strict=True):
                self.fields[ceiling_name(ceiling.service.code, period)] = MoneyField(
                    portal,
                    label=f"{ceiling.service.name} · {period_label(period)}",
                    initial=amount,
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for ceiling in self.ceilings:
            amounts = self._amounts(ceiling)
            for problem in ceiling_problems(amounts, ceiling.bank_amounts) if amounts else []:
                self.add_error(ceiling_name(ceiling.service.code, problem.period), problem_error(problem, self.portal))
        return cleaned

    def _amounts(self, ceiling: CompanyCeiling) -> Amounts | None:
        names = [ceiling_name(ceiling.service.code, period) for period in PERIODS]
        if any(name not in self.cleaned_data for name in names):
            return None
        return Amounts(*(self.cleaned_data[name] or ZERO for name in names))

    def wanted(self) -> SetCeilings:
        """The rows that differ from what is in effect."""
        rows = []
        for ceiling in self.ceilings:
            amounts = self._amounts(ceiling)
            if amounts is not None and amounts != ceiling.amounts:
                rows.append(WantedCeiling(ceiling.service_id, amounts))
        return SetCeilings(ceilings=tuple(rows))

    def rows(self, cut: dict[UUID, list[str]]) -> list[CeilingRow]:
        """For the page: each service with its three fields, and who holds more than it allows."""
        return [
            CeilingRow(
                ceiling,
                [
                    (self[ceiling_name(ceiling.service.code, period)], most)
                    for period, most in zip(PERIODS, ceiling.bank_amounts, strict=True)
                ],
                cut.get(ceiling.service_id, []),
            )
            for ceiling in self.ceilings
        ]


class UsageFilter(forms.Form):
    """Whose accumulated amounts to show."""

    usuario = forms.CharField(required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["usuario"].label = _("User")

    def username(self) -> str:
        return self.cleaned_data["usuario"] if self.is_valid() else ""
