"""What can be done to the people of a list, marked or one by one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from accounts.many.actions import ACTIONS, Action, actions_for
from accounts.many.selectors import standing_of
from directory.models import User
from pages.lists import Asked

register = template.Library()
OF_STATES = ("activar", "inactivar", "desbloquear")
OF_PERSON = (*OF_STATES, "eliminar")


@register.inclusion_tag("accounts/many/_bar.html", takes_context=True)
def marking_bar(context: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The form of the marks in a list, with a button for each action; it stays in sight."""
    request = context["request"]
    most = max(action.most for action in ACTIONS)
    return {
        "actions": actions_for(request.user),
        "asked": asked,
        "query": asked.query.urlencode(),
        "csrf_token": context["csrf_token"],
        "is_more": asked.count > len(asked.page),
        "most": most if asked.count > most else 0,
    }


@register.simple_tag(takes_context=True)
def state_actions(context: Mapping[str, Any], user: User, now: datetime | None = None) -> list[Action]:
    """What can be done to the state of one person as they are."""
    return _possible(context, user, now, OF_STATES)


@register.simple_tag(takes_context=True)
def person_actions(context: Mapping[str, Any], user: User, now: datetime | None = None) -> list[Action]:
    """The same, and to delete them before their first use."""
    return _possible(context, user, now, OF_PERSON)


def _possible(context: Mapping[str, Any], user: User, now: datetime | None, keys: Collection[str]) -> list[Action]:
    standing = standing_of(user)
    offered = actions_for(context["request"].user)
    return [each for each in offered if each.key in keys and not each.why_not(standing, now or timezone.now())]
