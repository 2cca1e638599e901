"""The bank as the second person of a company that has nobody else (decisions 23 and 37)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from accounts.states.changes import SetState
from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from audit.selectors import broken_chains
from audit.services import record, target_of
from changes import selectors, services
from changes.kinds import Composite
from changes.models import Change, Signature
from directory.enums import UserState
from directory.models import Profile, User
from notifications.models import Delivery, Message
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.changes.test_dual_control import inbox_of, profile_of, proposed, signed, state_of, under_dual_control
from tests.support.there import there
from tests.tokens.factories import token


@pytest.fixture
def maker(naming_service: None, bank_scope: None) -> User:
    """The company's only administrator."""
    maker = naming.administrator(username="adelgado")
    factories.profile(maker.company, name="Antes")
    return under_dual_control(maker)


@pytest.fixture
def clerk(maker: User) -> User:
    clerk = factories.bank_staff(username="zsegura")
    token(clerk)
    return clerk


def asked(maker: User, name: str = "Después") -> Change:
    return services.ask_bank(actor=maker, change_id=signed(maker, proposed(maker, name)).pk)


def approved(clerk: User, change: Change, answer: str = "correct", reason: str = "Llamada al 601 3077027.") -> Change:
    authority = Authority.of_bank(clerk)
    return services.approve_for_bank(authority=authority, change_id=change.pk, answer=answer, reason=reason)


def rejected(clerk: User, change: Change, reason: str = "Nadie contesta.") -> Change:
    authority = Authority.of_bank(clerk)
    return services.reject_for_bank(authority=authority, change_id=change.pk, answer="correct", reason=reason)


def refused(clerk: User, change: Change, **values: str) -> str:
    naming.Word.asked.clear()
    with pytest.raises(ValidationError) as error:
        approved(clerk, change, **values)
    return str(error.value.code)


class TestAsking:
    def test_what_nobody_can_approve_is_put_to_the_bank_once(self, maker: User) -> None:
        change = asked(maker)

        again = services.ask_bank(actor=maker, change_id=change.pk)

        assert (list(selectors.waiting_for_the_bank()), again.bank_asked_at) == ([change], change.bank_asked_at)
        assert AuditEvent.objects.filter(event=Event.BANK_ASKED, actor_id=maker.pk).count() == 1

    def test_what_somebody_of_the_company_can_approve_is_theirs(self, maker: User) -> None:
        change = signed(maker, proposed(maker))
        naming.administrator(maker.company)

        with pytest.raises(ValidationError) as error:
            services.ask_bank(actor=maker, change_id=change.pk)

        assert (error.value.code, list(selectors.put_to_the_bank())) == ("company_can", [])

    @pytest.mark.parametrize(
        "values", [{"state": UserState.LOCKED}, {"state": UserState.INACTIVE}, {"id_number": "same"}]
    )
    def test_locked_inactive_and_the_same_person_are_nobody_and_it_says_why(
        self, maker: User, values: dict[str, str]
    ) -> None:
        locked = {"locked_at": "2026-11-20T10:00:00Z"} if values.get("state") == UserState.LOCKED else {}
        number = {"id_number": f"{maker.id_number}."} if "id_number" in values else {}
        other = naming.administrator(maker.company, **{**values, **locked, **number})

        change = asked(maker)

        assert change.bank_asked_at
        assert [each.user for each in services.hindered_from(maker)] == [other]
        assert all(each.why for each in services.hindered_from(maker))
        told = Message.objects.filter(user=other).last()
        assert bool(told and "pidió al banco" in told.subject) == (values.get("state") != UserState.INACTIVE)

    def test_nobody_asks_for_what_another_one_made_or_nobody_signed(self, maker: User) -> None:
        other = naming.administrator(factories.company())

        for who, change in ((maker, proposed(maker)), (other, signed(maker, proposed(maker, "Otro")))):
            with pytest.raises(Change.DoesNotExist):
                services.ask_bank(actor=who, change_id=change.pk)


