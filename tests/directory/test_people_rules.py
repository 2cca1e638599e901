"""What may be written about a person, which states follow which, and when a password may be generated again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from directory.editions import OCCIRED
from directory.enums import UserState
from directory.rules import people

OPTIONAL = OCCIRED.optional_fields
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
GOOD = {
    "username": "Felipe20",
    "first_names": "David Felipe",
    "first_surname": "Prieto",
    "second_surname": "",
    "id_type": "CC",
    "id_number": "80123456",
    "address": "Calle 12 # 34-56",
    "email": "dprieto@andina.example",
    "office_phone": "601 307 7027",
    "office_extension": "",
    "mobile": "300 123 4567",
    "department": "Cundinamarca",
    "city": "Bogotá, D.C.",
}


def field(name: str, value: str, **others: str) -> str:
    return people.cleaned_field(name, value, others, "CO", OPTIONAL)


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("username", "Felipe20", "Felipe20"),
        ("username", " a.b-", "a.b-"),
        ("username", "4seguro_tesoreria.20", "4seguro_tesoreria.20"),
        ("first_names", "  María   José ", "María José"),
        ("first_names", "Mari\u0301a", "María"),
        ("first_surname", "O'Neil-Ñáñez", "O'Neil-Ñáñez"),
        ("second_surname", "   ", ""),
        ("address", "Cl 1", "Cl 1"),
        ("email", "DPrieto@ANDINA.example", "DPrieto@andina.example"),
        ("email", "a@empresa.com.co", "a@empresa.com.co"),
        ("email", "a@correo.localhost", "a@correo.localhost"),
        ("email", "a@ñandu.co", "a@xn--andu-fqa.co"),
        ("office_phone", "(601) 307-7027", "6013077027"),
        ("office_phone", "+57 601 3077027", "6013077027"),
        ("office_phone", "+507 263 8144", "+5072638144"),
        ("office_extension", "", ""),
        ("office_extension", "21742", "21742"),
        ("mobile", "300 123 4567", "3001234567"),
        ("mobile", "+573001234567", "3001234567"),
        ("mobile", "+507 6123-4567", "+50761234567"),
        ("city", "Bogotá, D.C.", "Bogotá, D.C."),
        ("city", " bogota ", "Bogotá, D.C."),
        ("city", "CHIA", "Chía"),
        ("city", "San Cayetano", "San Cayetano"),
        ("department", "valle", "Valle del Cauca"),
        ("department", "BOGOTA DC", "Bogotá, D.C."),
    ],
)
def test_what_is_written_is_kept_in_one_form(name: str, written: str, kept: str) -> None:
    assert field(name, written) == kept


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("username", "abc"),
        ("username", "a" * 21),
        ("username", "felipe 20"),
        ("username", "Ñandu20"),
        ("username", ".felipe"),
        ("username", "felipe:20"),
        ("username", "\uff26elipe20"),
        ("first_names", ""),
        ("first_names", "David2"),
        ("first_names", "=HYPERLINK"),
        ("first_names", "-David"),
        ("first_names", "<b>David</b>"),
        ("first_names", "David\r\nBcc: x@y.com"),
        ("first_names", "Da\u202evid"),
        ("first_names", "Da\x00vid"),
        ("first_surname", "   "),
        ("address", "##"),
        ("email", "dprieto"),
        ("email", "a@b"),
        ("email", "a@b.c"),
        ("email", "a b@c.com"),
        ("email", "á@c.com"),
        ("email", "a@c.com,d@e.com"),
        ("email", "Ana <a@c.com>"),
        ("email", "a@c.com\nBcc: d@e.com"),
        ("email", "a@@c.localhost"),
        ("office_phone", "123"),
        ("office_phone", "601 307 7027 ext 5"),
        ("office_phone", "cero"),
        ("office_extension", "12a"),
        ("office_extension", "123456789"),
        ("mobile", "601 307 7027"),
        ("mobile", "300123456"),
        ("mobile", "٣٠٠١٢٣٤٥٦٧"),
        ("department", ""),
        ("department", "Vale del Cauca"),
        ("department", "Chiriquí"),
        ("city", "Cali 2"),
        ("id_type", "XX"),
    ],
)
def test_what_cannot_be_is_refused(name: str, written: str) -> None:
    with pytest.raises(ValidationError):
        field(name, written)


@pytest.mark.parametrize(
    ("department", "city", "kept"),
    [
        ("Valle del Cauca", "santiago de cali", "Cali"),
        ("bogota", "bogotá d.c.", "Bogotá, D.C."),
        ("Cundinamarca", "bogota", "Bogotá, D.C."),
        ("Cundinamarca", "Nemocón", "Nemocón"),
        ("Nowhere", "Cali", "Cali"),
    ],
)
def test_a_city_is_kept_as_its_department_writes_it(department: str, city: str, kept: str) -> None:
    assert field("city", city, department=department) == kept


def test_a_city_of_another_department_is_refused() -> None:
    with pytest.raises(ValidationError, match="otro departamento"):
        field("city", "Cali", department="Cundinamarca")


@pytest.mark.parametrize(
    ("id_type", "number", "is_right"),
    [
        ("CC", "123", True),
        ("CC", "1234567890", True),
        ("CC", "12", False),
        ("CC", "12345678901", False),
        ("CC", "80.123.456", False),
        ("TI", "1234567890", True),
        ("TI", "123456789", False),
        ("CE", "345678", True),
        ("NIT", "900613673-3", True),
        ("NIT", "900613673", True),
        ("NIT", "900613673-33", False),
        ("PA", "AB12345", True),
        ("PA", "AB-12345", False),
        ("CC", "\uff18\uff10123456", False),
    ],
)
def test_identification_numbers_follow_their_type(id_type: str, number: str, is_right: bool) -> None:
    try:
        field("id_number", number, id_type=id_type)
        accepted = True
    except ValidationError:
        accepted = False

    assert accepted == is_right


def test_a_whole_person_is_kept_in_one_form() -> None:
    assert people.cleaned(GOOD, "CO", OPTIONAL) == {**GOOD, "office_phone": "6013077027", "mobile": "3001234567"}


def test_all_broken_rules_are_said_at_once() -> None:
    with pytest.raises(ValidationError) as raised:
        people.cleaned({**GOOD, "username": "x", "email": "x", "first_names": ""}, "CO", OPTIONAL)

    assert set(raised.value.error_dict) == {"username", "email", "first_names"}


@given(st.text(max_size=60))
def test_no_text_breaks_a_rule_in_another_way_than_refusing_it(text: str) -> None:
    for name in OCCIRED.texts:
        try:
            kept = people.cleaned_field(name, text, {"id_type": "PA"}, "CO")
        except ValidationError:
            continue
        assert not any(character in kept for character in "\r\n\x00<>\u2028")
        assert people.cleaned_field(name, kept, {"id_type": "PA"}, "CO") == kept


@pytest.mark.parametrize(
    ("state", "reachable"),
    [
        (UserState.PENDING, {UserState.ACTIVE, UserState.INACTIVE}),
        (UserState.ACTIVE, {UserState.INACTIVE}),
        (UserState.INACTIVE, {UserState.ACTIVE}),
        (UserState.LOCKED, {UserState.ACTIVE, UserState.INACTIVE}),
    ],
)
def test_states_a_user_can_be_taken_to(state: UserState, reachable: set[UserState]) -> None:
    assert {new for new in UserState if people.can_become(state, new)} == reachable


@pytest.mark.parametrize(("age_seconds", "left"), [(0, 60), (0.5, 60), (1, 59), (59, 1), (59.5, 1), (60, 0), (3600, 0)])
def test_a_password_is_generated_once_a_minute(age_seconds: float, left: int) -> None:
    assert people.seconds_until_next_generation(NOW - timedelta(seconds=age_seconds), NOW) == left


def test_the_first_password_waits_for_nothing() -> None:
    assert people.seconds_until_next_generation(None, NOW) == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("80123456", "80123456"),
        (" 80.123.456 ", "80123456"),
        ("80'123,456", "80123456"),
        ("cc 80123456", "80123456"),
        ("C.C. 80.123.456", "80123456"),
        ("NIT 900.613.673-3", "9006136733"),
        ("pe-123 456", "PE123456"),  # a passport, not a kind of document
        ("cc", "CC"),
        (" . ", ""),
    ],
)
def test_an_identification_is_looked_for_in_any_writing(typed: str, found: str) -> None:
    assert people.number_to_find(typed, "CO") == found
