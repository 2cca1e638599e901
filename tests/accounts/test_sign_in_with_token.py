"""Step 1 for who has a token, and what the administrator sees while the mail server is away."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.passwords.changes import GeneratePassword
from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User
from notifications.models import Delivery
from notifications.services import deliver
from tests import factories
from tests.accounts.confirming import carry_out
from tests.support.client import Client
from tests.support.mail import MailServer
from tests.support.people import signed_in
from tests.support.there import there
from tests.tokens.factories import code_of, token
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope")
GENERIC = "Los datos no son correctos o usted no puede ingresar en este momento."


STEP_1 = {"username": "mguerrero", "conditions": "on"}


@pytest.fixture
def held() -> Token:
    return token(factories.administrator(username="mguerrero"))


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_a_holder_enters_with_code_and_password(client: Client, held: Token) -> None:
    first = client.post(reverse("sign-in"), {**STEP_1, "code": code_of(held)})
    second = client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    assert (first["Location"], second["Location"]) == (reverse("sign-in-password"), reverse("home"))
    assert client.session["factors"] == ["password", "token"]


def test_a_holder_who_leaves_the_code_out_is_refused_without_the_password_being_evaluated(
    client: Client, held: Token
) -> None:
    client.post(reverse("sign-in"), {**STEP_1, "code": ""})
    for _ in range(6):
        response = client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})

    user = User.objects.get(username="mguerrero")
    assert GENERIC in response.text
    assert (user.state, user.failed_attempts) == ("active", 0)


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", "1234567"])
def test_a_wrong_code_stops_at_step_1_and_is_not_shown_again(client: Client, held: Token, code: str) -> None:
    response = client.post(reverse("sign-in"), {**STEP_1, "code": code})

    assert response.status_code == 200
    assert GENERIC in response.text
    assert "mguerrero" in response.text
    assert "pending_sign_in" not in client.session


def test_a_code_opens_one_sign_in(client: Client, held: Token) -> None:
    code = code_of(held)
    client.post(reverse("sign-in"), {**STEP_1, "code": code})

    again = Client(headers={"host": "localhost"}).post(reverse("sign-in"), {**STEP_1, "code": code})

    assert again.status_code == 200
    assert GENERIC in again.text
    assert there(AuditEvent.objects.get(event=Event.SIGN_IN_REFUSED).detail)["rule"] == "token.code"


def test_a_token_blocked_meanwhile_ends_the_session(client: Client, held: Token) -> None:
    inside = signed_in(held.user, held)
    Token.objects.filter(pk=held.pk).update(state="blocked")

    assert inside.get(reverse("home"))["Location"] == f"{reverse('sign-in')}?motivo=token"


def test_while_the_mail_server_is_away_the_tab_says_pending_and_nothing_is_lost(smtp: MailServer) -> None:
    administrator = factories.administrator()
    subject = factories.user(administrator.company, state="inactive", credential_state="none")
    page = signed_in(administrator)
    tab = reverse("users:password", args=[subject.pk])
    smtp.stop()

    carry_out(administrator, GeneratePassword(user=subject.pk, activate=True))
    mail = Delivery.objects.get(about_id=subject.pk)
    deliver(mail.pk)
    away = page.get(tab).text
    smtp.start()
    Delivery.objects.filter(pk=mail.pk).update(next_attempt_at=timezone.now())
    deliver(mail.pk)
    back = page.get(tab).text

    assert "Pendiente" in away
    assert "Entregado al servidor de correo" not in away
    assert "Entregado al servidor de correo" in back
    assert [message["To"] for message in smtp.messages] == [subject.email]
