"""Names, amounts and broken rules in words, for both the form and the change."""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from directory.models import Service
from limits.rules import FULL_PERCENT, Problem, percent_used
from pages.formats import Format, format_money, format_priced

WARNS_AT_PERCENT = 90


def cell_name(code: str, product_id: object, period: str) -> str:
    """The name of one amount of a user's limits, in the form and in the errors of the change."""
    return f"{code}.{str(product_id).replace('-', '')}.{period}"


def ceiling_name(code: str, period: str) -> str:
    """The name of one of the company's ceilings, in the form and in the errors of the change."""
    return f"{code}.{period}"


def period_label(period: str) -> str:
    return _period_labels_in(get_language())[period]


@cache
def _period_labels_in(_language: str | None) -> dict[str, str]:
    """In the language that is active: three of them stand in every row of limits."""
    return {"transaction": _("Transaction"), "day": _("Daily"), "month": _("Monthly")}


def problem_error(problem: Problem, portal: Format) -> ValidationError:
    """What is wrong with an amount, and the amount it breaks."""
    texts = {
        "negative": _("An amount cannot be less than zero."),
        "none_at_once": _(
            "Zero per transaction means no transactions. Enter an amount, or zero for the day and the month as well."
        ),
        "above_ceiling": _("It exceeds the company's ceiling: %(bound)s"),
        "above_bank": _("It exceeds the bank's maximum: %(bound)s"),
        "below_transaction": _("It cannot be less than the amount for one transaction: %(bound)s"),
        "below_day": _("It cannot be less than the daily amount: %(bound)s"),
    }
    return ValidationError(texts[problem.rule], problem.rule, {"bound": format_money(problem.bound, portal)})


def box_error(problem: Problem, service: Service, portal: Format) -> ValidationError:
    """The same for a value that is to be copied: a ceiling is one service's."""
    if problem.rule != "above_ceiling":
        return problem_error(problem, portal)
    return ValidationError(
        _("Above the ceiling %(bound)s of %(service)s"),
        problem.rule,
        {"bound": format_money(problem.bound, portal), "service": service.name},
    )


class Beside(NamedTuple):
    """What stands beside an amount: words, and the share that is used (percent) with its tone; None without a bar."""

    words: str = ""
    percent: int | None = None
    tone: str = ""


def use_beside(held: Decimal, used: Decimal | None, portal: Format) -> Beside:
    """Of a limit in effect; `used` is None for one transaction, of which nothing is ever used."""
    if used:
        percent = percent_used(used, held)
        tone = "is-bad" if used > held else "is-warn" if percent >= WARNS_AT_PERCENT else ""
        words = _("used %(used)s · %(percent)s %%") % {"used": format_priced(used, portal), "percent": percent}
        return Beside(words, FULL_PERCENT if tone == "is-bad" else percent, tone)
    if used is None:
        return Beside() if held else Beside(_("cannot operate"))
    return Beside(_("unused")) if held else Beside()
