from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

READ = ("view",)
# What each group may do in the back office, by app and model; every group may look at everything in it.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "Consulta": {},
    "Operaciones": {
        "directory.company": ("add", "change"),
        "products.product": ("add", "change"),
        "limits.companyceiling": ("add", "change"),
        "schedules.accessschedule": ("add", "change"),
        "schedules.holiday": ("add", "change"),
    },
    "Seguridad": {
        "directory.user": ("change",),
        "tokens.token": ("add", "change"),
        "audit.auditevent": READ,
    },
    "Segunda persona": {"changes.change": ("change",)},
}
SEEN = (
    *("directory.portal", "directory.company", "directory.user", "products.product", "tokens.token"),
    *("directory.service", "limits.companyceiling", "schedules.accessschedule", "schedules.holiday"),
    "changes.change",
)


class Command(BaseCommand):
    help = "Makes the groups of bank staff, each with no more than it needs; run it again after an upgrade."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for name, rights in GROUPS.items():
            group, _is_new = Group.objects.get_or_create(name=name)
            wanted = [*((model, READ) for model in SEEN), *rights.items()]
            group.permissions.set(Permission.objects.filter(_any_of(wanted)))
        if options["verbosity"]:
            self.stdout.write(f"Groups: {', '.join(GROUPS)}.")


def _any_of(wanted: list[tuple[str, tuple[str, ...]]]) -> Q:
    found = Q(pk__in=[])
    for label, actions in wanted:
        app, model = label.split(".")
        codenames = [f"{action}_{model}" for action in actions]
        found |= Q(content_type__app_label=app, codename__in=codenames)
    return found
