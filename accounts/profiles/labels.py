"""What a profile lets its users do, and what somebody gains and loses by another, in words."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from changes.enums import LineKind
from changes.rules.text import Line, listed
from directory.enums import OperatingRole
from directory.rules.profiles import Chosen, is_open

K = TypeVar("K")
LETS = {
    OperatingRole.OPERATOR: gettext_lazy("prepare operations, and approve none"),
    OperatingRole.SUPERVISOR: gettext_lazy("approve the operations of others, and prepare none"),
    OperatingRole.BOTH: gettext_lazy("prepare operations and approve those of others, never their own"),
}


def what_it_lets(name: str, role: OperatingRole) -> str:
    """What whoever has the profile may do (S3-025..027, decision 23), in a sentence."""
    return _("The profile %(name)s lets a user %(what)s.") % {"name": name, "what": LETS[role]}


def moved(names: Mapping[K, str], before: Chosen[K], after: Chosen[K]) -> tuple[list[str], list[str]]:
    """The names of what is closed and of what is opened between two choices."""
    lost = [name for key, name in names.items() if is_open(before, key) and not is_open(after, key)]
    gained = [name for key, name in names.items() if is_open(after, key) and not is_open(before, key)]
    return lost, gained


def opening_lines(group: str, names: Mapping[K, str], before: Chosen[K], after: Chosen[K]) -> list[Line]:
    """A line for each that is opened or closed, and one where all of them, whatever comes later, are chosen or no
    longer are."""
    no, yes = _("Only the marked ones"), _("All, also those that come later")
    lost, gained = moved(names, before, after)
    every = [] if (before is None) == (after is None) else [Line(group, *((yes, no) if before is None else (no, yes)))]
    return [
        *every,
        *(Line(name, _("Open"), _("Closed"), LineKind.REMOVED, group=group) for name in lost),
        *(Line(name, _("Closed"), _("Open"), LineKind.ADDED, group=group) for name in gained),
    ]


def opened_lines(group: str, names: Mapping[K, str], chosen: Chosen[K]) -> list[Line]:
    """What a new profile opens."""
    if chosen is None:
        return [Line(group, "", _("All, also those that come later"), LineKind.ADDED)]
    opened = [name for key, name in names.items() if key in chosen]
    return [Line(name, "", _("Open"), LineKind.ADDED, group=group) for name in opened] or [
        Line(group, "", _("Nothing"), LineKind.ADDED)
    ]


def what_changes_for(holders: Sequence[str], lost: Collection[str], gained: Collection[str]) -> list[str]:
    """Who loses and who gains what, in a sentence each."""
    sentences = []
    if holders and lost:
        sentences.append(
            ngettext(
                "%(count)s user loses %(what)s: %(names)s.", "%(count)s users lose %(what)s: %(names)s.", len(holders)
            )
            % _told(holders, lost)
        )
    if holders and gained:
        sentences.append(
            ngettext(
                "%(count)s user gains %(what)s: %(names)s.", "%(count)s users gain %(what)s: %(names)s.", len(holders)
            )
            % _told(holders, gained)
        )
    return sentences


def _told(holders: Sequence[str], what: Collection[str]) -> dict[str, object]:
    return {"count": len(holders), "what": listed(list(what)), "names": listed(holders)}
