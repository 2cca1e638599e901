from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from changes.forms import ChangeForm
from directory.models import Service
from limits.changes import SetCeilings, SetUserLimits, WantedCeiling, WantedLimit
from limits.labels import Beside, box_error, ceiling_name, cell_name, period_label, problem_error, use_beside
from limits.models import CompanyCeiling
from limits.money import ZERO, parse_money
from limits.rules import PERIODS, Amounts, Typed, ceiling_problems, limit_problems
from limits.selectors import LimitsTable
from pages.criteria import CriteriaForm
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


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount of the grid as the page prints it: what stands in the field, what is in effect if that differs, what
    is said beside it, and how much of the limit in effect is used (percent, None where nothing is). The ceiling is
    written for scripts: `5000000.00`."""

    name: str
    period: str
    value: str
    label: str
    ceiling: str
    before: str = ""
    error: str = ""
    note: str = ""
    percent: int | None = None
    tone: str = ""

    @property
    def field_id(self) -> str:
        return f"id_{self.name}"


@dataclass(frozen=True)
class Block:
    """One service of the grid: its ceiling, and its three cells for each product."""

    service: Service
    ceiling: Amounts
    rows: list[tuple[Product, list[Cell]]]

    @property
    def given(self) -> int:
        """How many of the products have an amount."""
        return sum(any(cell.value.strip("$0., ") for cell in cells) for _product, cells in self.rows)


@dataclass(frozen=True)
class ProblemGroup:
    """What is wrong in the same way with amounts of one service; `cells` as (label, id of the field)."""

    text: str
    service: str
    cells: list[tuple[str, str]]


class ReplicateForm(forms.Form):
    """ "Ingrese los valores a replicar en todos los servicios" (S1-083), or in one of them, or for one product. A value
    left empty replicates nothing; one that would be wrong anywhere is refused here, and nothing is copied."""

    def __init__(
        self, data: QueryDict | None = None, *, table: LimitsTable, portal: Format, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.table, self.portal = table, portal
        for period in PERIODS:
            self.fields[f"all_{period}"] = MoneyField(portal, column=period, label=period_label(period), required=False)
        widget = forms.Select(attrs={"data-replicate-target": True})
        self.fields["all_target"] = forms.ChoiceField(
            label=_("Copy to"), choices=self._targets(), required=False, widget=widget
        )

    def _targets(self) -> list[Any]:
        services = [(f"s.{service.code}", service.name) for service in self.table.services]
        products = [(f"p.{product.pk.hex}", str(product)) for product in self.table.products]
        return [("", _("All services and products")), (_("One service"), services), (_("One product"), products)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and all(cleaned[f"all_{period}"] is None for period in PERIODS):
            self.add_error("all_transaction", ValidationError(_("Enter at least one amount to copy."), code="nothing"))
        typed = Typed(*(cleaned.get(f"all_{period}") for period in PERIODS))
        for service in dict.fromkeys(service for service, _product in self.targets()):
            for problem in limit_problems(typed, self.table.ceiling(service)):
                if f"all_{problem.period}" not in self.errors:
                    self.add_error(f"all_{problem.period}", box_error(problem, service, self.portal))
        return cleaned

    def targets(self) -> list[tuple[Service, Product]]:
        """Where the values are to stand: the button of a service says so itself, else what was chosen."""
        pressed, chosen = self.data.get("replicate", ""), self.cleaned_data.get("all_target", "")
        target = pressed if pressed.startswith("s.") else chosen
        return [
            (service, product)
            for service in self.table.services
            for product in self.table.products
            if target in ("", f"s.{service.code}", f"p.{product.pk.hex}")
        ]

    def filled(self) -> QueryDict:
        """What was sent, with the box's values written into every row they are for; as it was if one is refused."""
        filled = cast(QueryDict, self.data).copy()
        for service, product in self.targets() if self.is_valid() else ():
            for period in PERIODS:
                if self.cleaned_data[f"all_{period}"] is not None:
                    filled[cell_name(service.code, product.pk, period)] = self.data[f"all_{period}"]
        return filled


