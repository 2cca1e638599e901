"""May somebody be signed in, and what must they do before anything else? Pure: facts in, checks out."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.enums import CompanyState, CredentialState, PasswordWorth, Role, UserState
from directory.rules.passwords import worth_of
from rights.enums import Remedy
from rights.rules.checks import Check
from schedules import rules as schedules
from schedules.enums import Refusal
from schedules.rules import Week


@dataclass(frozen=True)
class AccountFacts:
    """Who somebody is. `company_state` is None for bank staff, who belong to no company."""

    role: str
    state: str
    company_state: str | None


@dataclass(frozen=True)
class PasswordFacts:
    state: str
    expires_at: datetime | None


@dataclass(frozen=True)
class TokenFacts:
    """The state of somebody's tokens.

    `active` names the one whose codes count, empty if there is none; wrong codes keep it locked until `locked_until`.
    `required` is for whoever once had an active one (decision 31). `brought` names the one whose code the person gave,
    empty if they gave none; None asks as if they gave the code of the active one.
    """

    required: bool
    active: str
    locked_until: datetime | None
    brought: str | None


@dataclass(frozen=True)
class PlaceFacts:
    """Where somebody connects from, and the networks of the company and of the user; none at all means any."""

    address: str | None
    of_company: tuple[str, ...]
    of_user: tuple[str, ...]


@dataclass(frozen=True)
class HoursFacts:
    """The week in effect, a local moment in the portal's zone, and the holidays that follow, by day."""

    week: Week
    local: datetime
    holidays: Mapping[date, str]

    @property
    def holiday(self) -> str:
        return self.holidays.get(self.local.date(), "")


def account_checks(account: AccountFacts) -> list[Check]:
    """The company's state and the user's own."""
    remedy = who_runs(account.role)
    user = Check("user.active", account.state, account.state == UserState.ACTIVE, remedy)
    if account.company_state is None:
        return [user]
    is_open = account.company_state == CompanyState.ACTIVE
    return [Check("company.open", account.company_state, is_open, Remedy.BANK), user]


def who_runs(role: str) -> Remedy:
    """A company's administrators run its secondary users; the bank runs them and its own staff."""
    return Remedy.ADMINISTRATOR if role == Role.SECONDARY else Remedy.BANK


def password_check(password: PasswordFacts, role: str, instant: datetime) -> Check:
    """Whether the password opens anything; the outcome says what it is worth and why."""
    worth = worth_of(password.state, password.expires_at, instant)
    if worth == PasswordWorth.GOOD:
        outcome = "good"
    elif password.state == CredentialState.PERMANENT:
        outcome = "expired"
    elif password.state == CredentialState.GENERATED:
        outcome = "generated" if worth == PasswordWorth.MUST_CHANGE else "generated_expired"
    else:
        outcome = "none"
    until = password.expires_at if outcome in {"good", "generated"} else None
    return Check("credential.usable", outcome, worth != PasswordWorth.WORTHLESS, who_runs(role), until)


def token_check(token: TokenFacts, instant: datetime) -> Check:
    """Whoever once had an active token never signs in with the password alone again, whatever became of the token."""
    outcome = _token_outcome(token, instant)
    until = token.locked_until if outcome == "locked" else None
    return Check("token.presented", outcome, outcome in {"presented", "never_had"}, Remedy.BANK, until)


def token_is_required(role: str, required_since: datetime | None) -> bool:
    """From the first activation of a token on, and always for the bank's own staff (decision 31)."""
    return required_since is not None or role == Role.BANK


def _token_outcome(token: TokenFacts, instant: datetime) -> str:
    if token.brought:
        return "presented" if token.brought == token.active else "withdrawn"
    if token.brought is None and token.active:
        is_locked = token.locked_until is not None and instant < token.locked_until
        return "locked" if is_locked else "presented"
    if not token.required:
        return "never_had"
    return "left_out" if token.active else "required"


def place_check(place: PlaceFacts) -> Check:
    """The company's networks and the user's own: both must contain the address."""
    allowed = all(address_is_allowed(place.address, networks) for networks in (place.of_company, place.of_user))
    return Check("address.allowed", "allowed" if allowed else "foreign", allowed, facts={"address": place.address})


def address_is_allowed(address: str | None, networks: Iterable[str]) -> bool:
    """No network named means every address; IPv4-mapped IPv6 addresses count as the IPv4 address they carry."""
    allowed = [ipaddress.ip_network(network) for network in networks]
    if not allowed:
        return True
    if address is None:
        return False
    client = ipaddress.ip_address(address)
    client = getattr(client, "ipv4_mapped", None) or client
    return any(client.version == network.version and client in network for network in allowed)


def hours_check(hours: HoursFacts) -> Check:
    """The window of the day, or none because it is a holiday (decision 16). `until` is when it changes."""
    day = hours.local.date()
    refusal = schedules.window_check(hours.week, hours.local, is_holiday=bool(hours.holiday))
    window = hours.week.windows[day.weekday()]
    if refusal == Refusal.HOLIDAY:
        outcome = "closed"
    elif refusal is None:
        outcome = "inside"
    else:
        outcome = "outside" if window else "closed"
    return Check(
        str(refusal or Refusal.WINDOW),
        outcome,
        refusal is None,
        until=schedules.next_change(hours.week, hours.local, lambda each: each in hours.holidays),
        facts={"day": day, "window": window, "holiday": hours.holiday},
    )


def permission_check(role: str) -> Check:
    """What a page answers a signed-in person who lacks the permission it names."""
    return Check("permission.held", "missing", False, who_runs(role))


# Whoever is signed in does these first, in this order; until then nothing else opens.
DUTIES = ("credential.permanent", "image.chosen", "token.administration")


def duty_checks(role: str, password: Check, token: Check, *, has_image: bool) -> list[Check]:
    """What is still to be done between signing in and working; asked once password and token are accepted.

    An administrator who never had a token gets no further: no administration without one (decision 10).
    """
    checks = []
    if password.passed:
        is_good = password.outcome == "good"
        checks.append(Check("credential.permanent", password.outcome, is_good, Remedy.USER, password.until))
    checks.append(Check("image.chosen", "chosen" if has_image else "none", has_image, Remedy.USER))
    if role == Role.ADMINISTRATOR and token.passed:
        checks.append(Check("token.administration", token.outcome, token.outcome == "presented", Remedy.BANK))
    return checks
