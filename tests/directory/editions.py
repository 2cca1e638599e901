"""A third edition, as small as can be, that differs from OcciRed in every property."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from directory.editions import EDITIONS, OCCIRED, Edition
from directory.editions.edition import Brand, FieldGroup, MenuGroup, MenuLink, Section, Tab
from directory.enums import PasswordPolicy
from directory.permissions import Permission

TEMPLATES = Path(__file__).parent / "templates"


def _sign_in_key(portal_code: str, company_code: str, username: str) -> str:
    return f"{portal_code}:{company_code.strip().casefold()}:{username.strip().casefold()}"


TINY = Edition(
    code="tiny",
    name="Mínima",
    brand=Brand(logo="img/security/faro.svg", stylesheet="css/back_office.css"),
    template_folder="tiny",
    home="own-account",
    words={name: f"palabra {name}" for name in OCCIRED.words},
    asks_company=True,
    sign_in_key=_sign_in_key,
    password_policy=PasswordPolicy.OCCINET,
    person=(
        FieldGroup("main", "Persona", ("first_surname", "first_names", "username", "profile")),
        FieldGroup("contact", "Contacto", ("mobile", "email", "receives_alerts")),
    ),
    optional_fields=frozenset({"mobile", "receives_alerts"}),
    person_tabs=(Tab("contact", "Contacto", "users:contact"), Tab("main", "Persona", "users:main")),
    menu=(
        Section(
            "Mi menú",
            (MenuGroup("", (MenuLink("Gente", "users:search", Permission.SEE_USERS),)),),
            frozenset({"users"}),
        ),
    ),
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Edition:
    """The edition as if it stood in the registry, with its folder of templates."""
    monkeypatch.setitem(EDITIONS, TINY.code, TINY)
    engine: dict[str, Any] = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [TEMPLATES, *engine["DIRS"]]}]
    return TINY
