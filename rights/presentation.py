"""A decision in words: the rules, what they looked at, until when, and who can change it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import dateformat
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from directory.clock import to_local
from directory.enums import Readiness
from directory.models import Portal, Service, User
from limits.money import Money
from pages.formats import format_money
from products.models import Product
from rights.labels import GAPS, Gap
from rights.rules.checks import Check
from rights.rules.readiness import NO_SERVICE, NOT_CAPTURING, ON_PURPOSE, keeps_out
from rights.selectors.rights import Rights
from schedules.labels import DAY_LABELS, day_label, hours

MOST_REASONS = 2  # beside a state
A_MINUTE, AN_INSTANT = timedelta(minutes=1), timedelta(microseconds=1)

_ALLOWED_ON = _("Monetary transactions are allowed on: %(tick)s.")
_NOT_ALLOWED_ON = _("Monetary transactions are not allowed on: %(tick)s.")

# What each outcome of each rule says to a person. The names in parentheses are facts of its check.
TEXTS: dict[tuple[str, str], Any] = {
    ("company.open", "active"): _("The company is active."),
    ("company.open", "suspended"): _("The company is suspended."),
    ("user.active", "active"): _("The user is active."),
    ("user.active", "pending"): _("The user is waiting to be activated."),
    ("user.active", "inactive"): _("The user is inactive."),
    ("user.active", "locked"): _("The user is locked after too many wrong passwords."),
    ("credential.usable", "good"): _("The password is valid."),
    ("credential.usable", "generated"): _("The generated password can be used only to choose a new one."),
    ("credential.usable", "expired"): _("The expired password can be used only to choose a new one."),
    ("credential.usable", "generated_expired"): _("The generated password has expired."),
    ("credential.usable", "none"): _("The user has no password yet."),
    ("token.presented", "presented"): _("The token is active, and its code is required."),
    ("token.presented", "never_had"): _("The user has never had an active token: the password is enough."),
    ("token.presented", "locked"): _("The token is locked after too many wrong codes."),
    ("token.presented", "withdrawn"): _("The token of this session is no longer active."),
    ("token.presented", "left_out"): _("The user has an active token: nobody signs in without its code."),
    ("token.presented", "required"): _(
        "The user once had an active token and now has none: the password alone is not enough."
    ),
    ("address.allowed", "allowed"): _("The network address is allowed."),
    ("address.allowed", "foreign"): _("The network address is not allowed."),
    ("schedule.window", "inside"): _("Within the access hours of this day: %(day)s, %(window)s."),
    ("schedule.window", "outside"): _("Outside the access hours of this day: %(day)s, %(window)s."),
    ("schedule.window", "closed"): _("There is no access on this day: %(day)s."),
    ("schedule.holiday", "closed"): _("There is no access on holidays, and %(date)s is one: %(holiday)s."),
    ("credential.permanent", "good"): _("The password is the user's own."),
    ("credential.permanent", "generated"): _("The generated password has to be changed first."),
    ("credential.permanent", "expired"): _("The password has expired and has to be changed first."),
    ("image.chosen", "chosen"): _("The security image has been chosen."),
    ("image.chosen", "none"): _("The security image has to be chosen first."),
    ("token.administration", "presented"): _("The token that administration requires was used."),
    ("token.administration", "never_had"): _("Administration requires an active token."),
    ("token.active", "active"): _("The user has an active token."),
    ("token.active", "none"): _("Moving money requires an active token."),
    ("profile.service", "opened"): _("The profile opens this service: %(service)s."),
    ("profile.service", "closed"): _("The profile does not open this service: %(service)s."),
    ("profile.service", "some"): _("The profile opens services to the user."),
    ("profile.service", "none"): _("The profile opens no service to the user."),
    ("profile.role", "captures"): _("The profile allows the user to prepare operations."),
    ("profile.role", "does_not_capture"): _("The profile does not allow the user to prepare operations."),
    ("product.open", "yes"): _("The product is open at the bank."),
    ("product.open", "no"): _("The product is not open at the bank."),
    ("product.enabled", "yes"): _("The product is enabled for the company."),
    ("product.enabled", "no"): _("The product is not enabled for the company."),
    ("product.assigned", "yes"): _("The product is assigned to the user."),
    ("product.assigned", "no"): _("The product is not assigned to the user."),
    ("schedule.monetary_saturday", "allowed"): _ALLOWED_ON,
    ("schedule.monetary_saturday", "not_allowed"): _NOT_ALLOWED_ON,
    ("schedule.monetary_sunday", "allowed"): _ALLOWED_ON,
    ("schedule.monetary_sunday", "not_allowed"): _NOT_ALLOWED_ON,
    ("schedule.monetary_holiday", "allowed"): _ALLOWED_ON,
    ("schedule.monetary_holiday", "not_allowed"): _NOT_ALLOWED_ON,
    ("amount.currency", "same"): _("The amount, the product and the limits are in the same currency."),
    ("amount.currency", "different"): _(
        "The product is in %(product_currency)s and the limits are in %(limits_currency)s: they cannot be compared."
    ),
    ("limit.transaction", "within"): _("The amount is within the transaction limit."),
    ("limit.transaction", "above"): _("The amount is above the transaction limit."),
    ("limit.transaction", "none"): _("The user has not been assigned a transaction limit: no money can be moved."),
    ("limit.day", "within"): _("The amount fits within the daily limit."),
    ("limit.day", "above"): _("The amount does not fit within the daily limit."),
    ("limit.day", "none"): _("The user has not been assigned a daily limit: no money can be moved."),
    ("limit.month", "within"): _("The amount fits within the monthly limit."),
    ("limit.month", "above"): _("The amount does not fit within the monthly limit."),
    ("limit.month", "none"): _("The user has not been assigned a monthly limit: no money can be moved."),
    ("ceiling.transaction", "within"): _("The amount is within the company's transaction ceiling."),
    ("ceiling.transaction", "above"): _("The amount is above the company's transaction ceiling."),
    ("ceiling.transaction", "none"): _(
        "The company has not been assigned a transaction ceiling: no money can be moved."
    ),
    ("ceiling.day", "within"): _("The amount fits within the company's daily ceiling."),
    ("ceiling.day", "above"): _("The amount does not fit within the company's daily ceiling."),
    ("ceiling.day", "none"): _("The company has not been assigned a daily ceiling: no money can be moved."),
    ("ceiling.month", "within"): _("The amount fits within the company's monthly ceiling."),
    ("ceiling.month", "above"): _("The amount does not fit within the company's monthly ceiling."),
    ("ceiling.month", "none"): _("The company has not been assigned a monthly ceiling: no money can be moved."),
    ("session.idle", "over"): _("The session was inactive for a while."),
    ("session.too_long", "over"): _("The session reached its maximum length."),
    ("permission.held", "missing"): _("The user does not have this permission."),
}


@dataclass(frozen=True)
class ShownCheck:
    """One check as a page prints it; `label` says the outcome, `detail` what else is known."""

    passed: bool
    label: str
    detail: str


@dataclass(frozen=True)
class Answer:
    """The answer to "may I do this?": the first refusal in full, and every check."""

    allowed: bool
    question: str
    when: str
    rule: str
    facts: list[tuple[str, str]]
    until: str
    who: str
    checks: list[ShownCheck]

    @property
    def reasons(self) -> int:
        """How many rules refuse it."""
        return sum(not check.passed for check in self.checks)


def answer_of(rights: Rights, service: Service, product: Product, asked: Money) -> Answer:
    portal = rights.user.portal
    decision = rights.operate(service, product, asked)
    refusal = decision.refusals[0] if decision.refusals else None
    how_much = f"{format_money(asked.amount, portal)} {asked.currency}"
    return Answer(
        allowed=decision.allowed,
        question=f"{service.name} · {product.alias} {product.number} · {how_much}",
        when=moment_in_words(rights.facts.instant, portal),
        rule=text_of(refusal, portal) if refusal else "",
        facts=facts_of(refusal, portal) if refusal else [],
        until=until_of(refusal, portal) if refusal else "",
        who=remedy_of(refusal) if refusal else "",
        checks=shown(decision.checks, portal),
    )


def shown(checks: Iterable[Check], portal: Portal) -> list[ShownCheck]:
    return [ShownCheck(check.passed, text_of(check, portal), _detail(check, portal)) for check in checks]


def text_of(check: Check, portal: Portal) -> str:
    """What the rule found, in one sentence."""
    words = {name: SAID[name](value) for name, value in check.facts.items() if name in SAID and value is not None}
    if "day" in check.facts:
        words["date"] = dateformat.format(check.facts["day"], portal.date_format)
    return str(TEXTS[check.rule, check.outcome]) % words


SAID: Mapping[str, Callable[[Any], str]] = {
    "day": day_label,
    "window": hours,
    "holiday": str,
    "service": str,
    "tick": lambda tick: str(DAY_LABELS[tick]),
    "product_currency": str,
    "limits_currency": str,
}


def facts_of(check: Check, portal: Portal) -> list[tuple[str, str]]:
    """What the rule looked at, where that is useful to a person."""
    names = {
        "amount": gettext("Amount"),
        "bound": gettext("Limit") if check.rule.startswith("limit.") else gettext("Company's ceiling"),
        "used": gettext("Used and reserved"),
        "product": gettext("Product"),
        "address": gettext("IP address"),
    }
    money = {"amount", "bound", "used"}
    return [
        (names[name], format_money(value, portal) if name in money else str(value))
        for name, value in check.facts.items()
        if name in names and value is not None
    ]


def remedy_of(check: Check) -> str:
    return str(check.remedy.label)


def until_of(check: Check, portal: Portal) -> str:
    """Until when the answer is valid, in whole minutes: the last one for what is allowed (hours that end at 19:00 are
    valid until 19:00, whose minute counts), the first one at which what is refused may change."""
    if check.until is None:
        return ""
    edge = check.until - AN_INSTANT if check.passed else check.until + A_MINUTE - AN_INSTANT
    return moment_in_words(edge, portal)


@dataclass(frozen=True)
class Missing:
    """Something somebody lacks: `url` leads to where it is given, if an administrator can, and `action` says so."""

    words: str
    action: str
    url: str


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may do one thing as they stand; `tone` as that of a badge."""

    answer: str
    tone: str
    note: str
    missing: list[Missing]


