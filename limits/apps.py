from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "limits"

    def ready(self) -> None:
        from limits import change_services  # noqa: F401 - registers the changes
