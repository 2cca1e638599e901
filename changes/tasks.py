from celery import shared_task

from changes import services
from tenancy import context


@shared_task(name="changes.expire")
def expire() -> None:
    with context.bank():
        services.expire_forgotten()
