from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.alerts import services
from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Description, Line
from directory.models import User
from directory.permissions import Permission
from directory.selectors.users import secondary_users_of


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
