import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.models import Change
from changes.selectors import wanted_of
from directory.models import User
from schedules.changes import SetUserSchedule
from schedules.rules import CLOSED, DAYS, EVERY_HOUR, Week, Window
from tests import factories
from tests.schedules.factories import OFFICE, company_week, holiday, own_week
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("bank_scope")
TODAY = date.today()
# Narrowed days must not be today: the administrator of the test has to stay inside.
NARROW = (TODAY + timedelta(days=3)).weekday()
NARROW_DAY = DAYS[NARROW]


def urls(user: User) -> dict[str, str]:
    return {
        "user": reverse("schedules:user", args=[user.pk]),
        "edit-user": reverse("schedules:edit-user", args=[user.pk]),
        "company": reverse("schedules:company"),
        "edit-company": reverse("schedules:edit-company"),
    }


def narrowed() -> tuple[Window | None, ...]:
    """Every hour of every day but one."""
    return tuple(OFFICE if place == NARROW else window for place, window in enumerate(EVERY_HOUR.windows))


def typed(**values: str) -> dict[str, str]:
    """The form as it stands for every hour of every day, with `values` typed over it; an empty tick is left out."""
    hours = {f"{day}_start": "00:00" for day in DAYS} | {f"{day}_end": "23:59" for day in DAYS}
    ticks = {f"monetary_{tick}": "on" for tick in ("saturday", "sunday", "holiday")}
    sent = {"form_key": str(uuid4()), **hours, "holiday_access": "True", **ticks, **values}
    return {name: value for name, value in sent.items() if value or not name.startswith("monetary")}


def test_the_tab_shows_days_and_hours_as_the_guide_does(client: Client, felipe: User) -> None:
    text = client.get(urls(felipe)["user"]).content.decode()

    assert "Días y Horario de Acceso" in text
    assert re.findall(r'<th scope="col">([^<]+)</th>', text) == ["Días", "Horario Inicio", "Horario Término"]
    assert re.findall(r'<th scope="row">([^<]+)</th>', text) == [
        "Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo", "Festivo",
    ]  # fmt: skip
    assert text.count("<span>00:00</span>") == text.count("<span>23:59</span>") == 7
    assert "<span>Si</span>" in text
    assert "Permite realizar transacciones monetarias" in text
    assert f'href="{urls(felipe)["edit-user"]}">Modificar Horarios' in text


def test_continuar_proposes_what_was_typed(client: Client, felipe: User) -> None:
    sent = typed(monday_start="08:00", monday_end="18:00", sunday_start="", sunday_end="", monetary_sunday="")

    answer = client.post(urls(felipe)["edit-user"], sent)

    change = Change.objects.get()
    windows = (OFFICE, *EVERY_HOUR.windows[1:6], None)
    week = replace(EVERY_HOUR, windows=windows, monetary_sunday=False)
    assert answer.headers["location"] == reverse("changes:confirm", args=[change.pk])
    assert wanted_of(change) == SetUserSchedule(user=felipe.pk, week=week)


def test_wrong_hours_are_said_beside_them_and_kept(client: Client, felipe: User) -> None:
    sent = typed(
        monday_start="18:00",
        monday_end="08:00",
        tuesday_start="25:00",
        wednesday_end="",
        thursday_start="mañana",
        friday_start="10:00",
        friday_end="10:00",
    )

    page = client.post(urls(felipe)["edit-user"], sent)

    assert dict(page.context["form"].errors) == {
        "monday_end": [
            "Termina antes de empezar. Un horario que pasa de medianoche se ingresa en dos días: "
            "hasta las 23:59 y desde las 00:00."
        ],
        "tuesday_start": ["Ingrese la hora de 00:00 a 23:59, así: 08:00."],
        "wednesday_end": ["Ingrese las dos horas, o deje ambas vacías para un día sin acceso."],
        "thursday_start": ["Ingrese la hora de 00:00 a 23:59, así: 08:00."],
        "friday_end": [
            "Empieza y termina a la misma hora. Deje ambas vacías para un día sin acceso, o ingrese un final posterior."
        ],
    }
    assert 'value="25:00"' in page.content.decode()
    assert not Change.objects.exists()


def test_hours_outside_the_companys_name_its_window_beside_all_other_errors(client: Client, felipe: User) -> None:
    company_week(felipe.company, replace(EVERY_HOUR, windows=narrowed(), monetary_holiday=False))
    other = DAYS[(NARROW + 1) % 7]
    sent = typed(**{f"{NARROW_DAY}_start": "08:00", f"{NARROW_DAY}_end": "18:01", f"{other}_start": ""})

    page = client.post(urls(felipe)["edit-user"], sent)

    assert dict(page.context["form"].errors) == {
        f"{other}_start": ["Ingrese las dos horas, o deje ambas vacías para un día sin acceso."],
        f"{NARROW_DAY}_end": ["Fuera del horario de la empresa: 08:00 – 18:00."],
        "monetary_holiday": ["El horario de la empresa no lo permite."],
    }
    assert 'value="18:01"' in page.content.decode()


def test_what_the_company_cut_is_shown_with_what_was_given(client: Client, felipe: User) -> None:
    own_week(felipe, replace(EVERY_HOUR, holiday_access=False))
    company_week(felipe.company, replace(EVERY_HOUR, windows=narrowed(), monetary_holiday=False))

    text = client.get(urls(felipe)["user"]).content.decode()

    assert "El horario de la empresa es más corto que el asignado a este usuario" in text
    assert text.count("asignado: 00:00 – 23:59") == 1
    assert "No permitido por la empresa: Transacciones monetarias: Festivo" in text


