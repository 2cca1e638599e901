from typing import Any
from uuid import UUID

from changes.kinds import ChangeKind
from changes.models import Draft
from changes.selectors import drafts_of
from directory.models import User
from limits.changes import SetUserLimits, WantedLimit
from limits.selectors import limits_to_set
from products.changes import AssignProducts
from products.selectors import assignable_products, assigned_ids
from schedules.changes import SetUserSchedule
from schedules.selectors import schedule_of

# What colleagues at one place share; offered, never taken over unseen.
OFFERED = ("address", "office_phone", "department", "city")


def rights_like(viewer: User, source: User, subject: UUID) -> list[ChangeKind[Any]]:
    """The products, limits and hours of one user as what another is to get; only what can still be given."""
    held = assigned_ids(viewer, source) & {product.pk for product in assignable_products(viewer)}
    table, schedule = limits_to_set(viewer, source), schedule_of(viewer, source)
    limits = [
        WantedLimit(service_id, product_id, amounts)
        for (service_id, product_id), amounts in table.limits.items()
        if product_id in held and any(amounts)
    ]
    parts: list[ChangeKind[Any]] = []
    if held:
        parts.append(AssignProducts(user=subject, products=frozenset(held)))
    if limits:
        parts.append(SetUserLimits(user=subject, limits=tuple(limits)))
    if schedule.own:
        parts.append(SetUserSchedule(user=subject, week=schedule.effective))
    return parts


def offered_by(source: User) -> dict[str, Any]:
    """What a new user's form may begin with: where the source works, and the profile of whom one copies."""
    return {name: getattr(source, name) for name in OFFERED} | {"profile": source.profile_id}


def new_draft_called(viewer: User, username: str) -> Draft | None:
    """What the viewer has begun for a user of this name, who does not exist yet."""
    return drafts_of(viewer).filter(is_new=True, title__iexact=username).first()
