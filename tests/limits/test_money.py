from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from limits.money import parse_money
from pages.formats import format_money

OCCIRED = SimpleNamespace(decimal_separator=".", group_separator=",")
OCCINET = SimpleNamespace(decimal_separator=",", group_separator=".")
PORTALS = st.sampled_from([OCCIRED, OCCINET])
AMOUNTS = st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("0", "0.00"),
        ("0.00", "0.00"),
        ("0.5", "0.50"),
        ("7", "7.00"),
        ("1500", "1500.00"),
        ("1,500", "1500.00"),
        ("1500000.50", "1500000.50"),
        ("1,500,000.50", "1500000.50"),
        ("  1,500,000.5 ", "1500000.50"),
        ("9,999,999,999,999,999.99", "9999999999999999.99"),
        ("$0.00", "0.00"),
        ("$ 1,500.50", "1500.50"),
        (" $1500 ", "1500.00"),
    ],
)
def test_amounts_are_read_as_occired_writes_them(typed: str, amount: str) -> None:
    assert parse_money(typed, OCCIRED) == Decimal(amount)
    assert str(parse_money(typed, OCCIRED)) == amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("0,00", "0.00"), ("1.500.000,50", "1500000.50"), ("1500000,5", "1500000.50"), ("1.500", "1500.00")],
)
def test_amounts_are_read_as_occinet_writes_them(typed: str, amount: str) -> None:
    assert parse_money(typed, OCCINET) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.500", "decimals"),
        ("1,500.505", "decimals"),
        ("0.001", "decimals"),
        ("1,50", "format"),
        ("1,5000", "format"),
        ("1500,000", "format"),
        ("15,00,000", "format"),
        ("1,500,00", "format"),
        (",500", "format"),
        ("0,500", "format"),
        ("1.500.000,50", "format"),
        ("007", "format"),
        ("", "format"),
        (".5", "format"),
        ("5.", "format"),
        ("5..0", "format"),
        ("-5", "negative"),
        ("-1,500.50", "negative"),
        ("-$5", "negative"),
        ("$-5", "negative"),
        ("- 5.005", "negative"),
        ("--5", "format"),
        ("-1,50", "format"),
        ("+5", "format"),
        ("$", "format"),
        ("$$5", "format"),
        ("5$", "format"),
        ("€5", "format"),
        ("5 000", "format"),
        ("1e3", "format"),
        ("1e400", "format"),
        ("NaN", "format"),
        ("Infinity", "format"),
        ("0x10", "format"),
        ("1_000", "format"),
        ("５００", "format"),
        ("٥٠٠", "format"),
        ("500\u200b", "format"),
        ("\u00a0500", "format"),
        ("5\u202c00", "format"),
        ("500\n", "format"),
        ("500\x00", "format"),
        ("10000000000000000", "too_long"),
        ("1234567890123456789", "too_long"),
        ("9" * 400, "too_long"),
    ],
)
def test_what_is_ambiguous_or_no_amount_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_money(typed, OCCIRED)

    assert refused.value.code == code


@pytest.mark.parametrize(("portal", "example"), [(OCCIRED, "1,500,000.50"), (OCCINET, "1.500.000,50")])
@pytest.mark.parametrize("typed", ["abc", "1.2.3"])
def test_a_refusal_gives_an_example_in_the_format_of_the_portal(
    portal: SimpleNamespace, example: str, typed: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_money(typed, portal)

    assert example in refused.value.messages[0]


@given(amount=AMOUNTS, portal=PORTALS)
def test_what_is_written_is_read_back(amount: Decimal, portal: SimpleNamespace) -> None:
    assert parse_money(format_money(amount, portal), portal) == amount


@given(amount=AMOUNTS, portal=PORTALS)
def test_grouping_is_optional(amount: Decimal, portal: SimpleNamespace) -> None:
    ungrouped = format_money(amount, portal).replace(portal.group_separator, "")

    assert parse_money(ungrouped, portal) == amount


@given(typed=st.text(max_size=30), portal=PORTALS)
def test_any_text_is_an_amount_in_range_or_refused(typed: str, portal: SimpleNamespace) -> None:
    try:
        amount = parse_money(typed, portal)
    except ValidationError:
        return

    assert Decimal(0) <= amount <= Decimal("9999999999999999.99")
    assert amount == amount.quantize(Decimal("0.01"))
