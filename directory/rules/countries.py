"""What differs by country: which identifications there are, how a tax identification is written, and the places.

Only data; a country that is not here has passports, tax identifications in any form, and places of any name.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from directory.rules.places import ALSO_CALLED, CITIES_OF_COLOMBIA, PROVINCES_OF_PANAMA

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

TAX_ID_PATTERN = r"^[A-Z0-9][A-Z0-9./-]{2,18}[A-Z0-9]$"
NIT = re.compile(r"[1-9][0-9]{5,9}-[0-9]")
A_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True)
class Identification:
    """A kind of document: its name, how its number is written, and a description of that."""

    label: "str | StrPromise"
    pattern: re.Pattern[str]
    explanation: "str | StrPromise"


def _tax_id_of_anywhere(written: str) -> str:
    if not (re.fullmatch(TAX_ID_PATTERN, written) and A_DIGIT.search(written)):
        raise ValidationError(_("4 to 20 digits, letters, dots and hyphens."), code="tax_id")
    return written


def _nit(written: str) -> str:
    """Digits, a hyphen and the check digit, `900.613.673-3`; dots are put where they belong."""
    plain = written.replace(".", "")
    if not NIT.fullmatch(plain):
        raise ValidationError(_("A NIT with its check digit, such as 900.613.673-3."), code="tax_id")
    number, digit = plain.split("-")
    return f"{int(number):,}-{digit}".replace(",", ".")


PASSPORT = Identification(_("Passport"), re.compile(r"[A-Za-z0-9]{5,20}"), _("5 to 20 letters and digits."))


def folded(text: str) -> str:
    """A name for comparing: without capitals, accents and marks, `bogota dc` for `Bogotá, D.C.`"""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(each for each in letters if each.isalnum() or each == " ").split())


def _by_folded(names: Iterable[str]) -> Mapping[str, str]:
    return {folded(name): name for name in names}


def _called(written: str, by_folded: Mapping[str, str]) -> str:
    text = folded(written)
    return by_folded.get(text) or by_folded.get(folded(ALSO_CALLED.get(text, ""))) or ""


@dataclass(frozen=True)
class Country:
    """`identifications` by stored code; `cities` by department; both in the order in which they are shown.

    `cleaned_tax_id` takes text without blanks, in capitals, and returns its one canonical form, so that nobody has two.
    Raises ValidationError.
    """

    code: str
    identifications: Mapping[str, Identification] = field(default_factory=lambda: {"PA": PASSPORT})
    cities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cleaned_tax_id: Callable[[str], str] = _tax_id_of_anywhere

    @property
    def departments(self) -> list[str]:
        return list(self.cities)

    def department_called(self, written: str) -> str:
        """The department as the country writes it, however it was typed; empty if it has none of that name."""
        return _called(written, self._departments_folded)

    def city_called(self, written: str, department: str) -> str:
        """The city as the country writes it; one that is listed nowhere as it was typed, and one that is listed under
        other departments alone is none of this one: empty. Without a department it is looked for in all of them."""
        if not department:
            return _called(written, self._cities_folded) or written
        of_department = _called(written, self._cities_folded_by_department[department])
        return of_department or ("" if _called(written, self._cities_folded) else written)

    @cached_property
    def _departments_folded(self) -> Mapping[str, str]:
        return _by_folded(self.cities)

    @cached_property
    def _cities_folded(self) -> Mapping[str, str]:
        return _by_folded(city for group in self.cities.values() for city in group)

    @cached_property
    def _cities_folded_by_department(self) -> Mapping[str, Mapping[str, str]]:
        return {department: _by_folded(group) for department, group in self.cities.items()}


COLOMBIA = Country(
    code="CO",
    identifications={
        "CC": Identification(
            _("Colombian citizenship card"), re.compile(r"[0-9]{3,10}"), _("3 to 10 digits, without dots.")
        ),
        "CE": Identification(
            _("Foreign resident card"), re.compile(r"[0-9]{3,10}"), _("3 to 10 digits, without dots.")
        ),
        "PA": PASSPORT,
        "NIT": Identification(
            _("Tax identification number"),
            re.compile(r"[0-9]{9,10}(-[0-9])?"),
            _("9 or 10 digits, with or without -check digit."),
        ),
        "TI": Identification(_("Identity card"), re.compile(r"[0-9]{10,11}"), _("10 or 11 digits, without dots.")),
    },
    cities=CITIES_OF_COLOMBIA,
    cleaned_tax_id=_nit,
)
PANAMA = Country(code="PA", cities=PROVINCES_OF_PANAMA)
COUNTRIES: dict[str, Country] = {each.code: each for each in (COLOMBIA, PANAMA)}


def country_called(code: str) -> Country:
    """The country with this ISO 3166 code."""
    return COUNTRIES.get(code) or Country(code)
