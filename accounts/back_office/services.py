"""What the bank's staff do to companies and people. Each is one transaction and writes its audit row in it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import SessionEnd
from accounts.passwords.generation import KIND, generate_password
from accounts.sessions.services import end_sessions_of_company
from accounts.states.services import set_state
from accounts.users.services import name_taken
from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, record_write, target_of, target_of_company
from directory.enums import CompanyState, OperatingRole, Role, UserState
from directory.models import BACK_OFFICE, Company, Profile, User
from directory.readiness import touched
from directory.rules.back_office import check_company_may_become, check_is_run_by_the_bank, check_may_act_on
from directory.rules.people import seconds_until_next_generation
from limits.services import open_ceilings
from notifications.enums import Notice
from notifications.selectors import last_delivery
from notifications.services import tell
from schedules.services import open_schedule
from tokens.selectors import who_gave_token
from tokens.services import lift_requirement

FIRST_PROFILE = "Consulta"


@transaction.atomic
def open_company(*, authority: Authority, company: Company, administrator: Mapping[str, str]) -> User:
    """A new company and its first administrator, who gets a password by e-mail and waits for a token and activation.

    Raises ValidationError for `username` when somebody in the portal has that name.
    """
    create_company(authority=authority, company=company)
    user = create_administrator(authority=authority, company=company, values=administrator)
    generate_first_password(authority=authority, user=user)
    return user


@transaction.atomic
def create_company(*, authority: Authority, company: Company) -> Company:
    """The company with everything it starts with: a profile, every hour of every day, and every service at zero."""
    company.save(force_insert=True)
    Profile.objects.create(company=company, name=FIRST_PROFILE, operating_role=OperatingRole.OPERATOR)
    open_schedule(authority=authority, company=company)
    open_ceilings(authority=authority, company=company)
    after = {name: getattr(company, name) for name in ("code", "legal_name", "tax_id", "internal_identifier")}
    record_write(
        authority, Event.COMPANY_CREATED, company_id=company.pk, target=target_of_company(company), after=after
    )
    return company


@transaction.atomic
def create_administrator(*, authority: Authority, company: Company, values: Mapping[str, str]) -> User:
    """An administrator of a company: pending, without password or token. Raises ValidationError for `username`."""
    user = _create(authority, Role.ADMINISTRATOR, company, values)
    tell(Notice.ADMINISTRATOR_OPENED, user, authority=authority)
    return user


@transaction.atomic
def create_staff(*, authority: Authority, values: Mapping[str, str], is_superuser: bool = False) -> User:
    """A member of the bank's staff: active, but no staff sign in without a token."""
    return _create(authority, Role.BANK, None, values, state=UserState.ACTIVE, is_superuser=is_superuser)


@transaction.atomic
def open_user(*, authority: Authority, company: Company | None, values: Mapping[str, str]) -> User:
    """Another administrator of a company, or a member of staff when there is none, with a password by e-mail."""
    if company:
        user = create_administrator(authority=authority, company=company, values=values)
    else:
        user = create_staff(authority=authority, values=values)
    generate_first_password(authority=authority, user=user)
    return user


