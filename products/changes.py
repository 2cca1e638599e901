"""The changes of this app: what the company opens to its users, and what one user gets (S0-09, S0-10)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.enums import Event
from audit.services import target_of
from changes.enums import LineKind
from changes.registry import ChangeService, Description, Line, register
from directory.models import User
from directory.permissions import Permission
from directory.selectors.subjects import lock_subject, subject_of
from products import selectors, services
from products.models import Product

Params = dict[str, Any]
MAX_NAMES = 10


@register
class EnableForCompany(ChangeService):
    """`params`: `enabled`, the ids of what the company opens to its users. Closed ones are not on offer."""

    key = "products.enable_for_company"
    event = Event.PRODUCTS_ENABLED
    permission = Permission.ENABLE_PRODUCTS

    def lock(self, actor: User, params: Params) -> None:
        services.lock_products(actor=actor)

    def describe(self, actor: User, params: Params) -> Description:
        switched_on, switched_off = self._switched(actor, params)
        holders = selectors.holders_of(actor, [product.pk for product in switched_off])
        words = (_("Not enabled"), _("Enabled for the company"))
        return Description(
            title=_("Products enabled for the company"),
            target=("company", str(actor.company_id), actor.company.legal_name),  # type: ignore[union-attr]
            lines=[
                *(Line(_name(product), *words, LineKind.ADDED.value) for product in switched_on),
                *(Line(_name(product), *reversed(words), LineKind.REMOVED.value) for product in switched_off),
            ],
            effect=_("Users get an enabled product only when it is assigned to them.") if switched_on else "",
            success=_("The company's products were saved."),
            warnings=[_who_loses(product, holders[product.pk]) for product in switched_off if product.pk in holders],
        )

    def apply(self, actor: User, params: Params) -> None:
        switched_on, switched_off = self._switched(actor, params)
        services.enable_for_company(actor=actor, enabled=switched_on, disabled=switched_off)

    def done_url(self, params: Params) -> str:
        return reverse("products:company")

    def _switched(self, actor: User, params: Params) -> tuple[list[Product], list[Product]]:
        """Products to switch on and off. An id that cannot be enabled is refused like one that does not exist."""
        offered = {str(product.pk): product for product in selectors.open_products(actor)}
        wanted = set(params["enabled"])
        if not wanted <= set(offered):
            raise _unknown("enabled")
        moved = [product for key, product in offered.items() if product.is_enabled != (key in wanted)]
        return [p for p in moved if not p.is_enabled], [p for p in moved if p.is_enabled]


@register
class AssignProducts(ChangeService):
    """`params`: `user`, and `products`, the ids of what the user has afterwards among what can be assigned.

    What rests because it is not enabled or not open is not touched: it was not on offer.
    """

    key = "products.assign"
    event = Event.PRODUCTS_ASSIGNED
    permission = Permission.ASSIGN_PRODUCTS

    def lock(self, actor: User, params: Params) -> None:
        lock_subject(actor, params)
        services.lock_products(actor=actor)

    def describe(self, actor: User, params: Params) -> Description:
        subject = subject_of(actor, params)
        added, removed = self._moved(actor, subject, params)
        words = (_("Not assigned"), _("Assigned"))
        names = {"username": subject.username, "name": subject.display_name}
        return Description(
            title=_("Products of %(username)s (%(name)s)") % names,
            target=target_of(subject),
            lines=[
                *(Line(_name(product), *words, LineKind.ADDED.value) for product in added),
                *(Line(_name(product), *reversed(words), LineKind.REMOVED.value) for product in removed),
            ],
            effect=_effect(added, removed),
            success=_("The products of %(username)s were saved.") % names,
        )

    def apply(self, actor: User, params: Params) -> None:
        subject = subject_of(actor, params)
        added, removed = self._moved(actor, subject, params)
        services.assign_products(actor=actor, user=subject, added=added, removed=removed)

    def done_url(self, params: Params) -> str:
        return reverse("products:user", args=[params["user"]])

    def _moved(self, actor: User, subject: User, params: Params) -> tuple[list[Product], list[Product]]:
        """Products to add and to take back. An id that cannot be assigned is refused like one that does not exist."""
        offered = {str(product.pk): product for product in selectors.assignable_products(actor)}
        wanted = set(params["products"])
        if not wanted <= set(offered):
            raise _unknown("products")
        held = {str(key) for key in selectors.assigned_ids(actor, subject)}
        added = [product for key, product in offered.items() if key in wanted - held]
        return added, [product for key, product in offered.items() if key in held - wanted]


def _unknown(field: str) -> ValidationError:
    return ValidationError({field: ValidationError(_("One of the products does not exist."), "unknown")})


def _name(product: Product) -> str:
    return f"{product.get_kind_display()} · {product}"


def _who_loses(product: Product, usernames: list[str]) -> str:
    shown = ", ".join(usernames[:MAX_NAMES]) + (" …" if len(usernames) > MAX_NAMES else "")
    return _("%(product)s stops working for: %(names)s. It works again for them when it is enabled again.") % {
        "product": product,
        "names": shown,
    }


def _effect(added: list[Product], removed: list[Product]) -> str:
    sentences = []
    if added:
        sentences.append(_("The user sees the new products; amounts are moved only within limits given afterwards."))
    if removed:
        sentences.append(
            _("The user no longer sees or moves anything with the products taken back, and loses their limits.")
        )
    return " ".join(sentences)
