"""The tab strip of a managed user: what is missing to work, as it was decided, and how complete each part is."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

import limits.selectors
import products.selectors
import schedules.selectors
import tokens.selectors
from accounts.users import selectors as users
from directory.models import User
from rights.labels import GAPS
from rights.rules.readiness import ON_PURPOSE

register = template.Library()
Mark = Callable[[User, User], tuple[str, str]]

COMPLETE, UNUSED = ("ok", "count"), "none"
# Who says how complete a tab is to whom nothing is missing on it, by the key an edition gives it.
MARKS: dict[str, Mark] = {
    "main": users.main_mark,
    "contact": users.contact_mark,
    "products": products.selectors.tab_mark,
    "limits": limits.selectors.tab_mark,
    "schedule": schedules.selectors.tab_mark,
    "password": users.password_mark,
    "token": tokens.selectors.tab_mark,
}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def user_tabs(context: Mapping[str, Any], subject: User, active_tab: str) -> dict[str, Any]:
    """At most one query per tab, whatever the user has. What their profile does not use need not be complete."""
    viewer = context["request"].user
    tabs, needed = [], 0
    for tab in subject.portal.edition.person_tabs:
        found = _missing_on(tab.key, subject)
        needed += found is None or found[0] != UNUSED
        mark, text = found or MARKS[tab.key](viewer, subject)
        url = reverse(tab.url_name, args=[subject.pk])
        tabs.append({"label": tab.label, "url": url, "active": tab.key == active_tab, "mark": mark, "mark_text": text})
    done = sum(tab["mark"] in COMPLETE for tab in tabs)
    return {"tabs": tabs, "done": done, "needed": needed, "request": context["request"]}


@register.simple_tag
def tab_label(subject: User, active_tab: str) -> str:
    return next((str(tab.label) for tab in subject.portal.edition.person_tabs if tab.key == active_tab), "")


def _missing_on(tab: str, subject: User) -> tuple[str, str] | None:
    """What of the work belongs to a tab and is not there. A profile that prepares no operations, or opens no service,
    is no gap in a tab; no limit of theirs is used."""
    codes = subject.missing_at(timezone.now())[1]
    if tab == "limits" and not set(ON_PURPOSE).isdisjoint(codes):
        return UNUSED, _("not used")
    missing = (GAPS[code] for code in codes if code not in ON_PURPOSE and GAPS[code].tab == tab)
    return next((("missing", _("missing")) for _gap in missing), None)
