import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.enums import ChangeState


class Change(models.Model):
    """One thing an administrator wants changed, from the proposal to its end.

    `title`, `lines` and `effect` are what the maker read; `digest` is the hash of the canonical text, which must come
    out the same under lock when the change is applied.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    service = models.CharField(max_length=60)
    params = models.JSONField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField()
    title = models.CharField(max_length=300)
    lines = models.JSONField()
    effect = models.TextField(blank=True)
    warnings = models.JSONField(default=list)
    success = models.CharField(max_length=300, blank=True)
    target = models.JSONField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PROPOSED)
    reason = models.TextField(blank=True)
    back_url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["maker", "form_key"], name="change_once_a_form"),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PROPOSED, finished_at=None)
                | (~Q(state=ChangeState.PROPOSED) & Q(finished_at__isnull=False)),
                name="change_finished_or_proposed",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "maker", "-created_at"], name="change_of_maker"),
            models.Index(fields=["created_at"], name="change_open", condition=Q(state=ChangeState.PROPOSED)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_applied(self) -> bool:
        return self.state == ChangeState.APPLIED

    @property
    def is_stale(self) -> bool:
        return self.state == ChangeState.STALE

    @property
    def is_withdrawn(self) -> bool:
        return self.state == ChangeState.WITHDRAWN

    @property
    def is_refused(self) -> bool:
        return self.state == ChangeState.REFUSED


class Confirmation(models.Model):
    """That a person confirmed a change: by which means, and the digest of the text that was confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    change = models.OneToOneField(Change, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=40)
    evidence = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.method} for {self.change_id}"
