import uuid
from typing import Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.enums import SessionEnd, UploadState
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


class PasswordOrder(models.Model):
    """A password that a signed change ordered and that is not made yet: one by one, each with its mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    change_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyManager()

    def __str__(self) -> str:
        return str(self.user_id)


class Upload(models.Model):
    """A workbook of users that somebody sent: its maker's alone, for one day.

    `rows` people are in it, of whom `rows_done` have been compared; `counts` is what was found, of people and of cells;
    `problem` why it was refused as a whole. What it would change, as it was tried, is in `prepared`; `change` is the
    proposal made of it. `names_told` counts the names it was told belong to somebody else. `leased_until` is until when
    nobody else takes it up. The file and what was found of its cells lie in sealed pieces.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    maker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.WAITING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    prepared = models.JSONField(default=dict)
    change = models.UUIDField(null=True)
    names_told = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = CompanyManager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "maker", "-created_at"], name="upload_of_maker"),
            models.Index(fields=["expires_at"], name="upload_expires"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in {UploadState.WAITING, UploadState.WORKING}

    @property
    def is_ready(self) -> bool:
        return self.state == UploadState.READY

    @property
    def is_failed(self) -> bool:
        return self.state == UploadState.FAILED

    @property
    def percent(self) -> int:
        return min(100, self.rows_done * 100 // self.rows) if self.rows else 0

    def piece_name(self, kind: str, number: int) -> str:
        """The name a piece is sealed for."""
        return f"accounts.upload/{self.id}/{kind}/{number}"


class UploadPiece(models.Model):
    """A sealed piece: the file, what would be changed, the text of it, or some cells of one outcome."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    kind = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    sealed = models.TextField()

    objects = CompanyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "kind", "number"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.kind} {self.number}"
