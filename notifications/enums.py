from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    """A mail is waiting (also between attempts), accepted by the mail server, given up, or replaced."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Delivered to the mail server")
    FAILED = "failed", _("Not delivered")
    CANCELLED = "cancelled", _("Replaced by a later one")


TONE_OF_STATE = {DeliveryState.PENDING: "warn", DeliveryState.SENT: "good", DeliveryState.FAILED: "bad"}


class MessageKind(TextChoices):
    MESSAGE = "message", _("Message")
    NOTIFICATION = "notification", _("Notification")
