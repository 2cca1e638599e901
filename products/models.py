import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Company, Profile
from products.enums import BankState, ProductKind
from products.rules import CARD_PATTERN, CURRENCY_PATTERN, NUMBER_PATTERN
from tenancy.rows import CompanyManager


class Product(models.Model):
    """An account or card the company has at the bank. It can be assigned once it is enabled for the company (S0-10).

    `position` is its place among the company's, in the bank's own order (S1-077, decision 39).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, verbose_name=_("Company"), on_delete=models.PROTECT, related_name="products", db_index=False
    )
    kind = models.CharField(_("Product type"), max_length=15, choices=ProductKind)
    number = models.CharField(_("Product No."), max_length=30)
    alias = models.CharField(_("Product name"), max_length=60)
    currency = models.CharField(_("Currency"), max_length=3)
    position = models.PositiveIntegerField(_("Position"), default=0)
    bank_state = models.CharField(_("Status at the bank"), max_length=10, choices=BankState, default=BankState.OPEN)
    enabled_at = models.DateTimeField(_("Enabled on"), null=True, blank=True)
    enabled_by_name = models.CharField(_("Enabled by"), max_length=20, blank=True)

    objects = CompanyManager()

    class Meta:
        verbose_name, verbose_name_plural = _("Product"), _("Products")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "number"],
                name="product_once_a_company",
                condition=~Q(kind=ProductKind.CREDIT_CARD),
            ),
            models.UniqueConstraint(
                fields=["company", "number", "alias"],
                name="product_card_once_a_company",
                condition=Q(kind=ProductKind.CREDIT_CARD),
            ),
            models.UniqueConstraint(fields=["id", "company"], name="product_with_company"),
            models.CheckConstraint(
                condition=Q(kind=ProductKind.CREDIT_CARD, number__regex=CARD_PATTERN)
                | (~Q(kind=ProductKind.CREDIT_CARD) & Q(number__regex=NUMBER_PATTERN)),
                name="product_number_as_kept",
            ),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY_PATTERN), name="product_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(enabled_at=None, enabled_by_name="")
                | (Q(enabled_at__isnull=False) & ~Q(enabled_by_name="")),
                name="product_enabled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        """Name and number as the guide writes them: `CAHOAndres - 015829393` (S1-076)."""
        return f"{self.alias} - {self.number}"

    @property
    def is_enabled(self) -> bool:
        """Enabled for the company; its users may get it."""
        return self.enabled_at is not None

    @property
    def is_open(self) -> bool:
        return self.bank_state == BankState.OPEN


class ProductAssignment(models.Model):
    """A user's assignment of a product. It works while the product is open and enabled for the company, and is
    suspended otherwise.

    The database itself refuses a user or a product of another company (migration 0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="product_assignments",
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="assignments")

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user", "product"], name="product_assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} to {self.user_id}"


class ProfileKind(models.Model):
    """A kind of product that new users of a profile begin with: those of the kind that can be assigned by then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=ProductKind)

    objects = CompanyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "profile", "kind"], name="profile_kind_once")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.kind}"
