from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.enums import Readiness, UserState
from directory.models import Portal, Service, User
from directory.selectors.users import UserCriteria, profiles_of
from limits.forms import MoneyField
from limits.money import Money
from pages.criteria import CriteriaForm
from pages.forms import NO_ROWS, NOT_ASKED, row_choice
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


class MatrixForm(CriteriaForm):
    """What of the matrix is shown; its names are those in the page's address."""

    PERIODS: ClassVar = (("diario", _("Daily")), ("transaccion", _("Transaction")), ("mensual", _("Monthly")))
    BY: ClassVar = (("servicios", _("Services")), ("productos", _("Products")))
    WORDS: ClassVar = {"transaccion": "transaction", "mensual": "month", "productos": "product"}

    perfil = forms.ModelChoiceField(label=_("Profile"), required=False, queryset=NO_ROWS, empty_label=_("All"))
    estado = forms.ChoiceField(label=_("Status"), required=False, choices=[NOT_ASKED, *UserState.choices])
    listo = forms.ChoiceField(label=_("What they can do"), required=False, choices=[NOT_ASKED, *Readiness.choices])

    def __init__(self, data: QueryDict, *, viewer: User) -> None:
        super().__init__(data)
        row_choice(self, "perfil").queryset = profiles_of(viewer)
        self.full_clean()

    def criteria(self) -> UserCriteria:
        """A meaningless value filters nothing."""
        asked = self.cleaned_data
        return UserCriteria(
            profile=asked.get("perfil"), state=asked.get("estado", ""), readiness=asked.get("listo", "")
        )

    def period(self) -> str:
        return self._asked("periodo", self.PERIODS, "day")

    def by(self) -> str:
        return self._asked("por", self.BY, "service")

    def _asked(self, name: str, choices: Sequence[tuple[str, object]], otherwise: str) -> str:
        """What the rest of the code calls it; anything meaningless is as if nothing was asked."""
        value = self.data.get(name, "")
        return self.WORDS.get(value, otherwise) if value in dict(choices) else otherwise

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What of the address its fields do not ask."""
        return [(name, value) for name, value in self.data.items() if name not in {*self.fields, "pagina"}]
