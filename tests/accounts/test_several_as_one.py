"""Several changes as one: read once, signed once, all of it or nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.urls import reverse

from accounts.passwords.changes import GeneratePassword
from accounts.states.changes import SetState
from accounts.users.changes import CreateUser
from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes.enums import ChangeState
from changes.kinds import ChangeKind, Composite
from changes.models import Change, Signature
from changes.services import moved_meanwhile
from directory.enums import CredentialState, UserState
from directory.models import Service, User
from limits.changes import SetUserLimits, WantedLimit
from limits.models import CompanyCeiling, UserLimit
from notifications.models import Delivery, Message
from products.changes import AssignProducts
from products.models import Product, ProductAssignment
from tenancy import context
from tests import factories
from tests.accounts.confirming import BELIEVED, carry_out, confirm, confirm_believed, propose
from tests.directory.test_people_rules import GOOD
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.there import there

FELIPE = UUID(int=20)


class Company:
    """What a new user is made of in one company."""

    def __init__(self) -> None:
        self.maker = User.objects.select_related("company__portal").get(pk=factories.administrator().pk)
        self.colleague = factories.administrator(self.maker.company)
        self.service: Service = rows.service(name="Pagos - A Terceros")
        rows.ceiling(self.maker.company, self.service, amounts(50, 100, 900))
        self.product: Product = rows.product(self.maker.company, alias="CAHOFelipe", number="251830758")
        self.profile = factories.profile(self.maker.company, name="Tesorería")

    def parts(self, **changed: ChangeKind[Any]) -> dict[str, ChangeKind[Any]]:
        limit = WantedLimit(self.service.pk, self.product.pk, amounts(1, 2, 3))
        return {
            "user": CreateUser(user=FELIPE, profile=self.profile.pk, texts=GOOD, receives_alerts=False),
            "products": AssignProducts(user=FELIPE, products=frozenset({self.product.pk})),
            "limits": SetUserLimits(user=FELIPE, limits=(limit,)),
            "state": SetState(user=FELIPE, state=UserState.ACTIVE),
            "password": GeneratePassword(user=FELIPE, activate=False),
            **changed,
        }

    def new_user(self, **changed: ChangeKind[Any]) -> Composite:
        return Composite(changes=tuple(self.parts(**changed).values()))


@pytest.fixture
def company(bank_scope: None) -> Company:
    return Company()


def is_untouched() -> bool:
    """That of the new user there is nothing at all."""
    return not any(
        (
            User.objects.filter(pk=FELIPE).exists(),
            ProductAssignment.objects.exists(),
            UserLimit.objects.exists(),
            Delivery.objects.exists(),
            Signature.objects.exists(),
        )
    )


class TestReading:
    def test_it_is_one_text_with_the_lines_of_each_part_under_its_title(self, company: Company) -> None:
        change = propose(company.maker, company.new_user())

        assert change.title == "Crear el usuario Felipe20 y 4 cambios más"
        assert list(dict.fromkeys(line.section for line in change.lines)) == [
            "Crear el usuario Felipe20",
            "Productos de Felipe20 (David Felipe Prieto)",
            "Topes de Felipe20 (David Felipe Prieto), en COP",
            "Activar Felipe20",
            "Generar contraseña para Felipe20",
        ]
        limit = next(line for line in change.lines if line.column == "Diario")
        assert limit.place[1:] == ("Pagos - A Terceros", "CAHOFelipe 251830758", "Diario")
        assert limit.what == (
            "Topes de Felipe20 (David Felipe Prieto), en COP · Pagos - A Terceros · CAHOFelipe 251830758 · Diario"
        )
        assert change.done_url == reverse("users:password", args=[FELIPE])

    def test_a_rehearsal_leaves_nothing_behind_and_sends_no_mail(
        self, company: Company, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks() as asked_for:
            propose(company.maker, company.new_user())

        assert is_untouched()
        assert asked_for == []
        assert list(AuditEvent.objects.values_list("event", flat=True)) == ["change.proposed"]

    def test_a_broken_rule_of_any_part_is_said_and_nothing_is_left(self, company: Company) -> None:
        limit = WantedLimit(company.service.pk, company.product.pk, amounts(60, 70, 80))
        too_much = SetUserLimits(user=FELIPE, limits=(limit,))

        with pytest.raises(ValidationError) as refused:
            propose(company.maker, company.new_user(limits=too_much))

        assert set(refused.value.error_dict) == {f"{company.service.code}.{company.product.pk.hex}.transaction"}
        assert (is_untouched(), Change.objects.count()) == (True, 0)

    def test_a_part_that_speaks_of_what_is_not_made_yet_is_refused(self, company: Company) -> None:
        backwards = Composite(changes=tuple(reversed(company.parts().values())))

        with pytest.raises(ValidationError, match="Ese usuario no existe"):
            propose(company.maker, backwards)

    def test_each_part_needs_its_permission(self, company: Company) -> None:
        with pytest.raises(PermissionDenied):
            propose(factories.user(company.maker.company), company.new_user())

    def test_a_part_that_changes_nothing_is_passed_over(self, company: Company) -> None:
        nothing = AssignProducts(user=FELIPE, products=frozenset())
        parts = company.parts(products=nothing, limits=SetUserLimits(user=FELIPE, limits=()))

        change = carry_out(company.maker, Composite(changes=tuple(parts.values())))

        assert change.state == ChangeState.APPLIED
        assert not AuditEvent.objects.filter(event__in=["products.assigned", "limits.changed"]).exists()

    def test_nothing_at_all_is_no_change(self, company: Company) -> None:
        user = factories.user(company.maker.company)
        same = (SetState(user=user.pk, state=UserState.ACTIVE), AssignProducts(user=user.pk, products=frozenset()))

        with pytest.raises(ValidationError) as refused:
            propose(company.maker, Composite(changes=same))

        assert refused.value.code == "unchanged"

    def test_it_takes_a_change_to_make_one(self) -> None:
        with pytest.raises(ValueError, match="needs a change"):
            Composite(changes=())


class TestSigning:
    def test_one_signature_does_all_of_it(self, company: Company) -> None:
        change = carry_out(company.maker, company.new_user())

        user = User.objects.get(pk=FELIPE)
        assert change.state == ChangeState.APPLIED
        assert (user.state, user.credential_state) == (UserState.ACTIVE, CredentialState.GENERATED)
        assert list(ProductAssignment.objects.values_list("user", "product")) == [(FELIPE, company.product.pk)]
        assert UserLimit.objects.get(user=user).amounts == amounts(1, 2, 3)
        assert (Delivery.objects.get().recipient, Signature.objects.count()) == (user.email, 1)

    def test_every_part_is_in_the_trail_with_the_one_change(self, company: Company) -> None:
        change = carry_out(company.maker, company.new_user())

        parts = AuditEvent.objects.exclude(event="change.proposed").order_by("sequence")
        assert [row.event for row in parts] == [
            "user.created",
            "products.assigned",
            "limits.changed",
            "user.state",
            "password.generated",
        ]
        assert {there(row.detail)["change"] for row in parts} == {str(change.pk)}
        assert {there(row.detail)["digest"] for row in parts} == {change.digest}
        assert {row.target_name for row in parts} == {"Felipe20"}
        assert parts[3].after == {"Estado": "Activo"}
        assert broken_chains() == {}

    def test_the_other_administrators_are_told_once(self, company: Company) -> None:
        carry_out(company.maker, company.new_user())

        told = Message.objects.get()
        assert told.user == company.colleague
        assert told.subject == f"Crear el usuario Felipe20 y 4 cambios más, por {company.maker.username}"

    def test_again_does_nothing_more(self, company: Company) -> None:
        change = carry_out(company.maker, company.new_user())

        assert confirm(company.maker, change).state == ChangeState.APPLIED
        assert (Delivery.objects.count(), AuditEvent.objects.count()) == (1, 6)

    def test_what_moved_in_any_part_makes_all_of_it_stale(self, company: Company) -> None:
        change = propose(company.maker, company.new_user())
        Product.objects.filter(pk=company.product.pk).update(alias="CAHOOtro")

        ended = confirm(company.maker, change)

        assert (ended.state, is_untouched()) == (ChangeState.STALE, True)
        moved = moved_meanwhile(company.maker, ended)
        assert {line.what.split(" · ")[0] for line in moved} == {
            "Productos de Felipe20 (David Felipe Prieto)",
            "Topes de Felipe20 (David Felipe Prieto), en COP",
        }
        assert is_untouched()

    def test_a_last_part_that_fails_takes_everything_back(self, company: Company) -> None:
        change = propose(company.maker, company.new_user())
        CompanyCeiling.objects.update(transaction=0, day=0, month=0)

        ended = confirm(company.maker, change)

        assert (ended.state, is_untouched()) == (ChangeState.REFUSED, True)
        assert AuditEvent.objects.latest("sequence").event == "change.refused"

    def test_a_defect_in_the_last_part_takes_everything_back_and_leaves_it_open(
        self, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        change = propose(company.maker, company.new_user())

        def breaks(*_: Any) -> None:
            raise RuntimeError("it breaks in the middle")

        monkeypatch.setattr(GeneratePassword, "apply", breaks)
        with pytest.raises(RuntimeError):
            confirm(company.maker, change)

        change.refresh_from_db()
        assert (change.state, is_untouched()) == (ChangeState.PROPOSED, True)


@pytest.fixture
def committed_company(committed_db: None) -> Iterator[Company]:
    with context.bank():
        yield Company()


def test_opposite_orders_at_once_wait_for_each_other_and_never_deadlock(committed_company: Company) -> None:
    """Changes of one company take turns, so that the order of their parts is nobody's concern but the reader's."""
    company = committed_company
    users = [factories.user(company.maker.company) for _ in range(2)]

    def parts(user: User, number: int) -> list[ChangeKind[Any]]:
        state = UserState.INACTIVE if user.state == UserState.ACTIVE else UserState.ACTIVE
        limit = WantedLimit(company.service.pk, company.product.pk, amounts(1, 2, 3 + number))
        held = frozenset({company.product.pk})
        return [
            AssignProducts(user=user.pk, products=held),
            SetUserLimits(user=user.pk, limits=(limit,)),
            SetState(user=user.pk, state=state),
        ]

    def in_a_thread(pair: tuple[User, Change]) -> str:
        try:
            with context.company(company.maker.company_id):
                return confirm_believed(*pair).state
        finally:
            connections.close_all()

    for number in range(5):
        for user in users:
            user.refresh_from_db()
        one, other = parts(users[0], number), parts(users[1], number)
        orders = ([*one, *other], [other[-1], *other[:-1], one[-1], *one[:-1]])
        makers = (company.maker, company.colleague)
        changes = [propose(maker, Composite(changes=tuple(order))) for maker, order in zip(makers, orders, strict=True)]

        with BELIEVED, ThreadPoolExecutor(2) as pool:
            states = sorted(pool.map(in_a_thread, zip(makers, changes, strict=True)))

        assert states == [ChangeState.APPLIED, ChangeState.STALE]
