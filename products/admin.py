"""The bank's part: it adds products to a company, names, closes and opens them again. It never deletes one."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin.base import BackOfficeAdmin
from products import services
from products.models import Product


@admin.register(Product)
class ProductAdmin(BackOfficeAdmin):
    fields = ("company", "kind", "number", "alias", "currency", "bank_state")
    list_display = ("number", "alias", "kind", "company", "currency", "bank_state", "enabled_by_name")
    list_filter = ("kind", "bank_state")
    list_select_related = ("company",)
    search_fields = ("number", "alias", "company__legal_name", "company__code")
    ordering = ("company__legal_name", "kind", "number")

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[str, ...]:
        """What a product is does not change; only its name and whether it is open."""
        return ("company", "kind", "number", "currency") if obj else ()

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        services.save_product(actor=request.user, product=obj)  # type: ignore[arg-type]
