"""What may be written about a person, and which states a user may be moved to. Pure: values in, values or errors."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email as check_mail_address
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from email_validator import EmailNotValidError, validate_email

from directory.enums import CredentialState, UserState
from directory.rules.countries import PASSPORT, country_called
from pages.words import without_marks

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SECONDS_BETWEEN_GENERATIONS = 60

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{3,19}", re.ASCII)
NAME_MARKS = frozenset(" '\u2019-")
PLACE_MARKS = str.maketrans("", "", ",.()")
MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)

# From which states an administrator may move a user to which. `pending` is only ever the first one (decision 11), and
# `locked` is where failed attempts lead.
TRANSITIONS: dict[str, frozenset[str]] = {
    UserState.PENDING: frozenset({UserState.ACTIVE, UserState.INACTIVE}),
    UserState.ACTIVE: frozenset({UserState.INACTIVE}),
    UserState.INACTIVE: frozenset({UserState.ACTIVE}),
    UserState.LOCKED: frozenset({UserState.ACTIVE, UserState.INACTIVE}),
}


def can_become(state: str, new_state: str) -> bool:
    return new_state in TRANSITIONS[state]


def was_used(signed_in_at: datetime | None, credential_state: str) -> bool:
    """Whether somebody ever signed in or saved a password of their own."""
    return signed_in_at is not None or credential_state == CredentialState.PERMANENT


def seconds_until_next_generation(last: datetime | None, now: datetime) -> int:
    """How long a new password for the same user must wait (security.md, 28): whole seconds, 0 if it need not."""
    if last is None:
        return 0
    left = last + timedelta(seconds=SECONDS_BETWEEN_GENERATIONS) - now
    return max(0, -(-left // timedelta(seconds=1)))


def cleaned(values: Mapping[str, str], country: str, optional: Collection[str]) -> dict[str, str]:
    """Every field in the form it is kept in; `optional` ones may be empty. Raises one ValidationError with all broken
    rules by field."""
    kept: dict[str, str] = {}
    problems: dict[str, Any] = {}
    for name, value in values.items():
        try:
            kept[name] = cleaned_field(name, value, values, country, optional)
        except ValidationError as error:
            problems[name] = error
    if problems:
        raise ValidationError(problems)
    return kept


def cleaned_field(
    name: str, value: str, values: Mapping[str, str], country: str, optional: Collection[str] = ()
) -> str:
    """One field as it is kept; `values` are all the form's, because a number depends on its type and a city on
    its department."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        if name in optional:
            return ""
        raise ValidationError(_("This field is required."), code="required")
    if has_invisible(value.strip()):
        raise ValidationError(_("It contains invisible characters."), code="characters")
    if name == "id_number":
        return _id_number(text, values.get("id_type", ""), country)
    if name == "city":
        return _city(text, values.get("department", ""), country)
    return FIELDS[name].clean(text, country)


def has_invisible(text: str) -> bool:
    """Whether some character is a control, a format, of private use or none (Unicode's categories C)."""
    return not text.isprintable() and any(unicodedata.category(character).startswith("C") for character in text)


def _username(text: str, _country: str) -> str:
    if not USERNAME.fullmatch(text):
        raise ValidationError(
            _("4 to 20 unaccented letters, digits, dots, hyphens or underscores, starting with a letter or digit."),
            code="username",
        )
    return text


def _name(text: str, _country: str) -> str:
    if not text[:1].isalpha() or not all(
        character.isalpha() or unicodedata.combining(character) or character in NAME_MARKS for character in text
    ):
        raise ValidationError(_("Only letters, spaces, hyphens and apostrophes."), code="name")
    return text


def _department(text: str, country: str) -> str:
    """One of the country's, as it is officially written; of any name where the country's are not known."""
    known = country_called(country)
    if not known.cities:
        return _place(text, country)
    if name := known.department_called(text):
        return name
    raise ValidationError(_("Choose one from the list."), code="department")


def _city(text: str, department: str, country: str) -> str:
    """One of the department's as it is officially written, or one that is listed nowhere, such as a small town; never
    one of another department."""
    known = country_called(country)
    if name := known.city_called(text, known.department_called(department)):
        return _place(name, country)
    raise ValidationError(_("This city is in another department."), code="city")


def _place(text: str, country: str) -> str:
    """A department or city, such as `Bogotá, D.C.`"""
    _name(text.translate(PLACE_MARKS), country)
    return text


def _id_type(text: str, country: str) -> str:
    if text not in country_called(country).identifications:
        raise ValidationError(_("Choose one from the list."), code="id_type")
    return text


def _id_number(text: str, id_type: str, country: str) -> str:
    kind = country_called(country).identifications.get(id_type, PASSPORT)
    if not kind.pattern.fullmatch(text):
        raise ValidationError(kind.explanation, code="id_number")
    return text.upper()


