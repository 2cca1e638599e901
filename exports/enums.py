from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileKind(TextChoices):
    EXCEL = "xlsx", _("Excel")
    PDF = "pdf", _("PDF")


CONTENT_TYPES = {
    FileKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PDF: "application/pdf",
}


class ExportState(TextChoices):
    """An export waits for a worker, is in its hands, can be downloaded, or was given up."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("In preparation")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Not made")


OPEN_STATES = (ExportState.WAITING, ExportState.WORKING)
