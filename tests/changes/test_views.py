import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.profiles.changes import SaveProfile
from audit.models import AuditEvent
from changes.models import Change, Signature
from changes.services import propose
from directory.clock import to_local
from directory.enums import OperatingRole
from directory.models import Service, User
from limits.changes import SetUserLimits, WantedLimit
from limits.models import UserLimit
from products.models import Product, ProductAssignment
from tenancy import context
from tests import factories
from tests.limits import factories as rows
from tests.limits.factories import amounts
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.people import signed_in
from tests.support.there import there
from tests.tokens.factories import code_of, token
from tokens import rules as token_rules
from tokens.models import Token


@pytest.fixture
def held(administrator: User) -> Token:
    return token(administrator)


@pytest.fixture
def client(client_for: Any, administrator: User, held: Token) -> Client:
    return client_for(administrator, held)


@pytest.fixture
def cell(felipe: User) -> tuple[Service, Product]:
    service, product = rows.service(name="Pagos - A Terceros"), rows.assigned(felipe, alias="CAHOFelipe", number="2518")
    rows.ceiling(felipe.company, service)
    return service, product


def proposed(maker: User, user: User, cell: tuple[Service, Product], *values: int) -> Change:
    service, product = cell
    limits = (WantedLimit(service.pk, product.pk, amounts(*(values or (1, 2, 3)))),)
    return propose(
        maker=maker,
        wanted=SetUserLimits(user=user.pk, limits=limits),
        form_key=uuid4(),
        back_url=reverse("limits:user", args=[user.pk]),
    )


@pytest.fixture
def change(administrator: User, felipe: User, cell: tuple[Service, Product]) -> Change:
    return proposed(administrator, felipe, cell)


def confirm_url(change: Change) -> str:
    return reverse("changes:confirm", args=[change.pk])


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_page_shows_the_signed_lines_and_changes_nothing(client: Client, change: Change) -> None:
    page = client.get(confirm_url(change)).content.decode()

    for text in (
        "Confirme el cambio",
        "3 líneas: esto, y nada más, es lo que firma su token.",
        change.title,
        "<strong>Pagos - A Terceros</strong>",
        '<th scope="row">CAHOFelipe 2518</th>',
        "3 líneas, 3 suben",
        change.effect,
        "Clave Dinámica Token",
        "Volver y corregir",
    ):
        assert text in page
    change.refresh_from_db()
    assert change.state == "proposed"


def test_enter_in_the_field_of_the_code_confirms(client: Client, change: Change) -> None:
    """A browser presses the first button of the field's form, wherever on the page it stands."""
    page = client.get(reverse("changes:confirm", args=[change.pk])).content.decode()
    signing = page[page.index('<form class="oc-signing"') :]

    buttons = re.findall(r"<button[^>]*>([^<]*)", signing[: signing.index("</form>")])
    own = [words for words in buttons if words != "Volver y corregir"]
    others = re.findall(r'<button[^>]* form="(\w+)"', page)

    assert own == ["Confirmar"]
    assert set(others) == {"leaving"}


def test_it_stands_where_it_was_asked_for(client: Client, administrator: User, change: Change, felipe: User) -> None:
    of_a_person = client.get(confirm_url(change)).text
    of_the_company = client.get(confirm_url(new_profile(administrator, "Tesorería"))).text

    limits_tab = f'<a href="{reverse("limits:user", args=[felipe.pk])}" aria-current="page">Asignar Topes'
    assert limits_tab in of_a_person
    assert "<h1>David Felipe Prieto" in of_a_person
    assert f'<a href="{reverse("users:profiles")}" aria-current="page">Perfiles</a>' in of_the_company


def test_what_stays_the_same_beside_it_is_shown_and_not_signed(
    client: Client, administrator: User, felipe: User, cell: tuple[Service, Product]
) -> None:
    rows.limit(felipe, *cell, amounts(1, 2, 3))
    page = client.get(confirm_url(proposed(administrator, felipe, cell, 1, 2, 9))).text

    assert "1 línea: esto, y nada más, es lo que firma su token." in page
    assert "<dt>quedan igual, no se firman</dt><dd>2</dd>" in page


def test_what_can_no_longer_be_done_is_said_before_a_code_is_spent(
    client: Client, change: Change, cell: tuple[Service, Product]
) -> None:
    ProductAssignment.objects.all().delete()

    page = client.get(confirm_url(change)).text

    assert "Un producto ya no está asignado a este usuario." in page
    assert 'name="code"' not in page


