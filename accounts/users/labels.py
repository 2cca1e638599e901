"""A person's fields in the lines of a change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from changes.enums import LineKind
from changes.rules.text import Line
from directory.portals import Portal
from directory.rules.people import identification_label, labels_in


def shown(values: Mapping[str, Any], portal: Portal) -> dict[str, str]:
    """Fields as a person reads them, in form order: the words of a choice, Sí or No."""
    shown = {name: str(values[name]) for name in portal.edition.person_fields if name in values}
    if shown.get("id_type"):
        shown["id_type"] = identification_label(shown["id_type"], portal.country)
    if "receives_alerts" in shown:
        shown["receives_alerts"] = _("Yes") if values["receives_alerts"] else _("No")
    return shown


def lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[Line]:
    labels = labels_in(get_language())
    return [
        Line(labels[name], before[name], after[name], LineKind.CHANGED if before[name] else LineKind.ADDED)
        for name in after
        if before[name] != after[name]
    ]


def warn_of_same_person(others: Sequence[str]) -> list[str]:
    if not others:
        return []
    return [_("This person already has another user in the company: %(names)s.") % {"names": ", ".join(others)}]
