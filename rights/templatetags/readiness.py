"""What is kept of somebody's readiness, on pages of any app."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from directory.models import Service, User
from rights import presentation
from rights.rules.readiness import NOT_CAPTURING
from rights.selectors.entry import service_facts

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


@register.filter
def closed_to(services: Iterable[Service], user: User) -> list[str]:
    """The names of those services in which the user may not work, as their profile says."""
    facts = (service_facts(user, service) for service in services)
    return [fact.label for fact in facts if not fact.is_opened]
