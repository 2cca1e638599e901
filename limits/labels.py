"""Names, amounts and broken rules in words, for both the form and the change."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from limits.rules import Problem
from pages.formats import Format, format_money


def cell_name(code: str, product_id: object, period: str) -> str:
    """The name of one amount of a user's limits, in the form and in the errors of the change."""
    return f"{code}.{str(product_id).replace('-', '')}.{period}"


def ceiling_name(code: str, period: str) -> str:
    """The name of one of the company's ceilings, in the form and in the errors of the change."""
    return f"{code}.{period}"


def period_label(period: str) -> str:
    return {"transaction": _("Transaction"), "day": _("Daily"), "month": _("Monthly")}[period]


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
