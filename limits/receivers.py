from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Company
from limits import services


@receiver(post_save, sender=Company)
def open_ceilings_of_new_company(instance: Company, created: bool, raw: bool = False, **_: Any) -> None:
    """So that both the bank and the company see every service from the first day; accounts, below, knows of none."""
    if created and not raw:
        services.open_ceilings(company=instance)
