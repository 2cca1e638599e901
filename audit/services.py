from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import request_context
from audit.authority import Authority, Source
from audit.enums import Event, Outcome
from audit.models import BANK_CHAIN, AuditEvent, Chain
from audit.rules import FIRST_HASH, link, plain
from audit.selectors import who_let_in
from directory.models import Company, User

ROWS_AT_ONCE = 500


class Target(NamedTuple):
    """What an event is about, in words that stay true once the row is gone."""

    type: str
    id: str
    name: str


class Written(NamedTuple):
    """One thing written: what happened to what, and its values before and after."""

    event: Event
    target: Target
    before: Any = None
    after: Any = None


def record(
    event: Event,
    *,
    actor: User | None,
    company_id: UUID | None,
    target: Target | None = None,
    before: Any = None,
    after: Any = None,
    detail: Any = None,
    outcome: Outcome = Outcome.OK,
) -> AuditEvent:
    """Adds one row to the company's chain, or to the bank's when `company_id` is None.

    For events and for what people do with what is theirs; for what is written under an authority use `record_write`.
    Call it inside the transaction of what it records, as that transaction's last write to shared rows: the end of the
    chain stays locked until the commit. `before`, `after` and `detail` are JSON values, none of them secret; what JSON
    does not know (an amount, a date, a UUID) is kept as text.
    """
    written = Written(event, target or Target("", "", ""), before, after)
    return _chained([written], actor=actor, company_id=company_id, detail=detail, outcome=outcome)[0]


@transaction.atomic
def _chained(
    written: Sequence[Written], *, actor: User | None, company_id: UUID | None, detail: Any, outcome: Outcome
) -> list[AuditEvent]:
    """Adds rows to the end of a chain, in their order: as many statements for a thousand as for one. Whoever else adds
    to the chain waits, a person who signs in too, so it is locked only when the rows are ready but for their places."""
    here, said = request_context.current(), plain(detail)
    chain_id = company_id or BANK_CHAIN
    rows = [
        AuditEvent(
            chain_id=chain_id,
            company_id=company_id,
            event=each.event,
            outcome=outcome,
            actor_id=actor.pk if actor else None,
            actor_name=actor.get_username() if actor else "",
            target_type=each.target.type,
            target_id=str(each.target.id),
            target_name=each.target.name[:200],
            before=plain(each.before),
            after=plain(each.after),
            detail=said,
            address=here.address,
            session=here.session,
            channel=here.channel,
            factors=here.factors,
        )
        for each in written
    ]
    chain = _locked_end(chain_id)
    for row in rows:
        row.at, row.sequence, row.previous_hash = timezone.now(), chain.sequence + 1, chain.hash
        row.hash = link(row.previous_hash, row.content())
        chain.sequence, chain.hash = row.sequence, row.hash
    _insert(rows)
    chain.save(update_fields=["sequence", "hash"])
    return rows


def _insert(rows: Sequence[AuditEvent]) -> None:
    """Django's `bulk_create` would read the numbers back, which whoever adds to the trail may not (`RowNumber`)."""
    inserting: Any = AuditEvent.objects.all()
    columns = [field for field in AuditEvent._meta.concrete_fields if not field.primary_key]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        inserting._insert(rows[start : start + ROWS_AT_ONCE], fields=columns, using="default")


def _locked_end(chain_id: UUID) -> Chain:
    Chain.objects.bulk_create([Chain(id=chain_id, hash=FIRST_HASH)], ignore_conflicts=True)
    return Chain.objects.select_for_update().get(id=chain_id)


def record_write(
    authority: Authority,
    event: Event,
    *,
    company_id: UUID | None,
    target: Target,
    before: Any = None,
    after: Any = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Adds the row for something written under an authority, with its actor and evidence."""
    return record(
        event,
        actor=authority.actor,
        company_id=company_id,
        target=target,
        before=before,
        after=after,
        detail={**authority.as_evidence(), **(detail or {})},
    )


def record_writes(authority: Authority, written: Sequence[Written], *, company_id: UUID | None) -> None:
    """The same for many things written under one authority, a row each."""
    if written:
        _chained(
            written,
            actor=authority.actor,
            company_id=company_id,
            detail=authority.as_evidence(),
            outcome=Outcome.OK,
        )


def target_of(user: User) -> Target:
    return Target("user", str(user.pk), user.username)


def target_of_company(company: Company) -> Target:
    return Target("company", str(company.pk), company.legal_name)


def check_is_another_hand(authority: Authority, user: User | None) -> None:
    """Of the bank's staff, who opened an administrator or generated their password neither hands over nor activates
    their token (decision 37). Call it with the user's row locked; raises ValidationError."""
    if authority.source != Source.BANK or authority.actor is None or user is None or not user.is_administrator:
        return
    if authority.actor.pk in who_let_in(user):
        raise ValidationError(
            _("You opened this administrator or generated their password: a colleague of yours has to do this."),
            code="same_hand",
        )


@transaction.atomic
def save_record(
    *, authority: Authority, row: models.Model, event: Event, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Saves a row that has no service of its own, with what changed of it in the trail."""
    is_new = row._state.adding
    row.save(force_insert=is_new)
    company = row if isinstance(row, Company) else getattr(row, "company", None)
    record_write(
        authority,
        event,
        company_id=company.pk if company else None,
        target=Target(row._meta.label_lower, str(row.pk), str(row)),
        before=None if is_new else before,
        after=after,
    )
