from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChangeState(TextChoices):
    """`proposed` is waiting for its signatures, `applying` has them and is in a worker's hands; all else is final.
    `refused` is what a rule ended, `rejected` what the second person would not approve."""

    PROPOSED = "proposed", _("Waiting for confirmation")
    APPLYING = "applying", _("Being made")
    APPLIED = "applied", _("Done")
    STALE = "stale", _("Out of date")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", pgettext_lazy("change", "Refused")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")


OPEN_STATES = (ChangeState.PROPOSED, ChangeState.APPLYING)


class SignerRole(TextChoices):
    """Maker and checker: who requests a change, and the other person who agrees where two must answer for it; `bank`
    is one of the bank's staff in that person's place, where the company has nobody."""

    MAKER = "maker", _("Maker")
    APPROVER = "approver", _("Approver")
    BANK = "bank", _("The bank")


class LineKind(TextChoices):
    CHANGED = "changed", _("changes")
    ADDED = "added", _("adds")
    REMOVED = "removed", _("removes")
    RAISED = "raised", _("goes up")
    LOWERED = "lowered", _("goes down")
    SAID = "said", _("says")
    SAME = "same", _("stays")
