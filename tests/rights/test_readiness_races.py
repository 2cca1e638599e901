"""Two changes that touch one person at once: real threads, real connections."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.utils import timezone

from audit.authority import Authority
from directory.models import User
from limits.rules import NOTHING
from limits.services import set_user_limits
from products.services import save_product
from rights.selectors.readiness import kept_of, standings_of
from tenancy import context
from tests import factories
from tests.limits.factories import amounts, assigned, ceiling, limit, service
from tests.support.database import wait_for_a_waiter
from tests.tokens.factories import token

pytestmark = pytest.mark.usefixtures("bank")


def test_of_two_that_touch_one_person_the_later_sees_what_the_earlier_did() -> None:
    user, offered = factories.user(), service()
    held = assigned(user)
    ceiling(user.company, offered)
    limit(user, offered, held, amounts(100, 500, 900))
    token(user)

    def take_the_limit() -> None:
        try:
            with context.bank(), transaction.atomic():
                cell = (offered.pk, held.pk)
                set_user_limits(authority=Authority.of_command(), user=user, limits={cell: NOTHING})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held.bank_state = "closed"
            save_product(authority=Authority.of_command(), product=held)
            later = pool.submit(take_the_limit)
            wait_for_a_waiter()
        later.result()

    [(_user, decided)] = standings_of([user.pk], timezone.now())
    assert kept_of(User.objects.get(pk=user.pk)) == decided
    assert decided.missing == ("product.open.no", "limit.transaction.none")
