"""What somebody lacks, in a few words, and where a company's administrators give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True)
class Gap:
    """`tab` is the tab of a person's pages that it belongs to, empty for none; `page` the name of the URL where it is
    given, of the person's where `is_of_person`; without a page only the person, or the bank, can do it."""

    words: "StrPromise"
    action: "StrPromise | str" = ""
    page: str = ""
    tab: str = ""
    is_of_person: bool = True


_SET_STATE = _("Change the status")
_NO_TOKEN = Gap(_("no token"), _("See the token"), "tokens:user", "token")
_GENERATE = _("Generate password")

# By `rule.outcome` of the check that is not met (`rights.rules.readiness`).
GAPS: Mapping[str, Gap] = {
    "user.active.pending": Gap(_("not activated yet"), _SET_STATE, "users:states", is_of_person=False),
    "user.active.inactive": Gap(_("inactive"), _SET_STATE, "users:states", is_of_person=False),
    "user.active.locked": Gap(_("locked"), _SET_STATE, "users:states", is_of_person=False),
    "credential.usable.none": Gap(_("no password"), _GENERATE, "users:password", "password"),
    "credential.usable.generated_expired": Gap(_("password expired"), _GENERATE, "users:password", "password"),
    "token.presented.required": _NO_TOKEN,
    "token.active.none": _NO_TOKEN,
    "token.administration.never_had": _NO_TOKEN,
    "profile.role.does_not_capture": Gap(
        _("the profile does not prepare operations"), _("Change the profile"), "users:main", "main"
    ),
    "profile.service.closed": Gap(
        _("the profile does not open the services of the limits"), _("Change the profile"), "users:main", "main"
    ),
    "profile.service.none": Gap(_("the profile opens no service"), _("Change the profile"), "users:main", "main"),
    "product.assigned.no": Gap(_("no products"), _("Assign products"), "products:user", "products"),
    "product.enabled.no": Gap(
        _("products not enabled for the company"),
        _("Company products"),
        "products:company",
        "products",
        is_of_person=False,
    ),
    "product.open.no": Gap(_("products closed at the bank"), _("Assign products"), "products:user", "products"),
    "amount.currency.different": Gap(
        _("products in another currency"), _("Assign products"), "products:user", "products"
    ),
    "limit.transaction.none": Gap(_("no limits"), _("Assign limits"), "limits:user", "limits"),
    "ceiling.transaction.none": Gap(
        _("no company ceiling for the service"),
        _("Service ceiling settings"),
        "limits:ceilings",
        "limits",
        is_of_person=False,
    ),
    "credential.permanent.generated": Gap(_("the user has to change the password")),
    "credential.permanent.expired": Gap(_("the user has to change the password")),
    "image.chosen.none": Gap(_("the user has to choose the security image")),
}
