"""The one way an administrator changes anything: propose, confirm, apply (architecture.md, mechanism 3)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.enums import Event, Outcome
from audit.services import Target, record
from changes import methods, registry, rules
from changes.enums import ChangeState
from changes.models import Change, Confirmation
from changes.rules import Moved, moved_lines
from directory.models import User
from directory.selectors.users import other_administrators
from notifications.services import notify


def propose(*, actor: Any, service: str, params: dict[str, Any], form_key: UUID, back_url: str) -> Change:
    """Describes a change and keeps it until its maker confirms it.

    The same `form_key` with the same content gives the same change: a form sent twice proposes once. Raises
    ValidationError when a rule is broken or nothing would change, PermissionDenied when the maker may not do this.
    """
    form_key = _key_of_content(form_key, service, params)
    known = Change.objects.filter(maker=actor, form_key=form_key).first()
    if known:
        return known
    handler = _permitted(actor, service)
    description = describe(handler, actor, params)
    if not description.lines:
        raise ValidationError(_("Nothing changes: what you sent is what already holds."), code="unchanged")
    try:
        with transaction.atomic():
            _limit_open_changes(actor)
            return _keep(actor, service, params, description, form_key, back_url)
    except IntegrityError:
        twin = Change.objects.filter(maker=actor, form_key=form_key).first()
        if twin is None:
            raise
        return twin


def _key_of_content(form_key: UUID, service: str, params: dict[str, Any]) -> UUID:
    """A form sent again with other values (the browser's back button) is another proposal, not the one before."""
    return uuid5(form_key, json.dumps([service, params], sort_keys=True))


def describe(handler: registry.ChangeService, actor: Any, params: dict[str, Any]) -> rules.Description:
    """The change in words, in the language of the portal whatever language the person reads in."""
    with translation.override(actor.portal.language):
        return handler.describe(actor, params)


def _permitted(actor: Any, service: str) -> registry.ChangeService:
    handler = registry.get(service)
    if handler.permission not in actor.permissions:
        raise PermissionDenied
    return handler


def _limit_open_changes(actor: Any) -> None:
    """The oldest open proposals give way, so that forgotten ones cannot pile up."""
    open_changes = Change.objects.filter(company_id=actor.company_id, maker=actor, state=ChangeState.PROPOSED)
    kept = open_changes.order_by("-created_at").values("id")[: rules.MAX_OPEN_CHANGES - 1]
    for change in open_changes.exclude(id__in=kept).order_by("created_at").select_for_update():
        _finish(None, change, ChangeState.EXPIRED, Event.CHANGE_EXPIRED)


def _keep(
    actor: Any, service: str, params: dict[str, Any], description: rules.Description, form_key: UUID, back_url: str
) -> Change:
    change = Change.objects.create(
        company_id=actor.company_id,
        service=service,
        params=params,
        maker=actor,
        form_key=form_key,
        title=description.title,
        lines=[asdict(line) for line in description.lines],
        effect=description.effect,
        warnings=list(description.warnings),
        success=description.success,
        target=list(description.target),
        canonical=description.canonical(),
        digest=description.digest(),
        back_url=back_url,
        created_at=timezone.now(),
    )
    _audit(Event.CHANGE_PROPOSED, actor, change)
    return change


def confirm(*, actor: Any, change_id: UUID, answer: str) -> Change:
    """Checks the maker's answer (a one-time code) and applies the change.

    The answer is checked and used up first, in its own transaction; only then the change is locked and applied, once
    however often it is sent. Raises ValidationError with the code `answer` when the answer is wrong or `no_method`
    when the person has no means to confirm, or `locked` while the means takes no answer; a change that can no longer
    be applied comes back in its final state.
    """
    with _one_at_a_time(change_id):
        change = Change.objects.get(company_id=actor.company_id, maker=actor, id=change_id)
        if not rules.can_be_confirmed(change.state, change.created_at, timezone.now()):
            return _in_time(actor, change_id)
        _permitted(actor, change.service)
        method = methods.available_to(actor)
        if method is None:
            raise ValidationError(_("You need an active token to confirm changes."), code="no_method")
        evidence = method.verify(actor, answer, change.digest)
        if evidence is None:
            raise ValidationError(
                _("The code is not correct or was already used. Wait for the next one."), code="answer"
            )
        return _apply(actor, change_id, method.name, evidence)


@contextmanager
def _one_at_a_time(change_id: UUID) -> Iterator[None]:
    """Twins of a doubled submit take turns across the code's own transaction: the second one finds the change done,
    and its code, the same one, is not called wrong. The lock is the connection's and goes with it."""
    key = int.from_bytes(change_id.bytes[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _in_time(actor: Any, change_id: UUID) -> Change:
    """The change under lock; expired when its time is over."""
    change = _locked(actor, change_id)
    if change.state == ChangeState.PROPOSED and not rules.can_be_confirmed(
        change.state, change.created_at, timezone.now()
    ):
        _finish(actor, change, ChangeState.EXPIRED, Event.CHANGE_EXPIRED)
    return change


def _locked(actor: Any, change_id: UUID) -> Change:
    return Change.objects.select_for_update().get(company_id=actor.company_id, maker=actor, id=change_id)


def _apply(actor: Any, change_id: UUID, method: str, evidence: dict[str, str]) -> Change:
    """One transaction: lock, describe again, change, audit, notices. A broken rule or a moved row ends the change."""
    with transaction.atomic():
        change = _in_time(actor, change_id)
        if change.state != ChangeState.PROPOSED:
            return change
        handler = registry.get(change.service)
        try:
            with transaction.atomic():
                actor = _still_entitled(actor, change.service)
                if not _unmoved(handler, actor, change):
                    return _finish(actor, change, ChangeState.STALE, Event.CHANGE_STALE)
                handler.apply(actor, change.params)
        except PermissionDenied:
            change.reason = _("Your right to make this change was withdrawn meanwhile.")
            return _finish(actor, change, ChangeState.REFUSED, Event.CHANGE_REFUSED)
        except ObjectDoesNotExist:
            return _finish(actor, change, ChangeState.STALE, Event.CHANGE_STALE)
        except ValidationError as error:
            change.reason = " ".join(error.messages)
            return _finish(actor, change, ChangeState.REFUSED, Event.CHANGE_REFUSED)
        _conclude(actor, change, handler, method, evidence)
    return change


def _still_entitled(actor: Any, service: str) -> Any:
    """The maker under lock, asked everything once more: entry, permission and the means to confirm."""
    find: Callable[[Any], Any] = import_string(settings.CHANGE_ACTOR)
    actor = find(actor)
    _permitted(actor, service)
    if methods.available_to(actor) is None:
        raise PermissionDenied
    return actor


def _unmoved(handler: registry.ChangeService, actor: Any, change: Change) -> bool:
    """Under lock, the change must still say exactly what was confirmed."""
    handler.lock(actor, change.params)
    return describe(handler, actor, change.params).digest() == change.digest


def _conclude(
    actor: Any, change: Change, handler: registry.ChangeService, method: str, evidence: dict[str, str]
) -> None:
    now = timezone.now()
    Confirmation.objects.create(
        company_id=change.company_id,
        change=change,
        user=actor,
        method=method,
        evidence=evidence,
        digest=change.digest,
        at=now,
    )
    change.state, change.finished_at = ChangeState.APPLIED, now
    change.save(update_fields=["state", "finished_at"])
    tell_administrators(actor=actor, change=change)
    record(
        handler.event,
        actor=actor,
        company_id=change.company_id,
        target=Target(*change.target),
        before=_said(change.lines, "before"),
        after=_said(change.lines, "after"),
        detail={"change": str(change.id), "digest": change.digest, "confirmed": {"method": method, **evidence}},
    )


def _said(lines: list[dict[str, str]], side: str) -> dict[str, str]:
    """One side of the lines by what they speak of; two about the same (two accounts of one name) are both kept."""
    said: dict[str, str] = {}
    for line in lines:
        name, number = line["what"], 1
        while name in said:
            number += 1
            name = f"{line['what']} ({number})"
        said[name] = line[side]
    return said


def _finish(actor: Any | None, change: Change, state: ChangeState, event: Event) -> Change:
    change.state, change.finished_at = state, timezone.now()
    change.save(update_fields=["state", "finished_at", "reason"])
    _audit(event, actor, change, outcome=Outcome.OK if state == ChangeState.WITHDRAWN else Outcome.REFUSED)
    return change


@transaction.atomic
def withdraw(*, actor: Any, change_id: UUID) -> Change:
    """The maker gives a proposal up. Nothing happens to one that has ended."""
    change = _locked(actor, change_id)
    if change.state != ChangeState.PROPOSED:
        return change
    return _finish(actor, change, ChangeState.WITHDRAWN, Event.CHANGE_WITHDRAWN)


def _audit(event: Event, actor: Any | None, change: Change, outcome: Outcome = Outcome.OK) -> None:
    record(
        event,
        actor=actor,
        company_id=change.company_id,
        target=Target(*change.target),
        detail={"change": str(change.id), "service": change.service, "digest": change.digest},
        outcome=outcome,
    )


def expire_forgotten() -> int:
    """Ends the proposals whose time is over, each by itself; needs the bank's scope. Returns how many."""
    limit = timezone.now() - timedelta(minutes=rules.CONFIRMATION_MINUTES)
    over = Change.objects.filter(state=ChangeState.PROPOSED, created_at__lte=limit)
    return sum(_expire(change_id) for change_id in over.values_list("id", flat=True))


@transaction.atomic
def _expire(change_id: UUID) -> bool:
    """Passes by one that somebody is confirming or that has ended meanwhile."""
    waiting = Change.objects.select_for_update(skip_locked=True).filter(state=ChangeState.PROPOSED)
    change = waiting.filter(id=change_id).first()
    if change:
        _finish(None, change, ChangeState.EXPIRED, Event.CHANGE_EXPIRED)
    return change is not None


def moved_meanwhile(viewer: User, change: Change) -> list[Moved]:
    """What a stale change would say today; nothing where it can no longer be said (its object or right is gone)."""
    try:
        present = describe(registry.get(change.service), viewer, change.params)
    except ValidationError:
        return []
    return moved_lines(change.lines, present.lines)


LINES_TOLD = 3


def tell_administrators(*, actor: User, change: Any) -> None:
    """The company's other administrators find every change, by its first three lines, in their notifications.

    In the portal's language.
    """
    with translation.override(actor.portal.language):
        subject = _("%(title)s, by %(who)s") % {"title": change.title, "who": actor.username}
        told = [
            _("%(what)s: %(before)s → %(after)s")
            % {"what": line["what"], "before": line["before"] or "-", "after": line["after"] or "-"}
            for line in change.lines[:LINES_TOLD]
        ]
        if more := len(change.lines[LINES_TOLD:]):
            told.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        body = "\n".join(told)
    for administrator in other_administrators(actor):
        notify(user_id=administrator.pk, company_id=actor.company_id, subject=subject, body=body)
