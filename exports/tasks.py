import logging
from uuid import UUID

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from audit import request_context
from exports import selectors, services

log = logging.getLogger(__name__)
PUBLISHING = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds, while a person waits for the page
LIMIT_SECONDS = 10 * 60


@shared_task(name="exports.make", time_limit=LIMIT_SECONDS)
def make(export_id: str) -> None:
    with request_context.entered(request_context.RequestContext(channel="worker")):
        services.make(UUID(export_id))


@shared_task(name="exports.sweep")
def sweep() -> None:
    """Deletes the files whose day is over, and asks again for those nobody works at."""
    services.delete_expired()
    for export_id in selectors.due_exports():
        make.delay(str(export_id))


def make_soon(export_id: UUID) -> None:
    """Publishes the id, on a connection of its own; a broker that does not answer costs the request next to nothing,
    and the sweep finds the row."""
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as connection:
            make.apply_async([str(export_id)], connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker not reached for export %s: %s", export_id, type(error).__name__)
