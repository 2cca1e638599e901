from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.profiles.changes import RetireProfile, SaveProfile, SetTemplate
from accounts.profiles.forms import ProfileForm, RestoreForm, RetireForm, TemplateForm
from accounts.profiles.listing import PROFILES
from accounts.profiles.selectors import Template, bounds_of, catalogue_of, cut, name_of_copy, template_of
from changes.kinds import Proposable
from changes.proposing import propose, to_correct
from directory.models import Profile
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.users import profiles_of, usernames_with_profile
from pages.breadcrumbs import crumbs
from pages.posting import posted
from schedules.selectors import schedule_of


@requires(Permission.EDIT_PROFILES)
@require_safe
def profiles(request: PortalRequest) -> HttpResponse:
    """Perfiles (S1-035)."""
    asked = PROFILES.asked(request.GET, request.user)
    return render(request, "accounts/users/profiles.html", {"asked": asked, "crumbs": crumbs(_("Profiles"))})


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def create_profile(request: PortalRequest) -> HttpResponse:
    shown = to_correct(request, SaveProfile)
    form = ProfileForm(posted(request), catalogue=catalogue_of(request.user), shown=shown)
    return _save(request, form, None, title=_("Create profile"))


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def copy_profile(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    """A new profile that begins with what another one says."""
    source = _profile_or_404(request, profile_id)
    proposed = to_correct(request, SaveProfile)
    name = "" if proposed else name_of_copy(request.user, source)
    form = ProfileForm(posted(request), catalogue=catalogue_of(request.user), shown=proposed or source, name=name)
    template = cut(template_of(source), bounds_of(request.user), schedule_of(request.user, None).company)
    wanted = partial(form.wanted_copy, template)
    return _save(request, form, None, title=_("Copy of profile %(name)s") % {"name": source.name}, wanted=wanted)


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    profile = _profile_or_404(request, profile_id)
    proposed = to_correct(request, SaveProfile, profile=profile_id)
    form = ProfileForm(posted(request), catalogue=catalogue_of(request.user), shown=proposed or profile)
    return _save(request, form, profile, title=profile.name)


def _profile_or_404(request: PortalRequest, profile_id: UUID) -> Profile:
    return get_object_or_404(profiles_of(request.user), pk=profile_id)


def _save(
    request: PortalRequest,
    form: ProfileForm,
    profile: Profile | None,
    *,
    title: str,
    wanted: Callable[[], Proposable] | None = None,
) -> HttpResponse:
    if answer := propose(request, form, wanted or partial(form.wanted, profile.pk if profile else None)):
        return answer
    tabs = _tabs(profile, "users:edit-profile") if profile else []
    context = {"form": form, "title": title, "profile": profile, "restoring": RestoreForm(), "tabs": tabs}
    return render(request, "accounts/users/profile.html", {**context, "crumbs": _below_profiles(title)})


def _below_profiles(title: str) -> list[tuple[str, str | None]]:
    return crumbs((_("Profiles"), reverse("users:profiles")), title)


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_template(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    """What the profile's new users begin with."""
    profile = _profile_or_404(request, profile_id)
    proposed = to_correct(request, SetTemplate, profile=profile_id)
    shown = Template(proposed.kinds, dict(proposed.limits), proposed.week) if proposed else template_of(profile)
    bounds, company = bounds_of(request.user), schedule_of(request.user, None).company
    form = TemplateForm(posted(request), portal=request.portal, bounds=bounds, company=company, shown=shown)
    if answer := propose(request, form, lambda: form.wanted(profile_id)):
        return answer
    context = {
        "form": form,
        "title": profile.name,
        "profile": profile,
        "tabs": _tabs(profile, "users:profile-template"),
    }
    context["crumbs"] = crumbs(
        (_("Profiles"), reverse("users:profiles")),
        (profile.name, reverse("users:edit-profile", args=[profile_id])),
        _("Template"),
    )
    return render(request, "accounts/users/profile_template.html", context)


def _tabs(profile: Profile, current: str) -> list[dict[str, Any]]:
    labels = {"users:edit-profile": _("What it opens"), "users:profile-template": _("Template of new users")}
    return [
        {"label": label, "url": reverse(name, args=[profile.pk]), "active": name == current}
        for name, label in labels.items()
    ]


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def retire_profile(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    """What becomes of its users, before it is signed that nobody gets it any more."""
    profile = _profile_or_404(request, profile_id)
    proposed = to_correct(request, RetireProfile, profile=profile_id)
    form = RetireForm(posted(request), viewer=request.user, profile=profile, shown=proposed)
    if answer := propose(request, form, form.wanted):
        return answer
    holders = usernames_with_profile(request.user, profile_id)
    title = _("Retire profile %(name)s") % {"name": profile.name}
    context = {"form": form, "profile": profile, "holders": holders, "title": title}
    return render(request, "accounts/users/retire_profile.html", {**context, "crumbs": _below_profiles(title)})


@requires(Permission.EDIT_PROFILES)
@require_POST
def restore_profile(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    profile = _profile_or_404(request, profile_id)
    form, page = RestoreForm(request.POST), reverse("users:edit-profile", args=[profile_id])
    if answer := propose(request, form, lambda: form.wanted(profile.pk), back_url=page):
        return answer
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect(page)