def test_the_next_code_is_waited_for_when_the_last_one_was_just_used(
    client: Client, change: Change, held: Token
) -> None:
    before = client.get(confirm_url(change)).text
    Token.objects.update(last_step=token_rules.step_at(timezone.now()))
    after = client.get(confirm_url(change)).text

    said = "Su última clave ya se usó."
    assert (said in before, said in after) == (False, True)


def test_the_right_code_applies_it_once_and_says_so(client: Client, held: Token, change: Change, felipe: User) -> None:
    answer = client.post(confirm_url(change), {"code": code_of(held)})

    change.refresh_from_db()
    assert answer.headers["location"] == reverse("limits:user", args=[felipe.pk])
    assert said(answer) == ["Los topes de Felipe20 quedaron guardados."]
    assert change.state == "applied"
    assert UserLimit.objects.get(user=felipe).amounts == amounts(1, 2, 3)
    event = AuditEvent.objects.get(event="limits.changed")
    assert event.after == {
        f"Pagos - A Terceros · CAHOFelipe 2518 · {period}": value
        for period, value in (("Transacción", "1.00"), ("Diario", "2.00"), ("Mensual", "3.00"))
    }
    assert [signature["serial"] for signature in there(event.detail)["signatures"]] == [held.serial]
    assert Signature.objects.get().digest == change.digest


@pytest.mark.parametrize("code", ["000000x", "12345", "", "<script>"])
def test_a_wrong_code_is_said_beside_the_field_and_never_shown(client: Client, change: Change, code: str) -> None:
    answer = client.post(confirm_url(change), {"code": code})

    change.refresh_from_db()
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["code"]
    assert not code or f'value="{code}"' not in answer.content.decode()
    assert change.state == "proposed"


def test_a_code_that_confirmed_one_change_confirms_no_other(
    client: Client, held: Token, administrator: User, change: Change, felipe: User, cell: tuple[Service, Product]
) -> None:
    code = code_of(held)
    client.post(confirm_url(change), {"code": code})
    second = proposed(administrator, felipe, cell, 4, 5, 6)

    answer = client.post(confirm_url(second), {"code": code})

    assert answer.context["form"].errors["code"] == ["La clave no es correcta o ya se usó. Espere la siguiente."]
    assert UserLimit.objects.get(user=felipe).amounts == amounts(1, 2, 3)


def test_sending_an_applied_change_again_says_it_is_done_and_does_nothing(
    client: Client, held: Token, change: Change, felipe: User
) -> None:
    step = token_rules.step_at(timezone.now())
    client.post(confirm_url(change), {"code": code_of(held, step - 1)})

    answer = client.post(confirm_url(change), {"code": code_of(held, step)})

    assert answer.headers["location"] == reverse("limits:user", args=[felipe.pk])
    assert said(answer)[-1] == "Este cambio ya se había realizado; no se repitió."
    assert AuditEvent.objects.filter(event="limits.changed").count() == 1
    assert "Este cambio ya fue realizado" in client.get(confirm_url(change)).content.decode()


def test_a_row_that_moved_meanwhile_makes_it_stale_and_shows_what_moved(
    client: Client, held: Token, change: Change, felipe: User, cell: tuple[Service, Product]
) -> None:
    rows.limit(felipe, *cell, amounts(7, 8, 9))

    answer = client.post(confirm_url(change), {"code": code_of(held)}, follow=True)

    change.refresh_from_db()
    assert change.state == "stale"
    assert UserLimit.objects.get(user=felipe).amounts == amounts(7, 8, 9)
    assert [(line.then, line.now, line.wanted) for line in answer.context["moved"]] == [
        ("0.00", "7.00", "1.00"),
        ("0.00", "8.00", "2.00"),
        ("0.00", "9.00", "3.00"),
    ]
    page = answer.content.decode()
    assert "El cambio está desactualizado" in page
    assert "Comenzar de nuevo desde lo que rige ahora" in page
    assert f'href="{change.back_url}"' in page
    assert "?cambio=" not in page
    assert "Esto es lo que solicitó." in page


def test_a_stale_changes_page_of_origin_is_filled_with_what_holds_now(
    client: Client, held: Token, change: Change, felipe: User, cell: tuple[Service, Product]
) -> None:
    rows.limit(felipe, *cell, amounts(7, 8, 9))
    client.post(confirm_url(change), {"code": code_of(held)})

    page = client.get(change.back_url, {"cambio": str(change.pk)}).content.decode()

    assert 'value="7.00"' in page
    assert 'value="1.00"' not in page


