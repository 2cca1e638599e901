from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses.forms import AddressesForm, NetworkFormSet
from audit import origin
from changes.proposing import to_correct
from directory.permissions import Permission, requires
from directory.selectors.company import networks_of
from pages.breadcrumbs import crumbs
from pages.posting import posted


@requires(Permission.EDIT_ADDRESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """Administración de IP's (S1-036): the networks the company's people may come from."""
    form = AddressesForm(posted(request))
    rows = NetworkFormSet(posted(request), initial=_rows(request), prefix="network")
    if form.is_valid() and rows.is_valid():
        change = form.propose(
            actor=request.user, service="company.set_addresses", params=form.params(rows), back_url=request.path
        )
        if change:
            return redirect("changes:confirm", change.pk)
    path = crumbs(_("Administration of IPs"), group=_("Security"))
    context = {"form": form, "rows": rows, "own_address": origin.current().address, "crumbs": path}
    return render(request, "accounts/users/addresses.html", context)


def _rows(request: HttpRequest) -> list[dict[str, str]]:
    proposed = to_correct(request, "company.set_addresses")
    if proposed:
        return [{"network": network, "label": label} for network, label in proposed["networks"]]
    return [{"network": row.network, "label": row.label} for row in networks_of(request.user)]
