from collections.abc import Collection, Iterable

from django.db import transaction

from audit.authority import Authority
from audit.enums import Event
from audit.services import record, target_of
from directory.models import User
from notifications.selectors import silenced_for
from notifications.services import choose_own_alerts


def set_alerts(*, authority: Authority, switched_on: Iterable[User], switched_off: Iterable[User]) -> None:
    """Inscripción de Alertas: who gets alerts from now on, and who stops getting them."""
    for receives, users in ((True, switched_on), (False, switched_off)):
        User.objects.filter(pk__in=[user.pk for user in users]).update(receives_alerts=receives)


@transaction.atomic
def set_own_alerts(
    *, actor: User, language: str, receives_alerts: bool, follows: bool, silenced: Collection[str]
) -> None:
    """In which language somebody is written to (decision 46), and which optional alerts they get. Only administrators,
    whom nobody else runs, decide for themselves whether they get any (S1-067)."""
    before = _said(actor)
    actor.language = language
    if actor.is_administrator:
        actor.receives_alerts = receives_alerts
    actor.save(update_fields=["language", "receives_alerts"])
    if actor.receives_alerts:
        choose_own_alerts(actor=actor, silenced=None if follows else silenced)
    after = _said(actor)
    if before != after:
        company_id = actor.company_id
        record(
            Event.OWN_ALERTS_CHANGED,
            actor=actor,
            company_id=company_id,
            target=target_of(actor),
            before=before,
            after=after,
        )


def _said(user: User) -> dict[str, object]:
    silenced = sorted(silenced_for(user)) if user.company_id else []
    return {"language": user.language, "receives_alerts": user.receives_alerts, "silenced": silenced}
