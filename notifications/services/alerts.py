"""Which optional alerts people get (Inscripción de Alertas)."""

from collections.abc import Collection

from audit.authority import Authority
from directory.models import Company, User
from notifications.models import AlertChoice


def set_alert_choice(
    *, authority: Authority, company: Company, user: User | None, silenced: Collection[str] | None
) -> None:
    """What the company's users do not get, or one user; with None the user follows the company again."""
    _keep(company, user, silenced)


def choose_own_alerts(*, actor: User, silenced: Collection[str] | None) -> None:
    if actor.company:
        _keep(actor.company, actor, silenced)


def _keep(company: Company, user: User | None, silenced: Collection[str] | None) -> None:
    rows = AlertChoice.objects.of(company)
    if silenced is None:
        rows.filter(user=user).delete()
    else:
        rows.update_or_create(user=user, defaults={"company": company, "silenced": sorted(silenced)})
