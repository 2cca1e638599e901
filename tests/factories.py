"""Rows for tests, made without surprises. Call them inside a tenancy scope (the fixtures enter the bank's)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from audit.authority import Authority
from directory.enums import CredentialState, Role, UserState
from directory.models import Company, Portal, Profile, User
from limits.services import open_ceilings
from rights.services import COLUMNS, keep_readiness
from schedules.services import open_schedule

_numbers = count(1)
_undecided: list[set[UUID]] = []
PASSWORD = "correct horse battery staple"
PASSWORD_HASH = make_password(PASSWORD)


def portal(**values: Any) -> Portal:
    number = next(_numbers)
    defaults = {
        "code": f"portal{number}",
        "edition_code": "occired",
        "brand": "OcciRed",
        "tagline": "Tenga una sucursal del Banco en su escritorio",
        "bank_name": "Banco Demostración",
        "hostnames": ["localhost", "testserver"],
        "country": "CO",
        "time_zone": "America/Bogota",
        "currency": "COP",
        "support_lines": [{"label": "Bogotá", "value": "000 00 00"}],
        "conditions": "Condiciones.",
        "conditions_version": "2026-01",
    }
    return Portal.objects.create(**{**defaults, **values})


def company(portal_row: Portal | None = None, **values: Any) -> Company:
    """With what every company begins with: all hours, and every service at zero."""
    number = next(_numbers)
    defaults = {
        "portal": portal_row or Portal.objects.first() or portal(),
        "code": f"EMPRESA{number}",
        "legal_name": f"EMPRESA {number} SAS",
        "tax_id": f"900.000.{number:03}-1",
        "internal_identifier": f"{number:09}",
    }
    row = Company.objects.create(**{**defaults, **values})
    open_schedule(authority=Authority.of_command(), company=row)
    open_ceilings(authority=Authority.of_command(), company=row)
    return row


def profile(company_row: Company, **values: Any) -> Profile:
    number = next(_numbers)
    return Profile.objects.create(**{"company": company_row, "name": f"Perfil {number}", **values})


def user(company_row: Company | None = None, **values: Any) -> User:
    """An active secondary user with a permanent password (`PASSWORD`)."""
    number = next(_numbers)
    company_row = company_row or company()
    username = values.pop("username", f"usuario{number}")
    defaults = {
        "company": company_row,
        "role": Role.SECONDARY,
        "username": username,
        "sign_in_key": f"{company_row.portal.code}:{username.casefold()}",
        "first_names": "David Felipe",
        "first_surname": "Prieto",
        "id_type": "CC",
        "id_number": f"80{number:06}",
        "address": "Calle 1 # 2-3",
        "email": f"{username.lower()}@empresa.example",
        "office_phone": "6013077027",
        "mobile": "3001234567",
        "department": "Cundinamarca",
        "city": "Bogotá",
        "state": UserState.ACTIVE,
        "credential_state": CredentialState.PERMANENT,
        "password": PASSWORD_HASH,
        "password_set_at": timezone.now(),
        "password_expires_at": timezone.now() + timedelta(days=90),
        "security_image": "faro",
    }
    if "profile" not in values and values.get("role", Role.SECONDARY) == Role.SECONDARY:
        values["profile"] = Profile.objects.filter(company=company_row).first() or profile(company_row)
    return decided(User.objects.create(**{**defaults, **values}))


def decided(row: User) -> User:
    """The user with the readiness that follows from their rows."""
    if _undecided:
        _undecided[-1].add(row.pk)
        return row
    keep_readiness([row.pk])
    row.refresh_from_db(fields=COLUMNS)
    return row


@contextmanager
def decided_at_the_end() -> Iterator[None]:
    """For hundreds of rows: readiness is written once, for everybody they touch."""
    _undecided.append(set())
    try:
        yield
    finally:
        touched = _undecided.pop()
    keep_readiness(touched)


def administrator(company_row: Company | None = None, **values: Any) -> User:
    return user(company_row, **{"role": Role.ADMINISTRATOR, "profile": None, **values})


def bank_staff(**values: Any) -> User:
    number = next(_numbers)
    username = values.pop("username", f"banco{number}")
    defaults = {
        "role": Role.BANK,
        "username": username,
        "sign_in_key": f"bank:{username}",
        "first_names": "Beatriz",
        "first_surname": "Ancízar",
        "state": UserState.ACTIVE,
        "credential_state": CredentialState.PERMANENT,
        "password": PASSWORD_HASH,
        "password_expires_at": timezone.now() + timedelta(days=90),
        "is_superuser": True,
        "security_image": "faro",
    }
    return User.objects.create(**{**defaults, **values})
