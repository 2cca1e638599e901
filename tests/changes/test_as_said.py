"""What is applied is what the signed text said, line by line, read from the rows themselves; and of two changes of one
person the second never mixes with the first unseen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.states.changes import SetState
from changes.enums import ChangeState
from changes.kinds import ChangeKind
from changes.models import Change
from directory.enums import UserState
from directory.models import User
from limits.changes import SetUserLimits, WantedLimit
from limits.models import UserLimit
from limits.rules import NOTHING, PERIODS
from products.changes import AssignProducts
from products.models import Product, ProductAssignment
from schedules.changes import SetUserSchedule
from schedules.models import AccessSchedule
from schedules.rules import DAYS, EVERY_HOUR, Window
from tests import factories
from tests.accounts.confirming import carry_out, confirm, propose
from tests.limits import factories as rows
from tests.limits.factories import amounts

pytestmark = pytest.mark.usefixtures("bank_scope")
Seen = dict[tuple[str, str, str], str]
DAY_NAMES = dict(zip(DAYS, ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo"), strict=True))
PERIOD_NAMES = dict(zip(PERIODS, ("Transacción", "Diario", "Mensual"), strict=True))
TICKS = {
    "holiday_access": "Festivo",
    "monetary_saturday": "Transacciones monetarias: Sábado",
    "monetary_sunday": "Transacciones monetarias: Domingo",
    "monetary_holiday": "Transacciones monetarias: Festivo",
}
STATES = {UserState.ACTIVE: "Activo", UserState.INACTIVE: "Inactivo"}


class Company:
    """A user with two of three products and a limit, two services, two administrators."""

    def __init__(self) -> None:
        self.makers = [there(factories.administrator())]
        self.makers.append(there(factories.administrator(self.makers[0].company)))
        self.user = factories.user(self.makers[0].company)
        self.services = [rows.service(), rows.service()]
        for service in self.services:
            rows.ceiling(self.user.company, service, amounts(50, 100, 900))
        self.products = [rows.product(self.user.company) for _ in range(3)]
        for product in self.products[:2]:
            ProductAssignment.objects.create(company=self.user.company, user=self.user, product=product)
        rows.limit(self.user, self.services[0], self.products[0], amounts(1, 2, 3))

    def seen(self) -> Seen:
        """What the user has, by the place of its line, straight from the rows."""
        user = User.objects.get(pk=self.user.pk)
        given = set(ProductAssignment.objects.filter(user=user).values_list("product", flat=True))
        found = {("", "", "Estado"): STATES[UserState(user.state)]}
        for product in self.products:
            found["Cuenta Ahorros", "", f"{product.alias} - {product.number}"] = (
                "Asignado" if product.pk in given else "No asignado"
            )
        return found | self._limits() | self._hours()

    def _limits(self) -> Seen:
        kept = {(row.service_id, row.product_id): row.amounts for row in UserLimit.objects.filter(user=self.user)}
        return {
            (service.name, PERIOD_NAMES[period], f"{product.alias} {product.number}"): f"{amount:,.2f}"
            for service in self.services
            for product in self.products
            for period, amount in kept.get((service.pk, product.pk), NOTHING)._asdict().items()
        }

    def _hours(self) -> Seen:
        row = AccessSchedule.objects.filter(user=self.user).first()
        week = row.week if row else EVERY_HOUR
        days = {("", "", DAY_NAMES[day]): hours(window) for day, window in zip(DAYS, week.windows, strict=True)}
        return days | {("", "", name): "Si" if getattr(week, tick) else "No" for tick, name in TICKS.items()}


def there(user: User) -> User:
    return User.objects.select_related("company__portal", "profile").get(pk=user.pk)


def hours(window: Window | None) -> str:
    return f"{window.start:%H:%M} – {window.end:%H:%M}" if window else "Sin acceso"


def said(change: Change) -> dict[tuple[str, str, str], tuple[str, str]]:
    return {(line.group, line.column, line.row): (line.before, line.after) for line in change.lines}


def expected(company: Company, before: Seen, after: Seen) -> dict[tuple[str, str, str], tuple[str, str]]:
    """The lines of a text that tells the one from the other. Limits that went with their product have none: the
    product's own says so."""
    given = ProductAssignment.objects.filter(user=company.user).values_list("product", flat=True)
    gone = Product.objects.filter(company=company.user.company).exclude(pk__in=given)
    silent = {f"{product.alias} {product.number}" for product in gone}
    return {
        place: (was, after[place]) for place, was in before.items() if after[place] != was and place[2] not in silent
    }


