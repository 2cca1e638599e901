"""What the bank is told when it opens a company, and what it cannot write."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from directory.models import Company, Portal, User
from directory.rules.company import cleaned_tax_id
from tests import factories
from tests.accounts.test_admin import PERSON, act, errors_of, new_company
from tests.support.client import Client
from tests.tokens.factories import token

pytestmark = pytest.mark.django_db
ADD = "/oficina/directory/company/add/"


@pytest.fixture
def portal(bank_scope: None) -> Portal:
    return factories.portal()


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("900.613.673-3", "CO", "900.613.673-3"),
        (" 900613673-3 ", "CO", "900.613.673-3"),
        ("1.020.304.050-6", "CO", "1.020.304.050-6"),
        ("j-12345678-9", "VE", "J-12345678-9"),
        ("12-3456789", "US", "12-3456789"),
    ],
)
def test_a_tax_id_is_kept_in_one_way_of_writing_it(typed: str, country: str, kept: str) -> None:
    assert cleaned_tax_id(typed, country) == kept


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("1", "CO"),
        ("900.613.673", "CO"),
        ("900.613.673-33", "CO"),
        ("J-12345678-9", "CO"),
        ("٩٠٠٦١٣٦٧٣-3", "CO"),
        ("", "CO"),
        ("ABC", "VE"),
        ("ABCD", "VE"),
        ("J-1_2", "VE"),
    ],
)
def test_what_is_no_tax_id_is_refused(typed: str, country: str) -> None:
    with pytest.raises(ValidationError):
        cleaned_tax_id(typed, country)


@pytest.mark.parametrize("wrong", ["", "1", "j-12345678", "900 111 222-3", "-900"])
def test_not_even_the_database_takes_what_is_no_tax_id(portal: Portal, wrong: str) -> None:
    with pytest.raises(IntegrityError, match="company_tax_id_well_written"), transaction.atomic():
        factories.company(portal, tax_id=wrong)


@pytest.mark.parametrize(
    ("taken", "sent", "errors"),
    [
        ({"code": "Nueva"}, {}, {"code": ["Ya existe una empresa con este código."]}),
        (
            {"tax_id": "900.111.222-3"},
            {"tax_id": "900111222-3"},
            {"tax_id": ["Ya existe una empresa con esta identificación tributaria."]},
        ),
        ({}, {"tax_id": "nada"}, {"tax_id": ["Un NIT con su dígito de verificación, como 900.613.673-3."]}),
    ],
)
def test_what_is_wrong_with_a_new_company_is_said_in_words_beside_its_field(
    staff: Client, portal: Portal, taken: dict[str, str], sent: dict[str, str], errors: dict[str, list[str]]
) -> None:
    factories.company(portal, **taken)

    response = staff.post(ADD, new_company(portal, **sent))

    assert errors_of(response) == errors
    assert Company.objects.count() == 1


def test_the_same_holds_when_a_company_is_corrected(staff: Client, portal: Portal) -> None:
    company, other = factories.company(portal), factories.company(portal, tax_id="900.111.222-3")
    page = f"/oficina/directory/company/{company.pk}/change/"
    values = {"legal_name": "OTRA SAS", "internal_identifier": "1", "idle_minutes": "", "password_days": ""}

    refused = [errors_of(staff.post(page, {**values, "tax_id": each})) for each in (other.tax_id, "1")]
    staff.post(page, {**values, "tax_id": "901222333-4"})

    company.refresh_from_db()
    assert [list(errors) for errors in refused] == [["tax_id"]] * 2
    assert (company.legal_name, company.tax_id) == ("OTRA SAS", "901.222.333-4")


def test_after_a_company_is_opened_the_three_steps_are_said_in_order_with_their_links(
    staff: Client, portal: Portal
) -> None:
    page = staff.post(ADD, new_company(portal), follow=True).text

    steps = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', page.partition("<ol>")[2].partition("</ol>")[0])
    assert "rgomez todavía no puede ingresar. Falta, en este orden; quien abrió a rgomez" in page
    assert [words for _link, words in steps] == [
        "Asignar a rgomez un token de la empresa; si no lo hay, agregarlo primero.",
        "Activar el token de rgomez.",
        "Activar el usuario rgomez.",
    ]
    token(company=Company.objects.get(code="NUEVA"))
    token(User.objects.get(username="rgomez"), state="pending_activation")
    found = [staff.get(link.replace("&amp;", "&")).context["cl"].result_count for link, _words in steps]
    assert found == [1, 1, 1]


def test_the_same_steps_are_said_for_another_administrator(staff: Client, portal: Portal) -> None:
    company = factories.company(portal)

    page = staff.post("/oficina/directory/user/add/", {**PERSON, "company": str(company.pk)}, follow=True).text

    assert "rgomez todavía no puede ingresar. Falta, en este orden; quien abrió a rgomez" in page


def test_a_message_writes_a_users_name_as_it_is(staff: Client, portal: Portal) -> None:
    user = factories.administrator(factories.company(portal), username="jperez99", state="pending")

    act(staff, "user", "activate", user)

    assert f">{user}: el usuario quedó activo.<" in staff.get("/oficina/directory/user/").text


def test_times_are_those_of_the_banks_zone(staff: Client, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    factories.administrator(factories.company(portal), signed_in_at=moment)

    page: Any = staff.get("/oficina/directory/user/")
    trail = staff.get("/oficina/audit/auditevent/").text

    assert "1 de marzo de 2026 a las 22:30" in page.text
    assert AuditEvent.objects.exists()
    assert "-0500" in trail
    assert "UTC" not in trail
