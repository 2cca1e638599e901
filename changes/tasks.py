import logging
from uuid import UUID

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from audit import request_context
from changes import selectors, services
from changes.models import Change
from directory.scope import scope_of
from tenancy import context

log = logging.getLogger(__name__)
PUBLISHING = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds, while a person waits for the page
LIMIT_SECONDS = 10 * 60


@shared_task(name="changes.apply", time_limit=LIMIT_SECONDS)
def apply(change_id: str) -> None:
    """Applies a large change, as who made it: in the scope of their company."""
    with context.bank():
        maker = selectors.maker_of(UUID(change_id))
    here = request_context.RequestContext(channel="worker")
    with request_context.entered(here), scope_of(maker, at=maker.portal):
        services.apply_signed(UUID(change_id))


@shared_task(name="changes.sweep")
def sweep() -> None:
    """Asks again for those that nobody applied."""
    with context.bank():
        waiting = selectors.waiting_to_be_applied()
    for change_id in waiting:
        apply.delay(str(change_id))


def apply_soon(change: Change) -> None:
    """Publishes its id, on a connection of its own; the sweep finds what a broker did not take."""
    if not change.is_applying:
        return
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as connection:
            apply.apply_async([str(change.pk)], connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker not reached for change %s: %s", change.pk, type(error).__name__)


@shared_task(name="changes.forget_drafts")
def forget_drafts() -> None:
    with context.bank():
        services.forget_drafts()


@shared_task(name="changes.expire")
def expire() -> None:
    with context.bank():
        services.expire_forgotten()
