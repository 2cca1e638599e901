from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Portal, User
from changes import services
from changes.models import Change
from limits.forms import MoneyField
from limits.models import Service
from limits.selectors import LimitsTable
from products.models import Product


class CodeInput(forms.TextInput):
    """A one-time code, seen while it is typed and never sent back to the page."""

    def format_value(self, value: Any) -> None:
        return None


class ConfirmForm(forms.Form):
    """The one-time code under a change."""

    code = forms.CharField(
        label=_("Token dynamic key"),
        max_length=20,
        strip=False,
        widget=CodeInput(
            attrs={"class": "oc-code", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def confirm(self, *, actor: User, change_id: UUID) -> Change | None:
        """Confirms, or puts the reason beside the field and returns None. Call it on a valid form."""
        try:
            return services.confirm(actor=actor, change_id=change_id, answer=self.cleaned_data["code"])
        except ValidationError as error:
            self.add_error("code", error)
            return None


class QuestionForm(forms.Form):
    """¿Puedo hacer esto? The choices are the user's own services and products; without day and time it means now."""

    def __init__(self, data: QueryDict | None, *, table: LimitsTable, portal: Portal) -> None:
        super().__init__(data)
        self.services = {service.code: service for service in table.services}
        self.products = {str(product.pk): product for product in table.products}
        self.zone = ZoneInfo(portal.time_zone)
        self.fields["servicio"] = forms.ChoiceField(
            label=_("Service"), choices=[(code, service.name) for code, service in self.services.items()]
        )
        self.fields["producto"] = forms.ChoiceField(
            label=_("Product"),
            choices=[(key, f"{product.alias} {product.number}") for key, product in self.products.items()],
        )
        self.fields["valor"] = MoneyField(portal, label=_("Amount"))
        self.fields["dia"] = forms.DateField(
            label=_("Day (optional)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
        )
        self.fields["hora"] = forms.TimeField(
            label=_("Time (optional)"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
        )

    def clean_valor(self) -> Decimal:
        amount: Decimal = self.cleaned_data["valor"]
        if not amount:
            raise ValidationError(_("Ask about an amount above zero."), code="zero")
        return amount

    def asked(self) -> tuple[Service, Product, Decimal]:
        """Service, product and amount of a valid form."""
        data = self.cleaned_data
        return self.services[data["servicio"]], self.products[data["producto"]], data["valor"]

    def instant(self, now: datetime) -> datetime:
        """The instant asked about: now, with the day and the time that were given in the portal's zone."""
        data: dict[str, Any] = getattr(self, "cleaned_data", {})
        local = now.astimezone(self.zone)
        day, time = data.get("dia") or local.date(), data.get("hora") or local.time()
        return datetime.combine(day, time, tzinfo=self.zone)
