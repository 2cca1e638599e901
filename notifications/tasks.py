import logging
from uuid import UUID

from celery import current_app, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from audit import request_context
from notifications import selectors, services

log = logging.getLogger(__name__)
PUBLISHING = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds, while a person waits for the page


@shared_task(name="notifications.deliver", time_limit=settings.DELIVERY_LIMIT_SECONDS)
def deliver(delivery_id: str) -> None:
    with request_context.entered(request_context.RequestContext(channel="worker")):
        services.deliver(UUID(delivery_id))


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """Asks again for every mail that is due: its message was lost, its worker died, or its wait is over.

    Not while others are still waiting to be taken: otherwise a mail server that takes minutes would get each mail as
    often as the sweep came by.
    """
    if _asked_for() == 0:
        for delivery_id in selectors.due_deliveries():
            deliver.delay(str(delivery_id))


def _asked_for() -> int:
    """How many queued mails no worker has taken yet."""
    with current_app.connection_for_read() as connection:
        queue = current_app.amqp.queues[settings.DELIVERIES_QUEUE].bind(connection.default_channel)
        return int(queue.queue_declare().message_count)


def deliver_soon(delivery_id: UUID) -> None:
    """Publishes the id. A broker that does not answer costs the request next to nothing: the sweep finds the row.

    On its own connection: a kept one may have died unnoticed, and a worker's time-outs are too long here.
    """
    try:
        with current_app.connection_for_write(transport_options=PUBLISHING) as connection:
            deliver.apply_async([str(delivery_id)], connection=connection)
    except (OperationalError, OSError) as error:
        log.warning("broker not reached for delivery %s: %s", delivery_id, type(error).__name__)
