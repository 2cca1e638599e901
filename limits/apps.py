from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LimitsConfig(AppConfig):
    name = "limits"
    verbose_name = _("Services and amounts")

    def ready(self) -> None:
        from limits import changes as change_services  # noqa: F401 - registers the changes and the receiver
