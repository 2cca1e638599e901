from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.selectors import broken_chains, number_of_chains
from tenancy import context


class Command(BaseCommand):
    help = "Recomputes every hash of the audit trail and names the first row that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        with context.bank():
            chains = number_of_chains()
            broken = broken_chains()
        for chain_id, found in broken.items():
            self.stderr.write(f"chain {chain_id}, row {found.sequence}: {found.reason}")
        if broken:
            raise CommandError(f"{len(broken)} of {chains} chains are broken.")
        if chains == 0:
            raise CommandError("There is no audit trail to verify.")
        self.stdout.write(f"{chains} chains verified.")
