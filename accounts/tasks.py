import logging
from uuid import UUID

from celery import shared_task

from accounts.bulk import selectors as uploads
from accounts.bulk import services as upload_services
from accounts.bulk import tasks as bulk
from accounts.passwords import selectors as passwords
from accounts.passwords import services as password_services
from accounts.sessions import services as sessions
from audit import request_context
from directory.scope import scope_of
from directory.selectors.users import people_by_id
from tenancy import context

log = logging.getLogger(__name__)
PASSWORDS_LIMIT_SECONDS = 60 * 60  # each takes a tenth of a second or two to be hashed


@shared_task(name="accounts.clear_expired_sessions")
def clear_expired_sessions() -> None:
    sessions.clear_expired_sessions()


@shared_task(name="accounts.make_passwords", time_limit=PASSWORDS_LIMIT_SECONDS)
def make_passwords() -> None:
    """Makes the passwords that signed changes ordered, one by one; any number of workers may do so at once. One that
    cannot be made keeps nobody else's waiting, and is tried again."""
    with context.bank():
        orders = passwords.ordered_passwords()
    here = request_context.RequestContext(channel="worker")
    for order_id, user_id in orders:
        with context.bank():
            user = people_by_id([user_id]).get(user_id)
        if user:
            with request_context.entered(here), scope_of(user, at=user.portal):
                _make_password(order_id)


def _make_password(order_id: UUID) -> None:
    try:
        password_services.make_ordered(order_id)
    except Exception:
        log.exception("password order %s cannot be carried out", order_id)


@shared_task(name="accounts.sweep_uploads")
def sweep_uploads() -> None:
    """Deletes workbooks whose day is over, and asks again for those nobody works at."""
    upload_services.delete_expired()
    for upload_id in uploads.due_uploads():
        bulk.compare.delay(str(upload_id))
