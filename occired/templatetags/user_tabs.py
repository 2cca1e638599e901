"""The tab strip of a managed user: the one place that asks every app how complete its part is."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

import limits.selectors
import products.selectors
import schedules.selectors
from accounts.users import selectors as users
from directory.models import User

register = template.Library()
Mark = Callable[[User, User], tuple[str, str]]

# S1-071, in the guide's order.
TABS: list[tuple[str, str, str, Mark]] = [
    ("main", _("Main information"), "users:main", users.main_mark),
    ("contact", _("User information"), "users:contact", users.contact_mark),
    ("products", _("Assign products"), "products:user", products.selectors.tab_mark),
    ("limits", _("Assign limits"), "limits:user", limits.selectors.tab_mark),
    ("schedule", _("Days and hours"), "schedules:user", schedules.selectors.tab_mark),
    ("password", pgettext_lazy("tab", "Password"), "users:password", users.password_mark),
]


@register.inclusion_tag("components/tabs.html", takes_context=True)
def user_tabs(context: Mapping[str, Any], subject: User, active_tab: str) -> dict[str, Any]:
    """At most one query a tab, whatever the user has."""
    viewer = context["request"].user
    tabs = []
    for name, label, url_name, mark_of in TABS:
        mark, text = mark_of(viewer, subject)
        url = reverse(url_name, args=[subject.pk])
        tabs.append({"label": label, "url": url, "active": name == active_tab, "mark": mark, "mark_text": text})
    return {"tabs": tabs, "request": context["request"]}


@register.inclusion_tag("components/next_tab.html")
def next_tab(subject: User, active_tab: str) -> dict[str, Any]:
    """The tab that follows in the guide's order; nothing after the last."""
    names = [name for name, *_rest in TABS]
    following = TABS[names.index(active_tab) + 1 :][:1]
    return {
        "tabs": [{"label": label, "url": reverse(url, args=[subject.pk])} for _name, label, url, _mark in following]
    }
