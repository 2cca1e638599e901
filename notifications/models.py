import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.enums import TONE_OF_STATE, DeliveryState, MessageKind
from tenancy.rows import CompanyManager


class Delivery(models.Model):
    """A mail that must go out, written in the transaction of its cause (the outbox).

    `sealed` is the secret part of the text, sealed for this row; it is wiped once the mail is delivered, given up or
    replaced. Everything else of the text is in `context`, rendered from the template named by `kind`. `leased_until` is
    set while a worker talks to the mail server about it: nobody else touches the row before that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    about_id = models.UUIDField(null=True)
    recipient = models.EmailField()
    language = models.CharField(max_length=5)
    context = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DeliveryState.PENDING) | Q(sealed=""), name="delivery_keeps_no_secret_when_done"
            )
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="delivery_due", condition=Q(state=DeliveryState.PENDING)),
            models.Index(fields=["company_id", "kind", "about_id", "-created_at"], name="delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def row_name(self) -> str:
        """The name the secret is sealed for."""
        return f"notifications.delivery/{self.id}"

    @property
    def is_pending(self) -> bool:
        return self.state == DeliveryState.PENDING

    @property
    def is_sent(self) -> bool:
        return self.state == DeliveryState.SENT

    @property
    def is_failed(self) -> bool:
        return self.state == DeliveryState.FAILED

    @property
    def is_cancelled(self) -> bool:
        return self.state == DeliveryState.CANCELLED

    @property
    def state_tone(self) -> str:
        """How the state's badge is coloured."""
        return TONE_OF_STATE.get(DeliveryState(self.state), "")

    @property
    def message_id(self) -> str:
        """The same for every copy of this mail, so that a mailbox can recognise a second one."""
        return f"<{self.id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>"


class Message(models.Model):
    """A line in a user's inbox: a message, or a notification of something that happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = CompanyManager()

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "user", "kind", "-created_at"], name="message_inbox"),
            models.Index(fields=["user", "kind"], name="message_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.subject