def test_the_code_that_locks_the_token_says_so_and_until_when(
    client: Client, administrator: User, held: Token, change: Change
) -> None:
    present = rules_step()
    near = {code_of(held, present + offset) for offset in range(-4, 5)}
    wrong = next(code for code in ("000000", "111111", *map(str, range(222222, 222240))) if code not in near)

    pages = [client.post(confirm_url(change), {"code": wrong}).content.decode() for _ in range(5)]
    late = client.post(confirm_url(change), {"code": code_of(held)}).content.decode()

    held.refresh_from_db()
    assert held.locked_until
    until = to_local(administrator.portal, token_rules.whole_minute(held.locked_until))
    said_locked = f"Demasiadas claves erradas: su token está bloqueado hasta las {until:%H:%M}."
    assert [said_locked in page for page in (*pages, late)] == [False] * 4 + [True] * 2
    change.refresh_from_db()
    assert change.state == "proposed"


def rules_step() -> int:
    return token_rules.step_at(timezone.now())


def test_a_rule_broken_meanwhile_refuses_it_with_the_reason(
    client: Client, held: Token, change: Change, felipe: User
) -> None:
    ProductAssignment.objects.all().delete()

    answer = client.post(confirm_url(change), {"code": code_of(held)}, follow=True)

    page = answer.content.decode()
    assert "El cambio fue rechazado" in page
    assert "Un producto ya no está asignado a este usuario." in page
    assert not UserLimit.objects.exists()


@pytest.fixture
def old_change(clock: Clock, administrator: User, felipe: User, cell: tuple[Service, Product]) -> Change:
    clock.forward(minutes=-10)
    change = proposed(administrator, felipe, cell, 4, 5, 6)
    clock.forward(minutes=10)
    return change


def test_after_ten_minutes_it_can_no_longer_be_confirmed(client: Client, held: Token, old_change: Change) -> None:
    change = old_change

    for answer in (client.get(confirm_url(change)), client.post(confirm_url(change), {"code": code_of(held)})):
        assert "El cambio venció" in answer.content.decode()
    assert not UserLimit.objects.exists()


@pytest.mark.parametrize(("then", "query"), [("correct", "?cambio={}"), ("leave", "")])
def test_giving_it_up_leads_back_and_it_cannot_be_confirmed_any_more(
    client: Client, held: Token, change: Change, then: str, query: str
) -> None:
    answer = client.post(reverse("changes:withdraw", args=[change.pk]), {"then": then})
    late = client.post(confirm_url(change), {"code": code_of(held)})

    change.refresh_from_db()
    assert answer.headers["location"] == change.back_url + query.format(change.pk)
    assert change.state == "withdrawn"
    assert "El cambio fue retirado" in late.content.decode()
    assert not UserLimit.objects.exists()


def test_the_list_says_whom_a_change_is_about_and_discards_it_there(client: Client, change: Change) -> None:
    listed = client.get(reverse("changes:approvals")).text
    url = reverse("changes:withdraw", args=[change.pk])
    after = client.post(url, {"then": "list"}, follow=True)

    assert f'action="{url}"' in listed
    assert '<td data-label="Sobre">Felipe20</td>' in listed
    assert after.redirect_chain == [(reverse("changes:approvals"), 302)]
    assert "No tiene autorizaciones pendientes" in after.text


def test_an_applied_change_cannot_be_given_up(client: Client, held: Token, change: Change) -> None:
    client.post(confirm_url(change), {"code": code_of(held)})

    answer = client.post(reverse("changes:withdraw", args=[change.pk]))

    change.refresh_from_db()
    assert answer.headers["location"] == confirm_url(change)
    assert change.state == "applied"


def test_nobody_elses_change_exists(client_for: Any, administrator: User, change: Change) -> None:
    colleague = factories.administrator(administrator.company)
    neighbour = factories.administrator(factories.company())

    for person in (colleague, neighbour):
        client = client_for(person, token(person))
        for key in (change.pk, uuid4()):
            assert client.get(reverse("changes:confirm", args=[key])).status_code == 404
            assert client.post(reverse("changes:confirm", args=[key]), {"code": "1"}).status_code == 404
            assert client.post(reverse("changes:withdraw", args=[key])).status_code == 404
        assert change.title not in client.get(reverse("changes:approvals")).content.decode()


