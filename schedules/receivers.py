from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Company
from schedules import services


@receiver(post_save, sender=Company)
def open_schedule_of_new_company(instance: Company, created: bool, raw: bool = False, **_: Any) -> None:
    """Without a schedule of its own a company is closed; accounts, below, cannot know that it needs one."""
    if created and not raw:
        services.open_schedule(company=instance)
