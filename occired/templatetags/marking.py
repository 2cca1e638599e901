"""What can be done to the people of a list, marked or one by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from accounts.many.actions import ACTIONS, Action, actions_for
from accounts.many.rules import Standing
from directory.models import User
from pages.lists import Asked

register = template.Library()
OF_STATES = ("activar", "inactivar", "desbloquear")


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
    standing = Standing(user.state, str(user.get_state_display()), user.email, None)
    offered = actions_for(context["request"].user)
    return [each for each in offered if each.key in OF_STATES and not each.why_not(standing, now or timezone.now())]
