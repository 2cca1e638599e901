"""Propose, confirm, apply: what is confirmed is what happens, once, or nothing does."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils import timezone, translation

from audit.models import AuditEvent
from audit.selectors import broken_chains
from changes import selectors, services
from changes.enums import OPEN_STATES, ChangeState
from changes.models import Change, Signature
from changes.rules.signing import CONFIRMATION_MINUTES, MAX_OPEN_CHANGES
from changes.rules.text import Description, Line
from changes.tasks import expire
from directory.enums import Role
from directory.models import Company, Profile, User
from tenancy import context
from tests import factories
from tests.changes import naming
from tests.support.clock import Clock

pytestmark = pytest.mark.usefixtures("naming_service")


@pytest.fixture
def actor(bank_scope: None) -> User:
    actor = naming.administrator()
    factories.profile(actor.company, name="Antes")
    naming.administrator(actor.company)  # who is told
    return actor


def propose(actor: User, name: str = "Después", *, form_key: UUID | None = None) -> Change:
    wanted = naming.NameProfile(profile=Profile.objects.get(company=actor.company).id, name=name)
    return services.propose(maker=actor, wanted=wanted, form_key=form_key or uuid4(), back_url="/perfil/")


def propose_another(actor: User, name: str) -> Change:
    """About a profile of its own."""
    wanted = naming.NameProfile(profile=factories.profile(actor.company).pk, name=name)
    return services.propose(maker=actor, wanted=wanted, form_key=uuid4(), back_url="/perfil/")


def confirm(actor: User, change: Change, answer: str = "correct") -> Change:
    return services.sign(signer=actor, change_id=change.id, answer=answer)


def profile_name(actor: User) -> str:
    return Profile.objects.get(company=actor.company).name


def events() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("sequence").values_list("event", "outcome"))


class TestProposing:
    def test_it_keeps_what_the_person_reads_and_changes_nothing(self, actor: User) -> None:
        change = propose(actor)

        assert (change.state, change.title, change.back_url) == ("proposed", "Cambiar el nombre", "/perfil/")
        assert change.lines == [Line("Nombre", "Antes", "Después", "changed")]
        assert (profile_name(actor), naming.told()) == ("Antes", [])
        assert events() == [("change.proposed", "ok")]

    def test_a_form_sent_twice_proposes_once(self, actor: User) -> None:
        form_key = uuid4()

        first, second = propose(actor, form_key=form_key), propose(actor, form_key=form_key)

        assert (first, Change.objects.count(), len(events())) == (second, 1, 1)

    def test_a_form_sent_again_with_other_values_is_another_proposal(self, actor: User) -> None:
        form_key = uuid4()

        first, second = propose(actor, "Uno", form_key=form_key), propose(actor, "Dos", form_key=form_key)

        assert [change.lines[0].after for change in (first, second)] == ["Uno", "Dos"]

    def test_a_form_sent_again_after_it_was_done_does_nothing_more(self, actor: User) -> None:
        form_key = uuid4()
        change = propose(actor, form_key=form_key)
        confirm(actor, change)

        again = propose(actor, form_key=form_key)

        assert (again, again.state, Change.objects.count()) == (change, "applied", 1)

    def test_two_people_may_send_the_same_key(self, actor: User) -> None:
        colleague = naming.administrator(actor.company)
        form_key = uuid4()

        assert propose(actor, form_key=form_key) != propose(colleague, form_key=form_key)

    def test_nothing_that_changes_nothing(self, actor: User) -> None:
        with pytest.raises(ValidationError) as refused:
            propose(actor, "Antes")

        assert (refused.value.code, Change.objects.count(), events()) == ("unchanged", 0, [])

    def test_a_broken_rule_stays_beside_its_field(self, actor: User) -> None:
        with pytest.raises(ValidationError) as refused:
            propose(actor, naming.FORBIDDEN)

        assert (refused.value.message_dict, Change.objects.count()) == ({"name": ["Ese nombre no."]}, 0)

    @pytest.mark.parametrize("role", [Role.SECONDARY, Role.BANK])
    def test_without_the_permission_nothing_is_proposed(self, actor: User, role: Role) -> None:
        actor.role = role

        with pytest.raises(PermissionDenied):
            propose(actor)

        assert Change.objects.count() == 0

    def test_the_text_is_in_the_language_of_the_portal(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        def describe(self: Any, profile: Any, maker: Any, now: Any) -> Description:
            return Description(translation.get_language(), ("", "", ""), [Line("x", "", "y")])

        monkeypatch.setattr(naming.NameProfile, "describe", describe)

        with translation.override("en"):
            assert propose(actor).title == "es"

    def test_forgotten_proposals_give_way(self, actor: User) -> None:
        first = propose_another(actor, "Nombre 0")
        for number in range(1, MAX_OPEN_CHANGES + 1):
            propose_another(actor, f"Nombre {number}")

        assert Change.objects.filter(state="proposed").count() == MAX_OPEN_CHANGES
        assert list(Change.objects.exclude(state="proposed").values_list("id", "state")) == [(first.id, "expired")]
        assert events().count(("change.expired", "refused")) == 1

    def test_a_newer_one_about_the_same_takes_the_place_of_the_older(self, actor: User) -> None:
        older, newer = propose(actor, "Uno"), propose(actor, "Dos")

        older.refresh_from_db()
        assert (older.state, older.reason) == (
            "withdrawn",
            "Un cambio más nuevo de lo mismo tomó su lugar. No se cambió nada.",
        )
        assert list(selectors.waiting_for(actor)) == [newer]
        assert events().count(("change.withdrawn", "ok")) == 1

    def test_what_a_colleague_wants_or_what_is_about_something_else_stays(self, actor: User) -> None:
        mine, other = propose(actor, "Uno"), propose_another(actor, "Uno")
        theirs = services.propose(
            maker=naming.administrator(actor.company),
            wanted=naming.NameProfile(profile=UUID(mine.target[1]), name="Dos"),
            form_key=uuid4(),
            back_url="/",
        )

        assert set(Change.objects.filter(state="proposed")) == {mine, other, theirs}

    def test_another_violation_than_the_form_sent_twice_is_not_swallowed(self, actor: User) -> None:
        Change.objects.filter(id=propose(actor).id).update(state="applied", finished_at=timezone.now())
        taken = Change.objects.get()

        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.filter(id=taken.id).update(state="proposed")


class TestConfirming:
    def test_it_applies_tells_and_records(self, actor: User) -> None:
        change = confirm(actor, propose(actor))

        assert (change.state, profile_name(actor)) == ("applied", "Después")
        assert naming.Word.asked == [("correct", change.digest)]
        assert naming.told() == [f"Cambiar el nombre, por {actor.username}"]
        assert events() == [("change.proposed", "ok"), ("profile.saved", "ok")]
        row = AuditEvent.objects.get(event="profile.saved")
        assert (row.before, row.after) == ({"Nombre": "Antes"}, {"Nombre": "Después"})
        assert (row.actor_id, row.target_name, row.company_id) == (actor.pk, "Antes", actor.company_id)
        assert row.detail == {
            "source": "change",
            "change": str(change.id),
            "digest": change.digest,
            "signatures": [{"role": "maker", "signer": actor.username, "method": "word", "word": "said"}],
        }

    def test_who_confirmed_what_text_is_kept(self, actor: User) -> None:
        change = confirm(actor, propose(actor))

        kept = Signature.objects.get()
        assert (kept.change, kept.signer, kept.role) == (change, actor, "maker")
        assert (kept.method, kept.evidence, kept.digest) == ("word", {"word": "said"}, change.digest)

    def test_again_does_nothing_more(self, actor: User) -> None:
        change = confirm(actor, propose(actor))
        Profile.objects.update(name="Mientras")

        again = confirm(actor, change)

        assert (again.state, profile_name(actor), len(naming.told())) == ("applied", "Mientras", 1)

    def test_a_wrong_answer_leaves_it_open(self, actor: User) -> None:
        change = propose(actor)

        with pytest.raises(ValidationError) as refused:
            confirm(actor, change, "wrong")

        change.refresh_from_db()
        assert (refused.value.code, change.state, profile_name(actor)) == ("answer", "proposed", "Antes")
        assert confirm(actor, change).state == "applied"

    def test_a_wrong_answer_is_in_the_trail_and_never_what_was_answered(self, actor: User) -> None:
        change = propose(actor)

        with pytest.raises(ValidationError):
            confirm(actor, change, "wrong")

        row = AuditEvent.objects.get(event="change.not_signed")
        assert (row.outcome, row.actor_id, row.target_name) == ("refused", actor.pk, "Antes")
        assert row.detail == {"change": str(change.id), "kind": change.kind, "digest": change.digest}

    def test_so_is_an_answer_while_none_is_taken(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        def locked(*_: Any) -> None:
            raise ValidationError("Bloqueado.", code="locked")

        change = propose(actor)
        monkeypatch.setattr(naming.Word, "verify", locked)

        with pytest.raises(ValidationError):
            confirm(actor, change)

        assert events()[-1] == ("change.not_signed", "refused")

    def test_without_means_to_confirm_it_says_so(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(naming.Word, "available", False)

        with pytest.raises(ValidationError) as refused:
            confirm(actor, propose(actor))

        assert (refused.value.code, profile_name(actor)) == ("no_method", "Antes")

    def test_a_permission_taken_away_meanwhile(self, actor: User) -> None:
        change = propose(actor)
        User.objects.filter(pk=actor.pk).update(role=Role.SECONDARY)

        with pytest.raises(PermissionDenied):
            confirm(User.objects.get(pk=actor.pk), change)

        assert (profile_name(actor), naming.Word.asked) == ("Antes", [])

    def test_another_persons_change_does_not_exist(self, actor: User) -> None:
        change = propose(actor)
        colleague = naming.administrator(actor.company)
        stranger = naming.administrator(factories.company())

        for other in (colleague, stranger):
            with pytest.raises(Change.DoesNotExist):
                confirm(other, change)
            with pytest.raises(Change.DoesNotExist):
                services.withdraw(actor=other, change_id=change.id)
            with pytest.raises(Change.DoesNotExist):
                selectors.own_change(other, change.id)

        change.refresh_from_db()
        assert (change.state, naming.Word.asked) == ("proposed", [])

    def test_a_row_that_moved_makes_it_stale(self, actor: User) -> None:
        change = propose(actor)
        Profile.objects.update(name="Mientras")

        ended = confirm(actor, change)

        assert (ended.state, profile_name(actor), naming.told()) == ("stale", "Mientras", [])
        assert events()[-1] == ("change.stale", "refused")

    def test_a_row_that_already_says_it_makes_it_stale(self, actor: User) -> None:
        change = propose(actor)
        Profile.objects.update(name="Después")

        assert (confirm(actor, change).state, naming.told()) == ("stale", [])

    def test_a_row_that_is_gone_makes_it_stale(self, actor: User) -> None:
        change = propose(actor)
        Profile.objects.all().delete()

        assert (confirm(actor, change).state, Profile.objects.count()) == ("stale", 0)

    def test_a_rule_broken_while_applying_refuses_it_whole(self, actor: User) -> None:
        change = propose(actor)
        naming.NameProfile.trouble.append(ValidationError("Ya no se puede."))

        change = confirm(actor, change)

        assert (change.state, change.reason, profile_name(actor)) == ("refused", "Ya no se puede.", "Antes")
        assert (events()[-1], naming.told(), Signature.objects.count()) == (("change.refused", "refused"), [], 0)

    def test_a_rule_broken_meanwhile_refuses_it(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        change = propose(actor)
        monkeypatch.setattr(naming, "FORBIDDEN", "Después")

        ended = confirm(actor, change)

        assert (ended.state, ended.reason, profile_name(actor)) == ("refused", "Ese nombre no.", "Antes")

    def test_a_defect_while_applying_changes_nothing_and_leaves_it_open(self, actor: User) -> None:
        change = propose(actor)
        naming.NameProfile.trouble.append(RuntimeError("it breaks in the middle"))
        before = events()

        with pytest.raises(RuntimeError):
            confirm(actor, change)

        change.refresh_from_db()
        assert (change.state, profile_name(actor), events()) == ("proposed", "Antes", before)

    def test_what_cannot_be_recorded_does_not_happen(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        change = propose(actor)
        monkeypatch.setattr(naming.NameProfile, "event", "x" * 41)

        with pytest.raises(DataError, match="value too long"):
            confirm(actor, change)

        change.refresh_from_db()
        assert (change.state, profile_name(actor), Signature.objects.count()) == ("proposed", "Antes", 0)

    def test_what_cannot_be_told_does_not_happen(self, actor: User) -> None:
        change = propose(actor)

        with naming.nobody_can_be_told(), pytest.raises(DatabaseError, match="nobody can be told"):
            confirm(actor, change)

        change.refresh_from_db()
        assert (change.state, profile_name(actor), Signature.objects.count()) == ("proposed", "Antes", 0)

    def test_two_lines_about_the_same_are_both_in_the_trail(self, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = [Line("CAHO", "no", "sí"), Line("CAHO", "sí", "no"), Line("CAHO (2)", "a", "b")]
        monkeypatch.setattr(
            naming.NameProfile, "describe", lambda self, profile, maker, now: Description("Dos", ("", "", ""), lines)
        )

        confirm(actor, propose(actor))

        row = AuditEvent.objects.get(event="profile.saved")
        assert row.before == {"CAHO": "no", "CAHO (2)": "sí", "CAHO (2) (2)": "a"}
        assert row.after == {"CAHO": "sí", "CAHO (2)": "no", "CAHO (2) (2)": "b"}


class TestTime:
    def test_it_may_be_confirmed_until_its_time_is_over(self, actor: User, clock: Clock) -> None:
        change = propose(actor)
        clock.forward(minutes=CONFIRMATION_MINUTES, seconds=-5)

        assert confirm(actor, change).state == "applied"

    def test_afterwards_it_has_expired_and_the_answer_is_not_asked(self, actor: User, clock: Clock) -> None:
        change = propose(actor)
        clock.forward(minutes=CONFIRMATION_MINUTES)

        assert (confirm(actor, change).state, profile_name(actor), naming.Word.asked) == ("expired", "Antes", [])
        assert events()[-1] == ("change.expired", "refused")

    def test_time_that_runs_out_while_the_answer_is_looked_at(
        self, actor: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        change = propose(actor)

        def verify(self: Any, user: Any, answer: str, digest: str) -> dict[str, str]:
            clock.forward(minutes=CONFIRMATION_MINUTES)
            return {}

        monkeypatch.setattr(naming.Word, "verify", verify)

        assert (confirm(actor, change).state, profile_name(actor)) == ("expired", "Antes")

    def test_the_sweep_ends_forgotten_ones_alone(self, actor: User, clock: Clock) -> None:
        forgotten, done = propose_another(actor, "A"), propose_another(actor, "C")
        confirm(actor, done)
        clock.forward(minutes=CONFIRMATION_MINUTES)
        fresh = propose_another(actor, "B")

        expire()

        states = dict(Change.objects.values_list("id", "state"))
        assert states == {forgotten.id: "expired", fresh.id: "proposed", done.id: "applied"}
        assert events().count(("change.expired", "refused")) == 1
        assert broken_chains() == {}


def in_state(actor: User, state: ChangeState, clock: Clock) -> Change:
    change = propose(actor)
    if state == ChangeState.REFUSED:
        naming.NameProfile.trouble.append(ValidationError("Ya no se puede."))
    if state == ChangeState.STALE:
        Profile.objects.update(name="Mientras")
    if state == ChangeState.EXPIRED:
        clock.forward(minutes=CONFIRMATION_MINUTES)
    if state == ChangeState.REJECTED:
        Company.objects.update(dual_control=True)
        colleague = naming.administrator(actor.company)
        services.sign(signer=actor, change_id=propose(actor, "Por dos").pk, answer="correct")
        change = Change.objects.get(by_two=True)
        return services.reject(actor=colleague, change_id=change.pk, reason="No.")
    if state == ChangeState.WITHDRAWN:
        return services.withdraw(actor=actor, change_id=change.id)
    return confirm(actor, change) if state != ChangeState.PROPOSED else change


class TestStates:
    @pytest.mark.parametrize("state", sorted(set(ChangeState) - set(OPEN_STATES)))
    def test_every_end_is_final(self, actor: User, state: ChangeState, clock: Clock) -> None:
        change = in_state(actor, state, clock)
        name, number = profile_name(actor), len(events())

        confirmed = confirm(actor, change)
        withdrawn = services.withdraw(actor=actor, change_id=change.id)
        expired = services.expire_forgotten()

        assert (change.state, confirmed.state, withdrawn.state, expired) == (state, state, state, 0)
        assert (profile_name(actor), len(events())) == (name, number)

    def test_a_withdrawn_one_changed_nothing(self, actor: User, clock: Clock) -> None:
        change = in_state(actor, ChangeState.WITHDRAWN, clock)

        assert (change.state, profile_name(actor)) == ("withdrawn", "Antes")
        assert events()[-1] == ("change.withdrawn", "ok")

    def test_the_database_knows_that_only_open_ones_are_unfinished(self, actor: User) -> None:
        change = propose(actor)

        for values in ({"state": "applied"}, {"finished_at": timezone.now()}):
            with pytest.raises(IntegrityError, match="change_finished_or_proposed"), transaction.atomic():
                Change.objects.filter(id=change.id).update(**values)


class TestSelectors:
    def test_what_waits_for_a_person_is_their_own(self, actor: User) -> None:
        first, second, done = (propose_another(actor, name) for name in "ABC")
        confirm(actor, done)
        propose_another(naming.administrator(actor.company), "D")

        assert list(selectors.waiting_for(actor)) == [second, first]

    def test_going_back_to_correct_finds_what_was_typed(self, actor: User) -> None:
        change = propose(actor, "A")
        colleague = naming.administrator(actor.company)
        kind = naming.NameProfile
        profile = Profile.objects.get(company=actor.company)

        assert selectors.proposal_to_correct(actor, str(change.id), kind) == kind(profile=profile.id, name="A")
        assert selectors.proposal_to_correct(actor, str(change.id), naming.NameProfileByTwo) is None
        assert selectors.proposal_to_correct(colleague, str(change.id), kind) is None
        assert [selectors.proposal_to_correct(actor, odd, kind) for odd in (None, "", "x", str(uuid4()))] == [None] * 4

    def test_a_stale_change_is_not_filled_in_again(self, actor: User) -> None:
        change = propose(actor, "A")
        Profile.objects.update(name="Mientras")
        confirm(actor, change)

        assert selectors.proposal_to_correct(actor, str(change.id), naming.NameProfile) is None

    def test_a_neighbour_sees_no_change_at_all(self, actor: User) -> None:
        propose(actor)

        with context.company(factories.company().id):
            assert (Change.objects.count(), Signature.objects.count()) == (0, 0)
