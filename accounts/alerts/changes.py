from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.alerts import services
from audit.enums import Event
from changes.registry import ChangeService, Description, Line, register
from directory.models import User
from directory.permissions import Permission
from directory.selectors import users as selectors

Params = dict[str, Any]


@register
class SetAlerts(ChangeService):
    """Inscripción de Alertas (S1-035): `shown` are the users the page listed, `ticked` those to get alerts."""

    key = "users.set_alerts"
    event = Event.ALERTS_CHANGED
    permission = Permission.EDIT_USERS

    def _shown_users(self, actor: User, params: Params) -> list[User]:
        return list(selectors.secondary_users_of(actor).filter(pk__in=params["shown"]).order_by("username", "pk"))

    def _switched(self, actor: User, params: Params) -> list[User]:
        ticked = set(params["ticked"])
        return [user for user in self._shown_users(actor, params) if user.receives_alerts != (str(user.pk) in ticked)]

    def lock(self, actor: User, params: Params) -> None:
        users = selectors.secondary_users_of(actor).filter(pk__in=params["shown"]).order_by("pk")
        list(users.select_for_update(of=("self",)).values_list("pk"))

    def describe(self, actor: User, params: Params) -> Description:
        words = {True: _("Receives alerts"), False: _("Does not receive alerts")}
        return Description(
            title=_("Alert registration"),
            target=("company", str(actor.company_id), actor.company.legal_name),  # type: ignore[union-attr]
            lines=[
                Line(
                    f"{user.username} · {user.display_name}",
                    words[user.receives_alerts],
                    words[not user.receives_alerts],
                    "removed" if user.receives_alerts else "added",
                )
                for user in self._switched(actor, params)
            ],
            success=_("The alerts were changed."),
        )

    def apply(self, actor: User, params: Params) -> None:
        switched = self._switched(actor, params)
        services.set_alerts(
            actor=actor,
            switched_on=[user for user in switched if not user.receives_alerts],
            switched_off=[user for user in switched if user.receives_alerts],
        )

    def done_url(self, params: Params) -> str:
        return reverse("users:alerts")
