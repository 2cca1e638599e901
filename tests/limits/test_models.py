from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from limits.models import CompanyCeiling, Usage, UserLimit
from products.models import ProductAssignment
from tenancy import context
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts

pytestmark = pytest.mark.usefixtures("bank_scope")


def refused(constraint: str, write: Callable[..., object], *arguments: object, **values: object) -> bool:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write(*arguments, **values)
        connection.check_constraints()
    return True


def test_the_database_refuses_a_limit_that_shrinks_with_its_period() -> None:
    user = factories.user()
    service, product = rows.service(), rows.assigned(user)

    for held in (amounts(2, 1, 3), amounts(1, 3, 2), amounts(-1, 0, 0)):
        assert refused("limit_grows_with_period", rows.limit, user, service, product, held)


def test_the_database_refuses_an_own_ceiling_above_the_bank() -> None:
    company, service = factories.company(), rows.service()

    for own in (amounts(2, 5, 9), amounts(1, 6, 9), amounts(1, 5, 10)):
        assert refused("ceiling_within_bank_maximum", rows.ceiling, company, service, own, amounts(1, 5, 9))


def test_the_database_refuses_a_product_or_a_user_of_another_company() -> None:
    user, neighbour = factories.user(), factories.user()
    service, own, foreign = rows.service(), rows.assigned(user), rows.assigned(neighbour)

    for model in (UserLimit, Usage):
        name = model._meta.model_name
        base = {"company": user.company, "service": service}
        assert refused(f"{name}_product_of_company", model.objects.create, user=user, product=foreign, **base)
        assert refused(f"{name}_user_of_company", model.objects.create, user=neighbour, product=own, **base)


def test_another_company_sees_no_limit_ceiling_or_usage() -> None:
    user, neighbour = factories.user(), factories.user()
    service, product = rows.service(), rows.assigned(user)
    rows.ceiling(user.company, service)
    rows.limit(user, service, product, amounts(1, 2, 3))
    rows.usage(user, service, product, "2026-11", "5")

    with context.company(neighbour.company_id):
        seen = [model.objects.count() for model in (CompanyCeiling, UserLimit, Usage)]
    with context.company(user.company_id):
        own = [model.objects.count() for model in (CompanyCeiling, UserLimit, Usage)]

    assert (seen, own) == ([0, 0, 0], [1, 1, 1])


def test_what_is_reserved_counts_like_what_is_used() -> None:
    user = factories.user()

    row = rows.usage(user, rows.service(), rows.assigned(user), "2026-11", "5.50", "4.50")

    assert row.total == Decimal("10.00")


def test_a_product_taken_back_takes_its_limits_along_and_no_others() -> None:
    user, colleague = factories.user(), factories.user()
    service, product, kept = rows.service(), rows.assigned(user), rows.assigned(user)
    rows.limit(user, service, product, amounts(1, 2, 3))
    rows.limit(user, service, kept, amounts(1, 2, 3))
    rows.limit(colleague, service, rows.assigned(colleague), amounts(1, 2, 3))

    ProductAssignment.objects.get(user=user, product=product).delete()

    assert list(UserLimit.objects.filter(user=user).values_list("product", flat=True)) == [kept.pk]
    assert UserLimit.objects.filter(user=colleague).count() == 1
