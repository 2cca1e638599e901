from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """The bank's back office instead of Django's default admin site."""

    default_site = "occired.site.BackOffice"
