from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulesConfig(AppConfig):
    name = "schedules"
    verbose_name = _("Days and hours")

    def ready(self) -> None:
        from schedules import changes as change_services  # noqa: F401 - registers the changes and the receiver
