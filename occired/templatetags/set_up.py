"""The way through the steps of a draft, for the pages that stand in it and the one that confirms the whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.set_up.steps import NEW_USER, after, full_name_of, steps_of, where_to_go_on
from changes.models import Draft
from changes.selectors import drafts_of, parts_of, unfinished_drafts
from directory.selectors.users import secondary_users_of

register = template.Library()
MOST_BEGUN = 3


@register.inclusion_tag("components/set_up_steps.html", takes_context=True)
def set_up_steps(context: Mapping[str, Any], draft: Draft | None, step: str) -> dict[str, Any]:
    """`step` is the key of the present one; empty on the page that confirms the whole."""
    steps = steps_of(context["request"].edition, is_new=draft.is_new if draft else True)
    parts = parts_of(draft) if draft else ()
    is_open = bool(draft and (not draft.is_new or steps[0].of(parts)))
    return {
        "draft": draft,
        "steps": [
            {
                "label": each.label,
                "url": reverse("users:draft", args=[draft.pk, each.key]) if draft and is_open else "",
                "is_present": each.key == step,
                "is_kept": bool(each.of(parts)),
            }
            for each in steps
        ],
        "is_last": not step,
    }


@register.simple_tag(takes_context=True)
def draft_called(context: Mapping[str, Any], draft: Draft | None) -> str:
    """Whom a draft is about, by full name where it is known."""
    if draft is None:
        return _("Create new")
    if draft.is_new:
        return full_name_of(parts_of(draft)) or draft.title
    known = secondary_users_of(context["request"].user).filter(pk=draft.subject).first()
    return known.full_name if known else draft.title


@register.simple_tag(takes_context=True)
def draft_of(context: Mapping[str, Any], draft_id: UUID) -> Draft | None:
    return drafts_of(context["request"].user).filter(pk=draft_id).first()


@register.simple_tag(takes_context=True)
def begun_before(context: Mapping[str, Any]) -> list[tuple[Draft, str]]:
    """The viewer's unfinished new users, with the step to go on with."""
    request = context["request"]
    begun = unfinished_drafts(request.user).filter(is_new=True)[:MOST_BEGUN]
    return [(draft, where_to_go_on(draft, request.edition)) for draft in begun]


@register.simple_tag
def can_be_skipped(draft: Draft | None, step: str) -> bool:
    """Every step but the one that says who a new user is."""
    return draft is not None and (not draft.is_new or step != NEW_USER[0].key)


@register.simple_tag(takes_context=True)
def is_last_step(context: Mapping[str, Any], draft: Draft | None, step: str) -> bool:
    steps = steps_of(context["request"].edition, is_new=draft.is_new if draft else True)
    present = next((each for each in steps if each.key == step), None)
    return present is not None and after(steps, present) is None
