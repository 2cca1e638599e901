"""A proposal is kept until it is signed; older ones to the same, and forgotten ones, give way to it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.enums import Event
from changes.enums import ChangeState
from changes.models import Change
from changes.rules.signing import MAX_OPEN_CHANGES
from changes.services.ending import finish, note
from directory.models import User


def keep(change: Change) -> Change:
    """Saves it, or returns the twin that was faster."""
    try:
        with transaction.atomic():
            _limit_open_changes(change.maker)
            change.save(force_insert=True)
            note(Event.CHANGE_PROPOSED, change, actor=change.maker)
            _replace_older(change)
            return change
    except IntegrityError:
        twin = Change.objects.of(change).filter(maker=change.maker, form_key=change.form_key).first()
        if twin is None:
            raise
        return twin


def _replace_older(change: Change) -> None:
    """Nobody has two of the same waiting for their own signature: the newer one says all that the person wants now.
    What they have signed stays; the page of the newer one says so (`selectors.same_waiting`)."""
    same = Change.objects.of(change).filter(
        maker=change.maker, kind=change.kind, target=change.target, state=ChangeState.PROPOSED, signed_at=None
    )
    for older in same.exclude(pk=change.pk).order_by("created_at").select_for_update(of=("self",)):
        older.reason = _("A newer change to the same took its place.")
        finish(older, ChangeState.WITHDRAWN, actor=change.maker)


def _limit_open_changes(maker: User) -> None:
    """The oldest open proposals are dropped, so that forgotten ones cannot pile up; what is signed waits."""
    open_changes = Change.objects.of(maker).filter(maker=maker, state=ChangeState.PROPOSED, signed_at=None)
    kept = open_changes.order_by("-created_at").values("id")[: MAX_OPEN_CHANGES - 1]
    for change in open_changes.exclude(id__in=kept).order_by("created_at").select_for_update():
        finish(change, ChangeState.EXPIRED, actor=None)
