"""What is kept of somebody's readiness, on pages of any app."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from directory.models import User
from rights import presentation
from rights.rules.readiness import NOT_CAPTURING

register = template.Library()


@register.simple_tag
def missing_words(user: User, instant: datetime) -> str:
    """Why the user cannot work, to stand beside their state; nothing if nothing is missing."""
    return presentation.missing_words(user, instant)


@register.inclusion_tag("components/verdicts.html")
def verdicts(subject: User) -> dict[str, Any]:
    """Whether the user may sign in and move money, and what is missing. No query."""
    return {"verdicts": presentation.verdicts_of(subject, timezone.now())}


@register.filter
def captures(user: User) -> bool:
    """Whether the user's profile prepares operations, as it was decided."""
    return NOT_CAPTURING not in user.missing_at(timezone.now())[1]
