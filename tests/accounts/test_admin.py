"""What the bank does to portals, companies and people, and what stays in the trail of it."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session
from audit.models import AuditEvent
from directory.enums import CompanyState, CredentialState, Role, UserState
from directory.models import Company, Portal, User
from notifications.models import Delivery
from tests import factories
from tests.changes import naming
from tests.support.back_office import staff_client
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.there import there

pytestmark = pytest.mark.django_db
PERSON = {
    "username": "rgomez",
    "first_names": "Rosa",
    "first_surname": "Gómez",
    "second_surname": "",
    "id_type": "CC",
    "id_number": "52123456",
    "address": "Calle 10 # 5-51",
    "email": "rgomez@nueva.example",
    "office_phone": "601 307 7027",
    "office_extension": "",
    "mobile": "300 123 4567",
    "department": "Cundinamarca",
    "city": "Chía",
}


@pytest.fixture
def portal(bank_scope: None) -> Portal:
    return factories.portal()


@pytest.fixture
def company(portal: Portal) -> Company:
    return factories.company(portal)


def new_company(portal: Portal, **values: Any) -> dict[str, Any]:
    return {
        "portal": str(portal.pk),
        "code": "nueva",
        "legal_name": "NUEVA SAS",
        "tax_id": "900.111.222-3",
        "internal_identifier": "000111222",
        **PERSON,
        **values,
    }


def act(client: Client, model: str, action: str, *rows: Any, app: str = "directory") -> None:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    asked = client.post(f"/oficina/{app}/{model}/", data)
    assert [each in asked.content.decode() for each in map(str, rows)] == [True] * len(rows)
    assert client.post(f"/oficina/{app}/{model}/", {**data, "confirmed": "1"}).status_code == 302


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def last(event: str) -> AuditEvent:
    return AuditEvent.objects.filter(event=event).latest("id")


def test_a_company_opens_with_its_first_administrator(staff: Client, portal: Portal) -> None:
    response = staff.post("/oficina/directory/company/add/", new_company(portal))

    company = Company.objects.get(code="NUEVA")
    user = User.objects.get(company=company)
    assert response.status_code == 302
    assert (user.role, user.state, user.credential_state) == (
        Role.ADMINISTRATOR,
        UserState.PENDING,
        CredentialState.GENERATED,
    )
    assert user.sign_in_key == f"{portal.code}:rgomez"
    assert user.created_by_name == "banca"
    assert [profile.name for profile in company.profiles.all()] == ["Consulta"]
    assert Delivery.objects.get(about_id=user.pk).recipient == "rgomez@nueva.example"


def test_opening_a_company_is_in_its_trail(staff: Client, portal: Portal) -> None:
    staff.post("/oficina/directory/company/add/", new_company(portal))

    company = Company.objects.get(code="NUEVA")
    rows = AuditEvent.objects.filter(company_id=company.pk).order_by("sequence")
    assert [row.event for row in rows] == ["company.created", "user.created", "password.generated"]
    assert {row.actor_name for row in rows} == {"banca"}
    assert there(rows[0].after)["legal_name"] == "NUEVA SAS"
    assert there(rows[1].after)["username"] == "rgomez"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "CON ESPACIO"),
        ("username", "no"),
        ("email", "nadie"),
        ("mobile", "12"),
        ("id_number", "doce"),
        ("first_names", ""),
        ("legal_name", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(
    staff: Client, portal: Portal, field: str, value: str
) -> None:
    response = staff.post("/oficina/directory/company/add/", new_company(portal, **{field: value}))

    assert list(errors_of(response)) == [field]
    assert not Company.objects.exists()


def test_a_user_name_taken_in_the_portal_by_another_case(staff: Client, company: Company) -> None:
    factories.user(company, username="RGomez")

    response = staff.post("/oficina/directory/company/add/", new_company(company.portal))

    assert list(errors_of(response)) == ["username"]


def test_a_company_code_taken_by_another_case(staff: Client, portal: Portal) -> None:
    factories.company(portal, code="Nueva")

    response = staff.post("/oficina/directory/company/add/", new_company(portal))

    assert response.status_code == 200
    assert Company.objects.count() == 1


def test_a_company_is_corrected_with_before_and_after(staff: Client, company: Company) -> None:
    values = {"legal_name": "OTRO NOMBRE SAS", "tax_id": company.tax_id, "internal_identifier": "1"}
    staff.post(f"/oficina/directory/company/{company.pk}/change/", {**values, "idle_minutes": "", "password_days": ""})

    before = company.legal_name
    company.refresh_from_db()
    row = last("company.changed")
    assert company.legal_name == "OTRO NOMBRE SAS"
    assert row.company_id == company.pk
    assert there(row.before)["legal_name"] == before
    assert there(row.after)["legal_name"] == "OTRO NOMBRE SAS"


@pytest.mark.parametrize(
    ("field", "value"), [("idle_minutes", "0"), ("idle_minutes", "16"), ("password_days", "0"), ("password_days", "91")]
)
def test_the_bank_obeys_the_rule_on_a_companys_parameters(
    staff: Client, company: Company, field: str, value: str
) -> None:
    """The portal's passwords hold 90 days: a company's hold no longer, whoever writes it."""
    values = {"legal_name": "X SAS", "tax_id": company.tax_id, "internal_identifier": "1"}
    parameters = {"idle_minutes": "", "password_days": "", field: value}

    response = staff.post(f"/oficina/directory/company/{company.pk}/change/", {**values, **parameters})

    assert field in errors_of(response)
    company.refresh_from_db()
    assert (company.idle_minutes, company.password_days) == (None, None)


def test_the_bank_requires_dual_control_even_of_one_administrator(staff: Client, company: Company) -> None:
    """It is the second person itself where the company has none."""
    values = {"legal_name": "X SAS", "tax_id": company.tax_id, "internal_identifier": "1"}
    sent = {**values, "idle_minutes": "", "password_days": "", "dual_control_by_bank": "on"}
    naming.administrator(company)

    staff.post(f"/oficina/directory/company/{company.pk}/change/", sent)

    company.refresh_from_db()
    assert (company.dual_control_by_bank, company.has_dual_control, company.dual_control) == (True, True, False)
    assert there(last("company.changed").after)["dual_control_by_bank"] is True


def test_code_and_state_cannot_be_written_by_a_form(staff: Client, company: Company) -> None:
    values = {"legal_name": "X SAS", "tax_id": company.tax_id, "internal_identifier": "1"}
    forged = {"code": "OTRO", "state": "suspended"}
    staff.post(f"/oficina/directory/company/{company.pk}/change/", {**values, **forged})

    code = company.code
    company.refresh_from_db()
    assert (company.legal_name, company.code, company.state) == ("X SAS", code, CompanyState.ACTIVE)


def test_suspending_a_company_ends_its_sessions(staff: Client, company: Company) -> None:
    person = signed_in(factories.administrator(company))
    neighbour = factories.administrator(factories.company(company.portal))
    signed_in(neighbour)

    act(staff, "company", "suspend", company)

    company.refresh_from_db()
    assert company.state == CompanyState.SUSPENDED
    assert person.get("/mi-cuenta/")["Location"] == "/ingreso/?motivo=withdrawn"
    assert Session.objects.get(user=neighbour).ended_because == ""
    row = last("company.changed")
    assert (row.before, row.after) == ({"state": "active"}, {"state": "suspended"})


def test_nothing_happens_before_the_question_is_answered(staff: Client, company: Company) -> None:
    response = staff.post("/oficina/directory/company/", {"action": "suspend", "_selected_action": [str(company.pk)]})

    company.refresh_from_db()
    assert "Suspender estas empresas" in response.content.decode()
    assert company.state == CompanyState.ACTIVE


def test_a_suspended_company_is_opened_again(staff: Client, company: Company) -> None:
    act(staff, "company", "suspend", company)
    act(staff, "company", "reopen", company)

    company.refresh_from_db()
    assert company.state == CompanyState.ACTIVE
    assert AuditEvent.objects.filter(event="company.changed").count() == 2


def test_suspending_twice_changes_nothing(staff: Client, company: Company) -> None:
    act(staff, "company", "suspend", company)
    act(staff, "company", "suspend", company)

    assert AuditEvent.objects.filter(event="company.changed").count() == 1


def test_a_locked_user_is_unlocked(staff: Client, company: Company) -> None:
    user = factories.user(company, state=UserState.LOCKED, locked_at="2026-11-20T10:00:00Z", failed_attempts=5)

    act(staff, "user", "unlock", user)

    user.refresh_from_db()
    assert (user.state, user.locked_at, user.failed_attempts) == (UserState.ACTIVE, None, 0)
    row = last("user.state")
    assert (row.company_id, row.before, row.after) == (company.pk, {"state": "locked"}, {"state": "active"})


def test_unlocking_activates_nobody_else(staff: Client, company: Company) -> None:
    user = factories.user(company, state=UserState.INACTIVE)

    act(staff, "user", "unlock", user)

    user.refresh_from_db()
    assert user.state == UserState.INACTIVE


def test_an_administrator_is_activated_and_inactivated(staff: Client, company: Company) -> None:
    user = factories.administrator(company, state=UserState.PENDING)

    act(staff, "user", "activate", user)
    user.refresh_from_db()
    assert user.state == UserState.ACTIVE

    act(staff, "user", "inactivate", user)
    user.refresh_from_db()
    assert user.state == UserState.INACTIVE


@pytest.mark.parametrize("action", ["inactivate", "generate_password"])
def test_secondary_users_are_not_the_banks_to_run(staff: Client, company: Company, action: str) -> None:
    user = factories.user(company)
    before = user.password

    act(staff, "user", action, user)

    user.refresh_from_db()
    assert (user.state, user.password) == (UserState.ACTIVE, before)


def test_staff_do_not_inactivate_themselves(staff: Client) -> None:
    user = User.objects.get(username="banca")

    act(staff, "user", "inactivate", user)

    user.refresh_from_db()
    assert user.state == UserState.ACTIVE


@pytest.fixture
def security(bank_scope: None) -> Client:
    """One of the group that runs people and tokens, who may not do everything."""
    call_command("set_up_groups", verbosity=0)
    client = staff_client(username="segura", is_superuser=False)
    User.objects.get(username="segura").groups.add(Group.objects.get(name="Seguridad"))
    return client


@pytest.mark.parametrize("is_superuser", [True, False])
@pytest.mark.parametrize("action", ["unlock", "activate", "inactivate", "generate_password"])
def test_only_who_may_do_everything_acts_on_staff(security: Client, action: str, is_superuser: bool) -> None:
    starts = {"unlock": UserState.LOCKED, "activate": UserState.INACTIVE}
    state = starts.get(action, UserState.ACTIVE)
    locked_at = "2026-11-20T10:00:00Z" if action == "unlock" else None
    other = factories.bank_staff(username="otra", is_superuser=is_superuser, state=state, locked_at=locked_at)

    act(security, "user", action, other)

    before = (other.state, other.password, other.credential_state)
    other.refresh_from_db()
    assert (other.state, other.password, other.credential_state) == before
    assert "personal del banco" in security.get("/oficina/directory/user/").content.decode()
    assert not AuditEvent.objects.filter(target_id=other.pk).exists()


def test_the_security_group_still_runs_administrators(security: Client, company: Company) -> None:
    user = factories.administrator(company)

    act(security, "user", "inactivate", user)

    user.refresh_from_db()
    assert user.state == UserState.INACTIVE


def test_a_new_password_goes_to_the_administrator_alone(staff: Client, company: Company) -> None:
    user = factories.administrator(company)
    before = user.password

    act(staff, "user", "generate_password", user)
    act(staff, "user", "generate_password", user)

    user.refresh_from_db()
    assert user.password != before
    assert user.credential_state == CredentialState.GENERATED
    assert Delivery.objects.filter(about_id=user.pk).count() == 1
    assert last("password.generated").target_name == user.username


def test_nothing_of_a_user_can_be_written(staff: Client, company: Company) -> None:
    user = factories.administrator(company)
    values = {"username": "otro", "role": "bank", "is_superuser": "on", "state": "inactive"}

    response = staff.post(f"/oficina/directory/user/{user.pk}/change/", values)

    before = user.username
    user.refresh_from_db()
    assert response.status_code == 403
    assert (user.username, user.role, user.is_superuser) == (before, Role.ADMINISTRATOR, False)


def test_a_second_administrator_and_staff_are_added(staff: Client, company: Company) -> None:
    staff.post("/oficina/directory/user/add/", {**PERSON, "company": str(company.pk)})
    staff.post(
        "/oficina/directory/user/add/",
        {"username": "cajera", "first_names": "Ana", "first_surname": "Paz", "email": "apaz@banco.example"},
    )

    administrator, clerk = User.objects.get(username="rgomez"), User.objects.get(username="cajera", company=None)
    assert (administrator.role, administrator.company_id, administrator.state) == (
        Role.ADMINISTRATOR,
        company.pk,
        UserState.PENDING,
    )
    assert (clerk.role, clerk.is_superuser) == (Role.BANK, False)
    assert clerk.sign_in_key == "bank:cajera"


def test_who_may_change_groups_does_not_give_themselves_everything(bank_scope: None) -> None:
    """Django's permission on groups is not enough: it would let its holder write any right into their own group."""
    client = staff_client(username="grupos", is_superuser=False)
    own = Group.objects.create(name="Mesa")
    own.permissions.set(Permission.objects.filter(codename__in=("view_group", "change_group", "add_group")))
    User.objects.get(username="grupos").groups.add(own)
    everything = [str(key) for key in Permission.objects.values_list("pk", flat=True)]

    changed = client.post(f"/oficina/auth/group/{own.pk}/change/", {"name": "Mesa", "permissions": everything})
    added = client.post("/oficina/auth/group/add/", {"name": "Otra", "permissions": everything})

    assert (changed.status_code, added.status_code) == (403, 403)
    assert own.permissions.count() == 3


