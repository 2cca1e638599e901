"""Crear Nuevo, and several tabs at once: one way, one signature (decision 32).

Each step is the ordinary page of its tab, shown in a transaction in which all earlier steps are done and which is then
rolled back: the same forms and rules, nothing written but the draft.
"""

from collections.abc import Callable
from contextlib import nullcontext
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.passwords import views as passwords
from accounts.passwords.changes import GeneratePassword
from accounts.requests import PersonRequest
from accounts.set_up.selectors import new_draft_called, offer_of, offered_by, rights_like
from accounts.set_up.steps import (
    NEW_USER,
    Parts,
    Step,
    about,
    after,
    chosen_products,
    earlier,
    offered_again,
    profile_of,
    replaced,
    steps_of,
    title_of,
)
from accounts.users import views as users
from changes import services
from changes.kinds import Composite
from changes.models import Draft
from changes.proposing import Drafting
from changes.selectors import own_draft_or_404, parts_of
from directory.permissions import Permission, requires
from directory.selectors.subjects import subject_or_404
from limits import views as limits
from products import views as products
from rights.selectors.entry import person
from schedules import views as schedules

View = Callable[..., HttpResponse]
PAGES: dict[str, View] = {
    "principal": users.main,
    "informacion": users.contact,
    "productos": products.user_products,
    "topes": limits.user_limits,
    "horario": schedules.edit_user,
    "contrasena": passwords.password,
}


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: PersonRequest) -> HttpResponse:
    """Crear Nuevo (S1-064..070): the first step, with which a draft begins; whoever comes back here by the browser and
    sends the same user name again goes on with what they had."""
    drafting = Drafting(offered=offered_by(request.user))
    answer = _shown(request, NEW_USER[0], drafting)
    if drafting.collected is None:
        return answer
    [user] = drafting.collected
    steps = steps_of(request.edition, is_new=True)
    if known := new_draft_called(request.user, title_of([user], "")):
        asked = [about(user, known.subject)]
        return _kept(request, known, steps[0], replaced(parts_of(known), steps, steps[0], asked))
    parts = _with_template(request, vars(user)["user"], steps, [], [user])
    try:
        draft = services.begin_draft(
            maker=request.user,
            subject=vars(user)["user"],
            is_new=True,
            title=title_of([user], ""),
            parts=parts,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("home")
    following = after(steps, NEW_USER[0])
    return redirect("users:draft", draft.pk, following.key) if following else _proposed(request, draft)


@requires(Permission.EDIT_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_step(request: PersonRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One step of a draft; *Continuar* keeps it and leads on, after the last one to the signature."""
    draft = own_draft_or_404(request.user, draft_id)
    steps, parts = steps_of(request.edition, is_new=draft.is_new), parts_of(draft)
    present = next((each for each in steps if each.key == step), None)
    if present is None:
        raise Http404
    if draft.is_new and present is not steps[0] and not steps[0].of(parts):
        return redirect("users:draft", draft.pk, steps[0].key)
    before = earlier(parts, steps, present)
    drafting = Drafting(known=tuple(parts), offered=_offered(request, draft))
    try:
        with services.rehearsal(Composite(changes=tuple(before)), request.user) if before else nullcontext():
            answer = _shown(request, present, drafting, draft)
    except (ValidationError, ObjectDoesNotExist) as error:
        return _to_what_is_broken(request, draft, steps, parts, error)
    if drafting.collected is None:
        return answer
    asked = [about(part, draft.subject) for part in drafting.collected]
    return _kept(request, draft, present, replaced(parts, steps, present, asked))


def _shown(request: PersonRequest, step: Step, drafting: Drafting, draft: Draft | None = None) -> HttpResponse:
    request.drafting, request.draft, request.draft_step = drafting, draft, step.key
    request.frame, request.place = "set_up.html", "users:search"
    page = PAGES.get(step.key)
    return page(request, user_id=draft.subject) if page and draft else users.create(request)


def _offered(request: PersonRequest, draft: Draft) -> dict[str, object]:
    """Where the maker works, or what was copied from."""
    source = draft.source and person(draft.source)
    same_company = source and source.company_id == request.user.company_id
    return offered_by(source if source and same_company else request.user)


def _kept(request: PersonRequest, draft: Draft, step: Step, parts: Parts) -> HttpResponse:
    steps = steps_of(request.edition, is_new=draft.is_new)
    if draft.is_new and not draft.source:
        parts = _with_template(request, draft.subject, steps, parts_of(draft), parts)
    draft = services.keep_parts(maker=request.user, draft_id=draft.pk, parts=parts, title=title_of(parts, draft.title))
    following = None if request.POST.get("then") == "review" else after(steps, step)
    return redirect("users:draft", draft.pk, following.key) if following else _proposed(request, draft)


def _with_template(
    request: PersonRequest, subject: UUID, steps: tuple[Step, ...], before: Parts, parts: Parts
) -> Parts:
    """With what the profile's template offers wherever nothing else was chosen: products, limits for them, hours.
    `before` are the parts as they were kept. A copy of a user comes with all of it instead."""
    offer = offer_of(request.user, subject, profile_of(parts))
    is_same = profile_of(before) == profile_of(parts)
    was = offer if is_same else offer_of(request.user, subject, profile_of(before))
    old = was.parts(chosen_products(before))
    with_products = offered_again(parts, steps, old, offer.parts(chosen_products(parts)))
    whole = offered_again(parts, steps, old, offer.parts(chosen_products(with_products)))
    if offer.profile and not is_same and list(whole) != list(parts):
        said = _("The template of profile %(name)s is filled in on the next steps: change there what should differ.")
        messages.info(request, said % {"name": offer.profile.name})
    return whole


@requires(Permission.EDIT_USERS)
@require_POST
def skip_step(request: PersonRequest, draft_id: UUID, step: str) -> HttpResponse:
    """On without this step, and without what it asked for before."""
    draft = own_draft_or_404(request.user, draft_id)
    steps = steps_of(request.edition, is_new=draft.is_new)
    present = next((each for each in steps if each.key == step), None)
    if present is None or (draft.is_new and present is steps[0]):
        raise Http404
    return _kept(request, draft, present, replaced(parts_of(draft), steps, present, ()))


@requires(Permission.EDIT_USERS)
@require_POST
def review(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    return _proposed(request, own_draft_or_404(request.user, draft_id))


def _proposed(request: PersonRequest, draft: Draft) -> HttpResponse:
    """To the page that shows the whole and asks for the signature."""
    steps, parts = steps_of(request.edition, is_new=draft.is_new), parts_of(draft)
    if not parts:
        messages.info(request, _("There is nothing to change yet."))
        return redirect("users:draft", draft.pk, steps[0].key)
    done = "users:set-up-done" if draft.is_new else "users:main"
    try:
        change = services.propose(
            maker=request.user,
            wanted=Composite(changes=tuple(parts)),
            form_key=uuid4(),
            back_url=reverse("users:draft", args=[draft.pk, steps[0].key]),
            done_url=reverse(done, args=[draft.subject]),
            draft=draft.pk,
        )
    except (ValidationError, ObjectDoesNotExist) as error:
        return _to_what_is_broken(request, draft, steps, parts, error)
    return redirect("changes:confirm", change.pk)


def _to_what_is_broken(
    request: PersonRequest, draft: Draft, steps: tuple[Step, ...], parts: Parts, error: Exception
) -> HttpResponse:
    """To the first step that no longer holds, with the reason: what it relied on has changed since."""
    reason = error.messages if isinstance(error, ValidationError) else [_("What it is about is no longer there.")]
    messages.error(request, " ".join(reason))
    return redirect("users:draft", draft.pk, _broken(request, steps, parts).key)


def _broken(request: PersonRequest, steps: tuple[Step, ...], parts: Parts) -> Step:
    done: list[object] = []
    for step in steps:
        done += step.of(parts)
        try:
            if done:
                with services.rehearsal(Composite(changes=tuple(done)), request.user):  # type: ignore[arg-type]
                    pass
        except (ValidationError, ObjectDoesNotExist):
            return step
    return steps[0]


@requires(Permission.EDIT_USERS)
@require_POST
def several(request: PersonRequest, user_id: UUID) -> HttpResponse:
    """Several tabs of a user who exists, signed once."""
    subject = subject_or_404(request.user, user_id)
    return _begun(request, subject.pk, subject.username, [], is_new=False)


@requires(Permission.EDIT_USERS)
@require_POST
def copy(request: PersonRequest, user_id: UUID) -> HttpResponse:
    """Crear como copia de: products, limits, hours and profile of a user for a new one."""
    source, subject = subject_or_404(request.user, user_id), uuid4()
    title = _("Copy of %(name)s") % {"name": source.username}
    parts = [*rights_like(request.user, source, subject), GeneratePassword(user=subject, activate=True)]
    return _begun(request, subject, title, parts, is_new=True, source=source.pk)


def _begun(
    request: PersonRequest, subject: UUID, title: str, parts: Parts, *, is_new: bool, source: UUID | None = None
) -> HttpResponse:
    try:
        draft = services.begin_draft(
            maker=request.user, subject=subject, is_new=is_new, title=title, parts=parts, source=source
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("home")
    return redirect("users:draft", draft.pk, steps_of(request.edition, is_new=is_new)[0].key)


@requires(Permission.EDIT_USERS)
@require_POST
def discard(request: PersonRequest, draft_id: UUID) -> HttpResponse:
    services.discard_draft(maker=request.user, draft_id=own_draft_or_404(request.user, draft_id).pk)
    messages.info(request, _("It was discarded. Nothing was changed."))
    return redirect("home")


@requires(Permission.EDIT_USERS)
@require_safe
def done(request: PersonRequest, user_id: UUID) -> HttpResponse:
    """After a new user is signed: whether they can work, and on to the next one."""
    subject = subject_or_404(request.user, user_id)
    return render(request, "accounts/set_up/done.html", {"subject": subject, "active_tab": "main"})
