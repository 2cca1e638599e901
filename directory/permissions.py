"""What a person may do, by role and profile, and how a view declares what it needs. A view that declares nothing is
closed to everybody."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from directory.enums import Role
from directory.rules.profiles import Chosen, is_open

View = Callable[..., HttpResponse]


class Permission(StrEnum):
    OWN_ACCOUNT = "own_account"
    SEE_OWN_PRODUCTS = "see_own_products"
    SEE_OWN_RIGHTS = "see_own_rights"
    EXPORT_LISTS = "export_lists"
    SEE_USERS = "see_users"
    EDIT_USERS = "edit_users"
    ASSIGN_PRODUCTS = "assign_products"
    ENABLE_PRODUCTS = "enable_products"
    ASSIGN_LIMITS = "assign_limits"
    EDIT_CEILINGS = "edit_ceilings"
    EDIT_SCHEDULES = "edit_schedules"
    GENERATE_PASSWORDS = "generate_passwords"
    CHANGE_USER_STATE = "change_user_state"
    EDIT_PROFILES = "edit_profiles"
    SEE_USAGE = "see_usage"
    EDIT_ADDRESSES = "edit_addresses"
    SEE_TOKENS = "see_tokens"
    EDIT_COMPANY_PARAMETERS = "edit_company_parameters"
    CONFIRM_CHANGES = "confirm_changes"


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.SECONDARY: frozenset(
        {Permission.OWN_ACCOUNT, Permission.SEE_OWN_PRODUCTS, Permission.SEE_OWN_RIGHTS, Permission.EXPORT_LISTS}
    ),
    Role.BANK: frozenset({Permission.OWN_ACCOUNT}),
}
# Nobody is kept from their own password, image and messages.
OF_EVERYBODY = frozenset({Permission.OWN_ACCOUNT})
# What a profile opens to its users or not: the options of an edition are the links of its menu that need one of these.
OF_PROFILES = ROLE_PERMISSIONS[Role.SECONDARY] - OF_EVERYBODY


def permissions_of(role: str, *chosen: Chosen[str]) -> frozenset[Permission]:
    """What the role may do; of a secondary user's that is an option, only what each of `chosen` opens: the profile's
    options, and those the company contracted."""
    held = ROLE_PERMISSIONS[role]
    if role != Role.SECONDARY:
        return held
    opened = {option for option in held & OF_PROFILES if all(is_open(each, option.value) for each in chosen)}
    return held - OF_PROFILES | opened


def requires(permission: Permission) -> Callable[[View], View]:
    """The view is for signed-in people who hold `permission`; others get 403, and strangers the sign-in page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if permission not in user.permissions:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _open_to(permission, guarded)

    return decorate


def public(view: View) -> View:
    """The view is deliberately open to everybody."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    return _open_to("public", guarded)


def public_on_every_host(view: View) -> View:
    """The same, even where the host name belongs to no portal."""
    return _open_to("public-anywhere", view)


def _open_to(whom: str, view: View) -> View:
    vars(view)["access"] = whom
    return view
