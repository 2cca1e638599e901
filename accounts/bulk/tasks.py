import logging
from uuid import UUID

from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from accounts.bulk import services
from audit import request_context

log = logging.getLogger(__name__)
PUBLISHING = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds, while a person waits for the page
LIMIT_SECONDS = 10 * 60


@shared_task(name="accounts.compare_upload", time_limit=LIMIT_SECONDS)
def compare(upload_id: str) -> None:
    with request_context.entered(request_context.RequestContext(channel="worker")):
        services.compare(UUID(upload_id))


def compare_soon(upload_id: UUID) -> None:
    """Publishes the id, on a connection of its own; the sweep finds what a broker did not take."""
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as connection:
            compare.apply_async([str(upload_id)], connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker not reached for upload %s: %s", upload_id, type(error).__name__)