def test_groups_of_staff_are_written_with_before_and_after(staff: Client) -> None:
    clerk = factories.bank_staff(username="cajero", is_superuser=False)
    group = Group.objects.create(name="Mesa")

    staff.post(f"/oficina/directory/user/{clerk.pk}/change/", {"groups": [str(group.pk)]})

    row = last("back_office")
    assert [each.name for each in clerk.groups.all()] == ["Mesa"]
    assert (row.before, row.after) == ({"groups": []}, {"groups": ["Mesa"]})


@pytest.mark.parametrize(("model", "queries"), [("company", 6), ("user", 5), ("portal", 5)])
@pytest.mark.parametrize("rows", [1, 30])
def test_lists_ask_the_same_number_of_questions(
    staff: Client,
    portal: Portal,
    django_assert_num_queries: DjangoAssertNumQueries,
    model: str,
    queries: int,
    rows: int,
) -> None:
    for _ in range(rows):
        factories.administrator(factories.company(factories.portal()))

    with django_assert_num_queries(queries):
        response = staff.get(f"/oficina/directory/{model}/")

    assert response.context["cl"].result_count >= rows


def test_search_finds_a_company_by_any_of_its_names(staff: Client, company: Company) -> None:
    factories.company(company.portal)

    for text in (company.code, company.legal_name, company.tax_id):
        found = staff.get("/oficina/directory/company/", {"q": text}).context["cl"].queryset
        assert [each.pk for each in found] == [company.pk]


