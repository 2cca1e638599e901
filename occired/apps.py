from django.apps import AppConfig


class OcciredConfig(AppConfig):
    name = "occired"

    def ready(self) -> None:
        from occired import checks  # noqa: F401 - registers the system checks
