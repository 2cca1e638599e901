"""The smallest change there can be: a profile gets another name. And a way to confirm it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from django.core.exceptions import ValidationError

from audit.authority import Authority
from audit.enums import Event
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import Company, Profile, User
from directory.permissions import Permission
from notifications.models import Message
from tests import factories
from tests.support.database import superuser_url
from tests.tokens.factories import token

FORBIDDEN = "Prohibido"


@dataclass(frozen=True, kw_only=True)
class NameProfile(ChangeKind[Profile]):
    """`trouble` is what happens once the row is written."""

    key = "tests.name_profile"
    event = Event.PROFILE_SAVED
    permission = Permission.EDIT_PROFILES
    trouble: ClassVar[list[Exception]] = []

    profile: UUID
    name: str

    def load(self, maker: User) -> Profile:
        return Profile.objects.select_for_update().get(company_id=maker.company_id, id=self.profile)

    def describe(self, profile: Profile, maker: User, now: datetime) -> Description:
        if self.name == FORBIDDEN:
            raise ValidationError({"name": "Ese nombre no."})
        lines = [Line("Nombre", profile.name, self.name)] if profile.name != self.name else []
        return Description("Cambiar el nombre", ("directory.profile", str(profile.id), profile.name), lines)

    def apply(self, profile: Profile, authority: Authority) -> None:
        Profile.objects.filter(id=self.profile).update(name=self.name)
        for trouble in self.trouble:
            raise trouble

    def done_url(self) -> str:
        return "/"


@dataclass(frozen=True, kw_only=True)
class NameProfileByTwo(NameProfile):
    """The same, but two people have to sign it."""

    key = "tests.name_profile_by_two"
    needs_approver = True


KINDS = (NameProfile, NameProfileByTwo)


class Word:
    """Confirms with the word "correct", as often as it is said: what is applied once is not the word's merit."""

    name = "word"
    available: ClassVar[bool] = True
    asked: ClassVar[list[tuple[str, str]]] = []

    def is_available(self, user: Any) -> bool:
        return self.available

    def ready_at(self, user: Any) -> datetime | None:
        return None

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


def administrator(company: Company | None = None, **values: Any) -> User:
    """With an active token, without which nobody administers."""
    user = factories.administrator(company, **values)
    token(user)
    return user


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
