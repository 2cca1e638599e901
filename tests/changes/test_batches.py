"""Many changes as one: loaded and applied together, they say and do exactly what they do one after the other."""

import re
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid5

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.states.changes import SetState
from accounts.users.changes import CreateUser, EditContact, EditMain
from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes.kinds import ChangeKind, Composite, batches
from changes.services import rehearsal
from directory.editions import OCCIRED
from directory.enums import UserState
from directory.models import User
from limits.changes import SetUserLimits, WantedLimit
from limits.models import UserLimit
from products.changes import AssignProducts
from products.models import ProductAssignment
from schedules.changes import SetUserSchedule
from schedules.models import AccessSchedule
from schedules.rules import EVERY_HOUR
from tests import factories
from tests.accounts.confirming import carry_out
from tests.directory.test_people_rules import GOOD
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.schedules.factories import OFFICE_WEEK
from tests.support.there import there

pytestmark = pytest.mark.usefixtures("bank_scope")
NAMESPACE = UUID(int=7)
NEW, OLD = 3, 3


class Company:
    """Three users that exist, three that may be made, two products and a service."""

    def __init__(self) -> None:
        self.maker = User.objects.select_related("company__portal").get(pk=factories.administrator().pk)
        self.profiles = [factories.profile(self.maker.company, name=name) for name in ("Uno", "Otro")]
        self.service = rows.service()
        rows.ceiling(self.maker.company, self.service, amounts(50, 100, 900))
        self.products = [rows.product(self.maker.company) for _ in range(2)]
        known = [
            factories.user(self.maker.company, username=f"conocido{number}", profile=self.profiles[0])
            for number in range(OLD)
        ]
        for user in known[:2]:
            ProductAssignment.objects.create(company=user.company, user=user, product=self.products[0])
        rows.limit(known[0], self.service, self.products[0], amounts(1, 2, 3))
        self.people = [*(user.pk for user in known), *(uuid5(NAMESPACE, str(number)) for number in range(NEW))]

    def part(self, what: int, who: int, how: int) -> ChangeKind[Any]:
        """One of what a workbook may ask for, of somebody, in one of three ways, some of them refused."""
        user, number = self.people[who], ("80111222", "80111223", "79000111")[how]
        name = f"nuevo{who}" if how < 2 else "Conocido0"
        texts = {**GOOD, "username": name, "id_number": number}
        product = self.products[how % 2].pk
        kinds: list[ChangeKind[Any]] = [
            CreateUser(user=user, profile=self.profiles[0].pk, texts=texts, receives_alerts=how == 1),
            EditMain(
                user=user,
                profile=self.profiles[how].pk if how < 2 else user,
                texts={key: texts[key] for key in OCCIRED.texts_on("main")},
            ),
            EditContact(
                user=user, texts={key: texts[key] for key in OCCIRED.texts_on("contact")}, receives_alerts=how == 1
            ),
            AssignProducts(user=user, products=frozenset({product} if how < 2 else set())),
            SetUserLimits(user=user, limits=(WantedLimit(self.service.pk, product, amounts(how, 60 * how, 70 * how)),)),
            SetUserSchedule(user=user, week=OFFICE_WEEK if how else EVERY_HOUR),
            SetState(user=user, state=UserState.ACTIVE if how else UserState.INACTIVE),
        ]
        return kinds[what]


@pytest.fixture
def company() -> Company:
    return Company()


def everything(company: Company) -> list[Any]:
    """The rows as they are, but for what is made at random or by the clock."""
    people = User.objects.of(company.maker).order_by("username")
    return [
        [{**model_to_dict(user), "password": "", "ready": user.readiness, "missing": user.missing} for user in people],
        sorted(map(str, ProductAssignment.objects.values_list("user__username", "product_id"))),
        sorted(map(str, UserLimit.objects.values_list("user__username", "service_id", "product_id", "day", "month"))),
        sorted(str((row.user, row.week)) for row in AccessSchedule.objects.of(company.maker)),
    ]


