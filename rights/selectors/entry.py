"""What the entry checks ask about a person: loaded once, in a fixed number of queries, and decided by
`rights.rules`."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from directory.enums import CompanyState, CredentialState, Role, UserState
from directory.models import IpRule, Service, User
from rights.rules.checks import Check
from rights.rules.decisions import Facts
from rights.rules.entry import (
    AccountFacts,
    HoursFacts,
    PasswordFacts,
    PlaceFacts,
    TokenFacts,
    password_check,
    token_is_required,
)
from rights.rules.operations import ServiceFacts
from schedules.selectors import EffectiveSchedule, Moment, moment_of, schedule_of
from tokens.enums import TokenState
from tokens.models import Token


def person(user_id: UUID, *, lock: bool = False) -> User | None:
    """The user with company, portal and profile, and what the entry checks need: one query.

    With `lock` the row is locked until the transaction ends, and read afterwards: a join in the locking query would
    show company, networks and token as they were before the wait.
    """
    if lock:
        list(User.objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk"))
    return next(iter(_people().filter(pk=user_id)), None)


@cache
def _people() -> QuerySet[User]:
    """Composed once: every request asks it."""
    networks = IpRule.objects.filter(company_id=OuterRef("company_id"))
    return with_token(User.objects.select_related("company__portal", "profile")).annotate(
        company_networks=ArraySubquery(networks.filter(user=None).values("network")),
        own_networks=ArraySubquery(networks.filter(user_id=OuterRef("pk")).values("network")),
    )


def with_token(users: QuerySet[User]) -> QuerySet[User]:
    """The users with key, serial number and lock of their active token, of which nobody has two."""
    return users.annotate(
        active_token=FilteredRelation("tokens", condition=Q(tokens__state=TokenState.ACTIVE)),
        active_token_id=F("active_token__pk"),
        active_token_serial=F("active_token__serial"),
        active_token_lock=F("active_token__locked_until"),
    )


def account_of(user: User) -> AccountFacts:
    """No query if the company was read with the user."""
    return AccountFacts(user.role, user.state, user.company.state if user.company else None)


def standing_facts(user: User, instant: datetime, *, brought: str | None = None) -> Facts:
    """Who somebody is and what they have, without hour and address. No query; the user comes from `with_token`."""
    return Facts(
        instant,
        account_of(user),
        PasswordFacts(user.credential_state, user.password_expires_at),
        TokenFacts(
            required=token_is_required(user.role, user.token_required_since),
            active=persistent_id(_loaded(user, "active_token_id")),
            locked_until=_loaded(user, "active_token_lock"),
            brought=brought,
        ),
    )


def service_facts(user: User, service: Service) -> ServiceFacts:
    """Whether the user may work in it, as their profile says. No query if the profile was read with the user; likewise
    the next."""
    return ServiceFacts(user.profile is not None and user.profile.opens(service), service.name)


def any_service(user: User) -> ServiceFacts:
    return ServiceFacts(user.profile is not None and user.profile.opens_services)


def password_check_of(user: User, instant: datetime) -> Check:
    """What the entry checks say about the password alone. No query."""
    return password_check(PasswordFacts(user.credential_state, user.password_expires_at), user.role, instant)


def entry_facts(
    user: User, instant: datetime, address: str | None, *, brought: str | None = None, to_work: bool = False
) -> Facts:
    """What the entry checks need here and now; with `to_work` also the duties that follow. The user comes from
    `person`.

    Two queries; none for bank staff, who have no company's rules. `brought`: see `TokenFacts`.
    """
    if user.company_id is None:
        facts = standing_facts(user, instant, brought=brought)
    else:
        schedule, moment = schedule_of(user, user), moment_of(user.portal, instant)
        facts = facts_of(user, instant, address, schedule, moment, brought=brought)
    return replace(facts, has_image=bool(user.security_image)) if to_work else facts


def facts_of(
    user: User,
    instant: datetime,
    address: str | None,
    schedule: EffectiveSchedule,
    moment: Moment,
    *,
    brought: str | None = None,
) -> Facts:
    """The same when the hours are already known. No query."""
    networks = tuple(_loaded(user, "company_networks")), tuple(_loaded(user, "own_networks"))
    return replace(
        standing_facts(user, instant, brought=brought),
        place=PlaceFacts(address, *networks),
        hours=HoursFacts(schedule.effective, moment.local, moment.holidays),
    )


def barred(instant: datetime) -> Q:
    """Whom `decide` refuses whatever the hour and the address, as a condition on many users: no usable account, a
    worthless password, or no active token where one is required."""
    active = Token.objects.filter(user_id=OuterRef("pk"), state=TokenState.ACTIVE)
    has_ended = Q(password_expires_at=None) | Q(password_expires_at__lte=instant)
    worthless = Q(credential_state=CredentialState.NONE) | Q(credential_state=CredentialState.GENERATED) & has_ended
    requires_token = Q(token_required_since__isnull=False) | Q(role=Role.BANK)
    closed = ~Q(state=UserState.ACTIVE) | Q(company__state=CompanyState.SUSPENDED)
    tokenless = Q(~Exists(active)) & requires_token
    return closed | worthless | tokenless


def serial_of_active_token(user: User) -> str | None:
    return _loaded(user, "active_token_serial")


def persistent_id(token_id: int | None) -> str:
    """What a session calls a token; empty for none."""
    return f"{Token.model_label()}/{token_id}" if token_id else ""


def _loaded(user: User, name: str) -> Any:
    """What `person` or `with_token` has loaded; a user loaded another way is a mistake, and raises KeyError."""
    return vars(user)[name]
