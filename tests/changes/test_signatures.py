"""Who has to sign, and that the second one is another person."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEvent
from changes import services
from changes.enums import SignerRole
from changes.models import Change, Signature
from changes.rules.signing import Person, are_two_persons, is_complete, required_signatures
from directory.enums import Role, UserState
from directory.models import Profile, User
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.support.there import there

KEYS = [UUID(int=number) for number in range(2)]


class TestRules:
    def test_the_maker_signs_and_where_two_must_answer_an_approver_too(self) -> None:
        assert required_signatures(needs_approver=False) == (SignerRole.MAKER,)
        assert required_signatures(needs_approver=True) == (SignerRole.MAKER, SignerRole.APPROVER)

    @pytest.mark.parametrize(
        ("given_roles", "complete"),
        [([], False), (["maker"], False), (["approver"], False), (["approver", "maker"], True)],
    )
    def test_nothing_is_complete_before_every_role_has_signed(self, given_roles: list[str], complete: bool) -> None:
        assert is_complete(required_signatures(needs_approver=True), given_roles) == complete

    @pytest.mark.parametrize(
        ("other", "are_two"),
        [
            (Person(KEYS[1], "80.123.456"), False),
            (Person(KEYS[1], "80123456"), False),
            (Person(KEYS[1], " 80-123-456 "), False),
            (Person(KEYS[1], "80_123_456"), False),
            (Person(KEYS[1], ""), False),
            (Person(KEYS[1], " .-"), False),
            (Person(KEYS[0], "52.123.456"), False),
            (Person(KEYS[1], "52.123.456"), True),
        ],
    )
    def test_another_person_has_another_user_and_another_number(self, other: Person, are_two: bool) -> None:
        assert are_two_persons(Person(KEYS[0], "80.123.456"), other) == are_two

    def test_letters_in_a_number_have_no_case(self) -> None:
        assert not are_two_persons(Person(KEYS[0], "ab123"), Person(KEYS[1], "AB-123"))

    @given(st.text(max_size=12), st.text(max_size=12))
    def test_it_is_the_same_from_both_sides(self, one: str, other: str) -> None:
        first, second = Person(KEYS[0], one), Person(KEYS[1], other)

        assert are_two_persons(first, second) == are_two_persons(second, first)
        assert not are_two_persons(first, Person(KEYS[1], one))


@pytest.fixture
def maker(naming_service: None, bank_scope: None) -> User:
    maker = naming.administrator(username="adelgado")
    factories.profile(maker.company, name="Antes")
    return maker


@pytest.fixture
def approver(maker: User) -> User:
    return naming.administrator(maker.company, username="mguerrero")


def proposed(maker: User, kind: Any = naming.NameProfileByTwo, name: str = "Después") -> Change:
    wanted = kind(profile=Profile.objects.get(company=maker.company).pk, name=name)
    return services.propose(maker=maker, wanted=wanted, form_key=uuid4(), back_url="/")


def signed(signer: User, change: Change, answer: str = "correct") -> Change:
    return services.sign(signer=signer, change_id=change.pk, answer=answer)


def name_of(maker: User) -> str:
    return Profile.objects.get(company=maker.company).name


def roles() -> list[tuple[str, str]]:
    return list(Signature.objects.order_by("at").values_list("role", "signer__username"))


class TestTwo:
    def test_the_first_signature_is_kept_and_nothing_happens(self, maker: User) -> None:
        change = signed(maker, proposed(maker))

        assert (change.state, name_of(maker)) == ("proposed", "Antes")
        assert roles() == [("maker", "adelgado")]

    def test_the_second_applies_it_and_both_are_in_the_trail(self, maker: User, approver: User) -> None:
        change = proposed(maker)
        signed(maker, change)

        change = signed(approver, change)

        row = AuditEvent.objects.get(event="profile.saved")
        assert (change.state, name_of(maker)) == ("applied", "Después")
        assert (row.actor_name, there(row.detail)["digest"]) == ("adelgado", change.digest)
        assert there(row.detail)["signatures"] == [
            {"role": "maker", "signer": "adelgado", "method": "word", "word": "said"},
            {"role": "approver", "signer": "mguerrero", "method": "word", "word": "said"},
        ]

    def test_before_its_maker_signs_it_does_not_exist_for_the_approver(self, maker: User, approver: User) -> None:
        change = proposed(maker)

        with pytest.raises(Change.DoesNotExist):
            signed(approver, change)

        assert roles() == []

    def test_who_has_signed_is_not_asked_again(self, maker: User) -> None:
        change = proposed(maker)
        signed(maker, change)

        again = signed(maker, change, answer="wrong")

        assert (again.state, len(naming.Word.asked), len(roles())) == ("proposed", 1, 1)

    def test_nobody_approves_their_own_change_under_another_user(self, maker: User) -> None:
        change = signed(maker, proposed(maker))
        naming.Word.asked.clear()
        twin = naming.administrator(maker.company, id_number=f"{maker.id_number[:2]}.{maker.id_number[2:]}")

        with pytest.raises(ValidationError) as refused:
            signed(twin, change)

        assert refused.value.code == "same_person"
        assert (naming.Word.asked, roles()) == ([], [("maker", "adelgado")])

    def test_a_secondary_user_approves_nothing(self, maker: User) -> None:
        change = signed(maker, proposed(maker))

        with pytest.raises(PermissionDenied):
            signed(factories.user(maker.company), change)

    def test_a_neighbour_does_not_see_it(self, maker: User) -> None:
        change = signed(maker, proposed(maker))

        with pytest.raises(Change.DoesNotExist):
            signed(naming.administrator(factories.company()), change)

    def test_what_only_its_maker_signs_does_not_exist_for_others(self, maker: User, approver: User) -> None:
        change = proposed(maker, naming.NameProfile)

        with pytest.raises(Change.DoesNotExist):
            signed(approver, change)

    @pytest.mark.parametrize("lost", [{"state": UserState.INACTIVE}, {"role": Role.SECONDARY}])
    def test_a_maker_who_may_no_longer_act_takes_the_signature_along(
        self, maker: User, approver: User, lost: dict[str, str]
    ) -> None:
        change = proposed(maker)
        signed(maker, change)
        User.objects.filter(pk=maker.pk).update(**lost)

        ended = signed(approver, change)

        assert (ended.state, name_of(maker)) == ("refused", "Antes")

    def test_a_signature_given_for_nothing_is_in_the_trail_alone(self, maker: User, approver: User) -> None:
        change = proposed(maker)
        signed(maker, change)
        Profile.objects.update(name="Mientras")

        ended = signed(approver, change)

        row = AuditEvent.objects.get(event="change.stale")
        assert (ended.state, roles()) == ("stale", [("maker", "adelgado")])
        assert [signature["signer"] for signature in there(row.detail)["signatures"]] == ["mguerrero"]

    def test_a_defect_while_applying_leaves_the_first_signature_and_asks_for_the_second_again(
        self, maker: User, approver: User
    ) -> None:
        change = proposed(maker)
        signed(maker, change)
        naming.NameProfile.trouble.append(RuntimeError("it breaks in the middle"))
        with pytest.raises(RuntimeError):
            signed(approver, change)
        naming.NameProfile.trouble.clear()

        assert roles() == [("maker", "adelgado")]
        assert signed(approver, change).state == "applied"


class TestKept:
    def test_a_role_and_a_person_sign_once(self, maker: User, approver: User) -> None:
        change = proposed(maker)
        signed(maker, change)
        kept = Signature.objects.get()

        for again in ({"signer": approver}, {"role": "approver"}):
            values = {"change": change, "company_id": change.company_id, "signer": maker, "role": "maker", **again}
            with pytest.raises(IntegrityError, match="signature_once"), transaction.atomic():
                Signature.objects.create(method="", evidence={}, digest="", at=kept.at, **values)

    def test_not_even_the_application_can_alter_or_remove_one(self, maker: User) -> None:
        signed(maker, proposed(maker))

        for work in (lambda: Signature.objects.update(digest="x"), lambda: Signature.objects.all().delete()):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                work()


def test_two_who_approve_at_the_same_moment_apply_it_once(naming_service: None, committed_db: None) -> None:
    with context.bank():
        maker = naming.administrator()
        approver, third = naming.administrator(maker.company), naming.administrator(maker.company)
        factories.profile(maker.company, name="Antes")

    def in_a_thread(pair: tuple[User, Change]) -> str:
        signer, change = pair
        try:
            with context.company(maker.company_id):
                return signed(signer, change).state
        finally:
            connections.close_all()

    for number in range(5):
        with context.company(maker.company_id):
            change = signed(maker, proposed(maker, name=f"Nombre {number}"))
        with ThreadPoolExecutor(6) as pool:
            states = list(pool.map(in_a_thread, [(third, change), (approver, change)] * 3))

        with context.bank():
            assert states == ["applied"] * 6
            assert Signature.objects.filter(change=change).count() == 2
            assert AuditEvent.objects.filter(event="profile.saved").count() == number + 1
