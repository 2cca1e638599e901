"""What can be done to the people marked in a list (S1-035). Pure but for the words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.many.rules import (
    MOST_DELETED,
    MOST_LIKE,
    MOST_MARKED,
    MOST_PASSWORDS,
    Standing,
    nothing_in_the_way,
    why_not_activate,
    why_not_deactivate,
    why_not_delete,
    why_not_generate,
    why_not_unlock,
)
from directory.editions.edition import Text
from directory.enums import UserState
from directory.models import User
from directory.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class Action:
    """`key` is in its address; `label` the button, `title` the page; `why_not` says what keeps it from being done to
    somebody, empty for nothing; `done` counts those it was done to; who `has` this state needs it no more. At most
    `most` people at once. A reason must be given unless it `protects`: that must never take longer than needed. The
    button of those that are `is_rarer` is out of the way."""

    key: str
    label: Text
    title: Text
    permission: Permission
    why_not: Callable[[Standing, datetime], str]
    done: Callable[[int], str]
    most: int = MOST_MARKED
    has: str = ""
    is_rarer: bool = False
    protects: bool = False


def _changed(count: int) -> str:
    return ngettext("%(count)s user changed.", "%(count)s users changed.", count) % {"count": count}


ACTIONS = (
    Action(
        key="activar",
        label=_("Activate"),
        title=_("Activate users"),
        permission=Permission.CHANGE_USER_STATE,
        why_not=why_not_activate,
        has=UserState.ACTIVE,
        done=lambda count: ngettext("%(count)s activated.", "%(count)s activated.", count) % {"count": count},
    ),
    Action(
        key="inactivar",
        label=_("Deactivate"),
        title=_("Deactivate users"),
        permission=Permission.CHANGE_USER_STATE,
        why_not=why_not_deactivate,
        has=UserState.INACTIVE,
        done=lambda count: ngettext("%(count)s deactivated.", "%(count)s deactivated.", count) % {"count": count},
        protects=True,
    ),
    Action(
        key="desbloquear",
        label=_("Unlock"),
        title=_("Unlock users"),
        permission=Permission.CHANGE_USER_STATE,
        why_not=why_not_unlock,
        done=lambda count: ngettext("%(count)s unlocked.", "%(count)s unlocked.", count) % {"count": count},
    ),
    Action(
        key="contrasenas",
        label=_("Generate passwords"),
        title=_("Generate passwords"),
        permission=Permission.GENERATE_PASSWORDS,
        why_not=why_not_generate,
        done=lambda count: (
            ngettext("%(count)s password is on its way.", "%(count)s passwords are on their way.", count)
            % {"count": count}
        ),
        most=MOST_PASSWORDS,
    ),
    Action(
        key="perfil",
        label=_("Change the profile"),
        title=_("Change the profile of users"),
        permission=Permission.EDIT_USERS,
        why_not=nothing_in_the_way,
        done=_changed,
        is_rarer=True,
    ),
    Action(
        key="productos",
        label=_("Give or take products"),
        title=_("Give or take products"),
        permission=Permission.ASSIGN_PRODUCTS,
        why_not=nothing_in_the_way,
        done=_changed,
        is_rarer=True,
    ),
    Action(
        key="horario",
        label=_("Change the hours"),
        title=_("Change the hours of users"),
        permission=Permission.EDIT_SCHEDULES,
        why_not=nothing_in_the_way,
        done=_changed,
        is_rarer=True,
    ),
    Action(
        key="como",
        label=_("Make them like another user"),
        title=_("Make users like another one"),
        permission=Permission.EDIT_USERS,
        why_not=nothing_in_the_way,
        done=_changed,
        most=MOST_LIKE,
        is_rarer=True,
    ),
    Action(
        key="eliminar",
        label=_("Delete, if never used"),
        title=_("Delete users who were never used"),
        permission=Permission.EDIT_USERS,
        why_not=why_not_delete,
        done=lambda count: ngettext("%(count)s deleted.", "%(count)s deleted.", count) % {"count": count},
        most=MOST_DELETED,
        is_rarer=True,
    ),
)
BY_KEY = {action.key: action for action in ACTIONS}


def actions_for(viewer: User) -> list[Action]:
    return [action for action in ACTIONS if action.permission in viewer.permissions]
