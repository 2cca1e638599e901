from typing import Any

from django.core.management.base import BaseCommand

from rights.services import compare_readiness
from tenancy import context


class Command(BaseCommand):
    help = "Compares what is kept of everybody's readiness with what is decided, mends it and says so in the trail."

    def handle(self, *args: Any, **options: Any) -> None:
        with context.bank():
            people, differed = compare_readiness()
        self.stdout.write(f"{people} people compared, {differed} differed.")
