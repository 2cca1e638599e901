from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.profiles.forms import ProfileForm
from changes.proposing import to_correct
from directory.permissions import Permission, requires
from directory.selectors.users import profiles_of, profiles_with_counts
from pages.breadcrumbs import crumbs
from pages.lists import page_of
from pages.posting import posted


@requires(Permission.EDIT_PROFILES)
@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """Perfiles (S1-035)."""
    page = page_of(request, profiles_with_counts(request.user))
    return render(request, "accounts/users/profiles.html", {"page": page, "crumbs": crumbs(_("Profiles"))})


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def create_profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(posted(request), initial=to_correct(request, "profiles.save"))
    return _save(request, form, None, title=_("Create profile"))


@requires(Permission.EDIT_PROFILES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    profile = get_object_or_404(profiles_of(request.user), pk=profile_id)
    present = {"name": profile.name, "operating_role": profile.operating_role}
    initial = to_correct(request, "profiles.save", profile=str(profile_id)) or present
    form = ProfileForm(posted(request), initial=initial)
    return _save(request, form, str(profile_id), title=profile.name)


def _save(request: HttpRequest, form: ProfileForm, profile_id: str | None, *, title: str) -> HttpResponse:
    if form.is_valid():
        params = {
            "profile": profile_id or form.new_key(),
            "is_new": profile_id is None,
            "name": form.cleaned_data["name"],
            "operating_role": form.cleaned_data["operating_role"],
        }
        change = form.propose(actor=request.user, service="profiles.save", params=params, back_url=request.path)
        if change:
            return redirect("changes:confirm", change.pk)
    path = crumbs((_("Profiles"), reverse("users:profiles")), title)
    return render(request, "accounts/users/profile.html", {"form": form, "title": title, "crumbs": path})
