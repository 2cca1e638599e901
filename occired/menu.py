"""The main menu of an edition: only what the person may do; no entry leads to a refusal."""

from collections.abc import Collection, Iterable

from django.urls import reverse

from directory.editions.edition import Entry, Section
from directory.permissions import Permission


def menu_for(menu: Iterable[Section], permissions: Collection[Permission], current: str) -> list[dict[str, object]]:
    """Sections with at least one entry the person may open; `current` is the view name of the page shown."""
    sections: list[dict[str, object]] = []
    for section in menu:
        groups = [
            {
                "label": group.label,
                "entries": [_shown(entry, current) for entry in group.entries if entry.permission in permissions],
            }
            for group in section.groups
        ]
        groups = [group for group in groups if group["entries"]]
        if groups:
            names = {entry.url_name for group in section.groups for entry in group.entries}
            active = current in names or current.partition(":")[0] in section.pages
            sections.append({"label": section.label, "url": None, "active": active, "groups": groups})
    return sections


def _shown(entry: Entry, current: str) -> dict[str, object]:
    return {"label": entry.label, "url": reverse(entry.url_name), "active": entry.url_name == current}
