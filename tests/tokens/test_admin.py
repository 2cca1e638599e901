"""What the bank does with tokens in its back office, and what it never gets to see."""

import base64
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session
from accounts.sessions.store import salt_of
from audit.enums import Event
from audit.models import AuditEvent
from directory.models import User
from tenancy.sealing import unseal
from tests import factories
from tests.support.back_office import staff_client
from tests.support.client import Client
from tests.support.there import there
from tests.tokens.factories import code_of, token
from tokens import rules
from tokens.admin import qr_code
from tokens.enums import Purpose, TokenKind, TokenState
from tokens.models import Token
from tokens.services import verify

pytestmark = pytest.mark.usefixtures("bank_scope")
LIST = "/oficina/tokens/token/"


def page(row: Token, name: str = "change") -> str:
    return f"{LIST}{row.pk}/{name}/"


def act(staff: Client, action: str, *rows: Token, confirmed: bool = True) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return staff.post(LIST, data | ({"confirmed": "1"} if confirmed else {}), follow=True)


def test_the_list_names_serial_company_holder_and_state(staff: Client, administrator: User) -> None:
    row = token(administrator)

    response = staff.get(LIST)

    assert response.status_code == 200
    for text in (row.serial, administrator.company.legal_name, "adelgado", "Activo"):
        assert text in response.text


def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    staff: Client, administrator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def load(rows: int) -> int:
        for _ in range(rows):
            token(factories.user(administrator.company))
        with django_assert_num_queries(5):
            response = staff.get(LIST)
        return response.context["cl"].result_count

    assert [load(1), load(29)] == [2, 31]


def test_a_token_is_added_to_a_companys_stock_with_a_secret_nobody_saw(staff: Client, administrator: User) -> None:
    company = administrator.company

    response = staff.post(f"{LIST}add/", {"serial": "FEF4900030", "company": company.pk})

    assert response.status_code == 302
    row = Token.objects.get(serial="FEF4900030")
    assert (row.company, row.kind, row.state) == (company, TokenKind.VIRTUAL, TokenState.AVAILABLE)
    assert len(unseal(row.sealed_secret, row=row.row_name)) == rules.SECRET_BYTES
    assert AuditEvent.objects.get(event=Event.TOKEN_IMPORTED, target_name="FEF4900030").actor_name == "banca"


@pytest.mark.parametrize("serial", ["", "FEF49", "fef4900030", "FEF4900031"])
def test_a_wrong_or_taken_serial_is_refused_beside_its_field(staff: Client, administrator: User, serial: str) -> None:
    token(company=administrator.company, serial="FEF4900031")

    response = staff.post(f"{LIST}add/", {"serial": serial, "company": administrator.company.pk})

    assert response.status_code == 200
    assert "serial" in response.context["adminform"].form.errors


def test_fields_that_are_not_offered_change_nothing(staff: Client, administrator: User) -> None:
    forged = {"state": "active", "user": administrator.pk, "kind": "physical", "sealed_secret": "x", "last_step": "5"}

    staff.post(f"{LIST}add/", {"serial": "FEF4900030", "company": administrator.company.pk, **forged})

    row = Token.objects.get(serial="FEF4900030")
    assert (row.state, row.user, row.kind, row.last_step) == ("available", None, "virtual", rules.NEVER_USED)


def test_the_page_of_a_token_is_read_only_and_shows_no_secret(staff: Client, administrator: User) -> None:
    row = token(administrator)

    shown = staff.get(page(row))
    sent = staff.post(page(row), {"state": "blocked", "serial": "FEF0000000"})

    assert shown.status_code == 200
    assert row.sealed_secret not in shown.text
    assert sent.status_code == 403
    row.refresh_from_db()
    assert row.state == TokenState.ACTIVE


def test_nothing_is_deleted(staff: Client, administrator: User) -> None:
    row = token(administrator)

    assert staff.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    act(staff, "delete_selected", row)
    assert Token.objects.filter(pk=row.pk).exists()


def test_handing_over_shows_the_secret_once_and_activation_makes_it_count(staff: Client, administrator: User) -> None:
    row = token(company=administrator.company)
    asked = staff.get(page(row, "entregar"))

    answer = staff.post(page(row, "entregar"), {"user": administrator.pk})

    row.refresh_from_db()
    typed = there(re.search(r"<code>([A-Z2-7 ]+)</code>", answer.text))
    secret = base64.b32decode(typed[1].replace(" ", ""))
    uri = rules.enrolment_uri(secret, issuer="OcciRed", account="adelgado")
    assert asked.status_code == answer.status_code == 200
    assert qr_code(uri) in answer.text
    assert parse_qs(urlsplit(uri).query)["secret"] == [typed[1].replace(" ", "")]
    assert secret == unseal(row.sealed_secret, row=row.row_name)
    assert answer["Cache-Control"] == "no-store"
    assert (row.state, row.user) == (TokenState.PENDING_ACTIVATION, administrator)
    act(staff, "activate", row)
    assert verify(user=administrator, code=code_of(row), purpose=Purpose.SIGN_IN)


