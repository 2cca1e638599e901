"""The smallest change there can be: a profile gets another name. And a way to confirm it."""

import threading
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from accounts.models import Profile
from accounts.permissions import Permission
from audit.enums import Event
from changes.registry import ChangeService, Description, Line

FORBIDDEN, FORBIDDEN_LATE, BREAKS = "Prohibido", "Prohibido tarde", "Se rompe"


class NameProfile(ChangeService):
    key = "tests.name_profile"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES

    def lock(self, actor: Any, params: dict[str, Any]) -> None:
        Profile.objects.select_for_update().get(company_id=actor.company_id, id=params["profile"])

    def describe(self, actor: Any, params: dict[str, Any]) -> Description:
        profile = Profile.objects.get(company_id=actor.company_id, id=params["profile"])
        if params["name"] == FORBIDDEN:
            raise ValidationError({"name": "Ese nombre no."})
        lines = [Line("Nombre", profile.name, params["name"])] if profile.name != params["name"] else []
        return Description("Cambiar el nombre", ("accounts.profile", str(profile.id), profile.name), lines)

    def apply(self, actor: Any, params: dict[str, Any]) -> None:
        Profile.objects.filter(id=params["profile"]).update(name=params["name"])
        if params["name"] == FORBIDDEN_LATE:
            raise ValidationError("Ya no se puede.")
        if params["name"] == BREAKS:
            raise RuntimeError("it breaks in the middle")

    def done_url(self, params: dict[str, Any]) -> str:
        return "/"


class Word:
    """Confirms with the word "correct", as often as it is said: what is applied once is not the word's merit."""

    name = "word"
    available: ClassVar[bool] = True
    asked: ClassVar[list[tuple[str, str]]] = []

    def is_available(self, user: Any) -> bool:
        return self.available

    def verify(self, user: Any, answer: str, digest: str) -> dict[str, str] | None:
        self.asked.append((answer, digest))
        return {"word": "said"} if answer == "correct" else None


class WordOnce(Word):
    """Confirms with the word "correct" a single time, as a one-time code does."""

    used: ClassVar[set[str]] = set()
    lock: ClassVar[threading.Lock] = threading.Lock()

    def verify(self, user: Any, answer: str, digest: str) -> dict[str, str] | None:
        with self.lock:
            evidence = super().verify(user, answer, digest) if answer not in self.used else None
            self.used.add(answer)
            return evidence


told: list[str] = []


def tell(*, actor: Any, change: Any) -> None:
    told.append(f"{actor.username}: {change.title}")


def cannot_tell(*, actor: Any, change: Any) -> None:
    raise RuntimeError("nobody can be told")
