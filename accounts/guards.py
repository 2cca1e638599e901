from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Session
from audit import origin
from directory.models import User
from rights.selectors.entry import first_refusal


def actor_under_lock(actor: User) -> User:
    """The person as the database holds them at this moment, locked until the transaction ends.

    Asked when a change is applied: what was true when the request began may have been withdrawn meanwhile
    (security.md, 15 and 25). Raises PermissionDenied when the person may not be inside any more.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    # Read after the lock is had: a join in the locking query would show the company as it was before the wait.
    fresh = User.objects.select_related("company__portal").get(pk=actor.pk)
    here = origin.current()
    session_is_over = bool(here.session) and not Session.objects.filter(pk=here.session, ended_because="").exists()
    if session_is_over or first_refusal(fresh, timezone.now(), here.address):
        raise PermissionDenied
    return fresh
