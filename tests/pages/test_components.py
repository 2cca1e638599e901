"""The components pages are put together from: markup for screen readers, the guides' words, the portal's formats."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from directory.models import Portal
from occired.context import Counter

ROOT = Path(__file__).resolve().parents[2]
# Mail clients know no style sheet.
MAILS = [ROOT / "templates/notifications/mail.html"]
TEMPLATES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]

COLOMBIA = Portal(
    brand="OcciRed",
    bank_name="Banco Demostración",
    time_zone="America/Bogota",
    date_format="Y/m/d",
    decimal_separator=".",
    group_separator=",",
)
PANAMA = Portal(time_zone="America/Panama", date_format="m/d/y", decimal_separator=",", group_separator=".")
AFTER_MIDNIGHT_IN_LONDON = datetime(2018, 8, 1, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_spanish() -> Iterator[None]:
    with translation.override("es"):
        yield


class NewUser(forms.Form):
    username = forms.CharField(label="Usuario", help_text="De 4 a 20 letras")
    second_surname = forms.CharField(label="Segundo Apellido", required=False)
    alerts = forms.BooleanField(label="Permitir Recibir Alertas", required=False)
    role = forms.ChoiceField(label="Rol", choices=[("o", "Operador"), ("s", "Supervisor")], widget=forms.RadioSelect)
    password = forms.CharField(label="Clave", widget=forms.PasswordInput(attrs={"class": "own"}))
    form_key = forms.CharField(widget=forms.HiddenInput)


def render(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/usuarios/?{query}")
    html = Template("{% load components formats %}" + source).render(Context({"request": request, **context}))
    return re.sub(r"\s+", " ", html).strip()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# Fields


def test_a_required_field_is_yellow_has_a_sign_and_says_so_to_screen_readers() -> None:
    html = str(NewUser()["username"].as_field_group())

    assert 'class="oc-field is-required"' in html
    assert '<span class="oc-sign" aria-hidden="true">*</span>' in html
    assert 'aria-required="true"' in html
    assert " required" not in html.replace("is-required", "")


def test_an_optional_field_has_neither_yellow_nor_sign() -> None:
    html = str(NewUser()["second_surname"].as_field_group())

    assert "is-required" not in html
    assert "oc-sign" not in html
    assert "aria-required" not in html


def test_the_error_stands_beside_its_field_and_is_named_by_it() -> None:
    html = str(NewUser({})["username"].as_field_group())

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_username_helptext id_username_error"' in html
    assert '<p class="oc-help" id="id_username_helptext">De 4 a 20 letras</p>' in html
    assert 'id="id_username_error"><li>Este campo es obligatorio.</li>' in html


def test_a_widget_keeps_its_own_class_beside_the_frameworks() -> None:
    assert 'class="form-control own"' in str(NewUser()["password"])
    assert 'class="form-control own is-invalid"' in str(NewUser({})["password"])


def test_a_password_can_be_shown_but_is_never_sent_back() -> None:
    html = str(NewUser({"password": "secreta"})["password"].as_field_group())

    assert 'data-reveal="id_password"' in html
    assert "secreta" not in html


def test_a_tick_has_its_label_behind_it() -> None:
    html = str(NewUser()["alerts"].as_field_group())

    assert 'class="form-check-input"' in html
    assert html.index("<input") < html.index("<label")


def test_choices_are_a_group_that_is_named_and_required() -> None:
    html = str(NewUser({})["role"].as_field_group())

    assert (
        '<fieldset aria-describedby="id_role_error" role="radiogroup" aria-required="true" aria-invalid="true">' in html
    )
    assert "<legend>Rol" in html


def test_several_ticks_are_a_group_but_not_one_choice() -> None:
    class Days(forms.Form):
        days = forms.MultipleChoiceField(choices=[("l", "Lunes")], widget=forms.CheckboxSelectMultiple)

    html = str(Days()["days"].as_field_group())

    assert "<legend>" in html
    assert "radiogroup" not in html


def test_a_hidden_field_carries_no_class() -> None:
    assert "class" not in str(NewUser()["form_key"])


# The summary of errors


def test_the_summary_leads_to_each_field_and_takes_the_focus() -> None:
    html = render("{% error_summary form %}", form=NewUser({"username": "ana", "password": "x"}))

    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Hay 2 problemas" in html
    assert '<a href="#id_role_0"><strong>Rol</strong>: Este campo es obligatorio.</a>' in html
    assert "<li>Este campo es obligatorio.</li>" in html  # the hidden key: nothing to lead to


def test_the_summary_counts_one_problem_as_one() -> None:
    form = NewUser({"username": "ana", "role": "o", "password": "x", "form_key": "k"})
    form.add_error(None, "Nada cambió.")

    assert words(render("{% error_summary form %}", form=form)) == "Hay un problema Nada cambió."


def test_the_summary_gathers_the_forms_of_a_formset() -> None:
    formset_class = forms.formset_factory(NewUser, extra=0, min_num=2)
    formset = formset_class({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-username": "ana"})

    html = render("{% error_summary formset %}", formset=formset)

    assert 'href="#id_form-1-username"' in html
    assert 'href="#id_form-0-username"' not in html


@pytest.mark.parametrize("form", [NewUser(), NewUser({"username": "a", "role": "o", "password": "x", "form_key": "k"})])
def test_without_errors_there_is_no_summary(form: forms.Form) -> None:
    assert render("{% error_summary form %}", form=form) == ""


# Money, days, hours


@pytest.mark.parametrize(
    ("amount", "colombia", "panama"),
    [
        (Decimal("1500000.50"), "1,500,000.50", "1.500.000,50"),
        (Decimal(0), "0.00", "0,00"),
        (Decimal("-1234.5"), "-1,234.50", "-1.234,50"),
        (Decimal("999999999999999.99"), "999,999,999,999,999.99", "999.999.999.999.999,99"),
        (None, "", ""),
    ],
)
def test_money_is_written_as_the_portal_writes_it(amount: Decimal | None, colombia: str, panama: str) -> None:
    assert render("{{ amount|money:portal }}", amount=amount, portal=COLOMBIA) == colombia
    assert render("{{ amount|money:portal }}", amount=amount, portal=PANAMA) == panama


def test_an_instant_is_shown_in_the_portals_time_zone_and_format() -> None:
    at = AFTER_MIDNIGHT_IN_LONDON

    assert render("{{ at|moment:portal }}", portal=COLOMBIA, at=at) == "2018/07/31 22:09"
    assert render("{{ at|day:portal }} {{ at|clock:portal }}", portal=PANAMA, at=at) == "07/31/18 22:09"


def test_a_day_and_a_time_of_day_are_shown_as_they_are() -> None:
    html = render("{{ d|day:portal }} {{ t|clock:portal }}", d=date(2018, 8, 1), t=time(23, 59), portal=COLOMBIA)

    assert html == "2018/08/01 23:59"


def test_what_never_happened_is_blank() -> None:
    assert render("{{ x|moment:p }}{{ x|day:p }}{{ x|clock:p }}", x=None, p=COLOMBIA) == ""


# Tables


def test_a_header_sorts_and_sorts_back_keeping_the_filter_and_the_place() -> None:
    first = render('{% sort_header "usuario" "Usuario" %}', "perfil=a&pagina=3")
    second = render('{% sort_header "usuario" "Usuario" %}', "perfil=a&orden=usuario")
    third = render('{% sort_header "usuario" "Usuario" %}', "orden=-usuario")

    assert 'href="?perfil=a&amp;orden=usuario#lista"' in first
    assert "aria-sort" not in first
    assert 'aria-sort="ascending"' in second
    assert 'href="?perfil=a&amp;orden=-usuario#lista"' in second
    assert 'aria-sort="descending"' in third
    assert 'href="?orden=usuario#lista"' in third


def test_the_default_order_shows_in_its_header() -> None:
    assert 'aria-sort="ascending"' in render('{% sort_header "usuario" "Usuario" default="usuario" %}')


def test_the_pager_says_what_the_guides_say() -> None:
    html = render("{% pager page %}", page=Paginator(range(5), 10).get_page(1))

    assert words(html) == (
        "Ver 10 25 50 100 registros Mostrando registros 1 al 5 de un total de 5 Primero « 1 » Último"
    )


def test_the_pager_leads_on_and_keeps_filter_and_order() -> None:
    html = render("{% pager page %}", "orden=perfil&pagina=3", page=Paginator(range(95), 10).get_page(3))

    assert 'href="?orden=perfil&amp;pagina=2" rel="prev"' in html
    assert 'href="?orden=perfil&amp;pagina=4" rel="next"' in html
    assert '<a href="?orden=perfil">Primero</a>' in html
    assert '<a href="?orden=perfil&amp;pagina=10">Último</a>' in html
    assert '<a href="?orden=perfil&amp;ver=25">25</a>' in html
    assert '<span aria-current="page">3</span>' in html


def test_a_framed_table_has_its_heading_count_and_pager() -> None:
    page = Paginator(["Felipe20"], 10).get_page(1)
    html = render(
        '{% table_frame title="Resultado de consulta" count="1 usuario" page=page %}'
        "<table><tr><td>{{ page.0 }}</td></tr></table>{% endtable_frame %}",
        page=page,
    )

    assert "<h2>Resultado de consulta <small>1 usuario</small></h2>" in html
    assert "<td>Felipe20</td>" in html
    assert "Mostrando registros 1 al 1 de un total de 1" in html


def test_what_a_table_holds_is_escaped() -> None:
    html = render("{% table_frame %}<td>{{ name }}</td>{% endtable_frame %}", name="<script>alert(1)</script>")

    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>" in html


# Tabs, states, bars, confirm, refusal


def test_each_tab_says_in_words_whether_it_is_complete() -> None:
    tabs = [
        {"label": "Información Principal", "url": "/a", "active": True, "mark": "ok", "mark_text": ""},
        {"label": "Asignar Productos", "url": "/b", "active": False, "mark": "count", "mark_text": "2"},
        {"label": "Asignar Topes", "url": "/c", "active": False, "mark": "missing", "mark_text": "1 falta"},
        {"label": "Contraseña", "url": "/d", "active": False, "mark": "none", "mark_text": ""},
    ]

    html = render('{% include "components/tabs.html" %}', tabs=tabs)

    assert words(html) == (
        "Información Principal completo Asignar Productos 2 Asignar Topes 1 falta Contraseña – nada todavía"
    )
    assert html.count("aria-current") == 1


@pytest.mark.parametrize(
    ("used", "ceiling", "width", "state"),
    [
        ("0", "100", 0, ""),
        ("79", "100", 79, ""),
        ("80", "100", 80, "is-warn"),
        ("101", "100", 100, "is-bad"),
        ("0", "0", 0, ""),
        ("1", "0", 0, "is-bad"),
    ],
)
def test_a_bar_is_as_long_as_what_is_used(used: str, ceiling: str, width: int, state: str) -> None:
    html = render("{% bar used ceiling 'Usado' %}", used=Decimal(used), ceiling=Decimal(ceiling))

    assert f'<rect width="{width}"' in html
    assert f'class="oc-bar {state}"' in html
    assert 'aria-label="Usado"' in html


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("raised", "sube"),
        ("lowered", "baja"),
        ("added", "agrega"),
        ("removed", "quita"),
        ("changed", "cambia"),
        ("text", ""),
    ],
)
def test_a_line_of_a_change_says_its_kind_in_a_word(kind: str, word: str) -> None:
    line = SimpleNamespace(name="Diario", before="0.00", after="5.00", kind=kind)

    html = render('{% include "components/change_lines.html" %}', lines=[line])

    assert words(html) == f"Qué Antes Después Diario 0.00 5.00 {word}".strip()


def test_a_refusal_names_rule_time_person_and_decision() -> None:
    facts = {"what": "No puede pagar", "rule": "Tope", "until": "mañana", "who": "Andrés", "decision": "77"}

    html = render('{% include "components/refusal.html" %}', **facts)

    assert (
        words(html)
        == "No puede pagar Regla Tope Hasta cuándo mañana Quién puede cambiarlo Andrés Número de decisión 77"
    )


def test_an_icon_is_decoration_and_an_unknown_one_an_error() -> None:
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    with pytest.raises(KeyError):
        render('{% icon "unknown" %}')


# The week


def test_the_week_shows_windows_to_the_end_of_their_minute() -> None:
    days = [
        {
            "label": "Lunes",
            "company": (time(0), time(23, 59)),
            "user": (time(8), time(17, 59)),
            "is_today": True,
            "note": "",
        },
        {"label": "Domingo", "company": None, "user": None, "is_today": False, "note": "cerrado"},
    ]

    html = render("{% week days now %}", days=days, now=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))

    assert '<rect class="oc-w-company" x="0" width="1440"' in html
    assert '<rect class="oc-w-user" x="480" y="4" width="600"' in html
    assert '<rect class="oc-w-now" x="570"' in html
    assert html.count('class="oc-w-now" x=') == 1
    assert "Lunes 08:00 – 17:59 ( hoy ) Domingo Sin acceso cerrado" in words(html).replace("(hoy)", "( hoy )")


# The shell


def panel(**changes: Any) -> str:
    facts = {
        "user_name": "Andrés Delgado Quintero",
        "company_name": "COMERCIAL ANDINA SAS",
        "company_tax_id": "900.613.673-3",
        "company_identifier": "015829393",
        "last_sign_in": datetime(2018, 7, 31, 21, 9, tzinfo=UTC),
        "last_address": "200.14.232.152",
        "failed_since": 0,
        "counters": [
            Counter("messages", 1, "/mensajes/"),
            Counter("approvals", 0, "/autorizaciones/"),
            Counter("notifications", 2, None),
        ],
    }
    html = render(
        '{% include "components/side_panel.html" %}', portal=COLOMBIA, shell=SimpleNamespace(**facts | changes)
    )
    return html.partition('<div class="oc-panel-body">')[2]


def test_the_side_panel_says_the_guides_words_in_the_guides_order() -> None:
    assert words(panel()) == (
        "Bienvenido a la Banca Electrónica del Banco Demostración, Andrés Delgado Quintero "
        "COMERCIAL ANDINA SAS - 900.613.673-3 Identificador Interno: 015829393 "
        "Usted tiene 1 Mensaje(s) Modificar: Contraseña Imagen de Seguridad "
        "Fecha/Hora Último Ingreso: 2018/07/31 16:09 · 200.14.232.152 "
        "Usted tiene 0 Autorización(es) Usted tiene 2 Notificación(es) TUTORIALES OcciRed"
    )


def test_the_side_panel_tells_of_failed_attempts_and_of_a_first_entry() -> None:
    first = words(panel(failed_since=2, last_sign_in=None))
    later = words(panel(failed_since=1))

    assert "Este es su primer ingreso 2 intentos fallidos antes de este ingreso" in first
    assert "1 intento fallido desde entonces" in later


@pytest.mark.parametrize(("kind", "side"), [("raised", ' class="num"'), ("lowered", ' class="num"'), ("changed", "")])
def test_amounts_of_a_change_stand_at_the_right_and_texts_at_the_left(kind: str, side: str) -> None:
    line = SimpleNamespace(what="Diario", before="0.00", after="5.00", kind=kind)

    html = render('{% include "components/change_lines.html" %}', lines=[line])

    assert html.count(f'<th scope="col"{side}>') == (2 if side else 3)
    assert f'<td{side} data-label="Antes">' in html
    assert f'<td{side} data-label="Después">' in html


def test_a_counter_leads_to_what_it_counts_where_there_is_a_page() -> None:
    html = panel()

    assert 'href="/mensajes/"' in html
    assert '<p class="oc-count">' in html


@pytest.mark.parametrize("kind", ["warning", "error"])
def test_what_must_not_be_missed_interrupts(kind: str) -> None:
    assert 'role="alert"' in render('{% include "components/banner.html" with text="x" %}', kind=kind)


@pytest.mark.parametrize("kind", ["success", "info"])
def test_what_can_wait_is_said_politely(kind: str) -> None:
    assert 'role="status"' in render('{% include "components/banner.html" with text="x" %}', kind=kind)


@pytest.mark.parametrize(
    ("kind", "tone", "word"),
    [
        ("success", " is-good", "Listo:"),
        ("warning", " is-warn", "Atención:"),
        ("error", " is-bad", "Error:"),
        ("info", "", "Nota:"),
        ("debug", "", "Nota:"),
    ],
)
def test_a_banner_says_in_colour_and_in_a_word_what_it_is(kind: str, tone: str, word: str) -> None:
    html = render('{% include "components/banner.html" with text="Hecho" title="Ya" %}', kind=kind)

    assert f'class="oc-banner{tone}"' in html
    assert words(html) == f"{word} Ya Hecho"


@pytest.mark.parametrize("code", ["400", "403", "404", "500", "503"])
def test_an_error_page_needs_no_context(code: str) -> None:
    html = render_to_string(f"{code}.html")

    assert f"Error {code}" in html
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


# What holds for every template


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path not in MAILS], ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    source = path.read_text()

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)", source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_short_comment_ends_on_its_line(path: Path) -> None:
    assert [line for line in path.read_text().splitlines() if line.count("{#") != line.count("#}")] == []
