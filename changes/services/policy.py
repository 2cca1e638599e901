"""Who has to sign a change, decided here for every kind of it (decisions 23 and 45)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from changes import methods
from changes.kinds import ChangeKind, Proposable
from changes.models import Change
from changes.rules.signing import Person, are_two_persons, needs_two, plain_number
from directory.models import User
from directory.selectors.company import company_of
from directory.selectors.users import other_administrators, users_of


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


def person(user: User) -> Person:
    return Person(user.pk, user.id_number)
