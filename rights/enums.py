from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Remedy(TextChoices):
    """Who can change what a check refuses."""

    USER = "user", _("The user")
    ADMINISTRATOR = "administrator", _("The administrator of the company")
    BANK = "bank", _("The bank")
