from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from audit.enums import DOOR, Event
from audit.models import AuditEvent, Chain
from audit.rules import Break, first_break
from directory.models import Company, User
from tenancy.rows import OfCompany

SIGN_INS, CHANGES = "ingresos", "cambios"


def with_company_names(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Each with its company's legal name as `company_name`; needs the bank's scope."""
    named = Company.objects.filter(pk=OuterRef("company_id")).values("legal_name")
    return events.annotate(company_name=Subquery(named))


def events_about(viewer: OfCompany, target_type: str, target_ids: Collection[str]) -> QuerySet[AuditEvent]:
    """The rows of the viewer's company about these, newest first."""
    rows = AuditEvent.objects.of(viewer).filter(target_type=target_type, target_id__in=target_ids)
    return rows.order_by("-sequence")


def times_of(viewer: OfCompany, event: Event, *, actor_id: UUID, since: datetime) -> int:
    """How often something happened by one person of the viewer's company since then."""
    return AuditEvent.objects.of(viewer).filter(event=event, actor_id=actor_id, at__gt=since).count()


def history_of(viewer: OfCompany, subject: User, kind: str = "") -> QuerySet[AuditEvent]:
    """What was done to a user of the viewer's company and what they did themselves, newest first; of `SIGN_INS` only
    what happened at the door, of `CHANGES` the rest. `is_by_bank` of what somebody did who is not of the company."""
    own = Q(target_type="user", target_id=str(subject.pk)) | Q(actor_id=subject.pk)
    of_company = User.objects.of(viewer).filter(pk=OuterRef("actor_id"))
    is_by_bank = Q(actor_id__isnull=False) & ~Exists(of_company)
    rows = AuditEvent.objects.of(viewer).filter(own).annotate(is_by_bank=is_by_bank).order_by("-sequence")
    if kind == SIGN_INS:
        return rows.filter(event__in=DOOR)
    return rows.exclude(event__in=DOOR) if kind == CHANGES else rows


def who_let_in(user: User) -> set[UUID]:
    """Who opened this user, and who generated the password that was generated last: an earlier one is worthless."""
    rows = events_about(user, "user", [str(user.pk)])
    opened = rows.filter(event=Event.USER_CREATED).values_list("actor_id", flat=True).first()
    generated = rows.filter(event=Event.PASSWORD_GENERATED).values_list("actor_id", flat=True).first()
    return {actor for actor in (opened, generated) if actor}


def number_of_chains() -> int:
    return Chain.objects.count()


def broken_chains() -> dict[UUID, Break]:
    """Every broken chain, with the first row that shows it. Needs the bank's scope."""
    broken = {}
    heads = {chain.id: (chain.sequence, chain.hash) for chain in Chain.objects.all()}
    for chain_id in sorted(heads.keys() | _chains_with_rows()):
        found = first_break(_rows(chain_id), heads.get(chain_id, (0, "")))
        if found:
            broken[chain_id] = found
    return broken


def _chains_with_rows() -> set[UUID]:
    """Rows whose chain has lost its record of the end are checked all the same."""
    return set(AuditEvent.objects.values_list("chain_id", flat=True).distinct())


def _rows(chain_id: UUID) -> Iterator[tuple[int, str, str, Mapping[str, object]]]:
    for row in AuditEvent.objects.filter(chain_id=chain_id).order_by("sequence").iterator():
        yield row.sequence, row.previous_hash, row.hash, row.content()
