from celery import shared_task
from django.conf import settings

from rights import services
from tenancy import context


@shared_task(name="rights.compare_readiness", time_limit=settings.READINESS_LIMIT_SECONDS)
def compare_readiness() -> None:
    with context.bank():
        services.compare_readiness()
