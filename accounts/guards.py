"""What is asked in the transaction of every change (`settings.CHANGE_GUARDS`): before it, whether those who signed may
still be inside; after it, whether the company can still be run."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sessions.selectors import is_open
from audit import origin
from directory.models import User
from rights.selectors import entry
from rights.selectors.administrators import an_administrator_can_enter
from rights.selectors.schedules import schedule_checks


class EntryGuard:
    """What was true when a request began may have been withdrawn meanwhile (security.md, 15 and 25); and nobody signs
    a company out of its own administration (decision 28)."""

    def before(self, *, signers: Sequence[User], present: User) -> None:
        """Whoever is present passes every check of the door; of others the account has to be in order."""
        now, here = timezone.now(), origin.current()
        if here.session and not is_open(here.session):
            raise PermissionDenied
        refused = entry.first_refusal(present, now, here.address)
        others = [signer for signer in signers if signer != present]
        if refused or not all(check.passed for signer in others for check in entry.account_checks(signer, now, None)):
            raise PermissionDenied

    def after(self, *, present: User) -> list[str]:
        """Warns where the change ends the own session of whoever is present. Raises ValidationError where it shuts out
        the address they are at, or would leave nobody to undo it within seven days."""
        now, here = timezone.now(), origin.current()
        if not all(check.passed for check in entry.address_checks(present, now, here.address)):
            raise ValidationError(
                _("Your own present address, %(address)s, would be shut out. Add a network that holds it."),
                params={"address": here.address},
                code="shuts_oneself_out",
            )
        if not an_administrator_can_enter(present.company, now):
            raise ValidationError(
                _("With this, no administrator could enter in the next seven days. Leave somebody a way in."),
                code="locked_out",
            )
        if not all(check.passed for check in schedule_checks(present, now, here.address)):
            return [_("You yourself are outside these hours now: your session ends when you confirm.")]
        return []
