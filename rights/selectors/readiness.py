"""What readiness is decided from: four queries at most for any number of people."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from directory.enums import Readiness, Role
from directory.models import User
from directory.selectors.users import stands_as
from limits.models import CompanyCeiling, UserLimit
from limits.money import ZERO
from limits.rules import NOTHING, Amounts
from products.enums import BankState
from products.models import Product, ProductAssignment
from rights.rules.decisions import Facts
from rights.rules.operations import CapacityFacts, ProductFacts
from rights.rules.readiness import ON_PURPOSE, OWN, Case, Standing, standing_of
from rights.selectors.entry import any_service, service_facts, standing_facts, with_token

# A product somebody can work with, as `decide` says; here it only chooses which one it is asked about.
WORKS = ExpressionWrapper(
    Q(
        product__enabled_at__isnull=False,
        product__bank_state=BankState.OPEN,
        product__currency=F("company__portal__currency"),
    ),
    output_field=BooleanField(),
)
# A limit in a service that the user's profile opens.
IN_AN_OPEN_SERVICE = Q(user__profile__services__isnull=True) | Q(user__profile__services__contains=[F("service_id")])
OPENED = ExpressionWrapper(IN_AN_OPEN_SERVICE, output_field=BooleanField())


def standings_of(user_ids: Collection[UUID], instant: datetime) -> list[tuple[User, Standing]]:
    """These people and what is true of them now, in the order of their keys; the bank's staff are left out."""
    people = User.objects.filter(pk__in=user_ids, company__isnull=False).select_related("company__portal", "profile")
    users = list(with_token(people).order_by("pk"))
    facts = {user.pk: _facts_of(user, instant) for user in users}
    cases = _cases_of([user for user in users if facts[user.pk].capacity])
    return [(user, standing_of(facts[user.pk], cases.get(user.pk, []), user.portal.currency)) for user in users]


def kept_of(user: User) -> Standing:
    """What is kept on the user's row. No query."""
    return Standing(
        Readiness(user.readiness),
        tuple(user.missing),
        user.readiness_lapses_at,
        user.readiness_afterwards,
        tuple(user.missing_afterwards),
    )


def needs_somebody(instant: datetime) -> Q:
    """Who cannot sign in; or whose profile prepares operations, and who lacks what others have to give for it."""
    return stands_as(Readiness.BARRED, instant) | unequipped(instant)


def unequipped(instant: datetime) -> Q:
    """Who may sign in and has a profile that prepares operations in some service, but lacks what others have to give
    for it."""
    has_lapsed = Q(readiness_lapses_at__isnull=False, readiness_lapses_at__lte=instant)
    now = _lacks(Q(missing__contained_by=OWN), Q(missing__overlap=ON_PURPOSE))
    then = _lacks(Q(missing_afterwards__contained_by=OWN), Q(missing_afterwards__overlap=ON_PURPOSE))
    return stands_as(Readiness.ENTERS, instant) & (now & ~has_lapsed | then & has_lapsed)


def _lacks(only_own: Q, on_purpose: Q) -> Q:
    return ~only_own & ~on_purpose


def everybody_after(user_id: UUID | None, *, most: int) -> list[UUID]:
    """The keys of the next people of any company; needs the bank's scope."""
    people = User.objects.filter(company__isnull=False).order_by("pk")
    return list((people.filter(pk__gt=user_id) if user_id else people).values_list("pk", flat=True)[:most])


def _facts_of(user: User, instant: datetime) -> Facts:
    """Without hour and address, as for somebody who brings the code of their token. The company's own state is left
    out: it is one row, which everybody of the company shares. So is the lock that wrong codes put on a token, which
    ends by itself within minutes."""
    facts = standing_facts(user, instant)
    facts = replace(
        facts,
        account=replace(facts.account, company_state=None),
        token=replace(facts.token, locked_until=None),
        has_image=bool(user.security_image),
    )
    if user.role != Role.SECONDARY:
        return facts
    role = user.profile.operating_role if user.profile else None
    capacity = CapacityFacts(is_monetary=True, operating_role=role)
    return replace(facts, capacity=capacity, service=any_service(user))


def _cases_of(users: Iterable[User]) -> dict[UUID, list[Case]]:
    """For each the widest of their limits in a service their profile opens, and a product of theirs whether it has
    limits or not.

    If the first is refused, so is every other limit of theirs; which of the two is nearer is for the rules to say.
    """
    people = {user.pk: user for user in users}
    given = list(_nearest_products(people)) if people else []
    found: dict[UUID, list[Case]] = {each.user_id: [] for each in given}
    limits = list(_widest_limits(found)) if found else []
    ceilings = _ceilings_of({each.company_id for each in limits}) if limits else {}
    for limit in limits:
        ceiling = ceilings.get((limit.company_id, limit.service_id), NOTHING)
        service = service_facts(people[limit.user_id], limit.service)
        found[limit.user_id].append(Case(_product_facts(limit.product), service, limit.amounts, ceiling))
    for each in given:
        found[each.user_id].append(Case(_product_facts(each.product), any_service(people[each.user_id])))
    return found


def _widest_limits(user_ids: Collection[UUID]) -> QuerySet[UserLimit]:
    """One a person, of those products they have."""
    given = ProductAssignment.objects.filter(
        company_id=OuterRef("company_id"), user_id=OuterRef("user_id"), product_id=OuterRef("product_id")
    )
    ceiling = CompanyCeiling.objects.filter(company_id=OuterRef("company_id"), service_id=OuterRef("service_id"))
    room = Least("transaction", Coalesce(Subquery(ceiling.values("transaction")), ZERO))
    return (
        UserLimit.objects.filter(Exists(given), user_id__in=user_ids, transaction__gt=ZERO, service__is_monetary=True)
        .alias(works=WORKS, room=room, opened=OPENED)
        .select_related("product", "service")
        .order_by("user_id", F("opened").desc(), F("works").desc(), F("room").desc(), "pk")
        .distinct("user_id")
    )


def _nearest_products(user_ids: Collection[UUID]) -> QuerySet[ProductAssignment]:
    return (
        ProductAssignment.objects.filter(user_id__in=user_ids)
        .alias(works=WORKS)
        .select_related("product")
        .order_by("user_id", F("works").desc(), "pk")
        .distinct("user_id")
    )


def _ceilings_of(company_ids: Collection[UUID | None]) -> dict[tuple[UUID, UUID], Amounts]:
    """By company and service."""
    rows = CompanyCeiling.objects.filter(company__in=company_ids, service__is_monetary=True)
    return {(row.company_id, row.service_id): row.amounts for row in rows}


def _product_facts(product: Product) -> ProductFacts:
    return ProductFacts(
        label=f"{product.alias} {product.number}",
        currency=product.currency,
        is_assigned=True,
        is_enabled=product.is_enabled,
        is_open=product.is_open,
    )
