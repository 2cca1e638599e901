"""Dual control: what one administrator changes, another one approves (decisions 23 and 45)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.company.changes import SetParameters
from accounts.states.changes import SetState
from accounts.users.changes import EditContact
from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes import selectors, services
from changes.enums import ChangeState
from changes.kinds import ChangeKind, Composite
from changes.models import Change, Signature
from changes.rules.signing import APPROVAL_DAYS, CONFIRMATION_MINUTES, Person, needs_two, some_two_persons
from changes.rules.text import digest_of
from directory.enums import UserState
from directory.models import Company, Profile, User
from notifications.enums import Channel, Notice
from notifications.models import Delivery
from notifications.rules import alert_key
from notifications.services import choose_own_alerts
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.support.clock import Clock
from tests.support.there import there
from tokens.models import Token


@pytest.fixture
def maker(naming_service: None, bank_scope: None) -> User:
    maker = naming.administrator(username="adelgado")
    factories.profile(maker.company, name="Antes")
    return under_dual_control(maker)


def under_dual_control(maker: User) -> User:
    Company.objects.update(dual_control=True)
    return User.objects.select_related("company__portal").get(pk=maker.pk)


@pytest.fixture
def approver(maker: User) -> User:
    return naming.administrator(maker.company, username="mguerrero")


def proposed(maker: User, name: str = "Después", *, wanted: Any = None) -> Change:
    wanted = wanted or naming.NameProfile(profile=profile_of(maker).pk, name=name)
    return services.propose(maker=maker, wanted=wanted, form_key=uuid4(), back_url="/")


def profile_of(maker: User) -> Profile:
    return Profile.objects.filter(company=maker.company).order_by("pk")[0]


def signed(signer: User, change: Change) -> Change:
    return services.sign(signer=signer, change_id=change.pk, answer="correct")


def rejected(actor: User, change: Change, reason: str = "No corresponde.") -> Change:
    return services.reject(actor=actor, change_id=change.pk, reason=reason)


def inbox_of(user: User) -> list[str]:
    from notifications.models import Message

    return list(Message.objects.filter(user=user).order_by("created_at").values_list("subject", flat=True))


def state_of(change: Change) -> str:
    return Change.objects.get(pk=change.pk).state


class TestPolicy:
    @pytest.mark.parametrize(
        ("always", "never_waits", "dual_control", "two"),
        [
            (False, False, False, False),
            (False, False, True, True),
            (False, True, True, False),
            (True, False, False, True),
            (True, True, False, True),
        ],
    )
    def test_who_has_to_sign(self, always: bool, never_waits: bool, dual_control: bool, two: bool) -> None:
        assert needs_two(always=always, never_waits=never_waits, dual_control=dual_control) == two

    @given(st.lists(st.sampled_from(["", "80", "8.0", "81", "8-1"]), max_size=4))
    def test_there_are_two_when_two_numbers_differ_however_they_are_written(self, numbers: list[str]) -> None:
        people = [Person(uuid4(), number) for number in numbers]

        plain = {number.replace(".", "").replace("-", "") for number in numbers} - {""}
        assert some_two_persons(people) == (len(plain) > 1)

    def test_without_dual_control_the_maker_alone_signs(self, maker: User, approver: User) -> None:
        Company.objects.update(dual_control=False)

        assert signed(maker, proposed(maker)).state == "applied"

    def test_the_bank_s_word_counts_as_the_company_s(self, maker: User, approver: User) -> None:
        Company.objects.update(dual_control=False, dual_control_by_bank=True)

        assert signed(maker, proposed(maker)).state == "proposed"

    def test_deactivating_never_waits_and_activating_does(self, maker: User, approver: User) -> None:
        user = factories.user(maker.company)

        off = signed(maker, proposed(maker, wanted=SetState(user=user.pk, state=UserState.INACTIVE)))
        on = signed(maker, proposed(maker, wanted=SetState(user=user.pk, state=UserState.ACTIVE)))

        user.refresh_from_db()
        assert (off.state, on.state, user.state) == ("applied", "proposed", "inactive")

    def test_one_part_that_waits_holds_up_the_whole(self, maker: User, approver: User) -> None:
        user = factories.user(maker.company)
        parts: tuple[ChangeKind[Any], ...] = (
            SetState(user=user.pk, state=UserState.INACTIVE),
            naming.NameProfile(profile=profile_of(maker).pk, name="Después"),
        )

        assert signed(maker, proposed(maker, wanted=Composite(changes=parts))).state == "proposed"

    def test_switched_on_before_the_maker_signs_it_holds(self, maker: User, approver: User) -> None:
        Company.objects.update(dual_control=False)
        change = proposed(maker)
        Company.objects.update(dual_control=True)

        change = signed(maker, change)

        assert (change.state, change.by_two, profile_of(maker).name) == ("proposed", True, "Antes")
        assert signed(approver, change).state == "applied"

    def test_switched_off_meanwhile_what_waits_still_needs_both(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))
        Company.objects.update(dual_control=False)

        assert (state_of(change), signed(approver, change).state) == ("proposed", "applied")

    def test_switching_it_off_needs_both(self, maker: User, approver: User) -> None:
        off = SetParameters(idle_minutes=5, password_days=90, dual_control=False)

        change = signed(maker, proposed(maker, wanted=off))

        assert (change.state, Company.objects.get().dual_control) == ("proposed", True)
        signed(approver, change)
        assert not Company.objects.get().dual_control

    @pytest.mark.parametrize(("number", "state"), [("52999888", "proposed"), ("{same}", "applied")])
    def test_a_number_of_one_s_own_is_changed_with_the_second_person(
        self, maker: User, approver: User, number: str, state: str
    ) -> None:
        Company.objects.update(dual_control=False)
        own = factories.user(maker.company, id_number=maker.id_number)
        names = maker.portal.edition.texts_on("contact")
        texts = {name: getattr(own, name) for name in names} | {"city": "Chía"}
        texts["id_number"] = number.format(same=maker.id_number)

        change = proposed(maker, wanted=EditContact(user=own.pk, texts=texts, receives_alerts=False))

        assert signed(maker, change).state == state


class TestWaiting:
    def test_the_first_signature_gives_the_second_person_days(self, maker: User, approver: User, clock: Clock) -> None:
        change = signed(maker, proposed(maker))

        clock.forward(minutes=CONFIRMATION_MINUTES + 1)

        assert services.expire_forgotten() == 0
        assert there(change.signed_at) + timedelta(days=APPROVAL_DAYS) == change.until
        assert signed(approver, change).state == "applied"

    def test_after_them_it_expires_and_the_maker_is_told(self, maker: User, approver: User, clock: Clock) -> None:
        change = signed(maker, proposed(maker))
        clock.forward(days=APPROVAL_DAYS)

        assert services.expire_forgotten() == 1
        assert state_of(change) == "expired"
        assert inbox_of(maker) == ["Nadie lo aprobó a tiempo, nada cambió: Cambiar el nombre"]

    def test_who_comes_too_late_ends_it(self, maker: User, approver: User, clock: Clock) -> None:
        change = signed(maker, proposed(maker))
        clock.forward(days=APPROVAL_DAYS)

        assert signed(approver, change).state == "expired"
        assert profile_of(maker).name == "Antes"

    def test_it_waits_for_other_persons_and_for_the_maker_no_more(self, maker: User, approver: User) -> None:
        twin = naming.administrator(maker.company, id_number=f"{maker.id_number[:2]}.{maker.id_number[2:]}")
        nameless = naming.administrator(maker.company, id_number="")
        neighbour = naming.administrator(factories.company())
        unsigned = proposed(maker, "Otro")
        before = [list(selectors.waiting_for(user)) for user in (maker, approver)]
        change = signed(maker, unsigned)

        waiting = [list(selectors.waiting_for(user)) for user in (maker, approver, twin, nameless, neighbour)]

        assert before == [[unsigned], []]
        assert waiting == [[], [change], [], [], []]
        assert list(selectors.sent_by(maker)) == [change]

    def test_those_who_may_approve_are_asked_and_the_trail_has_the_signature(self, maker: User, approver: User) -> None:
        twin = naming.administrator(maker.company, id_number=maker.id_number)

        signed(maker, proposed(maker))

        row = AuditEvent.objects.get(event="change.signed")
        assert inbox_of(approver) == ["Por aprobar: Cambiar el nombre, solicitado por adelgado"]
        assert (inbox_of(twin), inbox_of(maker)) == ([], [])
        assert [each["signer"] for each in there(row.detail)["signatures"]] == ["adelgado"]

    def test_once_approved_its_maker_is_told_by_whom_and_who_did_not_sign_what(
        self, maker: User, approver: User
    ) -> None:
        third = naming.administrator(maker.company)
        change = signed(maker, proposed(maker))

        signed(approver, change)

        assert inbox_of(maker) == ["Aprobado por mguerrero: Cambiar el nombre"]
        assert inbox_of(third)[-1] == "Cambiar el nombre, por adelgado"
        assert len(inbox_of(approver)) == 1
        assert broken_chains() == {}

    def test_what_is_out_of_date_is_not_put_before_others(self, maker: User, approver: User) -> None:
        change = proposed(maker)
        Profile.objects.update(name="Mientras")

        assert (signed(maker, change).state, inbox_of(approver)) == ("stale", [])
        assert Signature.objects.count() == 0

    def test_one_that_moved_ends_and_its_maker_is_told(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))
        Profile.objects.update(name="Mientras")

        assert signed(approver, change).state == "stale"
        assert inbox_of(maker) == ["Desactualizado, nada cambió: Cambiar el nombre"]

    def test_a_newer_one_of_the_same_leaves_it_and_says_so(self, maker: User, approver: User) -> None:
        waiting = signed(maker, proposed(maker, "Uno"))

        newer = proposed(maker, "Dos")

        assert state_of(waiting) == "proposed"
        assert selectors.same_waiting(newer) == waiting
        assert selectors.same_waiting(waiting) is None

    def test_the_limit_of_open_ones_drops_nothing_that_is_signed(
        self, maker: User, approver: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("changes.services.keeping.MAX_OPEN_CHANGES", 1)
        waiting = signed(maker, proposed(maker, "Uno"))

        proposed(maker, "Dos")
        proposed(maker, wanted=naming.NameProfile(profile=factories.profile(maker.company).pk, name="Tres"))

        assert state_of(waiting) == "proposed"

    def test_who_could_approve(self, maker: User, approver: User) -> None:
        naming.administrator(maker.company, id_number=maker.id_number)
        naming.administrator(maker.company, state=UserState.INACTIVE)
        naming.administrator(factories.company())

        assert services.approvers_for(maker) == [approver]


class TestApproversAreTold:
    """Whoever was asked in vain finds it in the inbox, once."""

    def told(self, approver: User) -> list[str]:
        return inbox_of(approver)[1:]

    def ended(self, how: str) -> list[str]:
        return [f"Ya no hay nada que aprobar: Cambiar el nombre, solicitado por {how}"]

    @pytest.mark.parametrize("end", ["withdrawn", "expired", "stale"])
    def test_that_there_is_nothing_to_approve_any_more(
        self, maker: User, approver: User, clock: Clock, end: str
    ) -> None:
        third = naming.administrator(maker.company)
        change = signed(maker, proposed(maker))

        if end == "withdrawn":
            services.withdraw(actor=maker, change_id=change.pk)
        elif end == "expired":
            clock.forward(days=APPROVAL_DAYS)
            services.expire_forgotten()
        else:
            Profile.objects.update(name="Mientras")
            signed(third, change)

        assert state_of(change) == end
        assert self.told(approver) == self.ended("adelgado")
        assert self.told(third) == ([] if end == "stale" else self.ended("adelgado"))

    def test_nobody_is_of_what_never_came_before_them(self, maker: User, approver: User) -> None:
        services.withdraw(actor=maker, change_id=proposed(maker).pk)

        assert inbox_of(approver) == []

    def test_who_allows_alerts_gets_a_mail_too_and_who_switched_it_off_nothing(
        self, maker: User, approver: User
    ) -> None:
        quiet = naming.administrator(maker.company, receives_alerts=True)
        User.objects.filter(pk=approver.pk).update(receives_alerts=True)
        silenced = {alert_key(Notice.APPROVAL_ENDED, channel) for channel in Channel}
        choose_own_alerts(actor=quiet, silenced=silenced)
        change = signed(maker, proposed(maker))

        services.withdraw(actor=maker, change_id=change.pk)

        assert [each.recipient for each in Delivery.objects.filter(kind=Notice.APPROVAL_ENDED)] == [approver.email]
        assert (self.told(approver), self.told(quiet)) == (self.ended("adelgado"), [])


class TestRejecting:
    def test_nothing_changes_and_the_maker_reads_why(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))

        ended = rejected(approver, change, "  Falta el\nsoporte. ")

        assert (ended.state, ended.reason, profile_of(maker).name) == ("rejected", "Falta el soporte.", "Antes")
        assert inbox_of(maker) == ["Rechazado por mguerrero: Cambiar el nombre"]
        assert AuditEvent.objects.get(event="change.rejected").actor_id == approver.pk
        assert signed(approver, change).state == "rejected"

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_a_reason_is_needed(self, maker: User, approver: User, reason: str) -> None:
        change = signed(maker, proposed(maker))

        with pytest.raises(ValidationError) as refused:
            rejected(approver, change, reason)

        assert (refused.value.code, state_of(change)) == ("no_reason", "proposed")

    def test_neither_the_maker_nor_a_twin_nor_a_neighbour_rejects(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))

        with pytest.raises(ValidationError):
            rejected(naming.administrator(maker.company, id_number=maker.id_number), change)
        for nobody in (maker, naming.administrator(factories.company())):
            with pytest.raises(Change.DoesNotExist):
                rejected(nobody, change)

    def test_what_nobody_signed_cannot_be_rejected(self, maker: User, approver: User) -> None:
        with pytest.raises(Change.DoesNotExist):
            rejected(approver, proposed(maker))

    def test_what_has_ended_stays_as_it_ended(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))
        signed(approver, change)

        assert (rejected(approver, change).state, profile_of(maker).name) == ("applied", "Después")

    def test_the_maker_takes_back_what_is_signed(self, maker: User, approver: User) -> None:
        change = signed(maker, proposed(maker))

        services.withdraw(actor=maker, change_id=change.pk)

        assert (signed(approver, change).state, inbox_of(maker)) == ("withdrawn", [])


class TestTogether:
    @pytest.fixture
    def waiting(self, maker: User, approver: User) -> list[Change]:
        profiles = [factories.profile(maker.company, name=f"Perfil {number}") for number in range(3)]
        wanted = [naming.NameProfile(profile=each.pk, name=f"Nuevo {each.name}") for each in profiles]
        return [signed(maker, proposed(maker, wanted=each)) for each in wanted]

    def approve(self, approver: User, changes: list[Change], answer: str = "correct") -> list[str]:
        keys = [change.pk for change in changes]
        return [each.state for each in services.approve_together(approver=approver, change_ids=keys, answer=answer)]

    def test_one_answer_is_a_signature_of_each(self, approver: User, waiting: list[Change]) -> None:
        naming.Word.asked.clear()

        states = self.approve(approver, waiting)

        signatures = Signature.objects.filter(role="approver")
        assert states == ["applied"] * 3
        assert naming.Word.asked == [("correct", digest_of([change.digest for change in waiting]))]
        assert {each.digest for each in signatures} == {change.digest for change in waiting}
        assert {str(each.evidence) for each in signatures} == {str({"word": "said"})}

    def test_each_ends_by_itself(self, approver: User, waiting: list[Change]) -> None:
        Profile.objects.filter(name="Perfil 1").update(name="Mientras")

        assert self.approve(approver, waiting) == ["applied", "stale", "applied"]

    def test_a_wrong_answer_signs_none(self, approver: User, waiting: list[Change]) -> None:
        with pytest.raises(ValidationError):
            self.approve(approver, waiting, "wrong")

        assert AuditEvent.objects.filter(event="change.not_signed").count() == 3
        assert {state_of(change) for change in waiting} == {"proposed"}

    def test_sent_again_it_asks_for_no_answer_and_says_what_became_of_each(
        self, approver: User, waiting: list[Change]
    ) -> None:
        self.approve(approver, waiting)
        naming.Word.asked.clear()

        assert (self.approve(approver, waiting), naming.Word.asked) == (["applied"] * 3, [])

    def test_one_s_own_or_a_neighbour_s_is_not_among_them(
        self, maker: User, approver: User, waiting: list[Change]
    ) -> None:
        for nobody in (maker, naming.administrator(factories.company())):
            with pytest.raises(Change.DoesNotExist):
                self.approve(nobody, waiting)

        assert {state_of(change) for change in waiting} == {"proposed"}

    def test_there_is_a_most(self, approver: User) -> None:
        keys = [uuid4() for _ in range(services.MOST_TOGETHER + 1)]

        with pytest.raises(ValidationError) as refused:
            services.approve_together(approver=approver, change_ids=keys, answer="correct")

        assert refused.value.code == "too_many"

    @given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1, unique=True))
    def test_the_digest_of_several_has_no_order_and_of_one_is_its_own(self, digests: list[str]) -> None:
        assert digest_of(digests) == digest_of(digests[::-1])
        assert digest_of(digests[:1]) == digests[0]


class TestParameter:
    def switch(self, maker: User, *, on: bool = True) -> Change:
        return proposed(maker, wanted=SetParameters(idle_minutes=5, password_days=90, dual_control=on))

    def test_it_is_switched_on_by_one_signature(self, maker: User, approver: User) -> None:
        Company.objects.update(dual_control=False)

        change = signed(maker, self.switch(maker))

        assert [(line.what, line.before, line.after) for line in change.lines] == [("Doble control", "No", "Sí")]
        assert (change.state, change.warnings, Company.objects.get().dual_control) == ("applied", [], True)

    @pytest.mark.parametrize(
        "second",
        [None, {"same": True}, {"state": UserState.INACTIVE}, {"no_token": True}],
        ids=["nobody", "same person", "inactive", "no token"],
    )
    def test_alone_one_is_told_that_the_bank_is_second(self, maker: User, second: dict[str, Any] | None) -> None:
        Company.objects.update(dual_control=False)
        if second and "same" in second:
            naming.administrator(maker.company, id_number=f"{maker.id_number}.")
        elif second and "no_token" in second:
            Token.objects.filter(user=naming.administrator(maker.company)).delete()
        elif second:
            naming.administrator(maker.company, **second)

        change = self.switch(maker)

        assert [warning.startswith("Nadie más de su empresa puede aprobar") for warning in change.warnings] == [True]
        assert signed(maker, change).state == "applied"

    def test_what_the_bank_requires_stays_on(self, maker: User, approver: User) -> None:
        Company.objects.update(dual_control_by_bank=True)

        with pytest.raises(ValidationError) as refused:
            self.switch(maker, on=False)

        assert refused.value.error_dict["dual_control"][0].code == "by_bank"


class TestAtOnce:
    @pytest.fixture
    def people(self, naming_service: None, committed_db: None, settings: Settings) -> list[User]:
        with context.bank():
            maker = naming.administrator()
            factories.profile(maker.company, name="Antes")
            others = [naming.administrator(maker.company) for _ in range(2)]
            return [under_dual_control(each) for each in (maker, *others)]

    def together(self, maker: User, *works: Any) -> list[Any]:
        def run(work: Any) -> Any:
            try:
                with context.company(maker.company_id):
                    return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))

    def test_two_administrators_who_approve_apply_it_once(self, people: list[User]) -> None:
        maker, *others = people
        for number in range(5):
            with context.company(maker.company_id):
                change = signed(maker, proposed(maker, f"Nombre {number}"))

            states = self.together(
                maker, *[lambda who=who, change=change: signed(who, change).state for who in others * 2]
            )

            with context.bank():
                assert states == ["applied"] * 4
                assert Signature.objects.filter(change=change).count() == 2
                assert AuditEvent.objects.filter(event="profile.saved").count() == number + 1

    @pytest.mark.parametrize("other_end", ["withdrawn", "rejected"])
    def test_approving_and_ending_it_at_once_ends_in_one_state(self, people: list[User], other_end: str) -> None:
        maker, approver, third = people
        for number in range(5):
            with context.company(maker.company_id):
                change = signed(maker, proposed(maker, f"Nombre {number}"))
                before = profile_of(maker).name

            def end(change: Change = change) -> Any:
                if other_end == "withdrawn":
                    return services.withdraw(actor=maker, change_id=change.pk)
                return rejected(third, change)

            self.together(maker, lambda change=change: signed(approver, change), end)

            with context.bank():
                ended = (state_of(change), profile_of(maker).name)
                signatures = Signature.objects.filter(change=change).count()
            assert (*ended, signatures) in {(ChangeState.APPLIED, f"Nombre {number}", 2), (other_end, before, 1)}

    def test_two_who_approve_several_in_either_order_never_block_each_other(self, people: list[User]) -> None:
        maker, *others = people
        with context.company(maker.company_id):
            profiles = [factories.profile(maker.company) for _ in range(4)]
            wanted = [naming.NameProfile(profile=each.pk, name=f"Nuevo {each.name}") for each in profiles]
            keys = [signed(maker, proposed(maker, wanted=each)).pk for each in wanted]

        def approve(who: User, keys: Any) -> list[str]:
            ended = services.approve_together(approver=who, change_ids=keys, answer="correct")
            return [each.state for each in ended]

        states = self.together(maker, lambda: approve(others[0], keys), lambda: approve(others[1], keys[::-1]))

        with context.bank():
            assert states == [["applied"] * 4] * 2
            assert Signature.objects.filter(role="approver").count() == 4
            assert broken_chains() == {}
