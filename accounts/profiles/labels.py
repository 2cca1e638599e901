"""What a profile lets its users do, and what somebody gains and loses by another, in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from changes.enums import LineKind
from changes.rules.text import Line, listed
from directory.enums import OperatingRole
from directory.models import Service
from directory.rules.profiles import Chosen, is_open
from limits.labels import period_label
from limits.rules import NOTHING, PERIODS, Amounts
from pages.formats import Format, format_money
from products.enums import ProductKind
from schedules.labels import snapshot_of
from schedules.rules import Week

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
    """Names of services hold commas."""
    return {"count": len(holders), "what": "; ".join(what), "names": listed(holders)}


def kind_lines(before: Collection[str], after: Collection[str]) -> list[Line]:
    """The kinds of product that come to a template, and those that leave it."""
    group, no, yes = _("Products"), _("Not included"), _("Included")
    return [
        Line(str(kind.label), yes, no, LineKind.REMOVED, group=group)
        if kind in before
        else Line(str(kind.label), no, yes, LineKind.ADDED, group=group)
        for kind in ProductKind
        if (kind in before) != (kind in after)
    ]


def limit_lines(
    services: Iterable[Service], before: Mapping[UUID, Amounts], after: Mapping[UUID, Amounts], portal: Format
) -> list[Line]:
    """The amounts of a template that change: a row a service, a column a period."""
    return [
        Line(
            service.name,
            format_money(old, portal),
            format_money(new, portal),
            LineKind.RAISED if new > old else LineKind.LOWERED,
            group=_("Limits"),
            column=period_label(period),
        )
        for service in services
        for period, old, new in zip(
            PERIODS, before.get(service.pk, NOTHING), after.get(service.pk, NOTHING), strict=True
        )
        if old != new
    ]


def week_lines(before: Week | None, after: Week | None) -> list[Line]:
    """The hours of a template that change; without any, the company's apply."""
    if before == after:
        return []
    group, own, company = _("Days and hours"), _("Its own"), _("The company's")
    old, new = (snapshot_of(week) if week else {} for week in (before, after))
    whose = [] if before and after else [Line(group, own if before else company, own if after else company)]
    days = [
        Line(what, old.get(what, ""), new.get(what, ""), _kind_between(old.get(what), new.get(what)), group=group)
        for what in new or old
        if old.get(what) != new.get(what)
    ]
    return [*whose, *days]


def _kind_between(old: str | None, new: str | None) -> LineKind:
    if old is None:
        return LineKind.ADDED
    return LineKind.REMOVED if new is None else LineKind.CHANGED
