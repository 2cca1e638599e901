from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SessionEnd(TextChoices):
    """Why a session that was open is over; the person is told at the next request (decisions 19, 20)."""

    SIGNED_OUT = "signed_out", _("You signed out.")
    IDLE = "idle", _("Your session ended because nothing was done in it for a while.")
    TOO_LONG = "too_long", _("Your session reached its longest duration.")
    NEWER = "newer", _("Your session ended because you signed in somewhere else.")
    WITHDRAWN = "withdrawn", _("Your session ended because your access was withdrawn.")
    HOURS = "hours", _("Your session ended because your access hours are over.")
    ADDRESS = "address", _("Your session ended because your network address is not allowed.")
    TOKEN = "token", _("Your session ended because your token is no longer active.")
    CODE = "code", _("Your session ended because you have an active token now: sign in with its code.")
    CREDENTIAL = "credential", _("Your session ended because your password changed.")
