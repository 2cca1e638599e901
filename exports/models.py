import uuid

from django.conf import settings
from django.db import models

from exports.enums import ExportState, FileKind
from tenancy.rows import CompanyManager

PERCENT = 100


class Export(models.Model):
    """A file of a list too long to be waited for: its maker's alone, for one day.

    `listing` and `query` say again what was asked; `rows` is how many there were then, `rows_done` how far it is.
    `leased_until` is until when nobody else takes it up. The file itself lies in `parts` pieces, sealed (`ExportPart`).
    The database itself refuses a maker of another company (migration 0003).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company_id = models.UUIDField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    listing = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, choices=FileKind)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    rows = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = CompanyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "company_id"], name="export_with_company")]
        indexes = [
            models.Index(fields=["company_id", "maker", "-created_at"], name="export_of_maker"),
            models.Index(fields=["expires_at"], name="export_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.WORKING}

    @property
    def is_done(self) -> bool:
        return self.state == ExportState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == ExportState.FAILED

    @property
    def percent(self) -> int:
        return min(PERCENT, self.rows_done * PERCENT // self.rows) if self.rows else 0

    def part_name(self, number: int) -> str:
        """The name a piece of the file is sealed for: neither order nor file can be changed."""
        return f"exports.export/{self.id}/{number}"


class ExportPart(models.Model):
    """A piece of a file, sealed for its place in it."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.UUIDField()
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    sealed = models.TextField()

    objects = CompanyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"{self.export_id} {self.number}"
