"""From a form to the page that asks for the signature, and back to what was typed: once for every page.

The same page may stand in a draft (`Drafting`): then what its form asks for is tried and collected instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from changes import services
from changes.forms import ChangeForm
from changes.kinds import ChangeKind, Proposable
from changes.selectors import proposal_to_correct
from directory.requests import PortalRequest

P = TypeVar("P", bound=Proposable)


@dataclass
class Drafting:
    """A page as one step of a draft (`request.drafting`), rendered where all earlier steps are as if done.

    `known` are the parts kept so far; `offered` is what a form that has none of its own starts with; `collected` what
    the form asked for, once it was sent and holds: None until then, empty if it changes nothing.
    """

    known: tuple[ChangeKind[Any], ...] = ()
    offered: Mapping[str, Any] = field(default_factory=dict)
    collected: tuple[ChangeKind[Any], ...] | None = None

    def collect(self, request: PortalRequest, wanted: Proposable) -> None:
        """Tries it on top of the earlier steps. Raises ValidationError for a broken rule."""
        wanted = wanted.normalised(request.user)
        with services.rehearsal(wanted, request.user) as description:
            self.collected = wanted.parts if description.lines else ()


def propose(
    request: PortalRequest,
    form: ChangeForm,
    wanted: Callable[[], Proposable],
    *,
    back_url: str = "",
    done_url: str = "",
    success: str = "",
) -> HttpResponse | None:
    """Leads on to signing what a valid form asks for. None for a form that was not sent or is not valid, or whose
    change breaks a rule: then the form says why, and the page shows it.

    `wanted` makes the change from the valid form; `back_url` is where the person goes back to, this page by default;
    `done_url` where they go next and `success` what they read there, unless the change says it well itself.
    """
    if not form.is_valid():
        return None
    drafting = drafting_of(request)
    try:
        if drafting:
            drafting.collect(request, wanted())
            return HttpResponseRedirect(request.path)
        change = services.propose(
            maker=request.user,
            wanted=wanted(),
            form_key=form.cleaned_data["form_key"],
            back_url=back_url or request.path,
            done_url=done_url,
            success=success,
        )
    except ValidationError as error:
        form.show(error)
        return None
    return redirect("changes:confirm", change.pk)


def to_correct(request: PortalRequest, kind: type[P], **about: Any) -> P | None:
    """What the person proposed and is going back to (`?cambio=`), or has kept in the draft, if it is of this kind and
    about the same thing."""
    drafting = drafting_of(request)
    if drafting:
        wanted: Any = next((part for part in drafting.known if isinstance(part, kind)), None)
    else:
        wanted = proposal_to_correct(request.user, request.GET.get("cambio"), kind)
    if not isinstance(wanted, kind) or any(getattr(wanted, name) != value for name, value in about.items()):
        return None
    return wanted


def drafting_of(request: PortalRequest) -> Drafting | None:
    drafting: Drafting | None = getattr(request, "drafting", None)
    return drafting
