from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.alerts import services
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of, target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import Company, User
from directory.permissions import Permission
from directory.selectors.company import company_of
from directory.selectors.subjects import locked_subject
from directory.selectors.users import secondary_users_of
from notifications.enums import Channel
from notifications.kinds import ALERTS, OPTIONAL
from notifications.rules import alert_key
from notifications.selectors import own_choice, silenced_by_company
from notifications.services import set_alert_choice
from notifications.wording import EVERYWHERE


@dataclass(frozen=True, kw_only=True)
class SetAlerts(ChangeKind[list[User]]):
    """Inscripción de Alertas (S1-035): `shown` are the users the page listed, `ticked` those to get alerts."""

    key = "users.set_alerts"
    event = Event.ALERTS_CHANGED
    permission = Permission.EDIT_USERS

    shown: frozenset[UUID]
    ticked: frozenset[UUID]

    def load(self, maker: User) -> list[User]:
        users = secondary_users_of(maker).filter(pk__in=self.shown)
        list(users.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        return list(users.order_by("username", "pk"))

    def describe(self, users: list[User], maker: User, now: datetime) -> Description:
        words = {True: _("Receives alerts"), False: _("Does not receive alerts")}
        return Description(
            title=_("Alert subscriptions"),
            target=target_of_company(maker.company),
            lines=[
                Line(
                    f"{user.username} · {user.display_name}",
                    words[user.receives_alerts],
                    words[not user.receives_alerts],
                    LineKind.REMOVED if user.receives_alerts else LineKind.ADDED,
                )
                for user in self._switched(users)
            ],
            success=_("The alerts were changed."),
        )

    def apply(self, users: list[User], authority: Authority) -> None:
        switched = self._switched(users)
        services.set_alerts(
            authority=authority,
            switched_on=[user for user in switched if not user.receives_alerts],
            switched_off=[user for user in switched if user.receives_alerts],
        )

    def done_url(self) -> str:
        return reverse("users:alerts")

    def _switched(self, users: list[User]) -> list[User]:
        return [user for user in users if user.receives_alerts != (user.pk in self.ticked)]


@dataclass(frozen=True)
class Choice:
    """Whose choice it is (the company's without a user), what is switched off by it now, and what by the company's."""

    company: Company
    user: User | None
    own: frozenset[str] | None
    companys: frozenset[str]

    @property
    def in_effect(self) -> frozenset[str]:
        return self.companys if self.own is None else self.own


@dataclass(frozen=True, kw_only=True)
class SetAlertChoice(ChangeKind[Choice]):
    """Inscripción de Alertas (S1-035), event by event: what one user does not get, or with no `user` what nobody gets
    who has no choice of their own. With `follows` the user has none any more."""

    key = "users.set_alert_choice"
    event = Event.ALERTS_CHANGED
    permission = Permission.EDIT_USERS

    user: UUID | None
    follows: bool
    silenced: frozenset[str]

    def normalised(self, maker: User) -> Self:
        return replace(self, silenced=frozenset() if self.follows else self.silenced & ALERTS)

    def load(self, maker: User) -> Choice:
        """The company's row, which every change locks, stands in for its choice."""
        user = locked_subject(maker, self.user) if self.user else None
        own = own_choice(user) if user else None
        companys = silenced_by_company(maker)
        return Choice(company_of(maker), user, frozenset(own.silenced) if own else None, companys)

    def describe(self, rows: Choice, maker: User, now: datetime) -> Description:
        user = rows.user
        after = rows.companys if self.follows else self.silenced
        return Description(
            title=_("Alerts of %(name)s") % {"name": user.username if user else rows.company.legal_name},
            target=target_of(user) if user else target_of_company(rows.company),
            lines=[*self._source_lines(rows), *_alert_lines(rows.in_effect, after)],
            effect="" if user else _("It applies to every user without a choice of their own."),
            success=_("The alerts were changed."),
            warnings=_warnings(user),
        )

    def apply(self, rows: Choice, authority: Authority) -> None:
        silenced = None if self.follows else self.silenced
        set_alert_choice(authority=authority, company=rows.company, user=rows.user, silenced=silenced)

    def done_url(self) -> str:
        return reverse("users:alerts")

    def _source_lines(self, rows: Choice) -> list[Line]:
        """Whose choice counts for a user, where that changes."""
        if rows.user is None or self.follows == (rows.own is None):
            return []
        words = {True: _("As the company"), False: _("Own choice")}
        return [Line(_("Which alerts"), words[not self.follows], words[self.follows])]


def _alert_lines(before: frozenset[str], after: frozenset[str]) -> list[Line]:
    """One for each alert and channel that is switched on or off."""
    words = {True: _("No"), False: _("Yes")}
    return [
        Line(f"{kind.notice.label} · {Channel(channel).label}", words[key in before], words[key in after])
        for kind in OPTIONAL
        for channel in EVERYWHERE
        for key in [alert_key(kind.notice, channel)]
        if (key in before) != (key in after)
    ]


def _warnings(user: User | None) -> list[str]:
    if user is None or user.receives_alerts:
        return []
    return [_("Alerts are not allowed for this user: until they are, none of these is sent.")]
