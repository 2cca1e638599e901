"""What people find in their inbox about changes."""

from collections.abc import Callable, Iterable
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import dateformat, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.authority import Authority
from changes.enums import ChangeState
from changes.models import Change
from directory.clock import to_local
from directory.models import User
from directory.selectors.users import other_administrators
from notifications.documents import language_of
from notifications.enums import Notice, Topic
from notifications.services import notify, tell

LINES_TOLD = 3
Words = tuple[str, str]  # subject and body


def tell_administrators(*, maker: User, change: Change) -> None:
    """Puts every change, by its first three lines, into the notifications of the company's other administrators; of one
    that a second person approved, those who did not sign are told, and its maker is told who approved it. What the bank
    approved they know (`tell_of_the_bank`)."""
    signatures = change.signatures.select_related("signer")
    if any(signature.is_the_banks for signature in signatures):
        return
    signers = {signature.signer_id: signature.signer for signature in signatures}
    others = (other for other in other_administrators(maker) if other.pk not in signers)
    _notify(others, partial(_made, change, maker), by=maker, change=change)
    for signer in signers.values():
        if signer.pk != maker.pk:
            _notify([maker], partial(_approved, change, signer), by=signer, change=change)


def _made(change: Change, maker: User) -> Words:
    return _("%(title)s, by %(who)s") % {"title": change.title, "who": maker.username}, _told(change)


def _approved(change: Change, signer: User) -> Words:
    return _("Approved by %(who)s: %(title)s") % {"who": signer.username, "title": change.title}, _told(change)


def tell_signers_how_it_was_made(change: Change) -> None:
    """That what a worker was given has been done; or that nothing of it has, and why."""
    signers = [signature.signer for signature in change.signatures.select_related("signer__company__portal")]
    _notify(signers, partial(_worked_off, change), by=None, change=change)


def _worked_off(change: Change) -> Words:
    if change.is_applied:
        return _("Done: %(title)s") % {"title": change.title}, change.success
    if change.is_stale:
        why = _(
            "What it would have changed was modified after it was proposed. Start again from what is in effect now."
        )
        return _("Out of date, nothing was changed: %(title)s") % {"title": change.title}, why
    return _("Refused, nothing was changed: %(title)s") % {"title": change.title}, change.reason


def ask_approvers(*, approvers: Iterable[User], change: Change) -> None:
    """Tells those who may approve it that a change waits for them, and until when."""
    _notify(approvers, partial(_asked, change), by=change.maker, change=change)


def _asked(change: Change) -> Words:
    maker = change.maker
    subject = _("To approve: %(title)s, requested by %(who)s") % {"title": change.title, "who": maker.username}
    moment = dateformat.format(to_local(maker.portal, change.until), f"{maker.portal.date_format} H:i")
    until = _("It can be approved until %(moment)s.") % {"moment": moment}
    return subject, f"{_told(change)}\n{until}"


def tell_maker_how_it_ended(change: Change, *, actor: User | None) -> None:
    """What became of a change that waited for a second person and was not applied."""
    _notify([change.maker], partial(_ended, change, actor), by=actor, change=change)


def _ended(change: Change, actor: User | None) -> Words:
    said = {"title": change.title, "who": actor.username if actor else ""}
    subject = {
        ChangeState.REJECTED: _("Rejected by %(who)s: %(title)s"),
        ChangeState.STALE: _("Out of date, nothing was changed: %(title)s"),
        ChangeState.EXPIRED: _("Nobody approved it in time, nothing was changed: %(title)s"),
    }.get(ChangeState(change.state), _("Refused, nothing was changed: %(title)s"))
    return subject % said, change.reason


def tell_approvers_it_ended(change: Change, approvers: Iterable[User]) -> None:
    """Those who were asked need not look at it any more."""
    for each in approvers:
        with translation.override(language_of(each)):
            ending = str(ChangeState(change.state).label)
        values = {"title": change.title, "who": change.maker.username, "ending": ending}
        tell(Notice.APPROVAL_ENDED, each, values, url=_page_of(change))


def tell_the_bank_was_asked(change: Change) -> None:
    """The company's other administrators, who might think otherwise."""
    values = {"title": change.title, "lines": _lines(change)}
    tell(Notice.BANK_ASKED, change.maker, values, url=_page_of(change))


def tell_of_the_bank(notice: Notice, change: Change, authority: Authority, reason: str) -> None:
    """What the bank answered: to the maker and to the company's other administrators (decision 37)."""
    values = {"title": change.title, "lines": _lines(change), "reason": reason}
    tell(notice, change.maker, values, authority=authority, url=_page_of(change))


def _lines(change: Change) -> str:
    """As they were signed, in the portal's language."""
    with translation.override(change.maker.portal.language):
        return _told(change)


def _page_of(change: Change) -> str:
    return reverse("changes:confirm", args=[change.pk], urlconf=settings.ROOT_URLCONF)


def _notify(people: Iterable[User], words: Callable[[], Words], *, by: User | None, change: Change) -> None:
    """In each reader's language, around the title and lines as they were signed. It leads to the page of the change,
    which its maker and the second person see, else to what it changed."""
    page_of_it = _page_of(change)
    for each in people:
        if not each.company_id:
            continue
        with translation.override(language_of(each)):
            subject, body = words()
        notify(
            user_id=each.pk,
            company_id=each.company_id,
            subject=subject,
            body=body,
            topic=Topic.CHANGES,
            by_name=by.full_name if by and by.company_id else "",
            url=page_of_it if change.by_two or each.pk == change.maker_id else change.done_url,
        )


def _told(change: Change) -> str:
    told = [
        _("%(what)s: %(before)s → %(after)s")
        % {"what": line.what, "before": line.before or "-", "after": line.after or "-"}
        for line in change.lines[:LINES_TOLD]
    ]
    if more := len(change.lines[LINES_TOLD:]):
        told.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return "\n".join(told)
