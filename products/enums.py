from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProductKind(TextChoices):
    """In the order in which every screen shows them (S1-075)."""

    SAVINGS = "savings", _("Savings account")
    CREDIT_CARD = "credit_card", _("Credit card")
    CHECKING = "checking", _("Current account")


class BankState(TextChoices):
    """The product's state at the bank, whatever the company enables or assigns."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
