"""What is asked in the transaction of every change (`settings.CHANGE_GUARDS`): before it, whether the signers may still
be signed in; after it, whether the company can still be run."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sessions.selectors import is_open
from audit import request_context
from directory.models import User
from rights.rules.decisions import Decision, decide
from rights.rules.entry import account_checks
from rights.selectors.administrators import an_administrator_can_enter
from rights.selectors.entry import account_of, entry_facts, person


class EntryGuard:
    """What was true when a request began may since have been withdrawn (security.md, 15 and 25); and nobody locks a
    company out of its own administration (decision 28)."""

    def before(self, *, signers: Sequence[User], present: User, is_here: bool = True) -> None:
        """Whoever is present may be signed in and has no duty left; the others' accounts have to be in order."""
        if is_here:
            _check_is_signed_in(present)
        if not all(_is_in_order(signer) for signer in signers):
            raise PermissionDenied

    def after(self, *, present: User, is_here: bool = True) -> list[str]:
        """Warns if the change ends the session of whoever is present. Raises ValidationError if it shuts out their own
        address, or would leave nobody to undo it within seven days."""
        refused = {check.rule.partition(".")[0] for check in _decided(present).refusals} if is_here else set()
        if "address" in refused:
            raise ValidationError(
                _("Your own current address, %(address)s, would be shut out. Add a network that includes it."),
                params={"address": request_context.current().address},
                code="shuts_oneself_out",
            )
        if not an_administrator_can_enter(present.company, timezone.now()):
            raise ValidationError(
                _(
                    "With this change, no administrator could sign in during the next seven days. Leave at least one "
                    "of them a way in."
                ),
                code="locked_out",
            )
        if "schedule" in refused:
            return [_("You are outside these hours yourself right now: your session will end when you confirm.")]
        return []


def _check_is_signed_in(present: User) -> None:
    here = request_context.current()
    if here.session and not is_open(here.session):
        raise PermissionDenied
    if not _decided(present, to_work=True).allowed:
        raise PermissionDenied


def _decided(present: User, *, to_work: bool = False) -> Decision:
    """The decision about whoever is present, as the database has it now. Before a change their row is already locked; a
    rehearsal locks the company first, and must not then wait for a person."""
    here = request_context.current()
    fresh = person(present.pk)
    if fresh is None:
        raise PermissionDenied
    return decide(entry_facts(fresh, timezone.now(), here.address, brought=here.token, to_work=to_work))


def _is_in_order(signer: User) -> bool:
    return all(check.passed for check in account_checks(account_of(signer)))
