"""What every page of the shell prints (S1-029..048): one object, filled once per request."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.middleware import idle_minutes
from changes.selectors import waiting_for
from directory.clock import local_now, to_local
from directory.models import BACK_OFFICE, Portal
from directory.permissions import Permission
from notifications.selectors import unread_counts
from occired.menu import menu_for

COUNTER_LABELS = {"messages": _("Messages"), "approvals": _("Authorizations"), "notifications": _("Notifications")}
LANGUAGE_LINKS = {"es": {"label": "In English", "code": "en"}, "en": {"label": "En español", "code": "es"}}


@dataclass(frozen=True, slots=True)
class Counter:
    """How many there are of `messages`, `approvals` or `notifications`, and the page that lists them."""

    key: str
    count: int
    url: str | None

    @property
    def is_of_messages(self) -> bool:
        return self.key == "messages"

    @property
    def is_due(self) -> bool:
        """It is waiting for the person to act, not only to read."""
        return self.key == "approvals"

    @property
    def label(self) -> str:
        return str(COUNTER_LABELS[self.key])


@dataclass
class Shell:
    """Everything is computed when a page asks for it: the sign-in page asks for little."""

    request: HttpRequest
    portal: Portal

    @cached_property
    def user(self) -> Any:
        return getattr(self.request, "user", None)

    @property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @property
    def is_staff(self) -> bool:
        """The back office has a menu of its own and no inbox."""
        return bool(self.user and self.user.is_staff)

    @property
    def in_portal(self) -> bool:
        """Whether the page has the menu and side panel of somebody signed in to the customers' portal."""
        return self.signed_in and not self.is_staff

    @cached_property
    def now(self) -> datetime:
        return local_now(self.portal)

    @cached_property
    def entered_at(self) -> datetime:
        """The time of this sign-in, the same for the whole session (S1-032)."""
        noted = self.request.session.get("entered_at") if self.signed_in else None
        return to_local(self.portal, datetime.fromisoformat(noted) if noted else timezone.now())

    @property
    def address(self) -> str:
        return getattr(self.request, "address", None) or ""

    @property
    def has_duty(self) -> bool:
        """Whether the person must do something first: until then nothing in the menu opens."""
        decision = getattr(self.request, "decision", None)
        return bool(decision and decision.duty)

    @cached_property
    def menu(self) -> list[dict[str, object]]:
        match = self.request.resolver_match
        if not self.signed_in or self.has_duty:
            return []
        place = getattr(self.request, "place", match.view_name if match else "")
        return menu_for(self.portal.edition.menu, self.user.permissions, place)

    @property
    def user_name(self) -> str:
        return self.user.full_name

    @property
    def initials(self) -> str:
        """Of the first name and the first surname."""
        names = (self.user.first_names, self.user.first_surname)
        return "".join(name[0] for name in names if name).upper()

    @property
    def company_name(self) -> str:
        return self.user.company.legal_name if self.user.company else self.portal.bank_name

    @property
    def company_tax_id(self) -> str:
        return self.user.company.tax_id if self.user.company else ""

    @property
    def company_identifier(self) -> str:
        return self.user.company.internal_identifier if self.user.company else ""

    @cached_property
    def last_sign_in(self) -> datetime | None:
        """The sign-in before this one (S1-042)."""
        noted = self.request.session.get("previous_at")
        return datetime.fromisoformat(noted) if noted else None

    @property
    def last_address(self) -> str:
        return str(self.request.session.get("previous_address", ""))

    @property
    def failed_since(self) -> int:
        return int(self.request.session.get("failed_since", 0))

    @cached_property
    def counters(self) -> list[Counter]:
        """Two queries: the inbox's unread lines, and the changes waiting for the person."""
        if self.is_staff or self.has_duty:
            return []
        unread = unread_counts(self.user)
        may_confirm = Permission.CONFIRM_CHANGES in self.user.permissions
        return [
            Counter("messages", unread["messages"], reverse("inbox:messages")),
            Counter("approvals", waiting_for(self.user).count(), reverse("changes:approvals") if may_confirm else None),
            Counter("notifications", unread["notifications"], reverse("inbox:notifications")),
        ]

    @property
    def idle_seconds(self) -> int:
        return idle_minutes(self.user) * 60

    @property
    def language_link(self) -> dict[str, str]:
        return LANGUAGE_LINKS[(get_language() or "es")[:2]]


def shell(request: HttpRequest) -> dict[str, object]:
    portal = getattr(request, "portal", None)
    if not portal:
        return {}
    hint = ("banco" if portal is BACK_OFFICE else "adelgado") if settings.DEMO else ""
    return {
        "portal": portal,
        "edition": portal.edition,
        "shell": Shell(request, portal),
        "frame": getattr(request, "frame", "person.html"),
        "drafting": getattr(request, "drafting", None),
        "demo_code_hint": hint,
    }
