"""Products as people may see them, always in the order of the guide: by kind, then as the bank orders them (S1-075,
S1-077)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from directory.models import Company, Portal, Profile, User
from products.enums import BankState, ProductKind
from products.models import Product, ProductAssignment, ProfileKind

KIND_ORDER = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(ProductKind.values)),
    output_field=IntegerField(),
)
USABLE = Q(enabled_at__isnull=False, bank_state=BankState.OPEN)


def products_of(viewer: User) -> QuerySet[Product]:
    """All products of the viewer's company, enabled or not."""
    return Product.objects.of(viewer).order_by(KIND_ORDER, "position", "alias", "number")


def open_products(viewer: User) -> QuerySet[Product]:
    """What the company can enable for its users: every product that is open at the bank."""
    return products_of(viewer).filter(bank_state=BankState.OPEN)


def assignable_products(viewer: User) -> QuerySet[Product]:
    """What an administrator can give to users: enabled for the company and open at the bank."""
    return products_of(viewer).filter(USABLE)


def products_with_holders(viewer: User) -> QuerySet[Product]:
    """The company's products, each with `holder_count`: how many users have it assigned."""
    return products_of(viewer).annotate(holder_count=Count("assignments"))


def next_position(product: Product) -> int:
    """The place after all the company has."""
    last = Product.objects.of(product).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def may_be_corrected(product: Product) -> bool:
    """Whether the bank may still correct the number and currency: nobody has worked with the product yet."""
    return not product.is_enabled and not ProductAssignment.objects.filter(product_id=product.pk).exists()


def portal_currencies(company: Company | None) -> list[str]:
    """The currency of the company's portal; those of all portals until the company is known."""
    if company:
        return [company.portal.currency]
    return list(Portal.objects.order_by("currency").values_list("currency", flat=True).distinct())


def effective_products(viewer: User, subject: User) -> list[Product]:
    """What a user can work with: assigned, enabled for the company and open at the bank. One query."""
    return list(products_of(viewer).filter(USABLE, assignments__user=subject))


def products_asked_about(viewer: User, subject: User, *, all_of_company: bool) -> list[Product]:
    """What a question about a user may name: every product assigned to the user, even a suspended one, or every one of
    the company; each with `is_assigned`. One query."""
    given = ProductAssignment.objects.filter(product_id=OuterRef("pk"), user=subject)
    found = products_of(viewer).annotate(is_assigned=Exists(given))
    return list(found if all_of_company else found.filter(is_assigned=True))


def is_effective(product: Product) -> bool:
    """Whether the user asked about can work with it, as `effective_products` says; from `products_asked_about`."""
    return vars(product)["is_assigned"] and product.is_enabled and product.is_open


def assigned_ids(viewer: User, subject: User) -> set[UUID]:
    """Every product assigned to the user, even those suspended because the company disabled or the bank closed them."""
    rows = ProductAssignment.objects.of(viewer).filter(user=subject)
    return set(rows.values_list("product_id", flat=True))


def kinds_of_profile(profile: Profile) -> frozenset[str]:
    """The kinds of product its new users begin with."""
    return frozenset(ProfileKind.objects.of(profile).filter(profile=profile).values_list("kind", flat=True))


def assigned_ids_of(viewer: User, user_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The same of many users, by user; who has none is left out. One query."""
    rows = ProductAssignment.objects.of(viewer).filter(user_id__in=user_ids)
    held: dict[UUID, set[UUID]] = {}
    for user_id, product_id in rows.values_list("user_id", "product_id"):
        held.setdefault(user_id, set()).add(product_id)
    return held


def holders_among(products: Collection[Product]) -> list[UUID]:
    """The keys of those who have any of these products."""
    rows = ProductAssignment.objects.filter(product_id__in=[product.pk for product in products])
    return list(rows.values_list("user_id", flat=True).distinct())


def holders_of(viewer: User, product_ids: list[UUID]) -> dict[UUID, list[str]]:
    """User names by product, sorted; products without users are left out."""
    rows = (
        ProductAssignment.objects.of(viewer)
        .filter(product_id__in=product_ids)
        .order_by("user__username")
        .values_list("product_id", "user__username")
    )
    holders: dict[UUID, list[str]] = {}
    for product_id, username in rows:
        holders.setdefault(product_id, []).append(username)
    return holders


def tab_mark(viewer: User, subject: User) -> tuple[str, str]:
    """The mark on the tab Asignar Productos: how many the user can work with."""
    usable = Q(product__enabled_at__isnull=False, product__bank_state=BankState.OPEN)
    count = ProductAssignment.objects.of(viewer).filter(usable, user=subject).count()
    return ("count", str(count)) if count else ("missing", _("missing"))
