from collections.abc import Iterable

from audit.authority import Authority
from directory.models import User


def set_alerts(*, authority: Authority, switched_on: Iterable[User], switched_off: Iterable[User]) -> None:
    """Inscripción de Alertas: who gets alerts by e-mail from now on, and who stops getting them."""
    for receives, users in ((True, switched_on), (False, switched_off)):
        User.objects.filter(pk__in=[user.pk for user in users]).update(receives_alerts=receives)
