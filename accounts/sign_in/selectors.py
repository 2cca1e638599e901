from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User

MOST_ATTEMPTS_TOLD = 5


def refused_sign_ins(user: User) -> list[AuditEvent]:
    """The newest attempts with the user's name that were refused since they last signed in."""
    since = user.signed_in_at or user.created_at
    refused = AuditEvent.objects.of(user).filter(event=Event.SIGN_IN_REFUSED, actor_id=user.pk, at__gt=since)
    return list(refused.order_by("-at")[:MOST_ATTEMPTS_TOLD])


def has_signed_in_from(user: User, address: str | None) -> bool:
    """Whether the user ever did before, by the trail."""
    signed_in = AuditEvent.objects.of(user).filter(event=Event.SIGN_IN, actor_id=user.pk)
    return signed_in.filter(address=address).exists() if address else signed_in.filter(address=None).exists()
