from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    name = "schedules"

    def ready(self) -> None:
        from schedules import change_services, receivers  # noqa: F401 - registers the changes and the receiver