@dataclass(frozen=True)
class Standing:
    """Whether somebody can move money, in one or two words; `tone` as that of a badge."""

    words: str
    tone: str
    is_ready: bool = False


def standing_of(user: User, instant: datetime) -> Standing:
    readiness, codes = user.missing_at(instant)
    if readiness == Readiness.READY:
        return Standing(gettext("yes"), "good", is_ready=True)
    if not user.is_active:
        return Standing(str(user.get_state_display()).lower(), "bad" if user.is_locked else "")
    if NOT_CAPTURING in codes:
        return Standing(gettext("does not prepare"), "")
    if NO_SERVICE in codes:
        return Standing(gettext("no service opened"), "")
    return Standing(_few(codes[:1]), "warn")


def missing_words(user: User, instant: datetime) -> str:
    """Why somebody cannot work, in a line beside their state; empty if nothing is missing but what the state says."""
    readiness, codes = user.missing_at(instant)
    if readiness == Readiness.BARRED:
        words = _few([code for code in codes if keeps_out(code) and not code.startswith("user.active")])
        return gettext("cannot sign in: %(why)s") % {"why": words} if words else ""
    if on_purpose := [code for code in ON_PURPOSE if code in codes]:
        return str(GAPS[on_purpose[0]].words)
    return gettext("cannot move money: %(why)s") % {"why": _few(codes)} if codes else ""


