"""The tab strip of a managed user: the only place that asks every app how complete its part is."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.urls import reverse

import limits.selectors
import products.selectors
import schedules.selectors
from accounts.users import selectors as users
from directory.models import User

register = template.Library()
Mark = Callable[[User, User], tuple[str, str]]

# Who says how complete a tab is, by the key an edition gives it.
MARKS: dict[str, Mark] = {
    "main": users.main_mark,
    "contact": users.contact_mark,
    "products": products.selectors.tab_mark,
    "limits": limits.selectors.tab_mark,
    "schedule": schedules.selectors.tab_mark,
    "password": users.password_mark,
}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def user_tabs(context: Mapping[str, Any], subject: User, active_tab: str) -> dict[str, Any]:
    """At most one query per tab, whatever the user has."""
    viewer = context["request"].user
    tabs = []
    for tab in subject.portal.edition.person_tabs:
        mark, text = MARKS[tab.key](viewer, subject)
        url = reverse(tab.url_name, args=[subject.pk])
        tabs.append({"label": tab.label, "url": url, "active": tab.key == active_tab, "mark": mark, "mark_text": text})
    return {"tabs": tabs, "request": context["request"]}


@register.simple_tag
def tab_label(subject: User, active_tab: str) -> str:
    return next((str(tab.label) for tab in subject.portal.edition.person_tabs if tab.key == active_tab), "")


@register.inclusion_tag("components/next_tab.html")
def next_tab(subject: User, active_tab: str) -> dict[str, Any]:
    """The tab that follows in the guide's order; nothing after the last."""
    tabs = subject.portal.edition.person_tabs
    following = tabs[[tab.key for tab in tabs].index(active_tab) + 1 :][:1]
    return {"tabs": [{"label": tab.label, "url": reverse(tab.url_name, args=[subject.pk])} for tab in following]}
