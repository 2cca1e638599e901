"""What people find in their inbox about changes, in the portal's language."""

from collections.abc import Iterable

from django.utils import dateformat, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changes.enums import ChangeState
from changes.models import Change
from directory.clock import to_local
from directory.models import User
from directory.selectors.users import other_administrators
from notifications.services import notify

LINES_TOLD = 3


def tell_administrators(*, maker: User, change: Change) -> None:
    """Puts every change, by its first three lines, into the notifications of the company's other administrators; of one
    that a second person approved, those who did not sign are told, and its maker is told who approved it."""
    signers = {signature.signer_id: signature.signer for signature in change.signatures.select_related("signer")}
    with translation.override(maker.portal.language):
        subject = _("%(title)s, by %(who)s") % {"title": change.title, "who": maker.username}
        body = _told(change)
        approved = _("Approved by %(who)s: %(title)s")
    _notify((other for other in other_administrators(maker) if other.pk not in signers), subject, body)
    for signer in signers.values():
        if signer.pk != maker.pk:
            _notify([maker], approved % {"who": signer.username, "title": change.title}, body)


def tell_maker_it_was_made(change: Change) -> None:
    """That what a worker was given has been done, or that nothing of it has."""
    with translation.override(change.maker.portal.language):
        done, not_done = _("Done: %(title)s"), _("Out of date, nothing was changed: %(title)s")
        subject = (done if change.is_applied else not_done) % {"title": change.title}
    _notify([change.maker], subject, change.reason)


def ask_approvers(*, approvers: Iterable[User], change: Change) -> None:
    """Tells those who may approve it that a change waits for them, and until when."""
    maker = change.maker
    with translation.override(maker.portal.language):
        subject = _("To approve: %(title)s, requested by %(who)s") % {"title": change.title, "who": maker.username}
        moment = dateformat.format(to_local(maker.portal, change.until), f"{maker.portal.date_format} H:i")
        until = _("It can be approved until %(moment)s.") % {"moment": moment}
        body = f"{_told(change)}\n{until}"
    _notify(approvers, subject, body)


def tell_maker_how_it_ended(change: Change, *, actor: User | None) -> None:
    """What became of a change that waited for a second person and was not applied."""
    said = {"title": change.title, "who": actor.username if actor else ""}
    with translation.override(change.maker.portal.language):
        subject = {
            ChangeState.REJECTED: _("Rejected by %(who)s: %(title)s"),
            ChangeState.STALE: _("Out of date, nothing was changed: %(title)s"),
            ChangeState.EXPIRED: _("Nobody approved it in time, nothing was changed: %(title)s"),
        }.get(ChangeState(change.state), _("Refused, nothing was changed: %(title)s"))
    _notify([change.maker], subject % said, change.reason)


def _notify(people: Iterable[User], subject: str, body: str) -> None:
    for each in people:
        if each.company_id:
            notify(user_id=each.pk, company_id=each.company_id, subject=subject, body=body)


def _told(change: Change) -> str:
    told = [
        _("%(what)s: %(before)s → %(after)s")
        % {"what": line.what, "before": line.before or "-", "after": line.after or "-"}
        for line in change.lines[:LINES_TOLD]
    ]
    if more := len(change.lines[LINES_TOLD:]):
        told.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return "\n".join(told)
