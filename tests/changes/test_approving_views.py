"""The pages of dual control, before the maker and before the second person."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.profiles.changes import SaveProfile
from changes.models import Change
from changes.services import propose, reject
from directory.enums import OperatingRole, UserState
from directory.models import Company, Profile, User
from tests import factories
from tests.accounts.confirming import confirm
from tests.support.client import Client
from tests.tokens.factories import code_of, token
from tokens.models import Token

LIST = reverse("changes:approvals")
TOGETHER = reverse("changes:approve-together")
LIST_QUERIES = 11


@pytest.fixture
def maker(administrator: User) -> User:
    Company.objects.filter(pk=administrator.company_id).update(dual_control=True)
    token(administrator)
    return User.objects.select_related("company__portal").get(pk=administrator.pk)


@pytest.fixture
def approver(maker: User) -> User:
    return factories.administrator(maker.company, username="mguerrero")


@pytest.fixture
def held(approver: User) -> Token:
    return token(approver)


@pytest.fixture
def of_approver(client_for: Any, approver: User, held: Token) -> Client:
    return client_for(approver, held)


@pytest.fixture
def of_maker(client_for: Any, maker: User) -> Client:
    return client_for(maker)


def proposed(maker: User, name: str = "Tesorería") -> Change:
    return propose(
        maker=maker,
        wanted=SaveProfile(profile=uuid4(), is_new=True, name=name, operating_role=OperatingRole.BOTH),
        form_key=uuid4(),
        back_url=reverse("users:profiles"),
    )


def waiting(maker: User, name: str = "Tesorería") -> Change:
    return confirm(maker, proposed(maker, name))


@pytest.fixture
def change(maker: User, approver: User) -> Change:
    return waiting(maker)


def page_of(change: Change) -> str:
    return reverse("changes:confirm", args=[change.pk])


def reject_url(change: Change) -> str:
    return reverse("changes:reject", args=[change.pk])


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def state_of(change: Change) -> str:
    return Change.objects.get(pk=change.pk).state


class TestMaker:
    def test_before_signing_it_says_who_approves(
        self, maker: User, approver: User, held: Token, of_maker: Client
    ) -> None:
        page = of_maker.get(page_of(proposed(maker))).text

        assert "Firmar y enviar a aprobación" in page
        assert "<strong>mguerrero</strong>" in page

    def test_where_nobody_can_approve_it_says_so(self, maker: User, of_maker: Client) -> None:
        assert "Nadie de su empresa puede aprobarlo en este momento" in of_maker.get(page_of(proposed(maker))).text

    def test_then_it_is_put_to_the_bank_which_the_page_says(self, maker: User, of_maker: Client) -> None:
        change = waiting(maker)
        before = of_maker.get(page_of(change)).text

        asked = of_maker.post(reverse("changes:ask-bank", args=[change.pk]))
        page = of_maker.get(page_of(change)).text

        line = maker.portal.support_lines[0]["value"]
        assert ("Pedir al banco que lo apruebe" in before, line in before) == (True, True)
        assert said(asked) == ["El banco lo tiene. Llame a las líneas de atención para que lo revisen."]
        assert ("Debe aprobarlo el banco" in page, "Pedir al banco" in page, line in page) == (True, False, True)

    def test_what_is_not_signed_is_not_put_to_the_bank(self, maker: User, of_maker: Client) -> None:
        change = proposed(maker)

        asked = of_maker.post(reverse("changes:ask-bank", args=[change.pk]))

        assert said(asked) == ["Fírmelo primero. Al banco solo se le presenta lo que usted ha firmado."]

    def test_signed_it_waits_and_can_be_taken_back(self, maker: User, held: Token, of_maker: Client) -> None:
        change = proposed(maker)
        code = code_of(Token.objects.get(user=maker))

        answer = of_maker.post(page_of(change), {"code": code})
        page = of_maker.get(page_of(change)).text

        assert said(answer) == ["Usted lo firmó. Ahora debe aprobarlo otro administrador."]
        assert ("Usted ya lo firmó." in page, 'name="code"' in page, "Retirar" in page) == (True, False, True)
        of_maker.post(reverse("changes:withdraw", args=[change.pk]), {"then": "list"})
        assert state_of(change) == "withdrawn"

    def test_another_of_the_same_that_waits_is_named(self, maker: User, approver: User, of_maker: Client) -> None:
        profile = factories.profile(maker.company, name="Caja")
        for name in ("Uno", "Dos"):
            wanted = SaveProfile(profile=profile.pk, is_new=False, name=name, operating_role=OperatingRole.BOTH)
            newer = propose(maker=maker, wanted=wanted, form_key=uuid4(), back_url="/")
            if name == "Uno":
                confirm(maker, newer)

        assert (
            "Otro cambio de lo mismo, solicitado por adelgado, está por aprobar." in of_maker.get(page_of(newer)).text
        )

    def test_one_s_own_is_not_rejected(self, of_maker: Client, change: Change) -> None:
        answer = of_maker.post(reject_url(change), {"reason": "No."})

        assert said(answer) == ["Usted mismo solicitó este cambio: retírelo."]
        assert state_of(change) == "proposed"


class TestApprover:
    def test_the_page_shows_the_same_lines_and_who_signed(self, of_approver: Client, change: Change) -> None:
        page = of_approver.get(page_of(change)).text

        for text in ("Apruebe el cambio", "Tesorería", "<strong>adelgado</strong>", "Solicitó y firmó el", "Rechazar"):
            assert text in page

    def test_the_code_applies_it_once(self, of_approver: Client, held: Token, change: Change) -> None:
        answers = [of_approver.post(page_of(change), {"code": code_of(held)}) for _ in range(2)]

        assert [answer["Location"] for answer in answers] == [LIST] * 2
        assert (state_of(change), Profile.objects.filter(name="Tesorería").count()) == ("applied", 1)
        assert "Se aprobó el" in of_approver.get(page_of(change)).text

    def test_once_its_maker_may_no_longer_act_no_code_is_asked_for(
        self, maker: User, of_approver: Client, change: Change
    ) -> None:
        User.objects.filter(pk=maker.pk).update(state=UserState.INACTIVE)

        page = of_approver.get(page_of(change)).text

        assert "Quien lo firmó ya no puede hacerlo" in page
        assert 'name="code"' not in page

    def test_what_nobody_has_signed_is_not_there(self, maker: User, of_approver: Client) -> None:
        change = proposed(maker)

        answers = [
            of_approver.get(page_of(change)),
            of_approver.post(reject_url(change), {"reason": "No."}),
            of_approver.get(TOGETHER, {"cambio": str(change.pk)}),
        ]

        assert [answer.status_code for answer in answers] == [404] * 3

    def test_a_neighbour_finds_nothing(self, client_for: Any, change: Change) -> None:
        neighbour = client_for(factories.administrator(factories.company()))

        answers = [
            neighbour.get(page_of(change)),
            neighbour.post(page_of(change), {"code": "123456"}),
            neighbour.post(reject_url(change), {"reason": "No."}),
            neighbour.post(TOGETHER, {"cambio": str(change.pk), "code": "123456"}),
        ]

        assert [answer.status_code for answer in answers] == [404] * 4

    def test_the_same_person_under_another_user_is_offered_nothing(
        self, client_for: Any, maker: User, change: Change
    ) -> None:
        twin = client_for(factories.administrator(maker.company, id_number=f"{maker.id_number}."))

        page = twin.get(page_of(change)).text
        rejected = said(twin.post(reject_url(change), {"reason": "No."}))

        assert "Usted no puede aprobarlo" in page
        assert 'name="code"' not in page
        assert rejected == ["Lo debe autorizar una persona distinta de quien lo solicitó."]
        assert state_of(change) == "proposed"
        assert str(change.title) not in twin.get(LIST).text

    def test_rejecting_needs_a_reason_and_says_it_to_the_maker(
        self, of_approver: Client, of_maker: Client, change: Change
    ) -> None:
        empty = of_approver.post(reject_url(change), {"reason": " "})
        hidden = of_approver.post(reject_url(change), {"reason": "Falta \u202eetropos"})
        assert said(hidden) == ["Contiene caracteres que no se ven."]
        done = of_approver.post(reject_url(change), {"reason": "Falta el soporte."})

        assert (empty.status_code, done["Location"], state_of(change)) == (200, LIST, "rejected")
        assert "Falta el soporte." in of_maker.get(page_of(change)).text

    def test_rejected_after_it_ended_one_reads_how_it_ended(
        self, of_approver: Client, held: Token, change: Change
    ) -> None:
        of_approver.post(page_of(change), {"code": code_of(held)})

        late = of_approver.post(reject_url(change), {"reason": "No."})
        without = of_approver.post(reject_url(change), {})

        assert (late["Location"], state_of(change)) == (page_of(change), "applied")
        assert "Se aprobó el" in without.text

    def test_a_third_person_reads_how_it_ended(
        self, client_for: Any, maker: User, approver: User, change: Change
    ) -> None:
        third = client_for(factories.administrator(maker.company))
        reject(actor=approver, change_id=change.pk, reason="Falta el soporte.")

        page = third.get(page_of(change)).text

        assert ("Falta el soporte." in page, 'name="code"' in page) == (True, False)

    def test_the_counter_counts_what_waits_for_me(self, of_approver: Client, of_maker: Client, change: Change) -> None:
        counted = []
        for client in (of_approver, of_maker):
            counters = client.get(LIST).context["shell"].counters
            counted += [each.count for each in counters if each.key == "approvals"]

        assert counted == [1, 0]


class TestList:
    def test_it_costs_the_same_with_one_change_or_thirty(
        self,
        maker: User,
        of_approver: Client,
        change: Change,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(LIST_QUERIES):
            of_approver.get(LIST)
        for number in range(29):
            waiting(maker, f"Perfil {number}")

        with django_assert_num_queries(LIST_QUERIES):
            page = of_approver.get(LIST)
        assert len(page.context["to_approve"]) == 30

    def test_what_one_sent_is_listed_with_who_waits(self, of_maker: Client, change: Change) -> None:
        page = of_maker.get(LIST)

        assert [each for each, _ in page.context["sent"]] == [change]
        assert "Enviados, esperan a otro administrador" in page.text


class TestTogether:
    def test_one_code_for_all_and_the_result_of_each(self, maker: User, of_approver: Client, held: Token) -> None:
        changes = [waiting(maker, name) for name in ("Caja", "Nómina", "Pagos")]
        chosen = [str(change.pk) for change in changes]

        page = of_approver.get(TOGETHER, {"cambio": chosen}).text
        factories.profile(maker.company, name="nómina")
        answer = of_approver.post(TOGETHER, {"cambio": chosen, "code": code_of(held)})
        result = of_approver.get(answer["Location"])

        assert "Apruebe 3 cambios" in page
        assert sorted(map(state_of, changes)) == ["applied", "applied", "refused"]
        assert (result.text.count("Hecho"), result.context["changes"]) == (2, [])
        assert "Ya existe" in result.text

    def test_sent_twice_it_says_the_same(self, maker: User, of_approver: Client, held: Token, change: Change) -> None:
        data = {"cambio": str(change.pk), "code": code_of(held)}

        answers = [of_approver.post(TOGETHER, data)["Location"] for _ in range(2)]

        assert answers[0] == answers[1]
        assert Profile.objects.filter(name="Tesorería").count() == 1

    def test_what_can_no_longer_be_made_is_said_before_a_code_is_spent(
        self, maker: User, of_approver: Client, change: Change
    ) -> None:
        other = waiting(maker, "Caja")
        factories.profile(maker.company, name="Tesorería")

        page = of_approver.get(TOGETHER, {"cambio": [str(change.pk), str(other.pk)]})
        alone = of_approver.get(TOGETHER, {"cambio": str(change.pk)})

        assert [each for each, _shown in page.context["changes"]] == [other]
        assert [each for each, _obstacle in page.context["obstructed"]] == [change]
        assert "Ya existe" in page.text
        assert 'name="code"' not in alone.text

    def test_a_wrong_code_stays_on_the_page(self, of_approver: Client, held: Token, change: Change) -> None:
        page = of_approver.post(TOGETHER, {"cambio": str(change.pk), "code": "000000"})

        assert (page.status_code, state_of(change)) == (200, "proposed")
        assert "La clave no es correcta o ya se usó." in page.text

    def test_nothing_marked_leads_back_with_a_word(self, of_approver: Client) -> None:
        answer = of_approver.get(TOGETHER)

        assert (answer["Location"], said(answer)) == (LIST, ["Marque los cambios que quiere aprobar."])

    @pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000000"])
    def test_one_that_does_not_exist_shows_none(self, of_approver: Client, change: Change, wrong: str) -> None:
        assert of_approver.get(TOGETHER, {"cambio": [str(change.pk), wrong]}).status_code == 404


def test_the_page_of_parameters_says_what_is_missing(of_maker: Client, maker: User) -> None:
    alone = of_maker.get(reverse("users:parameters")).text
    token(factories.administrator(maker.company))
    with_two = of_maker.get(reverse("users:parameters")).text
    Company.objects.update(dual_control_by_bank=True)
    by_bank = of_maker.get(reverse("users:parameters")).text

    assert ("Mientras tanto aprueba el banco" in alone, "Mientras tanto aprueba el banco" in with_two) == (True, False)
    assert "El banco exige doble control a esta empresa" in by_bank
