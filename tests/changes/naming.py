"""The smallest change there can be: a profile gets another name. And a way to confirm it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg
from django.core.exceptions import ValidationError

from audit.enums import Event
from changes.registry import ChangeService, Description, Line
from directory.models import Profile
from directory.permissions import Permission
from notifications.models import Message
from tests.support.database import superuser_url

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
        return Description("Cambiar el nombre", ("directory.profile", str(profile.id), profile.name), lines)

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


def told() -> list[str]:
    """What stands in the inbox of the company's other administrators."""
    return list(Message.objects.order_by("created_at").values_list("subject", flat=True))


@contextmanager
def nobody_can_be_told() -> Iterator[None]:
    """The database takes no line into any inbox."""
    with psycopg.connect(superuser_url(), autocommit=True) as superuser:
        superuser.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'nobody can be told'; END $$"
        )
        superuser.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON notifications_message FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        try:
            yield
        finally:
            superuser.execute("DROP FUNCTION refuse CASCADE")