def _few(codes: list[str]) -> str:
    words = list(dict.fromkeys(str(GAPS[code].words) for code in codes))
    said = ", ".join(words[:MOST_REASONS])
    more = len(words) - MOST_REASONS
    if more <= 0:
        return said
    return ngettext("%(words)s and %(count)s more", "%(words)s and %(count)s more", more) % {
        "words": said,
        "count": more,
    }


def missing_of(user: User, codes: Iterable[str]) -> list[Missing]:
    """One line for each thing, where several checks want the same."""
    gaps = dict.fromkeys(GAPS[code] for code in codes)
    return [Missing(capfirst(str(gap.words)), str(gap.action), _page_of(gap, user)) for gap in gaps]


def _page_of(gap: Gap, user: User) -> str:
    """Where it is given; of the person's pages only one that the edition has."""
    if gap.is_of_person and gap.page not in {tab.url_name for tab in user.portal.edition.person_tabs}:
        return ""
    return reverse(gap.page, args=[user.pk] if gap.is_of_person else [])


def verdicts_of(user: User, instant: datetime) -> list[Verdict]:
    """The two questions at the end of a person's pages: may they sign in, may they move money."""
    readiness, codes = user.missing_at(instant)
    barring = [code for code in codes if keeps_out(code)]
    others = [code for code in codes if not keeps_out(code)]
    return [_on_entry(user, readiness, barring, others), _on_money(user, readiness, others)]


def _on_entry(user: User, readiness: Readiness, barring: list[str], others: list[str]) -> Verdict:
    if readiness == Readiness.BARRED:
        return Verdict(gettext("Can sign in: no"), "bad", "", missing_of(user, barring))
    with_generated = "credential.permanent.generated" in others
    note = gettext("The generated password opens only the page to change it.") if with_generated else ""
    return Verdict(gettext("Can sign in: yes"), "good", note, [])


def _on_money(user: User, readiness: Readiness, others: list[str]) -> Verdict:
    if readiness == Readiness.READY:
        return Verdict(gettext("Can move money: yes"), "good", gettext("Within the limits and hours assigned."), [])
    if on_purpose := [code for code in ON_PURPOSE if code in others]:
        return Verdict(gettext("Can move money: no"), "note", "", missing_of(user, on_purpose[:1]))
    note = "" if others else gettext("Once the user can sign in, nothing else is missing.")
    return Verdict(gettext("Can move money: not yet"), "warn", note, missing_of(user, others))


def moment_in_words(instant: datetime, portal: Portal) -> str:
    local = to_local(portal, instant)
    return f"{dateformat.format(local, portal.date_format)} {local:%H:%M}"


def _detail(check: Check, portal: Portal) -> str:
    """What the rule looked at and until when it applies; if it is not met, also who can change it."""
    parts = [f"{name}: {value}" for name, value in facts_of(check, portal)]
    if until := until_of(check, portal):
        parts.append(gettext("Until %(moment)s") % {"moment": until})
    if not check.passed:
        parts.append(gettext("Can be changed by: %(who)s") % {"who": remedy_of(check)})
    return " · ".join(parts)
