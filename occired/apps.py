from django.apps import AppConfig


class OcciredConfig(AppConfig):
    name = "occired"
