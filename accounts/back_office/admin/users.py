from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.back_office import services as back_office
from accounts.back_office.admin.steps import remaining_steps
from accounts.back_office.forms import OpenUserForm, ReasonForm, StaffForm, person_fields
from audit.admin.base import BackOfficeAdmin
from directory.enums import Role, UserState
from directory.models import User

SHOWN = (
    *("company", "role", *person_fields(), "profile", "receives_alerts", "state", "credential_state"),
    *("password_set_at", "password_expires_at", "token_required_since", "failed_attempts", "locked_at"),
    *("signed_in_at", "signed_in_address", "created_at", "created_by_name"),
)


@admin.register(User)
class UserAdmin(BackOfficeAdmin):
    """Everybody, read-only. Nothing of the password is here, not even its hash; nobody is impersonated."""

    list_display = ("username", "name", "company", "role", "state", "credential_state", "signed_in_at")
    list_filter = ("role", "state", "credential_state")
    list_select_related = ("company",)
    search_fields = ("username", "first_names", "first_surname", "id_number", "company__legal_name", "company__code")
    ordering = ("username",)
    actions = ("unlock", "activate", "inactivate", "generate_password", "lift_token")

    @admin.display(description=gettext_lazy("Name"), ordering="first_names")
    def name(self, user: User) -> str:
        return user.display_name

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only the groups of staff can be edited, by superusers, and never their own."""
        if obj is None:
            return super().has_change_permission(request, obj)
        return bool(request.user.is_superuser and obj.role == Role.BANK and obj.pk != request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any) -> Any:
        if obj is None:
            return OpenUserForm
        if self.has_change_permission(request, obj):
            return StaffForm
        return super().get_form(request, obj, change, **options)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("company", *person_fields())}),)
        groups = ("groups",) if obj.role == Role.BANK else ()
        return ((None, {"fields": (*SHOWN, *groups)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return SHOWN if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            back_office.set_groups(authority=self.authority(request), user=obj, groups=form.cleaned_data["groups"])
            return
        company = form.cleaned_data["company"]
        user = back_office.open_user(authority=self.authority(request), company=company, values=form.person)
        obj.__dict__.update(user.__dict__)
        if company:
            self.message_user(request, remaining_steps(user), messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service writes the groups."""

    @admin.action(description=gettext_lazy("Unlock"), permissions=["change"])
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        return self.asked(
            request,
            users,
            question=_("Unlock these users? Their failed attempts are cleared."),
            service=lambda user: back_office.unlock_user(authority=self.authority(request), user_id=user.pk),
            done=_("the user is unlocked."),
        )

    @admin.action(description=gettext_lazy("Activate (administrators and staff)"), permissions=["change"])
    def activate(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        return self.asked(
            request,
            users,
            question=_("Activate these users? They can sign in from now on."),
            service=lambda user: back_office.set_user_state(
                authority=self.authority(request), user_id=user.pk, state=UserState.ACTIVE
            ),
            done=_("the user is active."),
        )

    @admin.action(description=gettext_lazy("Deactivate (administrators and staff)"), permissions=["change"])
    def inactivate(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        return self.asked(
            request,
            users,
            question=_("Deactivate these users? They are signed out immediately."),
            service=lambda user: back_office.set_user_state(
                authority=self.authority(request), user_id=user.pk, state=UserState.INACTIVE
            ),
            done=_("the user is inactive."),
        )

    @admin.action(description=gettext_lazy("Generate a password (administrators and staff)"), permissions=["change"])
    def generate_password(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        return self.asked(
            request,
            users,
            question=_(
                "Generate a new password for these users? It is sent to them by e-mail; the current one stops working."
            ),
            service=lambda user: back_office.generate_password_for(authority=self.authority(request), user_id=user.pk),
            done=_("the password is on its way."),
        )

    @admin.action(description=gettext_lazy("Allow sign-in without a token (administrators)"), permissions=["change"])
    def lift_token(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        return self.asked(
            request,
            users,
            question=_(
                "Let these administrators sign in without a token? They can reach their own password and image "
                "and nothing else; their company's other administrators are notified."
            ),
            service=lambda user: back_office.lift_token_requirement(
                authority=self.authority(request), user_id=user.pk, reason=form.cleaned_data["reason"]
            ),
            done=_("the user can sign in without a token."),
            form=form,
        )