def done(company: Company, parts: Sequence[ChangeKind[Any]], *, most: int) -> Any:
    """What it says and what it leaves behind, loaded so many at a time; or why it is refused. Nothing of it stays."""
    wanted = Composite(changes=tuple(parts))
    with patch("changes.services.applying.MOST_AT_ONCE", most), transaction.atomic():
        try:
            with rehearsal(wanted, company.maker) as description:
                said = [description, description.digest(), everything(company)]
        except ValidationError as error:
            said = [error.messages]
        transaction.set_rollback(True)
    return said


parts = some.lists(
    some.tuples(some.integers(0, 6), some.integers(0, NEW + OLD - 1), some.integers(0, 2)), min_size=2, max_size=9
)


@given(drawn=some.lists(parts, min_size=1, max_size=1), orderly=some.booleans())
@settings(max_examples=60)
def test_together_they_say_and_do_what_they_do_one_by_one(company: Company, drawn: Any, orderly: bool) -> None:
    asked = sorted(drawn[0]) if orderly else drawn[0]
    wanted = [company.part(*each) for each in asked]

    assert done(company, wanted, most=250) == done(company, wanted, most=1)


def whole(company: Company) -> list[ChangeKind[Any]]:
    """Everything that can be asked for, of everybody, kind by kind."""
    kinds = [(0, range(OLD, OLD + NEW), 0), (1, range(OLD), 1), (2, range(OLD), 1), (3, range(6), 1)]
    asked = [*kinds, (4, range(6), 1), (5, range(6), 1)]
    return [company.part(what, who, how) for what, people, how in asked for who in people]


def test_a_whole_workbook_is_the_same_either_way(company: Company) -> None:
    wanted = whole(company)

    together, one_by_one = done(company, wanted, most=250), done(company, wanted, most=1)

    assert together == one_by_one
    assert len(together) == 3
    assert len(list(batches(wanted, most=250))) == 6


def test_what_is_kept_on_everybody_is_decided_and_the_trail_has_a_row_a_part(company: Company) -> None:
    change = carry_out(company.maker, Composite(changes=tuple(whole(company))))

    assert change.is_applied
    written = AuditEvent.objects.filter(detail__change=str(change.pk)).exclude(event="change.proposed")
    assert written.count() == 3 + 3 + 3 + 6 + 6 + 6
    assert list(broken_chains()) == []
    assert User.objects.get(pk=company.people[3]).missing != []


def test_twice_as_many_take_no_more_statements(company: Company) -> None:
    def statements(count: int) -> int:
        people = [factories.user(company.maker.company).pk for _ in range(count)]
        week = [SetUserSchedule(user=user, week=OFFICE_WEEK) for user in people]
        given_products = [AssignProducts(user=user, products=frozenset({company.products[0].pk})) for user in people]
        limit = WantedLimit(company.service.pk, company.products[0].pk, amounts(1, 2, 3))
        limits = [SetUserLimits(user=user, limits=(limit,)) for user in people]
        new = [
            CreateUser(
                user=uuid5(NAMESPACE, f"{count}.{number}"),
                profile=company.profiles[0].pk,
                texts={**GOOD, "username": f"persona{count}.{number}"},
                receives_alerts=False,
            )
            for number in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            carry_out(company.maker, Composite(changes=(*new, *given_products, *limits, *week)))
        return len(queries)

    statements(2)

    assert statements(20) == statements(3)


def test_another_companys_user_is_refused_in_the_midst_of_others(company: Company) -> None:
    stranger = factories.user(factories.company(company.maker.portal))
    wanted = [SetUserSchedule(user=user, week=OFFICE_WEEK) for user in (company.people[0], stranger.pk)]

    assert done(company, wanted, most=250) == done(company, wanted, most=1) == [["Ese usuario no existe."]]


def test_a_name_of_another_company_is_refused_like_one_of_ones_own(company: Company) -> None:
    factories.user(factories.company(company.maker.portal), username="vecino.cuatro")
    texts = {**GOOD, "username": "Vecino.Cuatro"}
    wanted = [
        company.part(0, OLD, 0),
        CreateUser(user=company.people[4], profile=company.profiles[0].pk, texts=texts, receives_alerts=False),
    ]

    together = done(company, wanted, most=250)

    assert together == done(company, wanted, most=1)
    assert re.search("ya (existe|está)", there(together[0])[0])
