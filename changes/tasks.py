from celery import shared_task

from changes import services
from tenancy import context


@shared_task(name="changes.forget_drafts")
def forget_drafts() -> None:
    with context.bank():
        services.forget_drafts()


@shared_task(name="changes.expire")
def expire() -> None:
    with context.bank():
        services.expire_forgotten()
