"""The kinds of change: what an administrator may want, typed. Each app names its own in `settings.CHANGES`."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from audit.authority import Authority
from audit.enums import Event
from changes.rules.text import Description
from directory.models import User
from directory.permissions import Permission

R = TypeVar("R")
MOST_AT_ONCE = 250  # parts loaded before the first of them is applied: what memory holds of a long change


class Proposable(ABC):
    """Whatever can be proposed, signed and applied: one change, or several as one.

    A frozen dataclass whose fields say what is wanted, in types the codec knows (`changes.codec`); never a secret.
    """

    key: ClassVar[str]

    @property
    @abstractmethod
    def parts(self) -> tuple["ChangeKind[Any]", ...]:
        """The single changes it consists of, in the order in which they are loaded and applied."""

    @abstractmethod
    def normalised(self, maker: User) -> Self:
        """The same with every value in the form it is kept in. Raises ValidationError by field."""

    @abstractmethod
    def done_url(self) -> str:
        """Where the person goes next."""


class ChangeKind(Proposable, Generic[R]):
    """One administrative change. `R` is what `load` finds: everything that describing and applying it needs.

    The order is always `load`, `describe`, `apply`, in one transaction: once rehearsed and rolled back when it is
    proposed, once for good when it is signed. It must say the same both times, or the change is stale. `needs_approver`
    says that a second person has to sign it, whoever makes it. `never_waits` are values by field with which dual
    control must not hold it up (decision 45); `sets_identification` that its `texts` may give its `user` another
    number. `together_by` names the field by which several of the kind about different objects are loaded and applied at
    once; empty where each may depend on what the one before it did.
    """

    event: ClassVar[Event]
    permission: ClassVar[Permission]
    needs_approver: ClassVar[bool] = False
    never_waits: ClassVar[Mapping[str, Collection[Any]]] = MappingProxyType({})
    sets_identification: ClassVar[bool] = False
    together_by: ClassVar[str] = ""

    @property
    def parts(self) -> tuple["ChangeKind[Any]", ...]:
        return (self,)

    @property
    def never_waits_for_two(self) -> bool:
        """Whether dual control must not hold it up, such as a deactivation (decision 45)."""
        return any(getattr(self, name) in values for name, values in self.never_waits.items())

    def normalised(self, maker: User) -> Self:
        """As it is, unless a kind says otherwise."""
        return self

    @abstractmethod
    def load(self, maker: User) -> R:
        """Finds the rows under lock, in a fixed order. Raises ValidationError or ObjectDoesNotExist for none."""

    @abstractmethod
    def describe(self, rows: R, maker: User, now: datetime) -> Description:
        """Checks the rules and says before -> after, from what it is given alone. Raises ValidationError; no lines
        means that nothing changes."""

    @abstractmethod
    def apply(self, rows: R, authority: Authority) -> None:
        """Changes the rows. Everything was checked by `describe` under the same lock."""

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[R | ValidationError]:
        """What `load` finds for each, in as many queries for all of them; or why it found nothing, said at its turn."""
        return [part.load(maker) for part in parts]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[R], authority: Authority) -> None:
        """What `apply` does for each, one after the other."""
        for part, found in zip(parts, rows, strict=True):
            part.apply(found, authority)


@dataclass(frozen=True, kw_only=True)
class Composite(Proposable):
    """Several changes as one: one text, one signature, all or nothing. A later one may refer to what an earlier one
    makes; it leads on to wherever the last one does."""

    key = "composite"

    changes: tuple[ChangeKind[Any], ...]

    def __post_init__(self) -> None:
        if not self.changes:
            raise ValueError("a composite change needs a change")

    @property
    def parts(self) -> tuple[ChangeKind[Any], ...]:
        return self.changes

    def normalised(self, maker: User) -> Self:
        return replace(self, changes=tuple(change.normalised(maker) for change in self.changes))

    def done_url(self) -> str:
        return self.changes[-1].done_url()


def batches(parts: Sequence[ChangeKind[Any]], *, most: int) -> Iterator[list[ChangeKind[Any]]]:
    """The parts in their order, consecutive ones together where they are of one kind and each about another object."""
    batch: list[ChangeKind[Any]] = []
    about: set[Any] = set()
    for part in parts:
        key = getattr(part, part.together_by) if part.together_by else None
        if batch and (type(part) is not type(batch[0]) or key is None or key in about or len(batch) >= most):
            yield batch
            batch, about = [], set()
        batch.append(part)
        about.add(key)
    if batch:
        yield batch


def named(paths: tuple[str, ...]) -> list[type[ChangeKind[Any]]]:
    """The kinds the apps name, one tuple an app. Raises ImportError for a path that leads nowhere."""
    return list(chain.from_iterable(import_string(path) for path in paths))


def kinds() -> Mapping[str, type[Proposable]]:
    """Every kind by its key."""
    return _by_key(tuple(settings.CHANGES))


@cache
def _by_key(paths: tuple[str, ...]) -> Mapping[str, type[Proposable]]:
    every: list[type[Proposable]] = [Composite, *named(paths)]
    return {kind.key: kind for kind in every}