def test_the_companys_hours_can_be_filled_in(client: Client, felipe: User) -> None:
    own_week(felipe, Week((Window(time(9), time(10)),) * 7, True, True, True, True))

    page = client.get(urls(felipe)["edit-user"], {"empresa": "1"})

    assert page.context["form"]["monday_start"].value() == time(0, 0)
    assert 'value="00:00"' in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "tuesday", "saturday"),
    [
        ("weekdays", ("07:15", "16:00"), ("00:00", "23:59")),
        ("every_day", ("07:15", "16:00"), ("07:15", "16:00")),
        ("office", ("08:00", "18:00"), ("", "")),
    ],
)
@pytest.mark.parametrize("page", ["edit-user", "edit-company"])
def test_a_button_fills_in_hours_and_saves_nothing(
    page: str, asked: str, tuesday: tuple[str, str], saturday: tuple[str, str], client: Client, felipe: User
) -> None:
    sent = typed(monday_start="07:15", monday_end="16:00", monetary_sunday="")

    form = client.post(urls(felipe)[page], sent | {"fill": asked}).context["form"]

    assert tuple(form[f"tuesday_{edge}"].value() for edge in ("start", "end")) == tuesday
    assert tuple(form[f"saturday_{edge}"].value() for edge in ("start", "end")) == saturday
    assert form["monetary_sunday"].value() is False
    assert not Change.objects.exists()


def test_each_day_is_drawn_as_typed_inside_the_companys_window(client: Client, felipe: User) -> None:
    company_week(felipe.company, replace(EVERY_HOUR, windows=narrowed()))
    sent = typed(**{f"{NARROW_DAY}_start": "09:00", f"{NARROW_DAY}_end": "10:59", "sunday_start": "x"})

    text = client.post(urls(felipe)["edit-user"], sent).content.decode()

    bars = re.findall(r'<rect class="oc-w-(company|user)" x="(\d+)"(?: y="4")? width="(\d+)"', text)
    assert ("company", "480", "601") in bars
    assert ("user", "540", "120") in bars
    assert bars.count(("user", "0", "0")) == 1


def test_going_back_brings_what_was_typed(client: Client, felipe: User) -> None:
    client.post(urls(felipe)["edit-user"], typed(monday_start="09:30"))

    page = client.get(urls(felipe)["edit-user"], {"cambio": str(Change.objects.get().pk)})

    assert 'value="09:30"' in page.content.decode()


def test_sending_twice_proposes_once(client: Client, felipe: User) -> None:
    sent = typed(monday_start="09:30")

    answers = {client.post(urls(felipe)["edit-user"], sent).headers["location"] for _ in range(2)}

    assert len(answers) == 1
    assert Change.objects.count() == 1


def test_the_company_page_changes_the_companys_hours(client: Client, felipe: User) -> None:
    client.post(urls(felipe)["edit-company"], typed(sunday_start="", sunday_end=""))

    change = Change.objects.get()
    assert change.kind == "schedules.set_for_company"
    assert [line.what for line in change.lines] == ["Domingo"]


def test_locking_oneself_out_is_refused_above_the_form(client: Client, felipe: User) -> None:
    nothing = {f"{day}_{edge}": "" for day in DAYS for edge in ("start", "end")}

    page = client.post(urls(felipe)["edit-company"], typed(**nothing))

    assert page.context["form"].non_field_errors() == [
        "Con este cambio ningún administrador podría ingresar en los próximos siete días. Deje a alguno con acceso."
    ]


def test_a_session_ends_at_the_next_request_when_the_hours_are_over(client: Client, felipe: User) -> None:
    before = client.get(urls(felipe)["user"])
    company_week(felipe.company, CLOSED)

    after = client.get(urls(felipe)["user"])

    assert before.status_code == 200
    assert after.status_code == 302
    assert after.headers["location"].startswith(reverse("sign-in"))
    assert client.get(urls(felipe)["user"]).status_code == 302


def test_another_companys_user_does_not_exist(client: Client) -> None:
    neighbour = factories.user(factories.company())
    pages = urls(neighbour)

    assert client.get(pages["user"]).status_code == 404
    for method in (client.get, client.post):
        assert method(pages["edit-user"]).status_code == 404


def test_secondary_users_administer_no_schedules(client_for: Any, felipe: User) -> None:
    client = client_for(felipe)

    assert {client.get(url).status_code for url in urls(felipe).values()} == {403}


def test_only_reading_and_sending(client: Client, felipe: User) -> None:
    pages = urls(felipe)

    assert {client.delete(url).status_code for url in pages.values()} == {405}
    assert client.post(pages["user"]).status_code == client.post(pages["company"]).status_code == 405


@pytest.mark.parametrize("name", ["user", "edit-user", "company", "edit-company"])
def test_queries_do_not_grow_with_users_and_holidays(
    client: Client, administrator: User, felipe: User, name: str
) -> None:
    counts = []
    for first, last in ((1, 2), (2, 31)):
        for day in range(first, last):
            own_week(factories.user(administrator.company), EVERY_HOUR)
            holiday(TODAY + timedelta(days=day))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(urls(felipe)[name]).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 20
