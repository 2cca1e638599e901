from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.subjects import subject_or_404
from pages.posting import posted
from products import selectors
from products.changes import AssignProducts, EnableForCompany
from products.forms import AssignForm, EnableForm
from products.selectors import effective_products


@requires(Permission.ASSIGN_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_products(request: PortalRequest, user_id: UUID) -> HttpResponse:
    """Asignar Productos (S1-075..082)."""
    subject = subject_or_404(request.user, user_id)
    products = list(selectors.products_of(request.user))
    assigned = selectors.assigned_ids(request.user, subject)
    proposed = to_correct(request, AssignProducts, user=user_id)
    initial = {"products": proposed.products} if proposed else None
    form = AssignForm(posted(request), products=products, assigned=assigned, initial=initial)
    if answer := propose(request, form, lambda: form.wanted(user_id)):
        return answer
    context = {"subject": subject, "active_tab": "products", "form": form, "products": products}
    return render(request, "products/user.html", context)


@requires(Permission.ENABLE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def company_products(request: PortalRequest) -> HttpResponse:
    """What the company opens to its users, the first of the two levels (S0-10)."""
    products = list(selectors.products_with_holders(request.user))
    proposed = to_correct(request, EnableForCompany)
    form = EnableForm(posted(request), products=products, initial={"enabled": proposed.enabled} if proposed else None)
    if answer := propose(request, form, form.wanted):
        return answer
    crumbs = [(_("Administration"), None), (_("Security"), None), (_("Company products"), None)]
    return render(request, "products/company.html", {"form": form, "products": products, "crumbs": crumbs})


@requires(Permission.SEE_OWN_PRODUCTS)
@require_safe
def own_products(request: PortalRequest) -> HttpResponse:
    """Consultas / Mis productos: what the person may see and use."""
    products = effective_products(request.user, request.user)
    crumbs = [(_("Enquiries"), None), (_("My products"), None)]
    return render(request, "products/own.html", {"products": products, "crumbs": crumbs})
