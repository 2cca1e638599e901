"""What somebody may do as they stand, and what is missing: `decide` asked about no hour and no address. Pure.

It is kept on the user (`rights.services`), so that a list filters by it and a page says it without asking anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from directory.enums import Readiness
from limits.money import CENT, ZERO, Money
from limits.rules import NOTHING, Amounts
from rights.rules.checks import Check
from rights.rules.decisions import Decision, Facts, decide
from rights.rules.entry import DUTIES
from rights.rules.operations import AmountFacts, ProductFacts, ServiceFacts

NO_PRODUCT = ProductFacts(label="", currency="", is_assigned=False, is_enabled=True, is_open=True)
# What keeps somebody out, of what is asked here; all else keeps them from their work.
ENTRY = ("user.active", "credential.usable", "token.presented")
UNBOUNDED = Amounts(CENT, CENT, CENT)  # enough for what is asked
# What only the person can do, once they are inside; and what is so on purpose.
OWN = ["credential.permanent.generated", "credential.permanent.expired", "image.chosen.none"]
NOT_CAPTURING, NO_SERVICE = "profile.role.does_not_capture", "profile.service.none"
ON_PURPOSE = [NOT_CAPTURING, NO_SERVICE]
# A limit or ceiling for a transaction is the smallest of its three: where it allows anything, day and month do.
FOLLOWS = ("limit.day", "limit.month", "ceiling.day", "ceiling.month")


@dataclass(frozen=True)
class Case:
    """A product of somebody's, with their limit in one service and the company's ceiling there. Without a limit it is
    in no service yet, and no ceiling is in the way."""

    product: ProductFacts
    service: ServiceFacts
    limit: Amounts = NOTHING
    ceiling: Amounts = UNBOUNDED


@dataclass(frozen=True)
class Standing:
    """What is kept on a user. `missing` names the checks not met, as `rule.outcome`: those that keep them out first,
    those they meet themselves once they are inside last. From `lapses_at` on, `..._afterwards` is true."""

    readiness: Readiness
    missing: tuple[str, ...]
    lapses_at: datetime | None = None
    readiness_afterwards: str = ""
    missing_afterwards: tuple[str, ...] = ()

    def at(self, instant: datetime) -> "Standing":
        """The same as it would be written at `instant`."""
        if self.lapses_at is None or instant < self.lapses_at:
            return self
        return Standing(Readiness(self.readiness_afterwards), self.missing_afterwards)


def standing_of(facts: Facts, cases: Iterable[Case], currency: str) -> Standing:
    """What `facts` say now, and from the instant on at which that ends.

    `cases` are those worth asking about; the nearest to being allowed answers for all. Limits are in `currency`. Where
    `facts` know of no capacity, the work is not moving money and no product is needed; else they know of any service.
    """
    questions = [facts]
    if facts.capacity:
        questions = [_with(facts, case, currency) for case in cases] or [replace(facts, product=NO_PRODUCT)]
    decisions = [decide(question) for question in questions]
    nearest = min(range(len(decisions)), key=lambda number: len(_missing(decisions[number])))
    now, question = decisions[nearest], questions[nearest]
    until = min((check.until for check in now.checks if check.until), default=None)
    if until is None:
        return Standing(_readiness(now), _missing(now))
    then = decide(replace(question, instant=until))
    return Standing(_readiness(now), _missing(now), until, _readiness(then), _missing(then))


def _with(facts: Facts, case: Case, currency: str) -> Facts:
    """The question whether the smallest amount may be moved, with nothing used yet."""
    amount = AmountFacts(
        asked=Money(CENT, case.product.currency),
        currency=currency,
        limit=case.limit,
        ceiling=case.ceiling,
        used_day=ZERO,
        used_month=ZERO,
        day_ends=facts.instant,
        month_ends=facts.instant,
    )
    return replace(facts, service=case.service, product=case.product, amount=amount)


def _readiness(decision: Decision) -> Readiness:
    if decision.allowed:
        return Readiness.READY
    is_barred = any(check.rule in ENTRY for check in decision.refusals)
    return Readiness.BARRED if is_barred else Readiness.ENTERS


def _missing(decision: Decision) -> tuple[str, ...]:
    told = [check for check in decision.refusals if check.rule not in FOLLOWS]
    return tuple(code_of(check) for check in sorted(told, key=lambda check: check.rule in DUTIES))


def code_of(check: Check) -> str:
    return f"{check.rule}.{check.outcome}"


def keeps_out(code: str) -> bool:
    """Whether what is missing keeps somebody from signing in."""
    return code.rpartition(".")[0] in ENTRY
