"""What the pages of confirmation show."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404

from accounts.models import User
from changes import registry
from changes.models import Change
from changes.selectors import own_change
from changes.services import describe
from operations.rules.confirmation import Moved, moved_lines


def own_change_or_404(viewer: User, change_id: UUID) -> Change:
    """A change the viewer made; anybody else's does not exist."""
    try:
        return own_change(viewer, change_id)
    except Change.DoesNotExist as error:
        raise Http404 from error


def moved_meanwhile(viewer: User, change: Change) -> list[Moved]:
    """What a stale change would say today; nothing where it can no longer be said (its object or right is gone)."""
    try:
        present = describe(registry.get(change.service), viewer, change.params)
    except ValidationError:
        return []
    return moved_lines(change.lines, present.lines)
