from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_name
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from changes.forms import ChangeForm
from changes.kinds import Composite
from products import rules
from products.changes import AssignProducts, EnableForCompany
from products.enums import ProductKind
from products.models import Product
from products.selectors import portal_currencies


@dataclass(frozen=True)
class Row:
    """One product in the accordion: why it cannot be ticked, if it cannot, and anything else worth saying."""

    product: Product
    is_ticked: bool
    reason: str = ""
    note: str = ""

    @property
    def field_id(self) -> str:
        return f"id_product_{self.product.pk}"

    @property
    def is_usual(self) -> bool:
        """Enabled and free to be ticked: nothing is to be said of it."""
        return self.product.is_open and self.product.is_enabled and not self.reason

    @property
    def state(self) -> str:
        """`closed` at the bank, `enabled` for the company or `disabled`: what the page filters by."""
        if not self.product.is_open:
            return "closed"
        return "enabled" if self.product.is_enabled else "disabled"


@dataclass(frozen=True)
class Group:
    """The products of one kind, in the guide's order of kinds (S1-075)."""

    kind: str
    label: str
    rows: list[Row]

    @property
    def ticked(self) -> int:
        return sum(row.is_ticked for row in self.rows)


class _ProductIds(forms.MultipleChoiceField):
    """Ids as received. Only the change itself says whether they may be chosen."""

    default_error_messages = {"invalid": gettext_lazy("One of the products does not exist.")}

    def validate(self, value: list[str]) -> None:
        for key in value:
            try:
                UUID(key)
            except ValueError:
                raise forms.ValidationError(self.error_messages["invalid"], code="unknown") from None


class ProductsForm(ChangeForm):
    """Products to tick."""

    @cached_property
    def groups(self) -> list[Group]:
        return _grouped(self.rows())

    def rows(self) -> Iterator[Row]:
        raise NotImplementedError

    @property
    def ticked(self) -> int:
        return sum(group.ticked for group in self.groups)

    @property
    def all(self) -> int:
        return sum(len(group.rows) for group in self.groups)


class AssignForm(ProductsForm):
    """Asignar Productos: the products a user gets, out of those that are enabled and open (S1-075..081)."""

    products = _ProductIds(label=gettext_lazy("Products"), required=False)

    def __init__(self, *args: Any, products: Iterable[Product], assigned: Collection[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._products = products
        self._assigned = assigned

    def wanted(self, user_id: UUID) -> AssignProducts | Composite:
        """With what has to be enabled for the company first, where a ticked product is not."""
        ticked = frozenset(map(UUID, self.cleaned_data["products"]))
        assigned = AssignProducts(user=user_id, products=ticked)
        enabled = {product.pk for product in self._products if product.is_open and product.is_enabled}
        missing = {product.pk for product in self._products if product.is_open and product.pk in ticked - enabled}
        if not missing:
            return assigned
        return Composite(changes=(EnableForCompany(enabled=frozenset(enabled | missing)), assigned))

    def rows(self) -> Iterator[Row]:
        ticked = _chosen(self["products"], {str(key) for key in self._assigned})
        for product in self._products:
            is_assigned = product.pk in self._assigned
            reason = _cannot_be_ticked(product, is_assigned=is_assigned)
            is_ticked = is_assigned if reason else str(product.pk) in ticked
            yield Row(product, is_ticked, reason, _note(product, is_assigned=is_assigned))


class EnableForm(ProductsForm):
    """What the company opens to its users, out of what is open at the bank (S0-10)."""

    enabled = _ProductIds(label=gettext_lazy("Products"), required=False)

    def __init__(self, *args: Any, products: Iterable[Product], **kwargs: Any) -> None:
        """`products` with their `holder_count`."""
        super().__init__(*args, **kwargs)
        self._products = products

    def wanted(self) -> EnableForCompany:
        return EnableForCompany(enabled=frozenset(map(UUID, self.cleaned_data["enabled"])))

    def rows(self) -> Iterator[Row]:
        ticked = _chosen(self["enabled"], {str(product.pk) for product in self._products if product.is_enabled})
        for product in self._products:
            is_ticked = str(product.pk) in ticked if product.is_open else product.is_enabled
            yield Row(product, is_ticked, "" if product.is_open else _("Closed at the bank"))


def _chosen(field: forms.BoundField, stored: set[str]) -> set[str]:
    """What is ticked: as sent, as in the change to correct, or as stored."""
    if field.form.is_bound:
        return set(field.data)
    return stored if field.initial is None else {str(key) for key in field.initial}


def _grouped(rows: Iterable[Row]) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.product.kind, []).append(row)
    return [Group(kind.value, str(kind.label), groups[kind]) for kind in ProductKind if kind in groups]


def _cannot_be_ticked(product: Product, *, is_assigned: bool) -> str:
    """What is assigned and not in use stays as it is: nobody enables it by leaving it ticked."""
    if not product.is_open:
        return _("Closed at the bank")
    return _("Not enabled for the company") if is_assigned and not product.is_enabled else ""


def _note(product: Product, *, is_assigned: bool) -> str:
    if is_assigned and not (product.is_open and product.is_enabled):
        return _("assigned, but not in use")
    if product.is_open and not product.is_enabled:
        return _("not enabled for the company: ticking it enables it too")
    return ""


class ProductForm(forms.ModelForm):
    """A product as the bank adds it to a company, or corrects it."""

    class Meta:
        model = Product
        fields = ("company", "kind", "number", "alias", "currency", "position", "bank_state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].help_text = _("Its place in the lists of its type; empty for after the others.")
        if "currency" in self.fields:
            is_new = self.instance._state.adding
            first = portal_currencies(None if is_new else self.instance.company)
            choices = currency_choices(first)
            self.fields["currency"] = forms.ChoiceField(
                label=self.fields["currency"].label, choices=choices, initial=choices[0][0]
            )

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    def clean_number(self) -> str:
        return rules.kept_number(self.cleaned_data.get("kind", self.instance.kind), self.cleaned_data["number"])


def currency_choices(first: Sequence[str]) -> list[tuple[str, str]]:
    """Every currency as `COP · peso colombiano`, with those of the portals before all others."""
    codes = [*first, *sorted(rules.currencies() - set(first))]
    return [(code, f"{code} · {get_currency_name(code, locale=get_language() or 'es')}") for code in codes]
