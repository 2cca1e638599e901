"""What the bank writes about a portal itself, and where people read it."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from directory.models import Portal
from tests import factories
from tests.support.client import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(bank_scope: None) -> Portal:
    return factories.portal()


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def last(event: str) -> AuditEvent:
    return AuditEvent.objects.filter(event=event).latest("id")


def portal_values(portal: Portal, **values: Any) -> dict[str, Any]:
    names = (
        *("brand", "tagline", "bank_name", "legend", "country", "time_zone", "currency", "language", "date_format"),
        *("decimal_separator", "group_separator", "conditions", "conditions_version", "password_policy"),
        *("password_days", "generated_password_hours", "idle_minutes", "max_failed_attempts"),
    )
    kept = {name: getattr(portal, name) for name in names}
    return {**kept, "hostnames": ",".join(portal.hostnames), "support_lines": "Bogotá: 000 00 00", **values}


def test_support_lines_are_written_one_a_line(staff: Client, portal: Portal) -> None:
    values = portal_values(portal, support_lines="Cali: 111 11 11\n\nOtras ciudades: 01 8000 11")
    response = staff.post(f"/oficina/directory/portal/{portal.pk}/change/", values)

    portal.refresh_from_db()
    assert response.status_code == 302
    assert portal.support_lines == [
        {"label": "Cali", "value": "111 11 11"},
        {"label": "Otras ciudades", "value": "01 8000 11"},
    ]
    row = last("back_office")
    assert row.before == {"support_lines": [{"label": "Bogotá", "value": "000 00 00"}]}
    assert row.after == {"support_lines": portal.support_lines}


def test_the_texts_of_the_sign_in_page_are_the_portals(staff: Client, portal: Portal) -> None:
    values = portal_values(
        portal,
        headline="Nuevo Portal Empresarial",
        slogan="Nos renovamos",
        sign_in_links="Chat: https://chat.banco.example",
        banners="Conozca <b>todo</b>\nCon FACTORING garantice su liquidez | CONOZCA MÁS | https://banco.example/factoring",
        browsers="Firefox y Chrome",
    )
    staff.post(f"/oficina/directory/portal/{portal.pk}/change/", values)
    stranger = Client(headers={"host": "localhost"})

    portal.refresh_from_db()
    page = unescape(re.sub(r"<span.*?</span>", "", stranger.get("/ingreso/").content.decode()))
    assert portal.banners[0] == {"text": "Conozca <b>todo</b>", "link": "", "url": ""}
    assert re.findall(r'<a href="(https:[^"]*)"[^>]*>(.*?)</a>', page) == [
        ("https://chat.banco.example", "Chat"),
        ("https://banco.example/factoring", "CONOZCA MÁS"),
    ]
    said = ("Nuevo Portal Empresarial", "Nos renovamos", "Conozca <b>todo</b>", "navegadores: Firefox y Chrome.")
    assert [text in page for text in said] == [True] * 4
    assert "<b>" not in stranger.get("/ingreso/").content.decode()


def test_what_was_written_of_the_sign_in_page_is_shown_as_it_was_typed(staff: Client, portal: Portal) -> None:
    banner = "Con FACTORING | CONOZCA MÁS | https://banco.example/factoring"
    staff.post(f"/oficina/directory/portal/{portal.pk}/change/", portal_values(portal, banners=f"Uno\n{banner}"))

    shown = staff.get(f"/oficina/directory/portal/{portal.pk}/change/").content.decode()

    assert f"Uno\n{banner}</textarea>" in unescape(shown)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("sign_in_links", "Chat: http://chat.banco.example"),
        ("sign_in_links", "Chat: javascript:alert(1)"),
        ("banners", "Texto | CONOZCA MÁS"),
        ("banners", "Texto | CONOZCA MÁS | javascript:alert(1)"),
        ("banners", "| CONOZCA MÁS | https://banco.example"),
    ],
)
def test_a_link_of_the_sign_in_page_leads_to_a_safe_address(
    staff: Client, portal: Portal, field: str, line: str
) -> None:
    response = staff.post(f"/oficina/directory/portal/{portal.pk}/change/", portal_values(portal, **{field: line}))

    assert list(errors_of(response)) == [field]


def test_host_names_are_kept_in_small_letters(staff: Client, portal: Portal) -> None:
    values = portal_values(portal, hostnames="Empresas.Banco.Example,localhost")
    staff.post(f"/oficina/directory/portal/{portal.pk}/change/", values)

    portal.refresh_from_db()
    assert portal.hostnames == ["empresas.banco.example", "localhost"]


def test_a_line_without_number_is_refused(staff: Client, portal: Portal) -> None:
    values = portal_values(portal, support_lines="Cali")
    response = staff.post(f"/oficina/directory/portal/{portal.pk}/change/", values)

    assert list(errors_of(response)) == ["support_lines"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "America/Bogotá"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", "Bogota"),
        ("max_failed_attempts", 2),
        ("max_failed_attempts", 11),
        ("password_days", 0),
    ],
)
def test_a_portal_takes_only_values_its_people_can_live_with(
    staff: Client, portal: Portal, field: str, value: Any
) -> None:
    before = getattr(portal, field)

    response = staff.post(f"/oficina/directory/portal/{portal.pk}/change/", portal_values(portal, **{field: value}))

    portal.refresh_from_db()
    assert list(errors_of(response)) == [field]
    assert getattr(portal, field) == before


@pytest.mark.parametrize(
    "values", [{"time_zone": "America/Panama"}, {"max_failed_attempts": 3}, {"max_failed_attempts": 10}]
)
def test_a_portal_takes_the_ends_of_each_range(staff: Client, portal: Portal, values: dict[str, Any]) -> None:
    path = f"/oficina/directory/portal/{portal.pk}/change/"
    response = staff.post(path, portal_values(portal, password_days=1, **values))

    portal.refresh_from_db()
    assert response.status_code == 302
    assert {name: getattr(portal, name) for name in values} == values
    assert portal.password_days == 1


@pytest.mark.parametrize("values", [{"max_failed_attempts": 2}, {"max_failed_attempts": 11}, {"password_days": 0}])
def test_the_database_keeps_a_portals_values_in_their_range(portal: Portal, values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="violates check constraint"), transaction.atomic():
        Portal.objects.filter(pk=portal.pk).update(**values)


def test_other_conditions_need_another_version(staff: Client, portal: Portal) -> None:
    path = f"/oficina/directory/portal/{portal.pk}/change/"

    refused = staff.post(path, portal_values(portal, conditions="Otras."))
    taken = staff.post(path, portal_values(portal, conditions="Otras.", conditions_version="2026-12"))

    portal.refresh_from_db()
    assert list(errors_of(refused)) == ["conditions_version"]
    assert taken.status_code == 302
    assert (portal.conditions, portal.conditions_version) == ("Otras.", "2026-12")
