import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Company, Profile, Service
from limits.money import ZERO
from limits.rules import Amounts
from products.models import Product
from tenancy.rows import CompanyManager


def money_column(name: Any = None) -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(name, max_digits=18, decimal_places=2, default=ZERO)


class CompanyCeiling(models.Model):
    """The most that any user of a company may be given in a service: set by the company, within the bank's maximum.

    Without a row, or with a bank's maximum of zero, the company has not subscribed to the service.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, verbose_name=_("Company"), on_delete=models.PROTECT, related_name="ceilings")
    service = models.ForeignKey(Service, verbose_name=_("Service"), on_delete=models.PROTECT, related_name="+")
    transaction = money_column(_("Transaction"))
    day = money_column(_("Daily"))
    month = money_column(_("Monthly"))
    bank_transaction = money_column(_("Bank's maximum per transaction"))
    bank_day = money_column(_("Bank's daily maximum"))
    bank_month = money_column(_("Bank's monthly maximum"))

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("Service ceiling"), _("Service ceilings")
        constraints = [
            models.UniqueConstraint(fields=["company", "service"], name="ceiling_once_a_service"),
            models.CheckConstraint(
                condition=Q(transaction__gte=0, day__gte=F("transaction"), month__gte=F("day")),
                name="ceiling_grows_with_period",
            ),
            models.CheckConstraint(
                condition=Q(bank_day__gte=F("bank_transaction"), bank_month__gte=F("bank_day")),
                name="ceiling_of_bank_grows_with_period",
            ),
            models.CheckConstraint(
                condition=Q(transaction__lte=F("bank_transaction"), day__lte=F("bank_day"), month__lte=F("bank_month")),
                name="ceiling_within_bank_maximum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.name} · {self.company.legal_name}"

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.transaction, self.day, self.month)

    @property
    def bank_amounts(self) -> Amounts:
        return Amounts(self.bank_transaction, self.bank_day, self.bank_month)


class UserLimit(models.Model):
    """How much a user may move with one product through one service. No row means nothing (decision 14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="limits")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    transaction = money_column()
    day = money_column()
    month = money_column()

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "service", "product"], name="limit_once_a_service_and_product"
            ),
            models.CheckConstraint(
                condition=Q(transaction__gte=0, day__gte=F("transaction"), month__gte=F("day")),
                name="limit_grows_with_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.service_id} {self.product_id}"

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.transaction, self.day, self.month)


class Usage(models.Model):
    """What a user has moved, or has reserved, in one local day (`2026-11-21`) or month (`2026-11`) of the portal.

    A new period is a new row: nothing is reset.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    used = money_column()
    reserved = money_column()

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "period", "service", "product"], name="usage_once_a_period"
            ),
            models.CheckConstraint(condition=Q(used__gte=0, reserved__gte=0), name="usage_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.period}"

    @property
    def total(self) -> Decimal:
        """Used and reserved: both count against the limit."""
        return self.used + self.reserved


class ProfileLimit(models.Model):
    """What new users of a profile begin with in a service, for each of their products; given within the ceiling."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    transaction = money_column()
    day = money_column()
    month = money_column()

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "profile", "service"], name="profile_limit_once_a_service"),
            models.CheckConstraint(
                condition=Q(transaction__gte=0, day__gte=F("transaction"), month__gte=F("day")),
                name="profile_limit_grows_with_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.service_id}"

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.transaction, self.day, self.month)
