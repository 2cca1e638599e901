from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.load import load


class Command(BaseCommand):
    help = "Loads the demo's portal, companies and people, once. Refuses unless OCCIRED_DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if loaded:
            call_command("set_up_groups", verbosity=0)
        self.stdout.write("The demo is loaded." if loaded else "The demo was loaded before; nothing was changed.")