def test_an_unknown_company_is_not_there(staff: Client) -> None:
    response = staff.get(f"/oficina/directory/company/{UUID(int=7)}/change/")

    assert (response.status_code, response["Location"]) == (302, "/oficina/")


@pytest.mark.parametrize(
    "query",
    [
        "directory/user/?password__startswith=argon2",
        "directory/user/?username__regex=(",
        "directory/user/?sessions__session_key__startswith=a",
        "directory/user/?past_passwords__hash__startswith=a",
        "directory/user/?created_at__year=99999999999",
        "directory/user/?_popup=1&password__startswith=argon2",
        "directory/company/?users__password__startswith=argon2",
        "directory/portal/?companies__users__password__startswith=argon2",
        "directory/user/?state__exact=%00",
        "directory/user/?%00=1",
        "directory/user/?q=%00",
        "directory/user/?o=%00",
        "tokens/token/?sealed_secret__startswith=k",
        "tokens/token/?id__lt=2",
        "auth/group/?user__password__startswith=argon2",
        "products/product/?company__users__password__startswith=argon2",
        "limits/companyceiling/?company__users__password__startswith=argon2",
        "audit/auditevent/?hash__startswith=a",
    ],
)
def test_a_list_refuses_what_is_not_one_of_its_filters(staff: Client, query: str) -> None:
    assert staff.get(f"/oficina/{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "goes_to"),
    [
        ("directory/company/?portal__id__exact=x", "e=1"),
        ("directory/user/?id__exact=x", "e=1"),
        ("tokens/token/?id__exact=x", "e=1"),
        ("directory/user/?p=x", None),
        ("directory/user/?o=x.9.-99.%C2%B2", None),
        ("directory/user/?p=99999999999999999999", None),
        ("tokens/token/?id__exact=99999999999999999999999", None),
        ("auth/group/?pk=-99999999999999999999999", None),
        ("directory/user/?state__isnull=x", None),
        ("directory/user/?q=%22%27%5C%25_(", None),
    ],
)
def test_a_list_survives_a_value_that_is_none(staff: Client, company: Company, query: str, goes_to: str | None) -> None:
    factories.company(factories.portal())

    response = staff.get(f"/oficina/{query}")

    assert response.status_code == (302 if goes_to else 200)
    assert response.get("Location", "").partition("?")[2] == (goes_to or "")


