"""What may be written about a person, and which states a user may be taken to. Pure: values in, values or errors."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from email_validator import EmailNotValidError, validate_email

from directory.enums import CredentialState, IdentificationType, UserState

MAIN_FIELDS = ("first_names", "first_surname", "second_surname")
CONTACT_FIELDS = (
    "id_type",
    "id_number",
    "address",
    "email",
    "office_phone",
    "office_extension",
    "mobile",
    "department",
    "city",
)
LABELS = {
    "username": pgettext_lazy("field", "User"),
    "first_names": _("First names"),
    "first_surname": _("First surname"),
    "second_surname": _("Second surname"),
    "profile": _("Profile"),
    "id_type": _("Identification type"),
    "id_number": _("Identification No."),
    "address": _("Mailing address"),
    "email": _("E-mail"),
    "office_phone": _("Office telephone"),
    "office_extension": _("Extension"),
    "mobile": _("Mobile"),
    "department": _("Department"),
    "city": _("City"),
    "receives_alerts": _("Allow receiving alerts"),
}
OPTIONAL_FIELDS = frozenset({"second_surname", "office_extension"})  # decision 12
SECONDS_BETWEEN_GENERATIONS = 60

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{3,19}", re.ASCII)
NAME_MARKS = frozenset(" '\u2019-")
PLACE_MARKS = str.maketrans("", "", ",.()")
ID_NUMBERS = {
    IdentificationType.CITIZEN: (re.compile(r"[0-9]{3,10}"), _("3 to 10 digits, without dots.")),
    IdentificationType.MINOR: (re.compile(r"[0-9]{10,11}"), _("10 or 11 digits, without dots.")),
    IdentificationType.FOREIGNER: (re.compile(r"[0-9]{3,10}"), _("3 to 10 digits, without dots.")),
    IdentificationType.TAX: (re.compile(r"[0-9]{9,10}(-[0-9])?"), _("9 or 10 digits, with or without -check digit.")),
    IdentificationType.PASSPORT: (re.compile(r"[A-Za-z0-9]{5,20}"), _("5 to 20 letters and digits.")),
}
MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)

# From which states an administrator may take a user to which. `pending` is only ever the first one (decision 11), and
# `locked` is where failed attempts lead.
TRANSITIONS: dict[str, frozenset[str]] = {
    UserState.PENDING: frozenset({UserState.ACTIVE, UserState.INACTIVE}),
    UserState.ACTIVE: frozenset({UserState.INACTIVE}),
    UserState.INACTIVE: frozenset({UserState.ACTIVE}),
    UserState.LOCKED: frozenset({UserState.ACTIVE, UserState.INACTIVE}),
}


def can_become(state: str, new_state: str) -> bool:
    return new_state in TRANSITIONS[state]


def seconds_until_next_generation(last: datetime | None, now: datetime) -> int:
    """How long a new password for the same user must wait (security.md, 28): whole seconds, 0 when it need not."""
    if last is None:
        return 0
    left = last + timedelta(seconds=SECONDS_BETWEEN_GENERATIONS) - now
    return max(0, -(-left // timedelta(seconds=1)))


def has_usable_password(credential_state: str, expires_at: datetime | None, now: datetime) -> bool:
    return credential_state != CredentialState.NONE and (expires_at is None or now < expires_at)


def cleaned(values: Mapping[str, str], country: str) -> dict[str, str]:
    """Every field in the form it is kept in. Raises one ValidationError with all broken rules by field."""
    kept: dict[str, str] = {}
    problems: dict[str, Any] = {}
    for name, value in values.items():
        try:
            kept[name] = cleaned_field(name, value, values, country)
        except ValidationError as error:
            problems[name] = error
    if problems:
        raise ValidationError(problems)
    return kept


def cleaned_field(name: str, value: str, values: Mapping[str, str], country: str) -> str:
    """One field as it is kept; `values` are all of the form, because the number depends on its type."""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        if name in OPTIONAL_FIELDS:
            return ""
        raise ValidationError(_("This field is required."), code="required")
    if any(unicodedata.category(character).startswith("C") for character in value.strip()):
        raise ValidationError(_("It contains characters that cannot be seen."), code="characters")
    if name == "id_number":
        return _id_number(text, values.get("id_type", ""))
    return _RULES[name](text, country)


def _username(text: str, _country: str) -> str:
    if not USERNAME.fullmatch(text):
        raise ValidationError(
            _(
                "4 to 20 letters without accents, digits, dots, hyphens or underscores, "
                "starting with a letter or digit."
            ),
            code="username",
        )
    return text


def _name(text: str, _country: str) -> str:
    if not text[:1].isalpha() or not all(
        character.isalpha() or unicodedata.combining(character) or character in NAME_MARKS for character in text
    ):
        raise ValidationError(_("Only letters, spaces, hyphens and apostrophes."), code="name")
    return text


def _place(text: str, country: str) -> str:
    """A department or city, such as `Bogotá, D.C.`"""
    _name(text.translate(PLACE_MARKS), country)
    return text


def _id_type(text: str, _country: str) -> str:
    if text not in IdentificationType.values:
        raise ValidationError(_("Choose one of the list."), code="id_type")
    return text


def _id_number(text: str, id_type: str) -> str:
    pattern, explanation = ID_NUMBERS.get(id_type, ID_NUMBERS[IdentificationType.PASSPORT])  # type: ignore[call-overload]
    if not pattern.fullmatch(text):
        raise ValidationError(explanation, code="id_number")
    return text.upper()


def _address(text: str, _country: str) -> str:
    if sum(character.isalnum() for character in text) < 3:  # noqa: PLR2004 - `Cl 1` is the shortest there is
        raise ValidationError(_("Write the whole address, for example Calle 12 # 34-56."), code="address")
    return text


def _email(text: str, _country: str) -> str:
    """An address in ASCII that can exist; nobody is asked whether it does. The names reserved for tests and for this
    machine (RFC 2606) are accepted, since the demo lives there."""
    here = text.endswith(".localhost")
    try:
        checked = validate_email(
            f"{text.removesuffix('.localhost')}.test" if here else text,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValidationError(
            _("Write a valid e-mail address, for example nombre@empresa.com."), code="email"
        ) from error
    return text if here else checked.normalized


def _office_phone(text: str, country: str) -> str:
    number = _parsed(text, country)
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("Write a telephone number with its area, for example 601 307 7027."), code="phone")
    return _as_kept(number, country)


def _mobile(text: str, country: str) -> str:
    number = _parsed(text, country)
    if (
        number is None
        or not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in MOBILE_TYPES
    ):
        raise ValidationError(_("Write a mobile number, for example 300 123 4567."), code="mobile")
    return _as_kept(number, country)


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    if not re.fullmatch(r"[0-9+() .\-]+", text):
        return None
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _as_kept(number: phonenumbers.PhoneNumber, country: str) -> str:
    """National digits at home, `+` and the country elsewhere."""
    if number.country_code == phonenumbers.country_code_for_region(country):
        return phonenumbers.national_significant_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _extension(text: str, _country: str) -> str:
    if not re.fullmatch(r"[0-9]{1,8}", text):
        raise ValidationError(_("Up to 8 digits."), code="extension")
    return text


_RULES: dict[str, Callable[[str, str], str]] = {
    "username": _username,
    "first_names": _name,
    "first_surname": _name,
    "second_surname": _name,
    "id_type": _id_type,
    "address": _address,
    "email": _email,
    "office_phone": _office_phone,
    "office_extension": _extension,
    "mobile": _mobile,
    "department": _place,
    "city": _place,
}


def sign_in_key(portal_code: str, username: str) -> str:
    """What a sign-in is looked up by; case never distinguishes two users."""
    return f"{portal_code}:{username.strip().casefold()}"
