"""From a form to the page that asks for the signature, and back to what was typed: once for every page."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from changes import services
from changes.forms import ChangeForm
from changes.kinds import Proposable
from changes.selectors import proposal_to_correct
from directory.requests import PortalRequest

P = TypeVar("P", bound=Proposable)


def propose(
    request: PortalRequest, form: ChangeForm, wanted: Callable[[], Proposable], *, back_url: str = ""
) -> HttpResponse | None:
    """Leads on to signing what a valid form asks for. None for a form that was not sent or is not valid, or whose
    change breaks a rule: then the form says why, and the page shows it.

    `wanted` makes the change from the valid form; `back_url` is where the person goes back to, this page by default.
    """
    if not form.is_valid():
        return None
    try:
        change = services.propose(
            maker=request.user,
            wanted=wanted(),
            form_key=form.cleaned_data["form_key"],
            back_url=back_url or request.path,
        )
    except ValidationError as error:
        form.show(error)
        return None
    return redirect("changes:confirm", change.pk)


def to_correct(request: PortalRequest, kind: type[P], **about: Any) -> P | None:
    """What the person proposed and is going back to (`?cambio=`), if it is of this kind and about the same thing."""
    wanted = proposal_to_correct(request.user, request.GET.get("cambio"), kind)
    if not isinstance(wanted, kind) or any(getattr(wanted, name) != value for name, value in about.items()):
        return None
    return wanted
