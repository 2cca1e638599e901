from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from changes.selectors import params_to_correct
from directory.permissions import Permission, requires
from directory.selectors.subjects import subject_or_404
from products import selectors
from products.forms import AssignForm, EnableForm
from products.selectors import effective_products

FOR_USER = "products.assign"
FOR_COMPANY = "products.enable_for_company"


@requires(Permission.ASSIGN_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_products(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Asignar Productos (S1-075..082)."""
    subject = subject_or_404(request.user, user_id)
    products = list(selectors.products_of(request.user))
    assigned = selectors.assigned_ids(request.user, subject)
    form = AssignForm(_sent(request), products=products, assigned=assigned, initial=_typed(request, FOR_USER))
    if form.is_valid():
        params = {"user": str(subject.pk), **form.params()}
        change = form.propose(actor=request.user, service=FOR_USER, params=params, back_url=request.path)
        if change:
            return redirect("changes:confirm", change.pk)
    context = {"subject": subject, "active_tab": "products", "form": form, "products": products}
    return render(request, "products/user.html", context)


@requires(Permission.ENABLE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def company_products(request: HttpRequest) -> HttpResponse:
    """What the company opens to its users, the first of the two levels (S0-10)."""
    products = list(selectors.products_with_holders(request.user))
    form = EnableForm(_sent(request), products=products, initial=_typed(request, FOR_COMPANY))
    if form.is_valid():
        change = form.propose(actor=request.user, service=FOR_COMPANY, params=form.params(), back_url=request.path)
        if change:
            return redirect("changes:confirm", change.pk)
    crumbs = [(_("Administration"), None), (_("Security"), None), (_("Company products"), None)]
    return render(request, "products/company.html", {"form": form, "products": products, "crumbs": crumbs})


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _typed(request: HttpRequest, service: str) -> dict[str, Any] | None:
    """What was ticked in the change that the person goes back to correct."""
    return params_to_correct(request.user, request.GET.get("cambio"), service)


@requires(Permission.SEE_OWN_RIGHTS)
@require_safe
def own_products(request: HttpRequest) -> HttpResponse:
    """Consultas / Mis productos: what the person may see and use."""
    products = effective_products(request.user.company_id, request.user.pk)
    crumbs = [(_("Inquiries"), None), (_("My products"), None)]
    return render(request, "products/own.html", {"products": products, "crumbs": crumbs})
