from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.profiles.changes import SaveProfile
from accounts.profiles.forms import ProfileForm
from accounts.profiles.listing import PROFILES
from accounts.profiles.selectors import catalogue_of
from changes.proposing import propose, to_correct
from directory.permissions import Permission, requires
from directory.requests import PortalRequest
from directory.selectors.users import profiles_of
from pages.breadcrumbs import crumbs
from pages.posting import posted


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
def edit_profile(request: PortalRequest, profile_id: UUID) -> HttpResponse:
    profile = get_object_or_404(profiles_of(request.user), pk=profile_id)
    proposed = to_correct(request, SaveProfile, profile=profile_id)
    form = ProfileForm(posted(request), catalogue=catalogue_of(request.user), shown=proposed or profile)
    return _save(request, form, profile_id, title=profile.name)


def _save(request: PortalRequest, form: ProfileForm, profile_id: UUID | None, *, title: str) -> HttpResponse:
    if answer := propose(request, form, lambda: form.wanted(profile_id)):
        return answer
    path = crumbs((_("Profiles"), reverse("users:profiles")), title)
    return render(request, "accounts/users/profile.html", {"form": form, "title": title, "crumbs": path})
