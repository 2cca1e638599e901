from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import Portal, Service
from limits.forms import MoneyField
from limits.money import Money
from products.models import Product

YEARS = range(2000, 2100)


class QuestionForm(forms.Form):
    """¿Puedo hacer esto? The amount is in the product's currency; no day and time means now."""

    def __init__(
        self, data: QueryDict | None, *, services: list[Service], products: list[Product], portal: Portal
    ) -> None:
        super().__init__(data)
        self.services = {service.code: service for service in services}
        self.products = {str(product.pk): product for product in products}
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

    def clean_dia(self) -> date | None:
        day: date | None = self.cleaned_data["dia"]
        if day and day.year not in YEARS:
            raise ValidationError(_("Enter a day of this century."), code="far")
        return day

    def clean_valor(self) -> Decimal:
        amount: Decimal = self.cleaned_data["valor"]
        if not amount:
            raise ValidationError(_("Enter an amount above zero."), code="zero")
        return amount

    def asked(self) -> tuple[Service, Product, Money]:
        """Service, product and amount of a valid form."""
        data = self.cleaned_data
        product = self.products[data["producto"]]
        return self.services[data["servicio"]], product, Money(data["valor"], product.currency)

    def instant(self, now: datetime) -> datetime:
        """The instant asked about: now, with the day and the time that were given in the portal's zone."""
        data: dict[str, Any] = getattr(self, "cleaned_data", {})
        local = now.astimezone(self.zone)
        day, time = data.get("dia") or local.date(), data.get("hora") or local.time()
        return datetime.combine(day, time, tzinfo=self.zone)
