from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SessionEnd(TextChoices):
    """Why a session that was open is over; the person is told at the next request (decisions 19, 20)."""

    SIGNED_OUT = "signed_out", _("You have signed out.")
    IDLE = "idle", _("Your session ended after a period of inactivity.")
    TOO_LONG = "too_long", _("Your session reached its maximum length.")
    NEWER = "newer", _("Your session ended because you signed in somewhere else.")
    WITHDRAWN = "withdrawn", _("Your session ended because your access was withdrawn.")
    HOURS = "hours", _("Your session ended because you are outside your access hours.")
    ADDRESS = "address", _("Your session ended because your network address is not allowed.")
    TOKEN = "token", _("Your session ended because your token is no longer active.")
    CODE = "code", _("Your session ended because you now have an active token: sign in with its code.")
    CREDENTIAL = "credential", _("Your session ended because your password was changed.")


class UploadState(TextChoices):
    """A workbook waits for a worker, is being compared, can be signed, or was refused as a whole."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being compared")
    READY = "ready", _("Compared")
    FAILED = "failed", _("Refused")


class CellOutcome(TextChoices):
    """What a cell of a workbook does, in the order in which they are listed."""

    ERROR = "error", _("Errors")
    CREATE = "create", _("Are created")
    CHANGE = "change", _("Are changed")
    SAME = "same", _("Stay the same")

    @property
    def tone(self) -> str:
        """How its badge is coloured."""
        return {CellOutcome.ERROR: "bad", CellOutcome.CREATE: "good", CellOutcome.CHANGE: "info"}.get(self, "")

    @property
    def word(self) -> str:
        """What one cell does."""
        words = {
            CellOutcome.ERROR: _("Error"),
            CellOutcome.CREATE: _("Created"),
            CellOutcome.CHANGE: _("Changed"),
            CellOutcome.SAME: _("The same"),
        }
        return str(words[self])
