"""What is asked in the transaction of every change (`settings.CHANGE_GUARDS`): before it, whether those who signed may
still be inside; after it, whether the company can still be run."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sessions.selectors import is_open
from audit import origin
from directory.models import User
from rights.rules.decisions import decide
from rights.selectors.administrators import an_administrator_can_enter
from rights.selectors.entry import entry_facts, person, standing_facts


class EntryGuard:
    """What was true when a request began may have been withdrawn meanwhile (security.md, 15 and 25); and nobody signs
    a company out of its own administration (decision 28)."""

    def before(self, *, signers: Sequence[User], present: User) -> None:
        """Whoever is present passes the whole door and has no duty left; the accounts of the others are in order."""
        now, here = timezone.now(), origin.current()
        if here.session and not is_open(here.session):
            raise PermissionDenied
        brought = "" if here.session and "token" not in here.factors else None
        if not self._is_let_in(present, here.address, now, brought):
            raise PermissionDenied
        others = [person(signer.pk, lock=True) for signer in signers if signer != present]
        if not all(other and decide(standing_facts(other, now)).allowed for other in others):
            raise PermissionDenied

    @staticmethod
    def _is_let_in(present: User, address: str | None, now: datetime, brought: str | None) -> bool:
        fresh = person(present.pk, lock=True)
        facts = fresh and entry_facts(fresh, now, address, brought=brought, to_work=True)
        return bool(facts and decide(facts).allowed)

    def after(self, *, present: User) -> list[str]:
        """Warns where the change ends the own session of whoever is present. Raises ValidationError where it shuts out
        the address they are at, or would leave nobody to undo it within seven days."""
        now, here = timezone.now(), origin.current()
        fresh = person(present.pk)
        if fresh is None:
            raise PermissionDenied
        refused = {check.rule for check in decide(entry_facts(fresh, now, here.address)).refusals}
        if "address.allowed" in refused:
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
        if any(rule.startswith("schedule.") for rule in refused):
            return [_("You yourself are outside these hours now: your session ends when you confirm.")]
        return []
