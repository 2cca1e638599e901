import json
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.enums import Event
from changes import guards
from changes.codec import encode
from changes.enums import ChangeState
from changes.kinds import Proposable
from changes.models import Change
from changes.rules.signing import MAX_OPEN_CHANGES
from changes.rules.text import Description
from changes.selectors import being_applied
from changes.services.applying import check_permitted, rehearsal
from changes.services.ending import finish, note
from changes.services.policy import is_for_two
from directory.models import User


def propose(
    *,
    maker: User,
    wanted: Proposable,
    form_key: UUID,
    back_url: str,
    done_url: str = "",
    success: str = "",
    draft: UUID | None = None,
) -> Change:
    """Rehearses a change and keeps it until it is signed; once applied, the `draft` it was put together in goes, and
    the maker reads `success`, or what the change says itself.

    The same `form_key` with the same content gives the same change: a form sent twice proposes once. Raises
    ValidationError when a rule is broken or nothing would change, PermissionDenied when the maker may not do this.
    """
    check_permitted(maker, wanted)
    wanted = wanted.normalised(maker)
    params = encode(wanted)
    form_key = _key_of_content(form_key, wanted.key, params)
    known = Change.objects.of(maker).filter(maker=maker, form_key=form_key).first()
    if known:
        return known
    _check_nothing_is_being_made(maker)
    description, warnings = _described(wanted, maker)
    change = Change(
        company_id=maker.company_id,
        kind=wanted.key,
        params=params,
        maker=maker,
        form_key=form_key,
        title=description.title,
        lines=list(description.lines),
        effect=description.effect,
        beside=description.beside,
        warnings=[*description.warnings, *warnings],
        success=success or description.success,
        target=list(description.target),
        canonical=description.canonical(),
        digest=description.digest(),
        back_url=back_url,
        draft=draft,
        by_two=is_for_two(wanted, maker),
        done_url=done_url or wanted.done_url(),
        created_at=timezone.now(),
    )
    return keep(change)


def _check_nothing_is_being_made(maker: User) -> None:
    """While a worker makes a large change, everybody else's waits for the company: that is said rather than waited
    for."""
    if being_applied(maker).exists():
        raise ValidationError(_("A file of users is being loaded right now. Try again in a minute."), code="being_made")


def _key_of_content(form_key: UUID, kind: str, params: dict[str, Any]) -> UUID:
    """A form sent again with other values (after the browser's back button) is another proposal."""
    return uuid5(form_key, json.dumps([kind, params], sort_keys=True))


def _described(wanted: Proposable, maker: User) -> tuple[Description, list[str]]:
    """What it says, and what the guards say once it has been rehearsed."""
    with rehearsal(wanted, maker) as description:
        if not description.lines:
            raise ValidationError(
                _("There is nothing to change: what you sent is already in effect."), code="unchanged"
            )
        return description, [warning for guard in guards.configured() for warning in guard.after(present=maker)]


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
