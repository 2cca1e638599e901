"""What a list makes of an address, over the users of a company."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict

from directory.models import Portal, User
from pages.criteria import Criterion
from pages.lists import Asked, Column, Listing, in_batches, text_of
from pages.words import plain
from tests import factories

pytestmark = pytest.mark.usefixtures("bank_scope")
COLOMBIA = Portal(time_zone="America/Bogota", date_format="Y/m/d", decimal_separator=".", group_separator=",")


def everybody(viewer: User, query: QueryDict) -> QuerySet[User]:
    return User.objects.of(viewer)


LISTING = Listing(
    key="people",
    title="Personas",
    permission="see_users",
    columns=(
        Column(
            key="nombre",
            label="Nombre",
            reads=("first_names",),
            sort=(Lower("first_names"),),
            search=("first_names", "first_surname"),
            is_head=True,
        ),
        Column(
            key="ingreso",
            label="Ingreso",
            reads=("signed_in_at",),
            sort=(F("signed_in_at"),),
            may_be_empty=True,
        ),
        Column(
            key="ciudad",
            label="Ciudad",
            reads=("city",),
            value=lambda portal, city: f"{city} ({portal.currency})",
            search=("city",),
            is_default=False,
        ),
    ),
    rows=everybody,
    order="nombre",
)


@pytest.fixture
def ana(administrator: User) -> User:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    User.objects.filter(pk=administrator.pk).update(first_names="Ángela", first_surname="Peña", city="Cali")
    for name, days in (("Beatriz", 2), ("carlos", 1)):
        factories.user(administrator.company, first_names=name, signed_in_at=at + timedelta(days=days))
    administrator.refresh_from_db()
    return administrator


def asked(viewer: User, address: str, listing: Listing = LISTING) -> Asked:
    return listing.asked(address, viewer)


def names(viewer: User, address: str) -> list[str]:
    return [user.first_names for user in asked(viewer, address).page]


def keys(viewer: User, address: str) -> list[str]:
    return [column.key for column in asked(viewer, address).columns]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", ["Beatriz", "carlos", "Ángela"]),
        ("orden=-nombre", ["Ángela", "carlos", "Beatriz"]),
        ("orden=ingreso", ["Ángela", "carlos", "Beatriz"]),
        ("orden=-ingreso", ["Beatriz", "carlos", "Ángela"]),
        ("orden=ciudad", ["Beatriz", "carlos", "Ángela"]),  # cannot be sorted by
        ("orden=company__portal__code", ["Beatriz", "carlos", "Ángela"]),
        ("orden=--nombre", ["Beatriz", "carlos", "Ángela"]),
        ("filtro=pena+angela", ["Ángela"]),
        ("filtro=CALI++PEÑA", ["Ángela"]),
        ("filtro=cali+beatriz", []),
        ("filtro=%25", []),
        ("filtro=%00", ["Beatriz", "carlos", "Ángela"]),
        ("filtro=_", []),
        ("filtro=", ["Beatriz", "carlos", "Ángela"]),
        ("pagina=9&ver=10", ["Beatriz", "carlos", "Ángela"]),
    ],
)
def test_the_address_says_order_and_filter(ana: User, address: str, found: list[str]) -> None:
    assert names(ana, address) == found


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ["nombre", "ingreso"]),
        ("columnas=ciudad", ["nombre", "ciudad"]),
        ("columnas=ciudad&columnas=ingreso", ["nombre", "ingreso", "ciudad"]),
        ("columnas=nombre", ["nombre"]),
        ("columnas=password", ["nombre", "ingreso"]),
    ],
)
def test_the_address_says_which_columns(ana: User, address: str, shown: list[str]) -> None:
    assert keys(ana, address) == shown


@pytest.mark.parametrize(
    ("kept", "address", "shown", "rows"),
    [
        ({}, "", ["nombre", "ingreso"], 10),
        ({"columns": ["ciudad"], "size": 25}, "", ["nombre", "ciudad"], 25),
        ({"columns": ["ciudad"], "size": 25}, "columnas=ingreso&ver=50", ["nombre", "ingreso"], 50),
        ({"columns": ["ciudad"], "size": 25}, "columnas=password&ver=7", ["nombre", "ciudad"], 25),
        ({"columns": ["telex"]}, "", ["nombre", "ingreso"], 10),  # no longer a column of this list
    ],
)
def test_a_list_stays_as_it_was_left_unless_the_address_says_otherwise(
    ana: User, kept: dict[str, Any], address: str, shown: list[str], rows: int
) -> None:
    ana.list_layouts = {"people": kept, "others": {"columns": ["ingreso"], "size": 100}}

    found = asked(ana, address)

    assert ([column.key for column in found.columns], found.page.paginator.per_page) == (shown, rows)


def test_the_address_of_an_order_holds_the_columns_it_was_given_with(ana: User) -> None:
    ana.list_layouts = {"people": {"columns": ["ciudad"]}}

    assert asked(ana, "orden=nombre&pagina=2").address == "orden=nombre&pagina=2&columnas=nombre&columnas=ciudad"


def test_each_criterion_can_be_taken_away(ana: User) -> None:
    said = [Criterion("Ciudad", "Cali", ("ciudad", "pais")), Criterion("Perfil", "Todos", ("perfil",))]
    listing = replace(LISTING, criteria=lambda viewer, query: said)

    found = asked(ana, "ciudad=cali&pais=co&perfil=a&filtro=x&pagina=3&ver=25", listing).removable

    assert [(str(each.text), without) for each, without in found] == [
        ("Cali", "?perfil=a&filtro=x&ver=25"),
        ("Todos", "?ciudad=cali&pais=co&filtro=x&ver=25"),
        ("x", "?ciudad=cali&pais=co&perfil=a&ver=25"),
    ]


def test_forms_keep_the_rest_of_the_address(ana: User) -> None:
    found = asked(ana, "perfil=a&columnas=ciudad&columnas=ingreso&orden=nombre&filtro=x&pagina=3")

    assert found.kept_by_filter == [
        ("perfil", "a"),
        ("columnas", "ciudad"),
        ("columnas", "ingreso"),
        ("orden", "nombre"),
    ]
    assert found.left_as == "?perfil=a&orden=nombre&filtro=x"
    assert found.kept_by_criteria == [("columnas", "ciudad"), ("columnas", "ingreso"), ("orden", "nombre")]


def test_what_is_read_for_all_rows_is_read_for_those_shown(ana: User) -> None:
    loaded: list[int] = []

    def load(viewer: Any, rows: Any) -> list[str]:
        loaded.append(len(rows))
        return [row.first_names.upper() for row in rows]

    assert list(asked(ana, "orden=-nombre", replace(LISTING, load=load)).page) == ["ÁNGELA", "CARLOS", "BEATRIZ"]
    assert loaded == [3]


def test_all_rows_say_in_a_file_what_they_say_on_the_page(ana: User) -> None:
    found = asked(ana, "columnas=ciudad&orden=-nombre&ver=10")

    rows = [row for batch in found.batches(2) for row in batch]
    assert rows == [[column.of(row, ana.portal) for column in found.columns] for row in found.page]
    assert rows[0] == ["Ángela", "Cali (COP)"]


def test_what_is_read_for_all_rows_is_in_a_file_too(ana: User) -> None:
    def load(viewer: Any, rows: Any) -> list[SimpleNamespace]:
        return [SimpleNamespace(first_names=f"{len(rows)} {row.first_names}") for row in rows]

    found = asked(ana, "columnas=nombre", replace(LISTING, load=load))

    assert list(found.batches(2)) == [[["2 Beatriz"], ["2 carlos"]], [["1 Ángela"]]]


def test_a_filter_that_leaves_nothing_still_shows_the_list(ana: User) -> None:
    assert asked(ana, "filtro=nadie").is_shown
    assert not Asked(replace(LISTING, rows=lambda *_: User.objects.none()), QueryDict(), ana).is_shown


def test_words_mean_nothing_where_no_column_is_searched(ana: User) -> None:
    unsearched = replace(LISTING, columns=tuple(replace(column, search=()) for column in LISTING.columns))

    assert len(asked(ana, "filtro=nadie", unsearched).page) == 3


def test_rows_come_in_batches_and_none_is_left_out(ana: User) -> None:
    assert [len(batch) for batch in in_batches(asked(ana, "").rows, 2)] == [2, 1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Ana", "Ana"),
        (7, "7"),
        (Decimal("1234.5"), "1,234.50"),
        (datetime(2026, 11, 1, 3, 9, tzinfo=UTC), "2026/10/31 22:09"),
        (date(2026, 11, 1), "2026/11/01"),
    ],
)
def test_a_value_is_written_as_the_portal_writes_it(value: Any, text: str) -> None:
    assert text_of(value, COLOMBIA) == text


def test_words_are_compared_without_accents_however_they_are_typed() -> None:
    assert plain("  PEN\u0303A   Gómez ") == plain("peña gomez") == "pena gomez"
