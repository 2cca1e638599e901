"""Sessions in PostgreSQL under the digest of their key, so losing Valkey signs nobody out (decision 30)."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Session
from accounts.sessions.rules import limit_checks
from accounts.sessions.standing import STANDING, read
from rights.rules.checks import Check


def digest(session_key: str) -> str:
    """SHA-256 cut to the 40 characters of the key column: 160 bits, of a key that has 165."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def salt_of(row_key: str) -> str:
    return f"accounts.session/{row_key}"


class SessionStore(DatabaseStore):
    """Django's store with hashed keys; `ended_because` tells why the session the cookie names is over."""

    ended_because = ""
    row: Session | None = None
    inserting = False

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(session_key=digest(self.session_key or ""), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
            return None
        if row.ended_because:
            self.ended_because = row.ended_because
            self._session_key = None
            return None
        self.row = row
        return row

    def save(self, must_create: bool = False) -> None:
        """A new row is nobody's until the next save: while a key is cycled, the old row is still the open one.

        Django takes any failed update to mean that the row is gone, and would tell the person that they signed out.
        """
        self.inserting = must_create
        try:
            super().save(must_create)
        except UpdateError as error:
            cause = error.__context__
            raise (error if cause is None or type(cause) is DatabaseError else cause) from None

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        if self.inserting:
            return self._with_clocks(row)
        row.user_id = data.get("_auth_user_id")
        standing = read(data.get(STANDING))
        row.company_id = standing.company_id if standing else None
        return row

    def _with_clocks(self, row: Session) -> Session:
        """Cycling its key does not make a session younger: neither limit starts again."""
        if self.row is not None:
            row.started_at, row.seen_at = self.row.started_at, self.row.seen_at
            self.row = row
        return row

    def flush(self) -> None:
        """Whatever follows in this browser is another session."""
        super().flush()
        self.row = None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest(key)).delete()

    @property
    def audit_name(self) -> str:
        """What the audit trail calls this session."""
        return digest(self.session_key) if self.session_key else ""

    @property
    def key_salt(self) -> str:
        """What is signed is valid only in its own row: copied into another session's row it is nobody's."""
        return salt_of(digest(self.session_key or ""))

    def limits(self, idle: timedelta) -> list[Check]:
        """The session's own limits now, as checks; none for a session without a row. `idle` is the longest pause."""
        if self.row is None:
            return []
        longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return limit_checks(self.row.started_at, self.row.seen_at, timezone.now(), idle=idle, longest=longest)

    def touch(self) -> None:
        """Notes that the person did something, unless the session was ended in the meantime."""
        if self.row is not None:
            self.row.seen_at = timezone.now()
            Session.objects.filter(pk=self.row.pk, ended_because="").update(seen_at=self.row.seen_at)
