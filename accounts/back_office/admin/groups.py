from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers its own, which is undone here
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.admin.base import BackOfficeAdmin
from pages.forms import row_choice

ACTIONS = {"view": _("view"), "add": _("add"), "change": _("change")}

admin.site.unregister(Group)


class PermissionsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, permission: Any) -> str:
        model = permission.content_type.model_class()
        return f"{model._meta.verbose_name_plural}: {ACTIONS[permission.codename.partition('_')[0]]}"


class GroupForm(forms.ModelForm):
    permissions = PermissionsField(label=_("Permissions"), queryset=Permission.objects.none(), required=False)

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offers what the back office has pages for; nothing is ever deleted."""
        super().__init__(*args, **kwargs)
        found = Q(pk__in=[])
        for model in admin.site._registry:
            names = [f"{action}_{model._meta.model_name}" for action in ACTIONS]
            found |= Q(content_type__app_label=model._meta.app_label, codename__in=names)
        row_choice(self, "permissions").queryset = (
            Permission.objects.filter(found).select_related("content_type").order_by("content_type", "-codename")
        )


@admin.register(Group)
class GroupAdmin(BackOfficeAdmin):
    """What the bank's staff may do: nobody needs everything (security.md, 42)."""

    form = GroupForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Whoever can edit a group could give it, and so themselves, everything."""
        return bool(request.user.is_superuser)

    search_fields = ("name",)
    ordering = ("name",)
