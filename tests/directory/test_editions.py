"""An edition is data: nothing else of the portal knows which one it is."""

import re
from dataclasses import fields, replace

import pytest
from django.core.exceptions import ValidationError

from directory.editions import EDITIONS, OCCIRED, OFFICE, Edition, portal_editions
from directory.models import BACK_OFFICE, Portal, User
from directory.rules.countries import COLOMBIA, PANAMA, country_called, folded
from directory.rules.passwords import check_password_policy
from directory.rules.people import FIELDS
from occired.checks import pages_of_editions_resolve
from tests.architecture.source import APPS, found_in, python_files, templates
from tests.directory.editions import TINY, tiny

__all__ = ["tiny"]
# Somebody asking which edition, country or policy it is, instead of asking the edition.
ASKS_WHICH = re.compile(
    r"(\.country|\bcountry|password_policy|\.policy|edition_code|edition\.code)\s*((==|!=)\s*[\"'A-Z]|\bin\s*[\"'(\[{])"
)


def test_the_tiny_edition_differs_from_occired_in_every_property() -> None:
    same = [each.name for each in fields(Edition) if getattr(TINY, each.name) == getattr(OCCIRED, each.name)]

    assert same == []


@pytest.mark.parametrize("edition", [*EDITIONS.values(), TINY], ids=lambda edition: edition.code)
def test_the_fields_of_an_edition_are_known_and_stand_once(edition: Edition) -> None:
    columns = {field.name for field in User._meta.get_fields()}

    assert set(edition.person_fields) <= FIELDS.keys() & columns
    assert len(set(edition.person_fields)) == len(edition.person_fields)
    assert edition.optional_fields <= set(edition.person_fields)


@pytest.mark.parametrize("edition", [*EDITIONS.values(), TINY], ids=lambda edition: edition.code)
def test_every_edition_has_every_word(edition: Edition) -> None:
    assert edition.words.keys() == OCCIRED.words.keys()


def test_every_page_the_editions_lead_to_is_there(tiny: Edition) -> None:
    assert pages_of_editions_resolve() == []


def test_a_page_that_is_not_there_is_found_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EDITIONS, "tiny", replace(TINY, home="nowhere"))

    assert [error.msg for error in pages_of_editions_resolve()] == ["edition tiny: no page is called 'nowhere'"]


def test_the_bank_has_an_office_of_its_own_and_companies_have_portals() -> None:
    assert BACK_OFFICE.edition is OFFICE
    assert portal_editions() == [("occired", "OcciRed")]


@pytest.mark.parametrize(
    ("edition", "own", "password", "is_good"),
    [
        (OCCIRED, "", "correct horse battery", True),
        (OCCIRED, "", "abcdef12", False),
        (OCCIRED, "occinet", "abcdef12", True),
        (TINY, "", "abcdef12", True),
        (TINY, "", "correct horse battery", False),
    ],
)
def test_a_portal_without_a_policy_of_its_own_has_that_of_its_edition(
    tiny: Edition, edition: Edition, own: str, password: str, is_good: bool
) -> None:
    portal = Portal(edition_code=edition.code, password_policy=own)

    try:
        check_password_policy(password, portal.policy, [])
    except ValidationError:
        assert not is_good
    else:
        assert is_good


def test_a_country_nobody_wrote_down_has_passports_and_no_places() -> None:
    elsewhere = country_called("UY")

    assert (list(elsewhere.identifications), elsewhere.departments) == (["PA"], [])
    assert "CC" in COLOMBIA.identifications
    assert "Medellín" in COLOMBIA.cities["Antioquia"]


def test_the_catalogue_of_places_is_whole_and_names_nothing_twice() -> None:
    assert len(COLOMBIA.departments) == 33  # with Bogotá
    assert len(PANAMA.departments) == 14
    for country in (COLOMBIA, PANAMA):
        for department, cities in country.cities.items():
            assert cities, department
            assert len({folded(city) for city in cities}) == len(cities), department
            assert [country.city_called(city, department) for city in cities] == list(cities)


def test_nobody_asks_which_edition_country_or_policy_it_is() -> None:
    elsewhere = [path for path in (*python_files(APPS), *templates()) if "editions" not in path.parts]

    assert found_in(elsewhere, ASKS_WHICH.findall) == {}


@pytest.mark.parametrize(
    "line",
    [
        'if portal.country == "CO":',
        "if policy.password_policy == PasswordPolicy.OCCINET:",
        '{% if portal.edition_code == "occinet" %}',
        'if country != "CO":',
        'if portal.country in ("CO", "PA"):',
    ],
)
def test_somebody_asking_is_found(line: str) -> None:
    assert ASKS_WHICH.search(line)
