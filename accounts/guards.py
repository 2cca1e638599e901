from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Session
from audit import origin
from directory.models import User
from rights.rules.decisions import decide
from rights.selectors.entry import entry_facts, person


def actor_under_lock(actor: User) -> User:
    """The person as the database holds them at this moment, locked until the transaction ends.

    Asked when a change is applied: what was true when the request began may have been withdrawn meanwhile
    (security.md, 15 and 25). Raises PermissionDenied when the person may not be inside any more.
    """
    fresh = person(actor.pk, lock=True)
    here = origin.current()
    session_is_over = bool(here.session) and not Session.objects.filter(pk=here.session, ended_because="").exists()
    brought = "" if here.session and "token" not in here.factors else None
    if fresh is None or session_is_over:
        raise PermissionDenied
    if not decide(entry_facts(fresh, timezone.now(), here.address, brought=brought, to_work=True)).allowed:
        raise PermissionDenied
    return fresh