def test_secondary_users_confirm_nothing(client_for: Any, felipe: User, change: Change) -> None:
    client = client_for(felipe)

    assert client.get(confirm_url(change)).status_code == 403
    assert client.get(reverse("changes:approvals")).status_code == 403


def test_withdrawing_needs_a_post(client: Client, change: Change) -> None:
    assert client.get(reverse("changes:withdraw", args=[change.pk])).status_code == 405


def test_without_a_token_nothing_is_confirmed(client_for: Any, administrator: User, change: Change) -> None:
    client = client_for(administrator, with_token=False)

    answers = [client.get(confirm_url(change)), client.post(confirm_url(change), {"code": "123456"})]

    assert [answer["Location"] for answer in answers] == [reverse("home")] * 2
    assert not UserLimit.objects.exists()


def new_profile(maker: User, name: str) -> Change:
    return propose(
        maker=maker,
        wanted=SaveProfile(profile=uuid4(), is_new=True, name=name, operating_role=OperatingRole.BOTH),
        form_key=uuid4(),
        back_url=reverse("users:profiles"),
    )


def test_what_waits_is_listed_until_its_time_is_over(client: Client, administrator: User, old_change: Change) -> None:
    change = new_profile(administrator, "Tesorería")

    page = client.get(reverse("changes:approvals")).content.decode()

    assert confirm_url(change) in page
    assert confirm_url(old_change) not in page


def test_the_list_costs_the_same_with_one_change_or_twenty(
    client: Client,
    administrator: User,
    change: Change,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("changes:approvals"))
    for number in range(4, 23):
        new_profile(administrator, f"Nuevo {number}")

    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("changes:approvals"))
    assert len(page.context["to_confirm"]) == 20


LIST_QUERIES = 11


def together(count: int, send: Callable[[], Any]) -> list[Any]:
    """Calls `send` in `count` threads that start at the same moment; each on a database connection of its own."""
    barrier, answers = Barrier(count), []

    def run() -> None:
        try:
            barrier.wait()
            answers.append(send())
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_clicks_at_the_same_moment_apply_it_once(committed_db: None) -> None:
    with context.bank():
        maker = factories.administrator()
        held, user = token(maker), factories.user(maker.company)
        service, product = rows.service(), rows.assigned(user)
        rows.ceiling(maker.company, service)
        client = signed_in(maker, held)
    for round_number in range(1, 6):
        with context.bank():
            Token.objects.update(last_step=token_rules.NEVER_USED)
            change = proposed(maker, user, (service, product), *(round_number,) * 3)
            code = code_of(held)

        def send(change: Change = change, code: str = code) -> int:
            twin = Client(headers={"host": "localhost"})
            twin.cookies = client.cookies
            return twin.post(confirm_url(change), {"code": code}).status_code

        statuses = together(4, send)

        with context.bank():
            assert statuses == [302] * 4
            assert (
                Signature.objects.count() == AuditEvent.objects.filter(event="limits.changed").count() == round_number
            )
            assert UserLimit.objects.get(user=user).amounts == amounts(*(round_number,) * 3)


def test_of_two_administrators_at_the_same_moment_one_is_told_that_it_moved(committed_db: None) -> None:
    with context.bank():
        first = factories.administrator()
        makers = [first, factories.administrator(first.company)]
        user = factories.user(first.company)
        service, product = rows.service(), rows.assigned(user)
        rows.ceiling(first.company, service)
        tokens = [token(maker) for maker in makers]
        clients = [signed_in(maker, held) for maker, held in zip(makers, tokens, strict=True)]
    for _ in range(5):
        with context.bank():
            UserLimit.objects.all().delete()
            Token.objects.update(last_step=token_rules.NEVER_USED)
            changes = [
                proposed(maker, user, (service, product), *amount)
                for maker, amount in zip(makers, ((1, 2, 3), (4, 5, 6)), strict=True)
            ]
            sent = [
                (client, change, code_of(held)) for client, change, held in zip(clients, changes, tokens, strict=True)
            ]

        def send(waiting: list[Any] = sent) -> None:
            client, change, code = waiting.pop()
            client.post(confirm_url(change), {"code": code})

        together(2, send)

        with context.bank():
            ended = {change.state: change for change in Change.objects.filter(pk__in=[change.pk for change in changes])}
            assert sorted(ended) == ["applied", "stale"]
            wanted = [line.after for line in ended["applied"].lines]
            assert [f"{amount:.2f}" for amount in UserLimit.objects.get(user=user).amounts] == wanted
