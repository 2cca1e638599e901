"""What a limit may be, beside the company's ceiling (S1-094, decision 14). Pure: amounts in, answers out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from limits.money import ZERO

PERIODS = ("transaction", "day", "month")


class Amounts(NamedTuple):
    """How much in one transaction, in a day and in a month of the portal's time zone; zero means: may not."""

    transaction: Decimal
    day: Decimal
    month: Decimal


NOTHING = Amounts(ZERO, ZERO, ZERO)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one of the three amounts: `negative`, `below_transaction`, `below_day`, or `above_ceiling`;
    `bound` is the amount it breaks."""

    period: str
    rule: str
    bound: Decimal


def limit_problems(limit: Amounts, ceiling: Amounts) -> list[Problem]:
    """Every amount at fault, with one reason each: 0 <= transaction <= day <= month, and each at most its ceiling."""
    problems = []
    for period, amount, bound, rule, least in (
        ("transaction", limit.transaction, ceiling.transaction, "negative", ZERO),
        ("day", limit.day, ceiling.day, "below_transaction", limit.transaction),
        ("month", limit.month, ceiling.month, "below_day", limit.day),
    ):
        if amount > bound:
            problems.append(Problem(period, "above_ceiling", bound))
        elif amount < least:
            problems.append(Problem(period, rule, least))
    return problems


def effective_limit(limit: Amounts, ceiling: Amounts) -> Amounts:
    """What holds in fact: the smaller one rules, so that a ceiling lowered later cuts at once."""
    return Amounts(*(min(pair) for pair in zip(limit, ceiling, strict=True)))


def is_cut(limit: Amounts, ceiling: Amounts) -> bool:
    """Whether the ceiling takes something away from the limit."""
    return effective_limit(limit, ceiling) != limit


def available(limit: Decimal, used: Decimal) -> Decimal:
    """What is left of a day's or month's limit; never below zero, also after the limit was lowered."""
    return max(limit - used, ZERO)
