from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"

    def ready(self) -> None:
        from tenancy import connections, context, grants

        connection_created.connect(connections.refuse_unsafe)
        connection_created.connect(context.apply_to_new_connection)
        post_migrate.connect(grants.grant_to_app_role, sender=self)
        post_migrate.connect(grants.keep_scope_key, sender=self)
