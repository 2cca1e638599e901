"""Once somebody had an active token the password alone opens nothing; who never had one gets what decision 10 gives."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import SessionEnd
from accounts.guards import EntryGuard
from audit.authority import Authority
from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User
from notifications.models import Message
from tests import factories
from tests.support.back_office import HOST, staff_client
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.there import there
from tests.tokens.factories import code_of, token
from tokens import services
from tokens.models import Token

pytestmark = pytest.mark.usefixtures("bank_scope")
GENERIC = "Los datos no son correctos o usted no puede ingresar en este momento."


def enter(username: str, code: str = "", host: str = "localhost") -> tuple[Client, Any]:
    client = Client(headers={"host": host})
    client.post(reverse("sign-in"), {"username": username, "code": code, "conditions": "on"})
    return client, client.post(reverse("sign-in-password"), {"password": factories.PASSWORD})


def of_the_bank() -> Authority:
    return Authority.of_bank(factories.bank_staff())


GONE = {"block": services.block, "lose": services.report_lost, "release": services.release}


@pytest.mark.parametrize("make", [factories.user, factories.administrator])
@pytest.mark.parametrize("step", GONE)
def test_who_lost_the_token_does_not_get_in_with_the_password_alone(make: Any, step: str) -> None:
    holder = make(username="jromero")
    GONE[step](authority=of_the_bank(), token=token(holder))

    _client, answer = enter("jromero")

    holder.refresh_from_db()
    row = AuditEvent.objects.get(event=Event.SIGN_IN_REFUSED)
    assert GENERIC in answer.text
    assert there(row.detail)["rule"] == "token.presented"
    assert (holder.state, holder.failed_attempts) == ("active", 0)


def test_a_new_active_token_opens_again(bank_scope: None) -> None:
    holder, authority = factories.user(username="jromero"), of_the_bank()
    services.report_lost(authority=authority, token=token(holder))
    stock = token(company=holder.company)
    services.hand_over(authority=authority, token=stock, user=holder)

    _client, waiting = enter("jromero")
    fresh = services.activate(authority=authority, token=stock)
    client, _answer = enter("jromero", code_of(fresh))

    assert GENERIC in waiting.text
    assert client.get(reverse("rights:own")).status_code == 200


def test_bank_staff_never_enter_without_a_code() -> None:
    staff = factories.bank_staff(username="banca")
    no_token = enter("banca", host=HOST)[1]
    held = token(staff)
    left_out = enter("banca", host=HOST)[1]
    client, _answer = enter("banca", code_of(held), host=HOST)

    staff.refresh_from_db()
    assert GENERIC in no_token.text
    assert GENERIC in left_out.text
    assert client.get("/oficina/").status_code == 200
    assert staff.failed_attempts == 0


def test_an_administrator_who_never_had_a_token_reaches_password_and_image_and_nothing_else() -> None:
    administrator = factories.administrator(username="mguerrero")

    client, _answer = enter("mguerrero")
    home = client.get(reverse("home"))
    open_to_them = {client.get(reverse(name)).status_code for name in ("own-account", "own-password", "own-image")}
    closed = {
        client.get(reverse(name)).get("Location")
        for name in ("users:search", "users:states", "limits:ceilings", "tokens:list", "inbox:messages", "rights:own")
    }

    assert open_to_them == {200}
    assert closed == {reverse("home")}
    assert "Para administrar se necesita un token activo." in home.text
    assert "El banco" in home.text
    assert (home.context["shell"].menu, home.context["shell"].counters) == ([], [])
    assert User.objects.get(pk=administrator.pk).token_required_since is None


def test_an_administrator_without_a_token_changes_nothing_even_under_the_guard() -> None:
    administrator = factories.administrator()

    with pytest.raises(PermissionDenied):
        EntryGuard().before(signers=[administrator], present=administrator)
    token(administrator)

    EntryGuard().before(signers=[administrator], present=administrator)


def test_a_secondary_user_who_never_had_a_token_enters_and_asks() -> None:
    factories.user(username="Felipe20")

    client, _answer = enter("Felipe20")

    assert client.get(reverse("rights:own")).status_code == 200
    assert client.get(reverse("products:own")).status_code == 200


def test_a_session_of_the_password_alone_ends_once_the_first_token_is_active() -> None:
    user, authority = factories.user(username="Felipe20"), of_the_bank()
    client, _answer = enter("Felipe20")
    stock = token(company=user.company)
    services.hand_over(authority=authority, token=stock, user=user)
    before = client.get(reverse("home")).status_code

    services.activate(authority=authority, token=stock)
    ended = client.get(reverse("home"))
    page = client.get(ended["Location"])

    assert before == 200
    assert ended["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.CODE}"
    assert "Su sesión terminó porque ahora tiene un token activo: ingrese con su código." in page.text


@pytest.mark.parametrize("state", ["blocked", "lost"])
def test_a_session_whose_token_was_stopped_says_that_the_bank_can_change_it(state: str) -> None:
    user = factories.user()
    held = token(user)
    client = signed_in(user, held)
    Token.objects.filter(pk=held.pk).update(state=state)

    ended = client.get(reverse("home"))
    page = client.get(ended["Location"])

    assert ended["Location"] == f"{reverse('sign-in')}?motivo={SessionEnd.TOKEN}"
    assert "El token de esta sesión ya no está activo." in page.text
    assert "<dd>El banco</dd>" in page.text


class TestLifting:
    @pytest.fixture
    def staff(self) -> Client:
        return staff_client(username="banca")

    @pytest.fixture
    def locked_out(self) -> User:
        """An administrator whose token is blocked."""
        user = factories.administrator(username="jromero")
        token(user, state="blocked")
        return user

    def lift(self, staff: Client, user: User, reason: str) -> Any:
        asked = {"action": "lift_token", "_selected_action": [str(user.pk)]}
        question = staff.post("/oficina/directory/user/", asked)
        assert user.username in question.text
        return staff.post("/oficina/directory/user/", {**asked, "confirmed": "1", "reason": reason})

    def test_the_bank_lifts_it_with_a_reason_that_trail_and_company_are_told(
        self, staff: Client, locked_out: User
    ) -> None:
        other = factories.administrator(locked_out.company)
        factories.administrator(factories.company())

        answer = self.lift(staff, locked_out, "Perdió el teléfono, llamó la gerente")

        row = AuditEvent.objects.get(event=Event.TOKEN_REQUIREMENT_LIFTED)
        assert answer.status_code == 302
        assert User.objects.get(pk=locked_out.pk).token_required_since is None
        assert (row.actor_name, row.target_name, row.company_id) == ("banca", "jromero", locked_out.company_id)
        assert row.detail == {"source": "bank", "reason": "Perdió el teléfono, llamó la gerente"}
        assert there(row.before)["token_required_since"]
        told = {message.user_id: message for message in Message.objects.all()}
        assert set(told) == {other.pk, locked_out.pk}
        assert told[other.pk].subject == "El banco actuó sobre jromero: Ingreso sin token permitido de nuevo"
        assert "Motivo: Perdió el teléfono, llamó la gerente" in told[other.pk].body

    def test_then_the_administrator_enters_to_their_own_account_alone(self, staff: Client, locked_out: User) -> None:
        self.lift(staff, locked_out, "Perdió el teléfono")

        client, _answer = enter("jromero")

        assert client.get(reverse("own-account")).status_code == 200
        assert client.get(reverse("users:search"))["Location"] == reverse("home")

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_without_a_reason_nothing_happens_and_it_is_asked_again(
        self, staff: Client, locked_out: User, reason: str
    ) -> None:
        answer = self.lift(staff, locked_out, reason)

        assert answer.status_code == 200
        assert "errorlist" in answer.text
        assert User.objects.get(pk=locked_out.pk).token_required_since is not None
        assert Message.objects.count() == 0

    def test_nothing_is_lifted_beside_an_active_token_nor_for_secondary_users(self, staff: Client) -> None:
        holder, secondary = factories.administrator(), factories.user()
        token(holder)
        token(secondary, state="blocked")

        for user in (holder, secondary):
            self.lift(staff, user, "Perdió el teléfono")

        assert User.objects.filter(pk__in=[holder.pk, secondary.pk], token_required_since=None).count() == 0
        assert not AuditEvent.objects.filter(event=Event.TOKEN_REQUIREMENT_LIFTED).exists()
