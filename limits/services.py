"""The only place that changes limits and ceilings. Administrators get here only through a confirmed change."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, record_write
from directory.models import Company, Profile, Service, User
from directory.readiness import touched
from directory.selectors.company import lock_company
from limits.models import CompanyCeiling, ProfileLimit, UserLimit
from limits.rules import NOTHING, PERIODS, Amounts, effective_limit, limit_problems
from limits.selectors import limited_in, limited_under, monetary_services
from notifications.enums import Notice
from notifications.services import tell_all


def lock_limits(*, viewer: User, user_ids: Collection[UUID]) -> None:
    """The ceilings, so that administrators take turns even where no limit exists yet; then the users' limits."""
    lock_ceilings(viewer=viewer)
    rows = UserLimit.objects.of(viewer).select_for_update().filter(user_id__in=user_ids)
    list(rows.order_by("pk").values_list("pk"))


def lock_ceilings(*, viewer: User) -> None:
    rows = CompanyCeiling.objects.of(viewer).select_for_update(no_key=True)
    list(rows.order_by("pk").values_list("pk"))


def set_user_limits(*, authority: Authority, user: User, limits: dict[tuple[UUID, UUID], Amounts]) -> None:
    """Writes limits checked under `lock_limits`, by (service, product); one statement."""
    set_limits_of_many(authority=authority, limits=[(user, limits)])


def set_limits_of_many(
    *, authority: Authority, limits: Sequence[tuple[User, Mapping[tuple[UUID, UUID], Amounts]]]
) -> None:
    """The same for many users, in one statement too."""
    UserLimit.objects.bulk_create(
        [
            UserLimit(
                company_id=user.company_id,
                user=user,
                service_id=service_id,
                product_id=product_id,
                **amounts._asdict(),
            )
            for user, cells in limits
            for (service_id, product_id), amounts in cells.items()
        ],
        update_conflicts=True,
        unique_fields=["company", "user", "service", "product"],
        update_fields=PERIODS,
    )
    touched(user.pk for user, _cells in limits)
    told = [(user, {"count": str(len(cells))}) for user, cells in limits]
    tell_all(Notice.LIMITS_CHANGED, told, authority=authority)


def set_profile_limits(*, authority: Authority, profile: Profile, limits: Mapping[UUID, Amounts]) -> None:
    """What new users of the profile begin with, by service."""
    ProfileLimit.objects.of(profile).filter(profile=profile).delete()
    ProfileLimit.objects.bulk_create(
        ProfileLimit(company_id=profile.company_id, profile=profile, service_id=key, **amounts._asdict())
        for key, amounts in limits.items()
    )


def forget_limits(*, authority: Authority, user: User) -> None:
    """Those of a user who is deleted before their first use: none of them was ever used."""
    UserLimit.objects.of(user).filter(user=user).delete()


def set_company_ceilings(
    *, authority: Authority, rows: Sequence[CompanyCeiling], ceilings: Mapping[UUID, Amounts]
) -> None:
    """Writes the company's own ceilings checked under `lock_ceilings`, by service."""
    for row in rows:
        row.transaction, row.day, row.month = ceilings[row.service_id]
    CompanyCeiling.objects.bulk_update(rows, PERIODS)
    touched(limited_under(rows))


@transaction.atomic
def set_bank_maximum(*, authority: Authority, company: Company, service: Service, maximum: Amounts) -> CompanyCeiling:
    """The bank opens a service to a company, or changes its maximum: the company's own ceilings are cut down to it at
    once, and start at it if it was not open yet.

    Raises ValidationError if day or month is below transaction or day.
    """
    if limit_problems(maximum, maximum):
        raise ValidationError(
            _("The maximum cannot decrease from transaction to day or from day to month."), code="order"
        )
    lock_company(company)
    row = CompanyCeiling.objects.of(company).select_for_update().filter(service=service).first()
    before = _said(row)
    own = effective_limit(row.amounts, maximum) if row and row.bank_amounts != NOTHING else maximum
    row = row or CompanyCeiling(company=company, service=service)
    row.transaction, row.day, row.month = own
    row.bank_transaction, row.bank_day, row.bank_month = maximum
    row.save()
    touched(limited_under([row]))
    target = Target("ceiling", str(row.pk), f"{company.legal_name} · {service.name}")
    record_write(
        authority, Event.CEILINGS_CHANGED, company_id=company.pk, target=target, before=before, after=_said(row)
    )
    return row


def open_ceilings(*, authority: Authority, company: Company) -> None:
    """A new company starts at zero in every monetary service of its portal, for the bank to raise."""
    offered = monetary_services(company.portal.edition_code)
    CompanyCeiling.objects.bulk_create(CompanyCeiling(company=company, service=service) for service in offered)


def _said(row: CompanyCeiling | None) -> dict[str, Any] | None:
    """A ceiling's amounts for the audit trail."""
    if row is None:
        return None
    return {"company": [str(amount) for amount in row.amounts], "bank": [str(amount) for amount in row.bank_amounts]}


@transaction.atomic
def save_service(*, authority: Authority, service: Service, before: dict[str, Any] | None) -> Service:
    """The bank adds a service to the catalogue or changes one; `before` is what the form found."""
    service.save()
    if before and before["is_monetary"] != service.is_monetary:
        touched(limited_in(service))
    target = Target("service", str(service.pk), service.name)
    record_write(
        authority, Event.BACK_OFFICE, company_id=None, target=target, before=before, after=snapshot_of(service)
    )
    return service


def snapshot_of(service: Service) -> dict[str, Any]:
    """A service of the catalogue for the audit trail."""
    names = ("edition", "group", "code", "name", "is_monetary", "is_file", "position")
    return {name: getattr(service, name) for name in names}