triples = some.lists(some.integers(0, 50), min_size=3, max_size=3).map(lambda three: amounts(*sorted(three)))
windows = some.none() | some.integers(0, 11).map(lambda hour: Window(time(hour), time(hour + 9, 30)))
weeks = some.builds(
    lambda days, ticks: replace(EVERY_HOUR, windows=tuple(days), **dict(zip(TICKS, ticks, strict=True))),
    some.lists(windows, min_size=7, max_size=7),
    some.lists(some.booleans(), min_size=4, max_size=4),
)
cells = some.dictionaries(some.tuples(some.integers(0, 1), some.integers(0, 1)), triples, min_size=1)
Wanted = Callable[[Company], ChangeKind[Any]]
wishes: some.SearchStrategy[Wanted] = some.one_of(
    cells.map(
        lambda asked: (
            lambda company: SetUserLimits(
                user=company.user.pk,
                limits=tuple(
                    WantedLimit(company.services[service].pk, company.products[product].pk, held)
                    for (service, product), held in sorted(asked.items())
                ),
            )
        )
    ),
    some.sets(some.integers(0, 2)).map(
        lambda numbers: (
            lambda company: AssignProducts(
                user=company.user.pk, products=frozenset(company.products[number].pk for number in numbers)
            )
        )
    ),
    weeks.map(lambda week: lambda company: SetUserSchedule(user=company.user.pk, week=week)),
    some.sampled_from(list(STATES)).map(lambda state: lambda company: SetState(user=company.user.pk, state=state)),
)


@pytest.fixture
def company() -> Company:
    return Company()


@settings(max_examples=60)
@given(wish=wishes)
def test_what_is_applied_is_what_was_said(company: Company, wish: Wanted) -> None:
    with transaction.atomic():
        before = company.seen()
        try:
            change = carry_out(company.makers[0], wish(company))
        except ValidationError:
            assert company.seen() == before
        else:
            assert change.state == ChangeState.APPLIED
            assert said(change) == expected(company, before, company.seen())
        transaction.set_rollback(True)


def test_two_changes_of_one_person_never_merge_unseen(company: Company) -> None:
    """Both were read before either was signed: the later does what its text says, starting from what it says, or
    nothing at all."""
    outcomes = set()

    @settings(max_examples=40)
    @given(first=wishes, second=wishes)
    def one_after_the_other(first: Wanted, second: Wanted) -> None:
        with transaction.atomic():
            outcomes.add(_both_signed(company, first, second))
            transaction.set_rollback(True)

    one_after_the_other()
    assert {ChangeState.APPLIED, ChangeState.STALE} <= outcomes


def _both_signed(company: Company, first: Wanted, second: Wanted) -> str:
    """What became of the second."""
    pairs = zip(company.makers, (first, second), strict=True)
    try:
        changes = [propose(maker, wish(company)) for maker, wish in pairs]
    except ValidationError:
        return "nothing to change"
    confirm(company.makers[0], changes[0])
    between = company.seen()
    try:
        later = confirm(company.makers[1], changes[1])
    except ValidationError:
        later = Change.objects.get(pk=changes[1].pk)
    after = company.seen()
    if later.state == ChangeState.APPLIED:
        assert said(later) == expected(company, between, after)
    else:
        assert later.state in (ChangeState.STALE, ChangeState.REFUSED)
        assert after == between
    return later.state