def data_of(row: Session) -> object:
    return signing.loads(row.session_data, salt=salt_of(row.session_key), serializer=JSONSerializer)


def test_the_secret_is_nowhere_after_its_one_page(
    staff: Client, administrator: User, caplog: pytest.LogCaptureFixture
) -> None:
    row = token(company=administrator.company)
    answer = staff.post(page(row, "entregar"), {"user": administrator.pk})
    row.refresh_from_db()
    secret = unseal(row.sealed_secret, row=row.row_name)
    act(staff, "activate", row)

    later = [staff.get(page(row)).text, staff.get(LIST).text, staff.get(page(row, "history")).text]
    sessions = [json.dumps(data_of(each)) for each in Session.objects.all()]
    assert any("otp_device_id" in text for text in sessions)
    places = [*later, *sessions, caplog.text, database_text(), answer.wsgi_request.get_full_path()]

    written = [secret.hex(), base64.b32encode(secret).decode(), base64.b64encode(secret).decode()]
    assert [each for each in written for place in places if each.lower() in place.lower()] == []
    assert staff.post(page(row, "entregar"), {"user": administrator.pk}).context["form"].errors


def database_text() -> str:
    """Every row of every table this role may read, as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute("SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(name, 'SELECT')", [names])
        rows = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_offered_are_people_of_the_company_who_may_have_a_token(staff: Client, administrator: User) -> None:
    company = administrator.company
    row = token(company=company)
    felipe = factories.user(company, username="felipe")
    factories.user(company, state="pending")
    factories.user(company, email="")
    factories.user(company, mobile="")
    token(factories.user(company))
    factories.administrator(factories.company(company.portal))
    holding = factories.administrator(company)
    token(holding)
    pending = factories.administrator(company, username="nueva", state="pending")

    offered = staff.get(page(row, "entregar")).context["form"].fields["user"].queryset

    assert list(offered) == [administrator, felipe, pending]


def test_a_secondary_user_gets_a_token_that_works_once_it_is_active(staff: Client, administrator: User) -> None:
    felipe = factories.user(administrator.company)
    row = token(company=administrator.company)

    staff.post(page(row, "entregar"), {"user": felipe.pk})
    before = Token.objects.get(pk=row.pk)
    act(staff, "activate", row)

    row.refresh_from_db()
    assert (before.state, row.state, row.user) == (TokenState.PENDING_ACTIVATION, TokenState.ACTIVE, felipe)
    assert verify(user=felipe, code=code_of(row), purpose=Purpose.SIGN_IN)


def test_a_locked_token_says_until_when_and_the_bank_lifts_it(staff: Client, administrator: User) -> None:
    until = timezone.now().replace(hour=20, minute=5, second=0, microsecond=0) + timedelta(days=1)
    row = token(administrator, failed_attempts=5, locked_until=until)

    shown = [staff.get(url).text for url in (LIST, page(row))]
    asked = act(staff, "lift_lock", row, confirmed=False)
    done = act(staff, "lift_lock", row)
    again = act(staff, "lift_lock", row)

    row.refresh_from_db()
    assert ["Bloqueado hasta las 15:05" in text for text in shown] == [True, True]
    assert "¿Levantar el bloqueo de estos tokens?" in asked.text
    assert f"{row.serial}: el token ya no está bloqueado." in done.text
    assert f"{row.serial}: El token no está bloqueado por claves erradas." in again.text
    assert (row.failed_attempts, row.locked_until, row.state) == (0, None, TokenState.ACTIVE)
    event = AuditEvent.objects.get(event=Event.TOKEN_UNLOCKED)
    assert (event.actor_name, event.before, event.after) == (
        "banca",
        {"locked_until": until.isoformat()},
        {"locked_until": None},
    )
    assert "Bloqueado hasta" not in staff.get(LIST).text


def test_a_person_who_is_not_offered_gets_nothing(staff: Client, administrator: User) -> None:
    row = token(company=administrator.company)
    stranger = factories.administrator(factories.company(administrator.company.portal))

    response = staff.post(page(row, "entregar"), {"user": stranger.pk})

    assert "user" in response.context["form"].errors
    row.refresh_from_db()
    assert (row.state, row.user) == (TokenState.AVAILABLE, None)


def test_staff_get_tokens_of_the_bank(staff: Client) -> None:
    colleague = factories.bank_staff()
    row = token()

    staff.post(page(row, "entregar"), {"user": colleague.pk})

    row.refresh_from_db()
    assert (row.user, row.state) == (colleague, TokenState.PENDING_ACTIVATION)


@pytest.fixture
def security() -> Client:
    """One of the group that runs people and tokens, who may not do everything."""
    call_command("set_up_groups", verbosity=0)
    client = staff_client(username="segura", is_superuser=False)
    User.objects.get(username="segura").groups.add(Group.objects.get(name="Seguridad"))
    return client


@pytest.mark.parametrize("is_superuser", [True, False])
def test_only_who_may_do_everything_gives_staff_a_token(security: Client, is_superuser: bool) -> None:
    colleague = factories.bank_staff(username="colega", is_superuser=is_superuser)
    row = token()

    answer = security.post(page(row, "entregar"), {"user": colleague.pk})

    row.refresh_from_db()
    assert "personal del banco" in str(answer.context["form"].errors)
    assert (row.user, row.state) == (None, TokenState.AVAILABLE)


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("activate", TokenState.PENDING_ACTIVATION),
        ("block", TokenState.ACTIVE),
        ("unblock", TokenState.BLOCKED),
        ("lift_lock", TokenState.ACTIVE),
        ("release", TokenState.ACTIVE),
        ("report_lost", TokenState.ACTIVE),
    ],
)
def test_only_who_may_do_everything_acts_on_a_token_of_staff(security: Client, action: str, state: TokenState) -> None:
    colleague = factories.bank_staff(username="colega")
    row = token(colleague, state=state, locked_until=timezone.now() + timedelta(minutes=9))
    sealed, locked_until = row.sealed_secret, row.locked_until

    answer = act(security, action, row)

    row.refresh_from_db()
    assert "personal del banco" in answer.text
    assert (row.state, row.user, row.sealed_secret, row.locked_until) == (state, colleague, sealed, locked_until)


def test_the_security_group_still_runs_tokens_of_companies(security: Client, administrator: User) -> None:
    row = token(administrator)

    act(security, "block", row)

    row.refresh_from_db()
    assert row.state == TokenState.BLOCKED


def test_a_physical_token_is_given_without_a_secret_page(staff: Client, administrator: User) -> None:
    row = token(company=administrator.company, kind=TokenKind.PHYSICAL)

    response = staff.post(page(row, "entregar"), {"user": administrator.pk})

    row.refresh_from_db()
    assert (response.status_code, row.state) == (302, TokenState.ASSIGNED)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("activate", TokenState.PENDING_ACTIVATION, TokenState.ACTIVE),
        ("block", TokenState.ACTIVE, TokenState.BLOCKED),
        ("unblock", TokenState.BLOCKED, TokenState.ACTIVE),
        ("release", TokenState.ACTIVE, TokenState.AVAILABLE),
        ("report_lost", TokenState.ACTIVE, TokenState.LOST),
    ],
)
def test_an_action_asks_first_and_then_does_it(
    staff: Client, administrator: User, action: str, before: TokenState, after: TokenState
) -> None:
    row = token(administrator, state=before)

    asked = act(staff, action, row, confirmed=False)
    unchanged = Token.objects.get(pk=row.pk).state
    act(staff, action, row)

    assert (asked.status_code, row.serial in asked.text, "confirmed" in asked.text) == (200, True, True)
    assert unchanged == before
    assert Token.objects.get(pk=row.pk).state == after


def test_an_action_that_is_not_possible_says_why(staff: Client, administrator: User) -> None:
    row = token(administrator)

    response = act(staff, "unblock", row)

    assert f"{row.serial}: No es posible «Desbloquear» un token en estado «Activo»." in response.text
    row.refresh_from_db()
    assert row.state == TokenState.ACTIVE


@pytest.mark.parametrize("url", [LIST, f"{LIST}add/", "{page}", "{hand_over}"])
def test_staff_without_the_right_do_nothing_with_tokens(administrator: User, url: str) -> None:
    row = token(company=administrator.company)
    clerk = staff_client(username="cajero", is_superuser=False)

    path = url.format(page=page(row), hand_over=page(row, "entregar"))

    assert clerk.get(path).status_code == 403
    assert clerk.post(path, {"user": administrator.pk, "serial": "FEF1111111"}).status_code == 403
    row.refresh_from_db()
    assert row.state == TokenState.AVAILABLE


def test_customers_find_no_back_office(administrator: User, client_for: Any) -> None:
    held = token(administrator)
    client = client_for(administrator, held)

    assert client.get(LIST).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:tokens_token_changelist", urlconf="occired.urls")


def test_the_admins_own_log_holds_the_serial_alone(staff: Client, administrator: User) -> None:
    staff.post(f"{LIST}add/", {"serial": "FEF4900030", "company": administrator.company.pk})

    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["FEF4900030"]
