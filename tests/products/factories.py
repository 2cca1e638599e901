"""Products and assignments. Call them inside a tenancy scope."""

from itertools import count
from typing import Any

from django.utils import timezone

from directory.models import Company, User
from products.models import Product, ProductAssignment
from tests.factories import decided

_numbers = count(1)


def product(company: Company, **values: Any) -> Product:
    """An open savings account that is enabled for the company."""
    number = next(_numbers)
    defaults = {
        "company": company,
        "kind": "savings",
        "number": f"**** {number:04}" if values.get("kind") == "credit_card" else f"{number:09}",
        "alias": f"CAHO{number}",
        "currency": "COP",
        "enabled_at": timezone.now(),
        "enabled_by_name": "adelgado",
    }
    return Product.objects.create(**{**defaults, **values})


def new_product(company: Company, **values: Any) -> Product:
    """As the bank adds it: not enabled yet."""
    return product(company, **{"enabled_at": None, "enabled_by_name": "", **values})


def assign(user: User, product_row: Product) -> ProductAssignment:
    row = ProductAssignment.objects.create(company=user.company, user=user, product=product_row)
    decided(user)
    return row
