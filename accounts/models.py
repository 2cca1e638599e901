import uuid
from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.enums import SessionEnd
from directory.models import Company, User
from tenancy.rows import CompanyManager


class SessionManager(CompanyManager["Session"], BaseSessionManager["Session"]):
    """Only what a session store needs."""


class Session(AbstractBaseSession):
    """An open or ended session. `session_key` is the SHA-256 of the cookie's value: this table opens nothing."""

    tenancy_shared = "read by the cookie's digest before anybody is known"

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    company_id = models.UUIDField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_because = models.CharField(max_length=12, choices=SessionEnd, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="session_one_open_a_user", condition=Q(user__isnull=False, ended_because="")
            )
        ]

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """A request still running must not reopen a session that has since been ended: an update writes only data."""
        if force_update:
            kwargs["update_fields"] = ["session_data", "expire_date", "user", "company_id"]
        super().save(*args, force_update=force_update, **kwargs)

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions.store import SessionStore

        return SessionStore


class PastPassword(models.Model):
    """Hashes of the passwords a user had, so that the last five are not reused (decision 6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    objects = CompanyManager()

    class Meta:
        indexes = [models.Index(fields=["user", "-set_at"], name="past_password_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"
