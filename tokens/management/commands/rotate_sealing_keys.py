from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenancy import context
from tokens.services import resealing


class Command(BaseCommand):
    help = (
        "Reseal every secret under the first key of OCCIRED_SEALING_KEYS. Put the new key first, keep the old one, "
        "restart all processes, then run this; the old key may go once nothing is left."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with context.bank():
            tokens, deliveries = resealing.reseal_tokens(), resealing.reseal_deliveries()
            left = resealing.rows_left()
        self.stdout.write(f"resealed: {tokens} tokens, {deliveries} pending deliveries")
        if left:
            raise CommandError(f"{left} secrets were in use and still need the older key. Run this again.")
