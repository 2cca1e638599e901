from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Refusal(TextChoices):
    """The rules of a schedule that keep somebody out; the value names the check."""

    WINDOW = "schedule.window", _("Outside the access hours")
    HOLIDAY = "schedule.holiday", _("No access on holidays")
