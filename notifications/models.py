import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from directory.models import Company
from notifications.enums import TONE_OF_STATE, DeliveryState, MessageKind, Topic
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


class AlertChoice(models.Model):
    """Which optional alerts are switched off: a user's choice, or the company's for whoever has none (`user` empty).

    `silenced` names each as `notifications.rules.alert_key` does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    silenced = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    objects = CompanyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="alert_choice_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.company_id}"


class Message(models.Model):
    """A line in a user's inbox: a message, or a notification of something that happened.

    `by_name` is who did it, in words that outlive them; `url` the path of the page where it is seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind)
    topic = models.CharField(max_length=10, choices=Topic, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=300, blank=True)
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
