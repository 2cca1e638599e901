"""The main menu of an edition: only what the person may do; no link leads to a refusal."""

from collections.abc import Collection, Iterable

from django.urls import reverse

from directory.editions.edition import MenuLink, Section
from directory.permissions import Permission


def menu_for(menu: Iterable[Section], permissions: Collection[Permission], current: str) -> list[dict[str, object]]:
    """Sections with at least one link the person may open; `current` is the view name of the page shown."""
    sections: list[dict[str, object]] = []
    for section in menu:
        groups = [
            {
                "label": group.label,
                "links": [_shown(link, current) for link in group.links if link.permission in permissions],
            }
            for group in section.groups
        ]
        groups = [group for group in groups if group["links"]]
        if groups:
            names = {link.url_name for group in section.groups for link in group.links}
            active = current in names or current.partition(":")[0] in section.pages
            sections.append({"label": section.label, "url": None, "active": active, "groups": groups})
    return sections


def _shown(link: MenuLink, current: str) -> dict[str, object]:
    return {"label": link.label, "url": reverse(link.url_name), "active": link.url_name == current}
