"""The bank's part: it adds products to a company, names, closes and reopens them. It never deletes one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.admin.base import BackOfficeAdmin
from products import services
from products.forms import ProductForm
from products.models import Product
from products.selectors import may_be_corrected


@admin.register(Product)
class ProductAdmin(BackOfficeAdmin):
    form = ProductForm
    fields = ("company", "kind", "number", "alias", "currency", "position", "bank_state")
    list_display = ("number", "alias", "kind", "company", "currency", "bank_state", "enabled_by_name")
    list_filter = ("kind", "bank_state")
    list_select_related = ("company",)
    search_fields = ("number", "alias", "company__legal_name", "company__code")
    ordering = ("company__legal_name", "kind", "number")

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[str, ...]:
        """Once enabled, a product changes only its name and whether it is open."""
        if obj is None:
            return ()
        return ("company", "kind") if may_be_corrected(obj) else ("company", "kind", "number", "currency")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_product(authority=self.authority(request), product=obj)
