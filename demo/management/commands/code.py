from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tenancy import context
from tenancy.sealing import unseal
from tokens import rules, selectors


class Command(BaseCommand):
    help = "Print the present one-time code of a user. Works in the demo alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This prints codes in the demo alone (OCCIRED_DEMO=1).")
        with context.bank():
            tokens = selectors.active_tokens_by_username(username)
        if not tokens:
            raise CommandError(f"Nobody called {username} has an active token.")
        now = timezone.now()
        step = rules.step_at(now)
        for token in tokens:
            code = rules.code_at(unseal(token.sealed_secret, row=token.row_name), step)
            holder: Any = token.user
            self.stdout.write(f"{code}  {holder.sign_in_key}" if len(tokens) > 1 else code)
            self.stderr.write(self._hint(token.last_step >= step, now.timestamp()))

    def _hint(self, is_used: bool, timestamp: float) -> str:
        seconds = rules.OTP_STEP_SECONDS - int(timestamp) % rules.OTP_STEP_SECONDS
        return f"already used: wait {seconds} s for the next one" if is_used else f"changes in {seconds} s"
