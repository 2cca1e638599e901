import json
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from changes import guards
from changes.codec import encode
from changes.kinds import Proposable
from changes.models import Change
from changes.rules.text import Description
from changes.services.applying import check_changes, check_nothing_is_being_made, check_permitted, rehearsal
from changes.services.keeping import keep
from changes.services.large import needs_worker, prepared, propose_large
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
    the maker reads `success`, or what the change says itself. One about very many people is made by a worker
    (`changes.services.large`).

    The same `form_key` with the same content gives the same change: a form sent twice proposes once. Raises
    ValidationError when a rule is broken or nothing would change, PermissionDenied when the maker may not do this.
    """
    check_permitted(maker, wanted)
    wanted = wanted.normalised(maker)
    params = encode(wanted)
    form_key = _key_of_content(form_key, wanted.key, params)
    if known := Change.objects.of(maker).filter(maker=maker, form_key=form_key).first():
        return known
    check_nothing_is_being_made(maker)
    addresses = {"back_url": back_url, "done_url": done_url or wanted.done_url()}
    if needs_worker(wanted):
        large = prepared(wanted, maker)
        return propose_large(maker=maker, prepared=large, form_key=form_key, success=success, **addresses)
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
        draft=draft,
        by_two=is_for_two(wanted, maker),
        created_at=timezone.now(),
        **addresses,
    )
    return keep(change)


def _key_of_content(form_key: UUID, kind: str, params: dict[str, Any]) -> UUID:
    """A form sent again with other values (after the browser's back button) is another proposal."""
    return uuid5(form_key, json.dumps([kind, params], sort_keys=True))


def _described(wanted: Proposable, maker: User) -> tuple[Description, list[str]]:
    """What it says, and what the guards say once it has been rehearsed."""
    with rehearsal(wanted, maker) as description:
        check_changes(description)
        return description, [warning for guard in guards.configured() for warning in guard.after(present=maker)]