def _create(authority: Authority, role: Role, company: Company | None, values: Mapping[str, str], **more: Any) -> User:
    portal = company.portal if company else BACK_OFFICE
    user = User(
        role=role,
        company=company,
        sign_in_key=portal.sign_in_key(values["username"], company.code if company else ""),
        created_by_name=authority.actor_name,
        **{"state": UserState.PENDING, **more, **values},
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise name_taken() from error
    touched([user.pk])
    after = {"role": role, **values}
    record_write(authority, Event.USER_CREATED, company_id=user.company_id, target=target_of(user), after=after)
    return user


@transaction.atomic
def set_company_state(*, authority: Authority, company_id: UUID, state: CompanyState) -> Company:
    """Suspends a company, which ends every session in it at the next request, or reopens it."""
    company = Company.objects.select_for_update().get(pk=company_id)
    before = company.state
    check_company_may_become(before, state)
    company.state = state
    company.save(update_fields=["state"])
    if state == CompanyState.SUSPENDED:
        end_sessions_of_company(company=company, reason=SessionEnd.WITHDRAWN)
    _record_state(Event.COMPANY_CHANGED, authority, company.pk, target_of_company(company), before, state)
    return company


@transaction.atomic
def set_user_state(*, authority: Authority, user_id: UUID, state: UserState) -> User:
    """Activates or deactivates an administrator or a member of staff; never oneself. Raises ValidationError."""
    user = _locked(authority, user_id)
    check_is_run_by_the_bank(user.role)
    return _set_state(authority, user, state)


@transaction.atomic
def unlock_user(*, authority: Authority, user_id: UUID) -> User:
    """Lifts anybody's lock for failed attempts: whoever is locked out may have nobody else to turn to."""
    user = _locked(authority, user_id)
    if user.state != UserState.LOCKED:
        raise ValidationError(_("The user is not locked."), code="not_locked")
    return _set_state(authority, user, UserState.ACTIVE)


def _set_state(authority: Authority, user: User, state: UserState) -> User:
    before = user.state
    set_state(authority=authority, user=user, state=state)
    _record_state(Event.USER_STATE_CHANGED, authority, user.company_id, target_of(user), before, state)
    return user


@transaction.atomic
def lift_token_requirement(*, authority: Authority, user_id: UUID, reason: str) -> User:
    """Lets an administrator whose token is gone sign in with the password alone again (decision 31), to their own
    password and image and to nothing else until a token is active. The company's other administrators are told.

    Raises ValidationError when there is nothing to lift.
    """
    user = _locked(authority, user_id)
    check_is_run_by_the_bank(user.role)
    required_since = user.token_required_since
    lift_requirement(authority=authority, user=user)
    tell(Notice.TOKEN_NOT_REQUIRED, user, {"reason": reason}, authority=authority)
    record_write(
        authority,
        Event.TOKEN_REQUIREMENT_LIFTED,
        company_id=user.company_id,
        target=target_of(user),
        before={"token_required_since": required_since},
        after={"token_required_since": None},
        detail={"reason": reason},
    )
    return user


@transaction.atomic
def generate_first_password(*, authority: Authority, user: User) -> None:
    """For somebody just created, in the same transaction."""
    generate_password(authority=authority, user=user)
    record_write(authority, Event.PASSWORD_GENERATED, company_id=user.company_id, target=target_of(user))


@transaction.atomic
def generate_password_for(*, authority: Authority, user_id: UUID) -> User:
    """A new password by e-mail for an administrator or a member of staff (decision 8). Raises ValidationError."""
    user = _locked(authority, user_id)
    check_is_run_by_the_bank(user.role)
    _check_gave_no_token(authority, user)
    if not user.email:
        raise ValidationError(_("The user has no e-mail address to send the password to."), code="no_email")
    last = last_delivery(viewer=user, kind=KIND, about_id=user.pk)
    seconds = seconds_until_next_generation(last.created_at if last else None, timezone.now())
    if seconds:
        raise ValidationError(
            ngettext(
                "A password was generated a moment ago. Wait %(seconds)s second.",
                "A password was generated a moment ago. Wait %(seconds)s seconds.",
                seconds,
            ),
            params={"seconds": seconds},
            code="too_soon",
        )
    generate_first_password(authority=authority, user=user)
    return user


def _check_gave_no_token(authority: Authority, user: User) -> None:
    """The same two hands in the other order (decision 37)."""
    actor = authority.actor
    if user.is_administrator and actor and actor.pk in who_gave_token(user):
        raise ValidationError(
            _("You handed over or activated this administrator's token: a colleague of yours has to do this."),
            code="same_hand",
        )


@transaction.atomic
def set_groups(*, authority: Authority, user: User, groups: Iterable[Group]) -> None:
    """Everything one member of staff may do in the back office."""
    before = sorted(user.groups.values_list("name", flat=True))
    user.groups.set(groups)
    after = sorted(user.groups.values_list("name", flat=True))
    if before != after:
        record_write(
            authority,
            Event.BACK_OFFICE,
            company_id=user.company_id,
            target=target_of(user),
            before={"groups": before},
            after={"groups": after},
        )


def _locked(authority: Authority, user_id: UUID) -> User:
    """The person's row under lock. Raises ValidationError when whoever asks may not act on the person."""
    user = User.objects.select_for_update(of=("self",)).select_related("company__portal").get(pk=user_id)
    check_may_act_on(role=user.role, is_superuser=user.is_superuser, actor_is_superuser=authority.may_act_on_staff)
    return user


def _record_state(
    event: Event, authority: Authority, company_id: UUID | None, target: Target, before: str, after: str
) -> None:
    record_write(
        authority, event, company_id=company_id, target=target, before={"state": before}, after={"state": after}
    )