def number_to_find(typed: str, country: str) -> str:
    """What to look for among identification numbers: without marks, and without the kind that people write before it
    (`C.C. 80.123.456`)."""
    number = without_marks(typed.upper())
    kinds = country_called(country).identifications
    return next((number[len(kind) :] for kind in kinds if re.fullmatch(rf"{kind}\d+", number)), number)


def _address(text: str, _country: str) -> str:
    if sum(character.isalnum() for character in text) < 3:  # noqa: PLR2004 - `Cl 1` is the shortest there is
        raise ValidationError(_("Enter the full address, for example Calle 12 # 34-56."), code="address")
    return text


def _email(text: str, _country: str) -> str:
    """An ASCII address that could exist and that the outbox takes; nobody checks whether it does. The names reserved
    for tests and for this machine (RFC 2606) are accepted, since the demo lives there."""
    here = text.endswith(".localhost")
    try:
        checked = validate_email(
            f"{text.removesuffix('.localhost')}.test" if here else text,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
        kept = text if here else checked.ascii_email or checked.normalized
        check_mail_address(kept)
    except (EmailNotValidError, ValidationError) as error:
        raise ValidationError(
            _("Enter a valid e-mail address, for example nombre@empresa.com."), code="email"
        ) from error
    return kept


def _office_phone(text: str, country: str) -> str:
    number = _parsed(text, country)
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("Enter a telephone number with its area code, for example 601 307 7027."), code="phone")
    return _as_kept(number, country)


def _mobile(text: str, country: str) -> str:
    number = _parsed(text, country)
    if (
        number is None
        or not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in MOBILE_TYPES
    ):
        raise ValidationError(_("Enter a mobile number, for example 300 123 4567."), code="mobile")
    return _as_kept(number, country)


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    if not re.fullmatch(r"[0-9+() .\-]+", text):
        return None
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _as_kept(number: phonenumbers.PhoneNumber, country: str) -> str:
    """National digits at home, `+` and the country code elsewhere."""
    if number.country_code == phonenumbers.country_code_for_region(country):
        return phonenumbers.national_significant_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _extension(text: str, _country: str) -> str:
    if not re.fullmatch(r"[0-9]{1,8}", text):
        raise ValidationError(_("Up to 8 digits."), code="extension")
    return text


def _any(text: str, _country: str) -> str:
    """Chosen from a list or ticked: its form has checked it; a number is checked by its type."""
    return text


@dataclass(frozen=True)
class Field:
    """What is known about one of a person's fields, whatever the edition: the words on screen, how a text becomes the
    form it is kept in, a hint below it, attributes of its input, and whether it is a text at all."""

    label: "str | StrPromise"
    clean: Callable[[str, str], str] = _any
    hint: "str | StrPromise" = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    is_text: bool = True


PLAIN = {"spellcheck": "false", "autocapitalize": "off"}
SHORT, PHONE, USUAL, LONG = ({"size": str(characters)} for characters in (10, 16, 26, 40))
FIELDS: Mapping[str, Field] = {
    "username": Field(
        pgettext_lazy("field", "User name"),
        _username,
        _("4 to 20 letters, digits, dots, hyphens or underscores. It cannot be changed later."),
        {**PLAIN, **USUAL},
    ),
    "first_names": Field(_("First names"), _name, attributes=USUAL),
    "first_surname": Field(_("First surname"), _name, attributes=USUAL),
    "second_surname": Field(_("Second surname"), _name, attributes=USUAL),
    "profile": Field(_("Profile"), is_text=False),
    "id_type": Field(_("Identification type"), _id_type),
    "id_number": Field(_("Identification No."), attributes=PHONE),
    "address": Field(_("Mailing address"), _address, attributes=LONG),
    "email": Field(
        _("E-mail"),
        _email,
        _("The generated password is sent to this address."),
        {"inputmode": "email", **PLAIN, **LONG},
    ),
    "office_phone": Field(_("Office telephone"), _office_phone, attributes={"inputmode": "tel", **PHONE}),
    "office_extension": Field(_("Extension"), _extension, attributes={"inputmode": "numeric", **SHORT}),
    "mobile": Field(_("Mobile"), _mobile, attributes={"inputmode": "tel", **PHONE}),
    "department": Field(_("Department"), _department),
    "city": Field(_("City"), _place, attributes={"list": "cities", "data-city": "true", **USUAL}),
    "receives_alerts": Field(_("Allow alerts"), is_text=False),
}


@cache
def labels_in(_language: str | None) -> dict[str, str]:
    """Those of all fields, in the language that is active."""
    return {name: str(field.label) for name, field in FIELDS.items()}


def identification_label(id_type: str, country: str) -> str:
    """The name of a kind of document, as people read it."""
    return str(country_called(country).identifications[id_type].label) if id_type else ""
