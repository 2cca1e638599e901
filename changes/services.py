"""The one way an administrator changes anything: propose, confirm, apply (architecture, mechanism 3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from audit.enums import Event, Outcome
from audit.services import Target, record
from changes import methods, registry, rules
from changes.enums import ChangeState
from changes.models import Change, Confirmation


def propose(*, actor: Any, service: str, params: dict[str, Any], form_key: UUID, back_url: str) -> Change:
    """Describes a change and keeps it until its maker confirms it.

    The same `form_key` gives the same change: a form sent twice proposes once. Raises ValidationError when a rule is
    broken or nothing would change, PermissionDenied when the maker may not do this.
    """
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
        return Change.objects.get(maker=actor, form_key=form_key)


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
    kept = (
        Change.objects.filter(company_id=actor.company_id, maker=actor, state=ChangeState.PROPOSED)
        .order_by("-created_at")
        .values("id")[: rules.MAX_OPEN_CHANGES - 1]
    )
    Change.objects.filter(company_id=actor.company_id, maker=actor, state=ChangeState.PROPOSED).exclude(
        id__in=kept
    ).update(state=ChangeState.EXPIRED, finished_at=timezone.now())


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
    when the person has no means to confirm; a change that can no longer be applied comes back in its final state.
    """
    with _one_at_a_time(change_id):
        change = Change.objects.get(company_id=actor.company_id, maker=actor, id=change_id)
        if not rules.can_be_confirmed(change.state, change.created_at, timezone.now()):
            return _ended(actor, change_id)
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
def _ended(actor: Any, change_id: UUID) -> Change:
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
        change = _locked(actor, change_id)
        if not rules.can_be_confirmed(change.state, change.created_at, timezone.now()):
            return change
        handler = registry.get(change.service)
        try:
            with transaction.atomic():
                if not _unmoved(handler, actor, change):
                    return _finish(actor, change, ChangeState.STALE, Event.CHANGE_STALE)
                handler.apply(actor, change.params)
        except ValidationError as error:
            change.reason = " ".join(error.messages)
            return _finish(actor, change, ChangeState.REFUSED, Event.CHANGE_REFUSED)
        _conclude(actor, change, handler, method, evidence)
    return change


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
    notifier: Callable[..., None] = import_string(settings.CHANGE_NOTIFIER)
    notifier(actor=actor, change=change)
    record(
        handler.event,
        actor=actor,
        company_id=change.company_id,
        target=Target(*change.target),
        before={line["what"]: line["before"] for line in change.lines},
        after={line["what"]: line["after"] for line in change.lines},
        detail={"change": str(change.id), "digest": change.digest, "confirmed": {"method": method, **evidence}},
    )


def _finish(actor: Any, change: Change, state: ChangeState, event: Event) -> Change:
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


def _audit(event: Event, actor: Any, change: Change, outcome: Outcome = Outcome.OK) -> None:
    record(
        event,
        actor=actor,
        company_id=change.company_id,
        target=Target(*change.target),
        detail={"change": str(change.id), "service": change.service, "digest": change.digest},
        outcome=outcome,
    )


def expire_forgotten() -> int:
    """Ends the proposals whose time is over; needs the bank's scope. Returns how many."""
    limit = timezone.now() - timedelta(minutes=rules.CONFIRMATION_MINUTES)
    return Change.objects.filter(state=ChangeState.PROPOSED, created_at__lte=limit).update(
        state=ChangeState.EXPIRED, finished_at=timezone.now()
    )
