"""Sessions in PostgreSQL under the digest of their key, so that losing Valkey signs nobody out (decision 30)."""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session


def digest(session_key: str) -> str:
    """SHA-256 cut to the 40 characters of the key column: 160 bits, of a key that has 165."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's store with hashed keys; `ended_because` tells why a session that the cookie names is over."""

    ended_because = ""
    row: Session | None = None

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

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = Session(session_key=digest(self._get_or_create_session_key()), session_data=self.encode(data))
        row.expire_date = self.get_expiry_date()
        row.user_id = data.get("_auth_user_id")
        row.company_id = data.get("company_id")
        if self.row is not None:
            row.started_at, row.seen_at = self.row.started_at, self.row.seen_at
        row.seen_at = row.seen_at or timezone.now()
        row.started_at = row.started_at or timezone.now()
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest(key)).delete()

    @property
    def audit_name(self) -> str:
        """What the audit trail calls this session."""
        return digest(self.session_key) if self.session_key else ""

    def idle_since(self) -> timedelta:
        seen = self.row.seen_at if self.row and self.row.seen_at else timezone.now()
        return timezone.now() - seen