def test_the_filters_of_a_list_still_work(staff: Client, company: Company) -> None:
    locked = factories.user(company, state=UserState.LOCKED, locked_at="2026-11-20T10:00:00Z")

    factories.company(factories.portal())

    found = staff.get("/oficina/directory/user/?state__exact=locked").context["cl"].queryset
    one = staff.get(f"/oficina/directory/user/?id__exact={locked.pk}").context["cl"].queryset
    theirs = staff.get(f"/oficina/directory/company/?portal__id__exact={company.portal_id}").context["cl"].queryset

    assert [list(found), list(one), list(theirs)] == [[locked], [locked], [company]]


@pytest.mark.parametrize("path", ["r/1/1/", "r/x/x/", "autocomplete/?term=a", "autocomplete/"])
def test_views_that_no_page_leads_to_are_not_there(staff: Client, path: str) -> None:
    assert staff.get(f"/oficina/{path}").status_code == 404


@pytest.mark.parametrize("key", ["x", "", "\0", "99999999999999999999999"])
@pytest.mark.parametrize("model", ["directory/user", "directory/company", "tokens/token"])
def test_an_action_on_a_key_that_is_none_is_refused(staff: Client, model: str, key: str) -> None:
    action = {"directory/user": "unlock", "directory/company": "suspend", "tokens/token": "block"}[model]

    for confirmed in ({}, {"confirmed": "1"}):
        response = staff.post(f"/oficina/{model}/", {"action": action, "_selected_action": [key], **confirmed})
        assert response.status_code in ({200, 302} if key.isdigit() and model == "tokens/token" else {400})


@pytest.mark.parametrize("model", ["directory/user", "directory/company", "tokens/token", "auth/group"])
@pytest.mark.parametrize("key", ["x", "%00", "0", "-1", "99999999999999999999999", "_00", "%C2%B2"])
def test_a_page_of_a_key_that_is_none_is_not_there(staff: Client, model: str, key: str) -> None:
    for page in ("change", "history"):
        assert staff.get(f"/oficina/{model}/{key}/{page}/").status_code in {302, 404}


def test_a_form_with_a_nul_is_refused(staff: Client, portal: Portal) -> None:
    refused = staff.post("/oficina/directory/company/add/", new_company(portal, legal_name="A\0B"))
    asked = staff.get("/oficina/directory/user/add/?company=x&username=%00")

    assert (refused.status_code, asked.status_code) == (400, 400)
    assert staff.get("/oficina/directory/user/add/?company=x").status_code == 200