class LimitsForm(ChangeForm):
    """Every limit of a user at once: a field for each service, product and period (S1-088). Empty means zero."""

    def __init__(
        self, data: QueryDict | None, *, table: LimitsTable, portal: Format, typed: SetUserLimits | None = None
    ) -> None:
        super().__init__(data)
        self.table, self.portal = table, portal
        kept = {(row.service, row.product): row.amounts for row in (typed.limits if typed else ())}
        words = [(period, period_label(period)) for period in PERIODS]
        for service, product in self._rows():
            amounts = kept.get((service.pk, product.pk)) or table.limit(service, product)
            for (period, word), amount in zip(words, amounts, strict=True):
                self.fields[cell_name(service.code, product.pk, period)] = MoneyField(
                    portal,
                    label=f"{service.name} · {product.alias} {product.number} · {word}",
                    initial=amount,
                    required=False,
                )

    def _rows(self) -> Iterator[tuple[Service, Product]]:
        for service in self.table.services:
            for product in self.table.products:
                yield service, product

    def clean(self) -> dict[str, Any]:
        """Every broken rule of every cell that can be read, in one answer."""
        cleaned = super().clean() or self.cleaned_data
        for service, product in self._rows():
            for problem in limit_problems(self._typed(service, product), self.table.ceiling(service)):
                self.add_error(cell_name(service.code, product.pk, problem.period), problem_error(problem, self.portal))
        return cleaned

    def _typed(self, service: Service, product: Product) -> Typed:
        """The three amounts of a row, None for one that cannot be read."""
        names = (cell_name(service.code, product.pk, period) for period in PERIODS)
        return Typed(*(self.cleaned_data[name] or ZERO if name in self.cleaned_data else None for name in names))

    def wanted(self, user_id: UUID) -> SetUserLimits:
        """The rows that differ from what is in effect."""
        limits = []
        for service, product in self._rows():
            amounts = Amounts(*(amount or ZERO for amount in self._typed(service, product)))
            if amounts != self.table.limit(service, product):
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
        ceiling, cells = self.table.ceiling(service), []
        for period in PERIODS:
            name = cell_name(service.code, product.pk, period)
            error = next(map(str, self.errors.get(name, ())), "")
            amounts = getattr(held, period), getattr(used, period, None)
            beside = use_beside(*amounts, self.portal) if not error else Beside()
            label = str(self.fields[name].label)
            value, in_effect = self._shown(name), format_money(amounts[0], self.portal)
            before, most = "" if value == in_effect else in_effect, f"{getattr(ceiling, period):.2f}"
            cells.append(Cell(name, period, value, label, most, before, error, *beside))
        return cells

    def _shown(self, name: str) -> str:
        if self.is_bound:
            return self.data.get(name, "")
        return format_money(self.fields[name].initial, self.portal)

    def problem_groups(self) -> list[ProblemGroup]:
        """What is wrong with cells, equal errors of a service together, in the order of the grid."""
        groups: dict[tuple[str, str], ProblemGroup] = {}
        for service, product in self._rows():
            for period in PERIODS:
                name = cell_name(service.code, product.pk, period)
                for text in map(str, self.errors.get(name, ())):
                    group = groups.setdefault((service.name, text), ProblemGroup(text, service.name, []))
                    label = f"{product.alias} {product.number} · {period_label(period)}"
                    group.cells.append((label, f"id_{name}"))
        return list(groups.values())

    @property
    def other_problems(self) -> list[str]:
        """What is wrong with no cell of the grid."""
        return [*self.non_field_errors(), *self.errors.get("form_key", ())]

    @property
    def wrong_cells(self) -> int:
        return sum(len(group.cells) for group in self.problem_groups()) if self.is_bound else 0


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
            for problem in ceiling_problems(self._typed(ceiling), ceiling.bank_amounts):
                self.add_error(ceiling_name(ceiling.service.code, problem.period), problem_error(problem, self.portal))
        return cleaned

    def _typed(self, ceiling: CompanyCeiling) -> Typed:
        """The three amounts of a service, None for one that cannot be read."""
        names = (ceiling_name(ceiling.service.code, period) for period in PERIODS)
        return Typed(*(self.cleaned_data[name] or ZERO if name in self.cleaned_data else None for name in names))

    def wanted(self) -> SetCeilings:
        """The rows that differ from what is in effect."""
        rows = []
        for ceiling in self.ceilings:
            amounts = Amounts(*(amount or ZERO for amount in self._typed(ceiling)))
            if amounts != ceiling.amounts:
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


class UsageFilter(CriteriaForm):
    """Whose accumulated amounts to show."""

    usuario = forms.CharField(required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["usuario"].label = _("User")

    def username(self) -> str:
        return self.cleaned_data["usuario"] if self.is_valid() else ""
