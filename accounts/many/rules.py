"""What can be done to whom of many, and how many at once. Pure."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.enums import UserState
from directory.rules.people import can_become, seconds_until_next_generation

# They are tried while the maker waits for the page that asks for the signature (1,000: one to two seconds of processor
# time), which must not outlast the patience of a request on a busy machine. Of more than some dozens a worker makes
# what was signed. A workbook, which is tried in its own time, holds more.
MOST_MARKED = 1_000
# Each is a hash that costs time and memory on purpose. These are ordered and made one by one afterwards; the last is to
# be on its way within minutes.
MOST_PASSWORDS = 500
MOST_PASSWORDS_WAITED_FOR = 20
# Up to four changes each, the limits a whole matrix of lines; a workbook takes more.
MOST_LIKE = 25
# Each goes out of a dozen tables, row by row.
MOST_DELETED = 25


@dataclass(frozen=True)
class Standing:
    """What matters of somebody who was marked: `generated_at` is when their last password was, `was_used` whether
    they ever signed in or saved a password."""

    state: str
    state_label: str
    email: str
    generated_at: datetime | None
    was_used: bool = False


def why_not_activate(one: Standing, now: datetime) -> str:
    if one.state == UserState.ACTIVE:
        return _("Is active already.")
    if one.state == UserState.LOCKED:
        return _("Is locked: unlock instead.")
    return ""


def why_not_deactivate(one: Standing, now: datetime) -> str:
    return "" if can_become(one.state, UserState.INACTIVE) else _("Is inactive already.")


def why_not_unlock(one: Standing, now: datetime) -> str:
    if one.state == UserState.LOCKED:
        return ""
    return _("Is not locked: %(state)s.") % {"state": one.state_label}


def why_not_generate(one: Standing, now: datetime) -> str:
    if not one.email:
        return _("Has no e-mail address to send the password to.")
    seconds = seconds_until_next_generation(one.generated_at, now)
    if not seconds:
        return ""
    return ngettext(
        "A password was generated a moment ago. Wait %(seconds)s second.",
        "A password was generated a moment ago. Wait %(seconds)s seconds.",
        seconds,
    ) % {"seconds": seconds}


def why_not_delete(one: Standing, now: datetime) -> str:
    return _("Has been used and cannot be deleted: deactivate instead.") if one.was_used else ""


def nothing_in_the_way(one: Standing, now: datetime) -> str:
    return ""


def told(done: str, already: int, left_out: int) -> str:
    """What the maker reads afterwards: whom it was done to, who was so already, who was left out for another reason."""
    sentences = [done]
    if already:
        sentences.append(ngettext("%(count)s already was.", "%(count)s already were.", already) % {"count": already})
    if left_out:
        counted = ngettext("%(count)s was left out.", "%(count)s were left out.", left_out)
        sentences.append(counted % {"count": left_out})
    return " ".join(sentences)
