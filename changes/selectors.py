from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from changes.codec import Unreadable, decode, decode_parts
from changes.enums import ChangeState
from changes.kinds import ChangeKind, Composite, Proposable
from changes.models import Change, Draft, LargeText, Signature
from changes.rules.large import values_in
from changes.rules.signing import APPROVAL_DAYS, CONFIRMATION_MINUTES, plain_number
from directory.models import User
from directory.selectors.users import secondary_users_of


def own_change(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made. Raises Change.DoesNotExist for any other."""
    change = Change.objects.of(viewer).filter(maker=viewer, id=change_id).first()
    if change is None:
        raise Change.DoesNotExist
    return change


def own_change_or_404(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made; anybody else's is as if it did not exist."""
    try:
        return own_change(viewer, change_id)
    except Change.DoesNotExist as error:
        raise Http404 from error


def change_or_404(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made, or one that another administrator signed and that needs a second person."""
    changes = Change.objects.of(viewer).select_related("maker__company__portal")
    return get_object_or_404(changes, Q(maker=viewer) | Q(by_two=True, signed_at__isnull=False), pk=change_id)


def chosen_or_404(viewer: User, change_ids: Sequence[str]) -> list[Change]:
    """Those of other persons that have come before the viewer, in the order in which they were signed; each is there or
    none is."""
    try:
        wanted = {UUID(change_id) for change_id in change_ids}
    except ValueError as error:
        raise Http404 from error
    changes = Change.objects.of(viewer).filter(by_two=True, signed_at__isnull=False, pk__in=wanted)
    found = list(changes.exclude(maker=viewer).select_related("maker__company__portal").order_by("signed_at", "pk"))
    if len(found) != len(wanted):
        raise Http404
    return found


def signatures_of(change: Change) -> QuerySet[Signature]:
    """Who has signed it, the first one first. The bank's staff are nobody whom a company can read."""
    return change.signatures.prefetch_related("signer").order_by("at")


def progress_of(change: Change) -> LargeText:
    """How far a large change is, without its texts."""
    return LargeText.objects.of(change).defer("params", "text").get(change=change)


def text_of(change: Change) -> bytes:
    """The compressed whole text of a large change."""
    return bytes(LargeText.objects.of(change).values_list("text", flat=True).get(change=change))


def waiting_to_be_applied() -> list[UUID]:
    """Large changes that everybody has signed; needs the bank's scope."""
    return list(Change.objects.filter(state=ChangeState.APPLYING).order_by("created_at").values_list("pk", flat=True))


def change_called(change_id: UUID) -> Change:
    """With its maker; needs the scope of its company."""
    return Change.objects.select_related("maker__company__portal").get(pk=change_id)


def maker_of(change_id: UUID) -> User:
    """Who made it; needs the bank's scope."""
    return Change.objects.select_related("maker__company__portal").get(pk=change_id).maker


def being_applied(viewer: User) -> QuerySet[Change]:
    """Those of the viewer's company that a worker has in its hands."""
    return Change.objects.of(viewer).filter(state=ChangeState.APPLYING).order_by("created_at")


def own_being_applied(viewer: User) -> QuerySet[Change]:
    """Of those the viewer's own."""
    return being_applied(viewer).filter(maker=viewer)


def same_waiting(change: Change) -> Change | None:
    """Another one about the same that somebody has signed and nobody has approved yet: the same kind of change of
    the same object."""
    what, key, _name = change.target
    same = Change.objects.of(change).filter(kind=change.kind, target__0=what, target__1=key, by_two=True)
    waiting = same.filter(~overdue(timezone.now()), state=ChangeState.PROPOSED, signed_at__isnull=False)
    return waiting.exclude(pk=change.pk).select_related("maker").order_by("signed_at").first()


def subject_of(viewer: User, change: Change) -> User | None:
    """The user a change is about, if it is about one whom the viewer manages and who exists already."""
    kind, key, _ = change.target
    return secondary_users_of(viewer).filter(pk=key).first() if kind == "user" else None


def overdue(now: datetime) -> Q:
    """`rules.signing.confirmable_until` as a condition on many changes."""
    unsigned = Q(signed_at=None, created_at__lte=now - timedelta(minutes=CONFIRMATION_MINUTES))
    return unsigned | Q(signed_at__lte=now - timedelta(days=APPROVAL_DAYS))


def waiting_for(viewer: User) -> QuerySet[Change]:
    """Changes waiting for the viewer, newest first: their own proposals that can still be confirmed, and what other
    persons signed and the viewer may approve."""
    waiting = _open(viewer).filter(Q(maker=viewer, signed_at=None) | _to_approve(viewer))
    return waiting.order_by("-created_at")


def to_confirm(viewer: User) -> QuerySet[Change]:
    """Of those the viewer's own, which nobody else has seen yet."""
    return _open(viewer).filter(maker=viewer, signed_at=None).order_by("-created_at")


def to_approve(viewer: User) -> QuerySet[Change]:
    """Of those what others signed, the one that expires first at the top."""
    return _open(viewer).filter(_to_approve(viewer)).select_related("maker").order_by("signed_at")


def sent_by(viewer: User) -> QuerySet[Change]:
    """What the viewer signed and somebody else has to approve."""
    return _open(viewer).filter(maker=viewer, signed_at__isnull=False).order_by("-signed_at")


def _open(viewer: User) -> QuerySet[Change]:
    """The company's changes that can still be signed by somebody."""
    number = Func(F("maker__id_number"), Value(r"[\W_]"), Value(""), Value("g"), function="regexp_replace")
    changes = Change.objects.of(viewer).annotate(maker_number=Lower(number, output_field=TextField()))
    return changes.filter(~overdue(timezone.now()), state=ChangeState.PROPOSED)


def _to_approve(viewer: User) -> Q:
    """What needs a second person whom the viewer could be: not the maker, not under another user either. It is asked
    again when it is signed (`rules.signing.are_two_persons`)."""
    number = plain_number(viewer.id_number)
    if not number:
        return Q(pk__in=[])
    return Q(by_two=True, signed_at__isnull=False) & ~Q(maker=viewer) & ~Q(maker_number__in=["", number])


def put_to_the_bank() -> QuerySet[Change]:
    """What a company asked the bank to approve, with its maker; needs the bank's scope."""
    return Change.objects.filter(bank_asked_at__isnull=False).select_related("maker__company__portal")


def waiting_for_the_bank() -> QuerySet[Change]:
    """Of those what can still be approved, the one that expires first at the top."""
    waiting = put_to_the_bank().filter(~overdue(timezone.now()), state=ChangeState.PROPOSED)
    return waiting.order_by("signed_at", "pk")


def drafts_of(viewer: User) -> QuerySet[Draft]:
    """What the viewer has not finished, the latest first."""
    return Draft.objects.of(viewer).filter(maker=viewer).order_by("-updated_at")


def unfinished_drafts(viewer: User) -> QuerySet[Draft]:
    """Those the viewer has not signed: what waits for a second person is finished for its maker."""
    signed = Change.objects.of(viewer).filter(state=ChangeState.PROPOSED, signatures__isnull=False)
    return drafts_of(viewer).exclude(pk__in=signed.exclude(draft=None).values("draft"))


def own_draft_or_404(viewer: User, draft_id: UUID) -> Draft:
    return get_object_or_404(drafts_of(viewer), pk=draft_id)


def parts_of(draft: Draft) -> tuple[ChangeKind[Any], ...]:
    """The changes kept so far; none where today's portal no longer knows one of them, which are then asked anew."""
    try:
        return decode_parts(draft.parts)
    except Unreadable:
        return ()


def wanted_of(change: Change) -> Proposable:
    """What the change is to do. Raises Unreadable where today's portal no longer knows its kind or its values."""
    if change.is_large:
        return Composite(changes=decode_parts(values_in(bytes(change.large.params))))
    return decode(change.kind, change.params)


def proposal_to_correct(viewer: User, change_id: str | None, kind: type[Proposable]) -> Proposable | None:
    """What was typed in a proposal the viewer is going back to, or None if there is none of that kind."""
    return next((part for part in parts_to_correct(viewer, change_id) if isinstance(part, kind)), None)


def parts_to_correct(viewer: User, change_id: str | None) -> tuple[ChangeKind[Any], ...]:
    """All that a proposal consists of to which the viewer is going back.

    Nothing of a stale one: it contains a whole form, and filling it in would undo what somebody else has since done.
    """
    try:
        wanted = UUID(change_id or "")
    except ValueError:
        return ()
    change = Change.objects.of(viewer).filter(maker=viewer, id=wanted).exclude(state=ChangeState.STALE).first()
    try:
        return wanted_of(change).parts if change else ()
    except Unreadable:
        return ()
