"""Rows of this app and of what it stands on. Call them inside a tenancy scope."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from directory.models import Company, Service, User
from limits.models import CompanyCeiling, Usage, UserLimit
from limits.rules import Amounts
from products.models import Product, ProductAssignment
from tests.factories import decided

_numbers = count(1)
CEILING = Amounts(Decimal(50_000_000), Decimal(100_000_000), Decimal(900_000_000))


def amounts(transaction: str | int, day: str | int, month: str | int) -> Amounts:
    return Amounts(Decimal(transaction), Decimal(day), Decimal(month))


def service(**values: Any) -> Service:
    number = next(_numbers)
    defaults = {
        "edition": "occired",
        "group": "Servicios Monetarios",
        "code": f"servicio-{number}",
        "name": f"Servicio {number}",
        "position": number,
    }
    return Service.objects.create(**{**defaults, **values})


def ceiling(company: Company, service: Service, own: Amounts = CEILING, bank: Amounts | None = None) -> CompanyCeiling:
    """The company's own ceiling; the bank's maximum is the same unless it is given."""
    banks = {f"bank_{period}": amount for period, amount in (bank or own)._asdict().items()}
    return CompanyCeiling.objects.update_or_create(
        company=company, service=service, defaults={**own._asdict(), **banks}
    )[0]


def product(company: Company, **values: Any) -> Product:
    """An open savings account that is enabled for the company."""
    number = next(_numbers)
    defaults = {
        "company": company,
        "kind": "savings",
        "number": f"{number:09}",
        "alias": f"CAHO{number}",
        "currency": "COP",
        "enabled_at": timezone.now(),
        "enabled_by_name": "adelgado",
    }
    return Product.objects.create(**{**defaults, **values})


def assigned(user: User, **values: Any) -> Product:
    """A product of the user's company that the user has."""
    row = product(user.company, **values)
    ProductAssignment.objects.create(company=user.company, user=user, product=row)
    decided(user)
    return row


def limit(user: User, service: Service, product: Product, held: Amounts) -> UserLimit:
    row = UserLimit.objects.create(company=user.company, user=user, service=service, product=product, **held._asdict())
    decided(user)
    return row


def usage(user: User, service: Service, product: Product, period: str, used: str, reserved: str = "0") -> Usage:
    return Usage.objects.create(
        company=user.company,
        user=user,
        service=service,
        product=product,
        period=period,
        used=Decimal(used),
        reserved=Decimal(reserved),
    )
