from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers its own, which is taken back here
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.admin.base import BackOfficeAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BackOfficeAdmin):
    """What the bank's staff may do: nobody needs everything (security.md, 42)."""

    search_fields = ("name",)
    ordering = ("name",)

    def formfield_for_manytomany(self, db_field, request, **options):  # type: ignore[no-untyped-def]
        if db_field.name == "permissions":
            permissions: QuerySet = db_field.remote_field.model.objects.select_related("content_type")  # type: ignore[type-arg]
            options.setdefault("queryset", permissions)
        return super().formfield_for_manytomany(db_field, request, **options)
