"""The services through which administrators change things, by their key."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeVar

from audit.enums import Event
from changes.rules import Description, Line

__all__ = ["ChangeService", "Description", "Line", "get", "register"]


class ChangeService(ABC):
    """One administrative change. Subclasses are stateless; `params` is plain JSON and never holds a secret.

    The order is always `describe` when it is proposed and, once confirmed, in one transaction: `lock`, `describe`
    again (it must say the same, else the change is stale), `apply`, audit, notices.
    """

    key: ClassVar[str]
    event: ClassVar[Event]
    permission: ClassVar[str]

    @abstractmethod
    def lock(self, actor: Any, params: dict[str, Any]) -> None:
        """Locks the rows that `describe` reads and `apply` overwrites, in a fixed order."""

    @abstractmethod
    def describe(self, actor: Any, params: dict[str, Any]) -> Description:
        """Checks the rules and says before -> after. Raises ValidationError; no lines means nothing changes."""

    @abstractmethod
    def apply(self, actor: Any, params: dict[str, Any]) -> None:
        """Changes the rows. Everything was checked by `describe` under the same lock."""

    @abstractmethod
    def done_url(self, params: dict[str, Any]) -> str:
        """Where the person goes on afterwards."""


S = TypeVar("S", bound=ChangeService)
_services: dict[str, ChangeService] = {}


def register(service: type[S]) -> type[S]:
    if service.key in _services:
        raise RuntimeError(f"two change services are called {service.key}")
    _services[service.key] = service()
    return service


def get(key: str) -> ChangeService:
    return _services[key]


def keys() -> list[str]:
    return sorted(_services)
