"""How a change to one person says why, and of whom it speaks where it is done to several."""

from django.utils.translation import gettext as _

from changes.enums import LineKind
from changes.rules.text import Beside, Line
from directory.models import User


def reason_lines(reason: str) -> list[Line]:
    return [Line(_("Reason"), "", reason, LineKind.SAID)] if reason else []


def in_table(what: str, user: User) -> Beside:
    return Beside.of_person(what, username=user.username, name=user.display_name)
