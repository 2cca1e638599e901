"""Who has to sign a change, decided here for every kind of it (decisions 23 and 45)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from audit.selectors import who_let_in
from changes import methods
from changes.kinds import ChangeKind, Proposable
from changes.models import Change
from changes.rules.signing import Person, are_two_persons, needs_two, plain_number
from directory.enums import Role, UserState
from directory.models import User
from directory.selectors.company import company_of
from directory.selectors.users import other_administrators, users_of

BANK_PERMISSION = "changes.change_change"


def is_for_two(wanted: Proposable, maker: User) -> bool:
    """Whether a second person has to approve it, as things are now; one part that needs them is enough."""
    dual_control = company_of(maker).has_dual_control
    numbers = _numbers_of(maker, [part for part in wanted.parts if _sets_number(part)])
    return any(
        needs_two(
            always=part.needs_approver or _gives_oneself_another_number(part, maker, numbers),
            never_waits=part.never_waits_for_two,
            dual_control=dual_control,
        )
        for part in wanted.parts
    )


def _sets_number(part: ChangeKind[Any]) -> bool:
    return part.sets_identification and "id_number" in vars(part)["texts"]


def _numbers_of(maker: User, parts: Sequence[ChangeKind[Any]]) -> dict[UUID, str]:
    """The identification numbers that those have who are to get one; one query."""
    asked = [vars(part)["user"] for part in parts]
    return dict(users_of(maker).filter(pk__in=asked).values_list("pk", "id_number")) if asked else {}


def _gives_oneself_another_number(part: ChangeKind[Any], maker: User, numbers: Mapping[UUID, str]) -> bool:
    """Whoever could change the number of a user of their own could pass for two persons."""
    if not _sets_number(part):
        return False
    wanted = vars(part)
    before = plain_number(numbers.get(wanted["user"], ""))
    return before == plain_number(maker.id_number) != plain_number(wanted["texts"]["id_number"])


def is_another_person(change: Change, user: User) -> bool:
    return are_two_persons(person(change.maker), person(user))


def check_is_another_person(change: Change, approver: User) -> None:
    """Raises ValidationError when the maker stands behind both users."""
    if not is_another_person(change, approver):
        raise ValidationError(
            _("It has to be approved by someone other than the person who requested it."), code="same_person"
        )


def approvers_for(maker: User) -> list[User]:
    """Who could approve what `maker` requests: the company's other administrators who are other persons and have the
    means to confirm."""
    return [
        other
        for other in other_administrators(maker).order_by("username")
        if are_two_persons(person(maker), person(other)) and methods.available_to(other)
    ]


@dataclass(frozen=True)
class Hindered:
    """Another administrator of the company, and why they cannot approve what the maker requests."""

    user: User
    why: str


def hindered_from(maker: User) -> list[Hindered]:
    """The company's other administrators where none of them can approve it, each with the reason."""
    others = users_of(maker).filter(role=Role.ADMINISTRATOR).exclude(pk=maker.pk).order_by("username")
    return [Hindered(other, why) for other in others if (why := _why_not(maker, other))]


def _why_not(maker: User, other: User) -> str:
    if other.state != UserState.ACTIVE:
        return str(other.get_state_display())
    if not are_two_persons(person(maker), person(other)):
        return _("the same identification number, or none")
    return "" if methods.available_to(other) else _("no active token")


def check_bank_may_be_second(staff: User, change: Change) -> None:
    """The bank is the second person only where the company has none. Raises ValidationError with the code `company_can`
    or `same_hand`, PermissionDenied for whoever may not do it at all."""
    if not staff.has_perm(BANK_PERMISSION):
        raise PermissionDenied
    if approvers_for(change.maker):
        raise ValidationError(_("By now somebody of the company can approve it: it is theirs."), code="company_can")
    if _has_a_hand_in(staff, change.maker):
        raise ValidationError(
            _("You opened its maker, generated their password or are the same person: a colleague of yours decides."),
            code="same_hand",
        )


def check_bank_may_sign(staff: User, maker: User) -> None:
    """The same under lock, for who is asked once more. Raises PermissionDenied."""
    if not staff.has_perm(BANK_PERMISSION) or _has_a_hand_in(staff, maker):
        raise PermissionDenied


def _has_a_hand_in(staff: User, maker: User) -> bool:
    """Whoever let somebody in is no second person beside them (decision 37), nor is one with the same number."""
    number = plain_number(staff.id_number)
    return staff.pk in who_let_in(maker) or (number != "" and number == plain_number(maker.id_number))


def person(user: User) -> Person:
    return Person(user.pk, user.id_number)
