"""A product's number as it is kept (decision 34)."""

import pytest
from django.core.exceptions import ValidationError

from products.rules import kept_number


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("savings", " 015829393 ", "015829393"),
        ("checking", "12-34  56", "12-34 56"),
        ("credit_card", "4539670012348891", "**** 8891"),
        ("credit_card", "4539 6700 1234 8891", "**** 8891"),
        ("credit_card", "4539-6700-1234-8891", "**** 8891"),
        ("credit_card", "4539670012348", "**** 2348"),
        ("credit_card", "**** 8891", "**** 8891"),
        ("credit_card", "****8891", "**** 8891"),
    ],
)
def test_of_a_card_the_last_four_digits_are_kept(kind: str, typed: str, kept: str) -> None:
    assert kept_number(kind, typed) == kept
    assert kept_number(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("savings", "123"),
        ("savings", "1" * 21),
        ("savings", "**** 8891"),
        ("savings", "12x4"),
        ("credit_card", "4111"),
        ("credit_card", "1" * 20),
        ("credit_card", "*** 8891"),
        ("credit_card", "**** 88912"),
        ("credit_card", ""),
    ],
)
def test_anything_else_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(ValidationError):
        kept_number(kind, typed)
