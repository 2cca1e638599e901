"""What somebody is putting together: theirs alone, kept until it is applied, thrown away or forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.authority import Authority
from changes.codec import encode_parts
from changes.kinds import ChangeKind
from changes.models import Draft
from directory.models import User

DRAFT_DAYS = 30
MAX_DRAFTS = 50

Parts = Sequence[ChangeKind[Any]]


def begin_draft(
    *, maker: User, subject: UUID, is_new: bool, title: str, parts: Parts, source: UUID | None = None
) -> Draft:
    """The same subject has one draft, however often it is begun; `source` is whom it is a copy of.

    Raises ValidationError when the person has too many already.
    """
    if known := Draft.objects.of(maker).filter(maker=maker, subject=subject).first():
        return known
    if Draft.objects.of(maker).filter(maker=maker).count() >= MAX_DRAFTS:
        raise ValidationError(_("You have too many unfinished ones. Finish or discard some first."), code="too_many")
    return Draft.objects.create(
        company_id=maker.company_id,
        maker=maker,
        subject=subject,
        is_new=is_new,
        source=source,
        title=title,
        parts=encode_parts(parts),
    )


@transaction.atomic
def keep_parts(*, maker: User, draft_id: UUID, parts: Parts, title: str) -> Draft:
    """Everything the draft holds from now on. Raises Draft.DoesNotExist when it is gone."""
    draft = Draft.objects.of(maker).select_for_update().get(maker=maker, pk=draft_id)
    draft.parts, draft.title = encode_parts(parts), title
    draft.save(update_fields=["parts", "title", "updated_at"])
    return draft


def discard_draft(*, maker: User, draft_id: UUID) -> None:
    Draft.objects.of(maker).filter(maker=maker, pk=draft_id).delete()


def discard_drafts_about(*, authority: Authority, subject: User) -> None:
    """Whoever's they are: whom they are about is no more."""
    Draft.objects.of(subject).filter(subject=subject.pk).delete()


def forget_drafts() -> int:
    """Removes what nobody touched for thirty days; needs the bank's scope. Returns how many."""
    count, _by_model = Draft.objects.filter(updated_at__lt=timezone.now() - timedelta(days=DRAFT_DAYS)).delete()
    return count
