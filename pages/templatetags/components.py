"""Parts of a page that need more than an include: icons, tables, the summary of errors, bars, the week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pages.icons import ICONS
from pages.lists import PAGE_SIZES, Asked, Column, text_of

register = template.Library()

SORT_ICONS = {"ascending": "sorted-up", "descending": "sorted-down", "": "sortable"}
BAR_WARNS_AT_PERCENT = 80
FULL_PERCENT = 100


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of `occired.icons`, decoration only: the text beside it says what it means."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - our own constant
    return format_html(
        '<svg class="oc-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', drawing
    )


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Mapping[str, Any], key: str, label: str, *, default: str = "", align: str = ""
) -> dict[str, Any]:
    """A `<th>` whose link sorts by `key` (`?orden=key`, `?orden=-key`); `default` applies when none is asked for."""
    current = context["request"].GET.get("orden") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {
        "query": context["request"].GET,
        "label": label,
        "align": align,
        "direction": direction,
        "icon_name": SORT_ICONS[direction],
        "order": f"-{key}" if current == key else key,
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Sizes (`?ver=`), what is shown of how much, and pages (`?pagina=`); the URL keeps everything else. The size
    chosen for a list (`asked`) is kept for its reader."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "asked": context.get("asked"),
        "path": context["request"].path,
        "query": context["request"].GET,
        "page": page,
        "numbers": numbers,
        "sizes": PAGE_SIZES,
        "size": page.paginator.per_page,
    }


@register.inclusion_tag("components/segments.html", takes_context=True)
def segments(
    context: Mapping[str, Any], name: str, choices: Iterable[tuple[str, str]], label: str, *, present: str = ""
) -> dict[str, Any]:
    """A few views of one page, side by side: `?name=` says which, nothing the first; `label` names them together."""
    choices = list(choices)
    asked = present if present in dict(choices) else choices[0][0]
    links = [
        (words, _with(context["request"].GET, name, value if place else ""), value == asked)
        for place, (value, words) in enumerate(choices)
    ]
    return {"links": links, "label": label}


def _with(query: QueryDict, name: str, value: str) -> str:
    """The first page of the same with another value, or without one."""
    kept = query.copy()
    kept.pop("pagina", None)
    kept.pop(name, None)
    if value:
        kept[name] = value
    return f"?{kept.urlencode()}"


@register.simple_block_tag(takes_context=True)
def table_frame(context: template.Context, content: str, **parts: Any) -> str:
    """A card with heading, count, tools and pager around a `<table>`; `parts` as components/table_frame.html lists."""
    frame = template.Engine.get_default().get_template("components/table_frame.html")
    with context.push(**parts, content=content):
        return frame.render(context)


@register.simple_tag(takes_context=True)
def listing(context: template.Context, asked: Asked, **parts: Any) -> str:
    """A list with its tools; `parts` as components/listing.html lists."""
    frame = template.Engine.get_default().get_template("components/listing.html")
    with context.push(**parts, asked=asked, page=asked.page):
        return frame.render(context)


@register.simple_tag(takes_context=True)
def cell(context: template.Context, column: Column, row: Any) -> str:
    """What a row has in a column: its text, or what the column's template makes of it."""
    portal = context["asked"].portal
    value = column.of(row, portal)
    if not column.template:
        return conditional_escape(text_of(value, portal))
    with context.push(row=row, value=value):
        return template.Engine.get_default().get_template(column.template).render(context)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: BaseForm | BaseFormSet) -> dict[str, Any]:
    """What is wrong in these forms and formsets, in one list with links to the fields; takes the focus (WCAG 3.3.1)."""
    return {"problems": [problem for form in _forms_in(sources) for problem in _problems_of(form)]}


@register.inclusion_tag("components/bar.html")
def bar(used: Decimal, ceiling: Decimal, label: str) -> dict[str, Any]:
    """How much of a ceiling is used, as a line under its cell; `label` says it in words."""
    percent = min(FULL_PERCENT, round(used * FULL_PERCENT / ceiling)) if ceiling else 0
    state = "is-bad" if used > ceiling else "is-warn" if percent >= BAR_WARNS_AT_PERCENT else ""
    return {"percent": percent, "state": state, "label": label}


@dataclass(frozen=True, slots=True)
class Window:
    """A window of one day in minutes since midnight; 23:59 reaches to the end of its minute (decision 17)."""

    start: int
    width: int

    @classmethod
    def of(cls, hours: tuple[time, time] | None) -> "Window | None":
        if hours is None:
            return None
        start, end = (at.hour * 60 + at.minute for at in hours)
        return cls(start, end + 1 - start)


@register.inclusion_tag("components/week.html")
def week(days: Iterable[Mapping[str, Any]], now: datetime | None = None, *, of_company: bool = False) -> dict[str, Any]:
    """The schedule as a visible grid; components/week.html describes the shape of `days`.

    `now` is in the portal's time; it marks the row whose `is_today` is true. `of_company`: the week is the company's
    own, so no user is named; `user` then has the same hours.
    """
    rows = [{**row, "company_bar": Window.of(row["company"]), "user_bar": Window.of(row["user"])} for row in days]
    return {"rows": rows, "now_minute": None if now is None else now.hour * 60 + now.minute, "of_company": of_company}


@register.inclusion_tag("components/day_bar.html")
def day_bar(company: tuple[time, time] | None, user: tuple[time, time] | None) -> dict[str, Any]:
    """One day of a week that is being typed: the company's window, None for none, behind the user's."""
    return {"company": Window.of(company), "user": Window.of(user)}


def _forms_in(sources: Iterable[BaseForm | BaseFormSet]) -> Iterable[BaseForm | BaseFormSet]:
    for source in sources:
        yield source
        if isinstance(source, BaseFormSet):
            yield from source.forms


def _problems_of(form: BaseForm | BaseFormSet) -> Iterable[Mapping[str, object]]:
    if isinstance(form, BaseFormSet):
        yield from ({"text": text} for text in form.non_form_errors())
        return
    for name, errors in form.errors.items():
        field = form[name] if name in form.fields else None
        for text in errors:
            if field is None or field.is_hidden:
                yield {"text": text}
            else:
                yield {
                    "text": text,
                    "label": str(field.label),
                    "target": field.auto_id if not field.use_fieldset else f"{field.auto_id}_0",
                }
