"""What is done to many users at once: who is marked, whom it cannot be done to and why, one signature."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.many.actions import BY_KEY, Action
from accounts.many.forms import FORMS, ManyForm
from accounts.many.rules import told
from accounts.many.selectors import marked_users, standings_of
from accounts.states.listing import STATES
from accounts.users.listing import USERS
from changes.kinds import ChangeKind, Composite, Proposable
from changes.proposing import propose
from changes.selectors import parts_to_correct
from directory.models import User
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from pages.lists import Listing

LISTS: dict[str, tuple[Listing, str]] = {"users": (USERS, "users:search"), "states": (STATES, "users:states")}
LONGEST_ADDRESS = 300
MOST_SHOWN = 200  # of those who are marked


@dataclass(frozen=True)
class From:
    """The list in which somebody was marked, and what was asked of it."""

    listing: Listing
    page: str
    query: str

    @classmethod
    def of(cls, request: PortalRequest) -> "From":
        listing, page = LISTS.get(request.POST.get("lista", ""), LISTS["users"])
        return cls(listing, page, request.POST.get("consulta", ""))

    @property
    def address(self) -> str:
        """Back to the same rows, as long as a change can keep it."""
        bare = reverse(self.page)
        full = f"{bare}?{QueryDict(self.query).urlencode()}" if self.query else bare
        return full if len(full) <= LONGEST_ADDRESS else bare


@dataclass(frozen=True)
class Marked:
    """`fit` are those something can be done to, `unfit` the others, each with the reason; the page shows the first of
    them."""

    users: Sequence[User]
    fit: Sequence[User]
    unfit: Sequence[tuple[User, str]]

    @property
    def first_fit(self) -> Sequence[User]:
        return self.fit[:MOST_SHOWN]

    @property
    def first_unfit(self) -> Sequence[tuple[User, str]]:
        return self.unfit[:MOST_SHOWN]

    @property
    def keys(self) -> str:
        return ",".join(str(user.pk) for user in self.users)

    @property
    def unfit_keys(self) -> str:
        return ",".join(str(user.pk) for user, _why in self.unfit)

    def without(self, reasons: Iterable[tuple[User, str]]) -> "Marked":
        """With those it turns out to be nothing to, each with the reason."""
        found = list(reasons)
        unfit = [(user, why) for user, why in found if why]
        return Marked(self.users, [user for user, why in found if not why], [*self.unfit, *unfit])


@requires(Permission.SEE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PortalRequest, action: str) -> HttpResponse:
    """One action for the people marked in a list: for whom and why, then the signature."""
    asked = BY_KEY.get(action)
    if asked is None:
        raise Http404
    if asked.permission not in request.user.permissions:
        raise PermissionDenied
    came = From.of(request)
    proposed = parts_to_correct(request.user, request.GET.get("cambio"))
    keys = _marked_keys(request, came, asked.most) or [vars(part)["user"] for part in proposed if "user" in vars(part)]
    if len(keys) > asked.most:
        messages.error(request, _too_many(asked))
        return redirect(came.address)
    marked = _sorted(request.user, asked, keys)
    if not marked.users:
        if request.method == "POST":
            messages.info(request, _("Mark the users first."))
        return redirect(came.address)
    request.place = came.page
    is_sent = "form_key" in request.POST
    data = request.POST if is_sent else None
    form = FORMS[asked.key](data, action=asked, viewer=request.user, users=marked.users, proposed=proposed)
    return _sent(request, asked, marked, came, form) if is_sent else _shown(request, asked, marked, came, form)


def _sent(request: PortalRequest, asked: Action, marked: Marked, came: From, form: ManyForm) -> HttpResponse:
    """Proposes it once everybody it is not done to was left out on purpose."""
    left_out = set(_listed(request.POST, "fuera"))
    if form.is_valid():
        marked = marked.without((user, form.why_not(user)) for user in marked.fit)
    if any(str(user.pk) not in left_out for user, _why in marked.unfit):
        form.add_error(None, _("It cannot be done to everybody: look at who is left out, then continue."))
    elif answer := _proposed(request, asked, form, marked, left_out, came):
        return answer
    return _shown(request, asked, marked, came, form)


def _proposed(
    request: PortalRequest, asked: Action, form: ManyForm, marked: Marked, left_out: set[str], came: From
) -> HttpResponse | None:
    fit = [user for user in marked.fit if str(user.pk) not in left_out]

    def wanted() -> Proposable:
        parts = in_order(part for user in fit for part in form.parts_for(user))
        return parts[0] if len(parts) == 1 else Composite(changes=parts)

    if not fit:
        return None
    already = sum(user.state == asked.has for user in marked.users)
    with translation.override(request.portal.language):
        success = told(asked.done(len(fit)), already, len(marked.users) - len(fit) - already)
    back = reverse("users:many", args=[asked.key])
    return propose(request, form, wanted, back_url=back, done_url=came.address, success=success)


def in_order(parts: Iterable[ChangeKind[Any]]) -> tuple[ChangeKind[Any], ...]:
    """One kind after the other, each as in the first of them: what is read together stands together."""
    by_kind: dict[type, list[ChangeKind[Any]]] = {}
    for part in parts:
        by_kind.setdefault(type(part), []).append(part)
    return tuple(part for kind in by_kind.values() for part in kind)


def _shown(request: PortalRequest, asked: Action, marked: Marked, came: From, form: ManyForm) -> HttpResponse:
    path = [(label, name and reverse(name)) for label, name in request.edition.route_to(came.page)]
    context: dict[str, Any] = {"action": asked, "marked": marked, "came": came, "form": form}
    return render(request, "accounts/many/act.html", {**context, "crumbs": [*path, (asked.title, None)]})


def _marked_keys(request: PortalRequest, came: From, most: int) -> list[UUID]:
    """The rows that were marked, or all the list found; one more than can be done at once stands for any number."""
    if "todos" in request.POST:
        found = came.listing.asked(came.query, request.user).rows
        return list(found.values_list("pk", flat=True)[: most + 1])
    return list(dict.fromkeys(filter(None, map(_key, _listed(request.POST, "marcado")))))


def _listed(data: QueryDict, name: str) -> list[str]:
    """Keys, one a field or several in one with commas between: a form of thousands of fields is refused."""
    return [key for value in data.getlist(name) for key in value.split(",")]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _sorted(viewer: User, asked: Action, keys: Sequence[UUID]) -> Marked:
    now, users = timezone.now(), marked_users(viewer, keys)
    standings = standings_of(viewer, users)
    reasons = [(user, asked.why_not(standings[user.pk], now)) for user in users]
    return Marked(users, [user for user, why in reasons if not why], [(user, why) for user, why in reasons if why])


def _too_many(asked: Action) -> str:
    return ngettext(
        "%(action)s: at most %(most)s user at a time. Mark fewer, or narrow the search.",
        "%(action)s: at most %(most)s users at a time. Mark fewer, or narrow the search.",
        asked.most,
    ) % {"action": asked.label, "most": asked.most}
