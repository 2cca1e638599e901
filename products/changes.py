"""The changes of this app: what the company opens to its users, and what one user gets (S0-09, S0-10)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from audit.services import target_of, target_of_company
from changes.enums import LineKind
from changes.kinds import ChangeKind
from changes.rules.text import Beside, Description, Line, listed
from directory.models import User
from directory.permissions import Permission
from directory.selectors.subjects import locked_subject, locked_subjects
from products import selectors, services
from products.models import Product


@dataclass(frozen=True)
class CompanyProducts:
    """What can be enabled, in screen order, and who has what is to be disabled."""

    offered: Sequence[Product]
    holders: Mapping[UUID, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class EnableForCompany(ChangeKind[CompanyProducts]):
    """`enabled` are the products the company opens to its users. Closed ones are not offered."""

    key = "products.enable_for_company"
    event = Event.PRODUCTS_ENABLED
    permission = Permission.ENABLE_PRODUCTS

    enabled: frozenset[UUID]

    def load(self, maker: User) -> CompanyProducts:
        services.lock_products(viewer=maker)
        offered = list(selectors.open_products(maker))
        lost = [product.pk for product in offered if product.is_enabled and product.pk not in self.enabled]
        return CompanyProducts(offered, selectors.holders_of(maker, lost))

    def describe(self, rows: CompanyProducts, maker: User, now: datetime) -> Description:
        _check_offered(self.enabled, rows.offered, field="enabled")
        switched_on, switched_off = self._switched(rows)
        words = (_("Not enabled"), _("Enabled for the company"))
        return Description(
            title=_("Products enabled for the company"),
            target=target_of_company(maker.company),
            lines=_lines(switched_on, switched_off, words),
            effect=_("Users get an enabled product only when it is assigned to them.") if switched_on else "",
            success=_("The company's products were saved."),
            warnings=[
                _who_loses(product, rows.holders[product.pk]) for product in switched_off if product.pk in rows.holders
            ],
        )

    def apply(self, rows: CompanyProducts, authority: Authority) -> None:
        switched_on, switched_off = self._switched(rows)
        services.enable_for_company(authority=authority, enabled=switched_on, disabled=switched_off)

    def done_url(self) -> str:
        return reverse("products:company")

    def _switched(self, rows: CompanyProducts) -> tuple[list[Product], list[Product]]:
        """Products to switch on and off."""
        moved = [product for product in rows.offered if product.is_enabled != (product.pk in self.enabled)]
        return [product for product in moved if not product.is_enabled], [p for p in moved if p.is_enabled]


@dataclass(frozen=True)
class UserProducts:
    """What can be assigned, in screen order, and what the user has."""

    user: User
    offered: Sequence[Product]
    held: Collection[UUID]


@dataclass(frozen=True, kw_only=True)
class AssignProducts(ChangeKind[UserProducts]):
    """`products` are those of the assignable ones that the user has afterwards.

    Assignments suspended because the product is not enabled or not open are left alone: they were not offered.
    """

    key = "products.assign"
    event = Event.PRODUCTS_ASSIGNED
    permission = Permission.ASSIGN_PRODUCTS

    together_by = "user"

    user: UUID
    products: frozenset[UUID]

    @classmethod
    def load_many(cls, parts: Sequence[Self], maker: User) -> Sequence[UserProducts | ValidationError]:
        users = locked_subjects(maker, [part.user for part in parts])
        services.lock_products(viewer=maker)
        offered = list(selectors.assignable_products(maker))
        held = selectors.assigned_ids_of(maker, [part.user for part in parts])
        return [
            user if isinstance(user, ValidationError) else UserProducts(user, offered, held.get(user.pk, frozenset()))
            for user in users
        ]

    @classmethod
    def apply_many(cls, parts: Sequence[Self], rows: Sequence[UserProducts], authority: Authority) -> None:
        moved = [(row.user, *part._moved(row)) for part, row in zip(parts, rows, strict=True)]
        services.assign_to_many(authority=authority, moved=moved)

    def load(self, maker: User) -> UserProducts:
        user = locked_subject(maker, self.user)
        services.lock_products(viewer=maker)
        offered = list(selectors.assignable_products(maker))
        return UserProducts(user, offered, selectors.assigned_ids(maker, user))

    def describe(self, rows: UserProducts, maker: User, now: datetime) -> Description:
        _check_offered(self.products, rows.offered, field="products")
        added, removed = self._moved(rows)
        words = (_("Not assigned"), _("Assigned"))
        names = {"username": rows.user.username, "name": rows.user.display_name}
        return Description(
            title=_("Products of %(username)s (%(name)s)") % names,
            target=target_of(rows.user),
            lines=_lines(added, removed, words),
            effect=_effect(added, removed),
            success=_("The products of %(username)s were saved.") % names,
            beside=Beside.of_person(_("Products"), **names),
        )

    def apply(self, rows: UserProducts, authority: Authority) -> None:
        added, removed = self._moved(rows)
        services.assign_products(authority=authority, user=rows.user, added=added, removed=removed)

    def done_url(self) -> str:
        return reverse("products:user", args=[self.user])

    def _moved(self, rows: UserProducts) -> tuple[list[Product], list[Product]]:
        """Products to assign and to unassign."""
        added = [p for p in rows.offered if p.pk in self.products and p.pk not in rows.held]
        return added, [p for p in rows.offered if p.pk in rows.held and p.pk not in self.products]


KINDS = (EnableForCompany, AssignProducts)


def _check_offered(wanted: frozenset[UUID], offered: Iterable[Product], *, field: str) -> None:
    """One that is not offered is refused like one that does not exist."""
    if not wanted <= {product.pk for product in offered}:
        raise ValidationError({field: ValidationError(_("One of the products does not exist."), "unknown")})


def _lines(added: Iterable[Product], removed: Iterable[Product], words: tuple[str, str]) -> list[Line]:
    """`words` are those for without and with."""
    without, with_it = words
    return [
        *(Line(str(each), without, with_it, LineKind.ADDED, group=each.get_kind_display()) for each in added),
        *(Line(str(each), with_it, without, LineKind.REMOVED, group=each.get_kind_display()) for each in removed),
    ]


def _who_loses(product: Product, usernames: Sequence[str]) -> str:
    return _("%(product)s stops working for: %(names)s. It will work for them again when it is re-enabled.") % {
        "product": product,
        "names": listed(usernames),
    }


def _effect(added: list[Product], removed: list[Product]) -> str:
    sentences = []
    if added:
        sentences.append(
            _("The user can see the new products; money can be moved only within limits assigned afterwards.")
        )
    if removed:
        sentences.append(
            _("The user can no longer see or move anything with the unassigned products, and loses their limits.")
        )
    return " ".join(sentences)
