"""The steps of setting up a user, and what each of them asks for (decision 32). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.passwords.changes import GeneratePassword
from accounts.users.changes import CreateUser, EditContact, EditMain
from changes.kinds import ChangeKind
from changes.models import Draft
from changes.selectors import parts_of
from directory.editions.edition import Edition, Text
from limits.changes import SetUserLimits
from products.changes import AssignProducts, EnableForCompany
from schedules.changes import SetUserSchedule

Parts = Sequence[ChangeKind[Any]]


@dataclass(frozen=True)
class Step:
    """One page of the way; `key` is in its address, `tab` that of the person it is, `kinds` are the changes its form
    asks for."""

    key: str
    tab: str
    label: Text
    kinds: tuple[type[ChangeKind[Any]], ...]

    def of(self, parts: Parts) -> list[ChangeKind[Any]]:
        return [part for part in parts if isinstance(part, self.kinds)]


_MORE = (
    Step("productos", "products", _("Products"), (EnableForCompany, AssignProducts)),
    Step("topes", "limits", _("Limits"), (SetUserLimits,)),
    Step("horario", "schedule", _("Hours"), (SetUserSchedule,)),
    Step("contrasena", "password", pgettext_lazy("tab", "Password"), (GeneratePassword,)),
)
# Crear Nuevo, and several tabs of somebody who exists.
NEW_USER = (Step("datos", "", pgettext_lazy("step", "Details"), (CreateUser,)), *_MORE)
KNOWN_USER = (
    Step("principal", "main", _("Main information"), (EditMain,)),
    Step("informacion", "contact", _("User information"), (EditContact,)),
    *_MORE,
)


def steps_of(edition: Edition, *, is_new: bool) -> tuple[Step, ...]:
    """Those of the tabs the edition gives a person; a new one's details always come first."""
    tabs = {"", *(tab.key for tab in edition.person_tabs)}
    return tuple(step for step in (NEW_USER if is_new else KNOWN_USER) if step.tab in tabs)


def next_step(parts: Parts, steps: Sequence[Step]) -> Step:
    """The first step nothing was kept of, or the last one."""
    return next((step for step in steps if not step.of(parts)), steps[-1])


def where_to_go_on(draft: Draft, edition: Edition) -> str:
    """The address of the step an unfinished one is gone on with."""
    steps = steps_of(edition, is_new=draft.is_new)
    return reverse("users:draft", args=[draft.pk, next_step(parts_of(draft), steps).key])


def earlier(parts: Parts, steps: Sequence[Step], step: Step) -> list[ChangeKind[Any]]:
    """What is as if done where the step is shown."""
    return [part for each in steps[: steps.index(step)] for part in each.of(parts)]


def after(steps: Sequence[Step], step: Step) -> Step | None:
    """None after the last one."""
    return next(iter(steps[steps.index(step) + 1 :]), None)


def replaced(parts: Parts, steps: Sequence[Step], step: Step, asked: Iterable[ChangeKind[Any]]) -> Parts:
    """All parts in the order of the steps, those of this step as it asks for them now."""
    return [part for each in steps for part in (asked if each is step else each.of(parts))]


def offered_again(parts: Parts, steps: Sequence[Step], before: Parts, now: Parts) -> Parts:
    """Every step that still holds what was offered before holds what is offered now; what somebody chose wins."""
    return [part for each in steps for part in (each.of(now) if each.of(parts) == each.of(before) else each.of(parts))]


def profile_of(parts: Parts) -> UUID | None:
    """The profile of the user who is to be created."""
    return next((part.profile for part in parts if isinstance(part, CreateUser)), None)


def chosen_products(parts: Parts) -> frozenset[UUID]:
    """The products the user is to have."""
    return next((part.products for part in parts if isinstance(part, AssignProducts)), frozenset())


def about(part: ChangeKind[Any], subject: UUID) -> ChangeKind[Any]:
    """A new user keeps one key from the first step on, however often it is sent."""
    return replace(part, user=subject) if isinstance(part, CreateUser) else part


def title_of(parts: Parts, known: str) -> str:
    """What an unfinished one is called: the user name."""
    return next((part.texts["username"] for part in parts if isinstance(part, CreateUser)), known)


def full_name_of(parts: Parts) -> str:
    """Of the user who is to be created; empty before the first step."""
    texts = next((part.texts for part in parts if isinstance(part, CreateUser)), {})
    names = (texts.get(name, "") for name in ("first_names", "first_surname", "second_surname"))
    return " ".join(filter(None, names))
