"""What a limit may be, given the company's ceiling (S1-094, decision 14). Pure: amounts in, answers out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from limits.money import ZERO

PERIODS = ("transaction", "day", "month")
FULL_PERCENT = 100


class Amounts(NamedTuple):
    """How much in one transaction, in a day and in a month of the portal's time zone; zero means none."""

    transaction: Decimal
    day: Decimal
    month: Decimal


NOTHING = Amounts(ZERO, ZERO, ZERO)


class Typed(NamedTuple):
    """The same as typed: None where nothing can be said of it, because it cannot be read or was left out."""

    transaction: Decimal | None
    day: Decimal | None
    month: Decimal | None


@dataclass(frozen=True)
class Problem:
    """What is wrong with one of the three amounts: `negative`, `none_at_once`, `below_transaction`, `below_day`,
    `above_ceiling` or `above_bank`; `bound` is the amount it breaks."""

    period: str
    rule: str
    bound: Decimal


def limit_problems(limit: Amounts | Typed, ceiling: Amounts) -> list[Problem]:
    """Every amount at fault, with one reason each: 0 <= transaction <= day <= month, and each at most its ceiling. What
    is None breaks nothing and bounds nothing.

    Zero for one transaction means no transactions. A day or month above it would promise what nobody can use.
    """
    problems = []
    if limit.transaction == ZERO and max(limit.day or ZERO, limit.month or ZERO) > ZERO:
        problems.append(Problem("transaction", "none_at_once", ZERO))
    for period, amount, bound, rule, least in (
        ("transaction", limit.transaction, ceiling.transaction, "negative", ZERO),
        ("day", limit.day, ceiling.day, "below_transaction", limit.transaction),
        ("month", limit.month, ceiling.month, "below_day", limit.day),
    ):
        if amount is None:
            continue
        if amount > bound:
            problems.append(Problem(period, "above_ceiling", bound))
        elif least is not None and amount < least:
            problems.append(Problem(period, rule, least))
    return problems


def ceiling_problems(ceiling: Amounts | Typed, bank: Amounts) -> list[Problem]:
    """The same for the company's own ceilings, which the bank's maximum bounds."""
    return [
        replace(problem, rule="above_bank") if problem.rule == "above_ceiling" else problem
        for problem in limit_problems(ceiling, bank)
    ]


def effective_limit(limit: Amounts, ceiling: Amounts) -> Amounts:
    """What actually applies: the smaller of the two, so that a ceiling lowered later cuts at once."""
    return Amounts(*(min(pair) for pair in zip(limit, ceiling, strict=True)))


def is_cut(limit: Amounts, ceiling: Amounts) -> bool:
    """Whether the ceiling takes something away from the limit."""
    return effective_limit(limit, ceiling) != limit


def percent_used(used: Decimal, limit: Decimal) -> int:
    """How much of a limit is used, in percent from 0 to 100; all of it where the limit is nothing."""
    return min(FULL_PERCENT, round(used * FULL_PERCENT / limit)) if limit else FULL_PERCENT


def available(limit: Decimal, used: Decimal) -> Decimal:
    """What is left of a day's or month's limit; never below zero, even after the limit was lowered."""
    return max(limit - used, ZERO)


def period_keys(local: datetime) -> tuple[str, str]:
    """The keys of the local day and month in which `local` lies (decision 15): `2026-11-21`, `2026-11`."""
    return f"{local:%Y-%m-%d}", f"{local:%Y-%m}"


def period_ends(local: datetime) -> tuple[datetime, datetime]:
    """When the local day and the local month of `local` end."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    next_month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return midnight + timedelta(days=1), next_month
