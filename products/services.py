from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, record_write
from directory.models import Profile, User
from directory.readiness import touched
from directory.selectors.company import lock_company
from notifications.enums import Notice
from notifications.services import tell_all
from products import rules
from products.models import Product, ProductAssignment, ProfileKind
from products.selectors import holders_among, may_be_corrected, next_position

Moved = tuple[User, Collection[Product], Collection[Product]]  # whose; what is assigned, what is not any more


def lock_products(*, viewer: User) -> None:
    """Locks the products of the viewer's company, in a fixed order."""
    rows = Product.objects.of(viewer).order_by("pk")
    list(rows.select_for_update().values_list("pk"))


def enable_for_company(*, authority: Authority, enabled: Collection[Product], disabled: Collection[Product]) -> None:
    """The company opens products to its users, or closes them (S0-10). Assignments stay, suspended meanwhile."""
    Product.objects.filter(pk__in=[product.pk for product in enabled]).update(
        enabled_at=timezone.now(), enabled_by_name=authority.actor_name
    )
    Product.objects.filter(pk__in=[product.pk for product in disabled]).update(enabled_at=None, enabled_by_name="")
    touched(holders_among([*enabled, *disabled]))


def assign_products(
    *, authority: Authority, user: User, added: Collection[Product], removed: Collection[Product]
) -> None:
    """Assigns products to a user and unassigns others (S0-09)."""
    assign_to_many(authority=authority, moved=[(user, added, removed)])


def assign_to_many(*, authority: Authority, moved: Sequence[Moved]) -> None:
    """The same for many users of one company at once: those who lose the same products lose them together."""
    losing: dict[frozenset[UUID], list[UUID]] = {}
    for user, _added, removed in moved:
        losing.setdefault(frozenset(product.pk for product in removed), []).append(user.pk)
    for products, users in losing.items():
        if products:
            rows = ProductAssignment.objects.of(moved[0][0])
            rows.filter(user_id__in=users, product_id__in=products).delete()
    ProductAssignment.objects.bulk_create(
        ProductAssignment(company_id=user.company_id, user=user, product=product)
        for user, added, _removed in moved
        for product in added
    )
    touched(user.pk for user, _added, _removed in moved)
    told = [(user, {"added": _aliases(added), "removed": _aliases(removed)}) for user, added, removed in moved]
    tell_all(Notice.PRODUCTS_CHANGED, told, authority=authority)


def _aliases(products: Collection[Product]) -> str:
    return ", ".join(sorted(product.alias for product in products)) or "–"


def set_profile_kinds(*, authority: Authority, profile: Profile, kinds: Collection[str]) -> None:
    """The kinds of product new users of the profile begin with."""
    ProfileKind.objects.of(profile).filter(profile=profile).delete()
    ProfileKind.objects.bulk_create(
        ProfileKind(company_id=profile.company_id, profile=profile, kind=kind) for kind in sorted(kinds)
    )


@transaction.atomic
def save_product(*, authority: Authority, product: Product) -> None:
    """The bank adds a product to a company, corrects it until it is enabled, renames, closes or reopens it.

    Raises ValidationError if its number or currency is invalid, or may no longer change.
    """
    product.number = rules.kept_number(product.kind, product.number)
    rules.check_currency(product.currency)
    lock_company(product)
    before = Product.objects.select_for_update().filter(pk=product.pk).first()
    if before and not may_be_corrected(before):
        rules.check_stays((before.number, before.currency), (product.number, product.currency))
    if not product.position:
        product.position = next_position(product)
    product.save(update_fields=list(_facts(product)) if before else None)
    touched(holders_among([product]))
    record_write(
        authority,
        Event.PRODUCT_SAVED,
        company_id=product.company_id,
        target=Target("product", str(product.pk), str(product)),
        before=_facts(before) if before else None,
        after=_facts(product),
    )


def _facts(product: Product) -> dict[str, str]:
    names = ("kind", "number", "alias", "currency", "position", "bank_state")
    return {name: str(getattr(product, name)) for name in names}