class TestAnswering:
    def test_it_is_made_and_the_trail_tells_both_signatures(self, maker: User, clerk: User) -> None:
        change = approved(clerk, asked(maker))

        made = AuditEvent.objects.get(event="profile.saved")
        word = AuditEvent.objects.get(event=Event.CHANGE_APPROVED_BY_BANK)
        signatures = there(made.detail)["signatures"]
        assert (change.state, profile_of(maker).name) == ("applied", "Después")
        assert [(each["role"], each["signer"]) for each in signatures] == [("maker", "adelgado"), ("bank", "zsegura")]
        assert signatures[1]["reason"] == "Llamada al 601 3077027."
        assert (word.actor_name, word.company_id) == ("zsegura", maker.company_id)
        assert broken_chains() == {}

    @pytest.mark.parametrize(("answer", "subject"), [(approved, "El banco aprobó"), (rejected, "El banco rechazó")])
    def test_maker_and_others_are_told_by_inbox_and_mail(
        self, maker: User, clerk: User, answer: Any, subject: str
    ) -> None:
        other = naming.administrator(maker.company, state=UserState.LOCKED, locked_at="2026-11-20T10:00:00Z")
        change = asked(maker)

        answer(clerk, change)

        for person in (maker, other):
            assert inbox_of(person)[-1].startswith(subject)
            assert Delivery.objects.filter(recipient=person.email, kind__startswith="bank_").exists()
        assert not Message.objects.filter(body__contains="zsegura").exists()

    def test_rejecting_changes_nothing_and_says_why(self, maker: User, clerk: User) -> None:
        change = rejected(clerk, asked(maker), "  No corresponde\n al acta. ")

        assert (change.state, change.reason, profile_of(maker).name) == ("rejected", "No corresponde al acta.", "Antes")
        assert AuditEvent.objects.get(event=Event.CHANGE_REJECTED).actor_name == "zsegura"

    def test_what_a_worker_makes_is_made_in_the_companys_own_scope(self, maker: User, clerk: User) -> None:
        """Where the bank's people are nobody: its word counts all the same, and is kept with each part."""
        with factories.decided_at_the_end():
            crowd = [factories.user(maker.company, state=UserState.PENDING) for _ in range(51)]
        wanted = Composite(changes=tuple(SetState(user=each.pk, state=UserState.ACTIVE) for each in crowd))
        change = signed(maker, proposed(maker, wanted=wanted))
        services.ask_bank(actor=maker, change_id=change.pk)

        answered = approved(clerk, change)
        with context.company(maker.company_id):
            services.apply_signed(change.pk)

        made = AuditEvent.objects.filter(event=SetState.event)
        assert (answered.state, state_of(change)) == ("applying", "applied")
        assert {tuple(each["role"] for each in there(row.detail)["signatures"]) for row in made} == {("maker", "bank")}
        assert User.objects.filter(pk__in=[each.pk for each in crowd], state=UserState.ACTIVE).count() == 51

    def test_the_company_reads_who_signed_without_seeing_the_banks_people(self, maker: User, clerk: User) -> None:
        change = approved(clerk, asked(maker))

        with context.company(maker.company_id):
            own, banks = selectors.signatures_of(change)
            evidence = banks.as_evidence()

        assert (own.signer.username, banks.is_the_banks, evidence["signer"]) == ("adelgado", True, "zsegura")

    def test_without_the_permission_nothing_can_be_answered(self, maker: User) -> None:
        change = asked(maker)
        clerk = factories.bank_staff(is_superuser=False)

        for answer in (approved, rejected):
            with pytest.raises(PermissionDenied):
                answer(clerk, change)

        assert state_of(change) == "proposed"

    @pytest.mark.parametrize("event", [Event.USER_CREATED, Event.PASSWORD_GENERATED])
    def test_who_let_the_maker_in_is_no_second_person(self, maker: User, clerk: User, event: Event) -> None:
        record(event, actor=clerk, company_id=maker.company_id, target=target_of(maker))
        change = asked(maker)

        assert (refused(clerk, change), naming.Word.asked) == ("same_hand", [])

    def test_nor_is_the_same_person(self, maker: User, clerk: User) -> None:
        User.objects.filter(pk=clerk.pk).update(id_number=f"{maker.id_number[:3]}.{maker.id_number[3:]}")

        assert refused(User.objects.get(pk=clerk.pk), asked(maker)) == "same_hand"

    def test_nor_anybody_once_the_company_has_somebody(self, maker: User, clerk: User) -> None:
        change = asked(maker)
        naming.administrator(maker.company)

        assert (refused(clerk, change), naming.Word.asked, state_of(change)) == ("company_can", [], "proposed")

    def test_a_reason_and_a_right_answer_are_needed(self, maker: User, clerk: User) -> None:
        change = asked(maker)

        assert refused(clerk, change, reason=" \n") == "no_reason"
        assert naming.Word.asked == []
        assert refused(clerk, change, answer="wrong") == "answer"
        assert state_of(change) == "proposed"

    def test_what_was_not_put_to_the_bank_is_not_the_banks(self, maker: User, clerk: User) -> None:
        change = signed(maker, proposed(maker))

        for answer in (approved, rejected):
            with pytest.raises(Change.DoesNotExist):
                answer(clerk, change)

    def test_one_that_moved_or_was_taken_back_is_not_made(self, maker: User, clerk: User) -> None:
        moved, taken_back = asked(maker, "Uno"), asked(maker, "Dos")
        services.withdraw(actor=maker, change_id=taken_back.pk)
        Profile.objects.update(name="Mientras")

        assert (approved(clerk, moved).state, approved(clerk, taken_back).state) == ("stale", "withdrawn")
        assert Signature.objects.filter(role="bank").count() == 0
        assert profile_of(maker).name == "Mientras"


def test_of_a_withdrawal_and_the_banks_approval_at_once_one_wins(naming_service: None, bank: None) -> None:
    maker = naming.administrator(username="adelgado")
    factories.profile(maker.company, name="Antes")
    maker, clerk = under_dual_control(maker), factories.bank_staff()
    token(clerk)

    def run(work: Any) -> Any:
        try:
            with context.bank():
                return work()
        finally:
            connections.close_all()

    for number in range(4):
        change, before = asked(maker, f"Nombre {number}"), profile_of(maker).name
        works = [
            lambda change=change: approved(clerk, change).state,
            lambda change=change: services.withdraw(actor=maker, change_id=change.pk).state,
        ]

        with ThreadPoolExecutor(2) as pool:
            states = list(pool.map(run, works if number % 2 else works[::-1]))

        ended = (state_of(change), profile_of(maker).name, Signature.objects.filter(change=change).count())
        assert ended in {("applied", f"Nombre {number}", 2), ("withdrawn", before, 1)}
        assert set(states) == {ended[0]}
