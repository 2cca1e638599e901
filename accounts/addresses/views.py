from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses.changes import SetAddresses
from accounts.addresses.forms import AddressesForm, NetworkFormSet
from audit import request_context
from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.company import networks_of
from pages.breadcrumbs import crumbs
from pages.posting import posted


@requires(Permission.EDIT_ADDRESSES)
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: PortalRequest) -> HttpResponse:
    """Administración de IP's (S1-036): the networks the company's people may sign in from."""
    rows = NetworkFormSet(posted(request), initial=_rows(request), prefix="network")
    form = AddressesForm(posted(request), rows=rows)
    if answer := propose(request, form, form.wanted):
        return answer
    path = crumbs(_("IP address administration"), group=_("Security"))
    context = {"form": form, "rows": rows, "own_address": request_context.current().address, "crumbs": path}
    return render(request, "accounts/users/addresses.html", context)


def _rows(request: PortalRequest) -> list[dict[str, str]]:
    proposed = to_correct(request, SetAddresses)
    rows = proposed.networks if proposed else networks_of(request.user)
    return [{"network": row.network, "label": row.label} for row in rows]
