"""A token's way from the stock to a holder and back (S2, decisions 25 and 26). Each transition is audited."""

import os

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.authority import Authority
from audit.enums import Event
from audit.services import Target, check_is_another_hand, record_write
from directory.models import Company, User
from directory.readiness import touched
from directory.rules.back_office import check_may_act_on
from notifications.enums import Notice
from notifications.services import tell, tell_company
from tenancy.sealing import seal
from tokens import rules
from tokens.enums import LIVE, TokenKind, TokenState, Transition
from tokens.models import Token

EVENT_OF_TRANSITION = {
    Transition.ASSIGN: Event.TOKEN_ASSIGNED,
    Transition.ENROL: Event.TOKEN_ASSIGNED,
    Transition.ACTIVATE: Event.TOKEN_ACTIVATED,
    Transition.UNBLOCK: Event.TOKEN_ACTIVATED,
    Transition.BLOCK: Event.TOKEN_BLOCKED,
    Transition.LOSE: Event.TOKEN_BLOCKED,
    Transition.DISABLE: Event.TOKEN_BLOCKED,
    Transition.RELEASE: Event.TOKEN_RELEASED,
}

NOTICE_OF_TRANSITION = {
    Transition.ASSIGN: Notice.TOKEN_ASSIGNED,
    Transition.ENROL: Notice.TOKEN_PENDING,
    Transition.ACTIVATE: Notice.TOKEN_ACTIVATED,
    Transition.UNBLOCK: Notice.TOKEN_UNBLOCKED,
    Transition.BLOCK: Notice.TOKEN_BLOCKED,
    Transition.LOSE: Notice.TOKEN_LOST,
    Transition.DISABLE: Notice.TOKEN_REPLACED,
    Transition.RELEASE: Notice.TOKEN_RELEASED,
}


@transaction.atomic
def add_token(
    *, authority: Authority, serial: str, company: Company | None, kind: TokenKind, secret: bytes | None = None
) -> Token:
    """The bank adds a token to a company's stock, or to its own if `company` is None.

    A virtual token gets a random secret of 160 bits; a physical one comes with its built-in secret.
    """
    rules.check_serial(serial)
    if kind == TokenKind.PHYSICAL and not secret:
        raise ValidationError(_("A physical token comes with its own secret."), code="secret")
    token = Token(serial=serial, company=company, kind=kind, updated_at=timezone.now())
    _seal(token, secret or os.urandom(rules.SECRET_BYTES))
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"serial": _("A token with this serial number already exists.")}) from error
    if company:
        tell_company(Notice.TOKEN_ADDED, company, _shown(token), authority=authority)
    record_write(
        authority,
        Event.TOKEN_IMPORTED,
        company_id=token.company_id,
        target=_target(token),
        after={"state": token.state, "kind": token.kind},
    )
    return token


@transaction.atomic
def assign_to(*, authority: Authority, token: Token, user: User) -> Token:
    """Gives an available token to a user of its company. Raises ValidationError when a rule is broken."""
    return _assign(authority, token, user, is_told=True)


def _assign(authority: Authority, token: Token, user: User, *, is_told: bool) -> Token:
    holder = User.objects.select_for_update().get(pk=user.pk)
    _check_may_act_on(authority, holder)
    check_is_another_hand(authority, holder)
    token = _locked(authority, token)
    if holder.company_id != token.company_id:
        raise ValidationError(_("The token belongs to another company."), code="company")
    rules.check_holder(holder.role, holder.state, has_email=bool(holder.email), has_mobile=bool(holder.mobile))
    held = set(Token.objects.filter(user=holder, state__in=LIVE).values_list("kind", flat=True))
    if token.kind in held or TokenKind.VIRTUAL in held:
        raise ValidationError(_("The user already has a token."), code="has_token")
    return _take(authority, token, Transition.ASSIGN, holder=holder, is_told=is_told)


@transaction.atomic
def mark_enrolled(*, authority: Authority, token: Token) -> Token:
    """The holder's app has the secret; the token waits for its activation."""
    return _take(authority, _locked(authority, token), Transition.ENROL)


@transaction.atomic
def hand_over(*, authority: Authority, token: Token, user: User) -> bytes:
    """The bank assigns a virtual token with a new secret, which it shows the holder once (decision 26).

    Returns that secret, which cannot be read again anywhere. The token waits for its activation, and the holder is told
    that alone.
    """
    token = _assign(authority, token, user, is_told=False)
    secret = os.urandom(rules.SECRET_BYTES)
    _renew(token, secret)
    _take(authority, token, Transition.ENROL)
    return secret


@transaction.atomic
def activate(*, authority: Authority, token: Token) -> Token:
    """From now on the token's codes are valid. A virtual one disables its holder's physical token (S2-24)."""
    token = _locked(authority, token)
    check_is_another_hand(authority, token.user)
    if token.kind == TokenKind.VIRTUAL:
        physical = Token.objects.select_for_update().filter(
            user_id=token.user_id, kind=TokenKind.PHYSICAL, state__in=LIVE
        )
        for other in physical.order_by("pk"):
            _take(authority, other, Transition.DISABLE)
    return _take(authority, token, Transition.ACTIVATE)


@transaction.atomic
def block(*, authority: Authority, token: Token) -> Token:
    """Stops an active token at once; it can be unblocked."""
    return _take(authority, _locked(authority, token), Transition.BLOCK)


@transaction.atomic
def unblock(*, authority: Authority, token: Token) -> Token:
    """Makes a blocked token count again."""
    token = _locked(authority, token)
    check_is_another_hand(authority, token.user)
    return _take(authority, token, Transition.UNBLOCK)


@transaction.atomic
def lift_lock(*, authority: Authority, token: Token) -> Token:
    """Ends the lock that wrong codes put on a token. Raises ValidationError when it is not locked."""
    token = _locked(authority, token)
    if not token.is_locked:
        raise ValidationError(_("The token is not locked because of wrong codes."), code="not_locked")
    before = {"locked_until": token.locked_until.isoformat() if token.locked_until else None}
    token.failed_attempts, token.locked_until = 0, None
    token.save(update_fields=["failed_attempts", "locked_until"])
    _tell(authority, token, token.user, Notice.TOKEN_LOCK_LIFTED)
    record_write(
        authority,
        Event.TOKEN_UNLOCKED,
        company_id=token.company_id,
        target=_target(token),
        before=before,
        after={"locked_until": None},
    )
    return token


@transaction.atomic
def report_lost(*, authority: Authority, token: Token) -> Token:
    """Ends a token for good."""
    return _take(authority, _locked(authority, token), Transition.LOSE)


@transaction.atomic
def release(*, authority: Authority, token: Token) -> Token:
    """Takes a token back into the stock; a virtual one gets a new secret, so the old holder's app is worthless."""
    token = _take(authority, _locked(authority, token), Transition.RELEASE)
    if token.kind == TokenKind.VIRTUAL:
        _renew(token, os.urandom(rules.SECRET_BYTES))
    return token


@transaction.atomic
def lift_requirement(*, authority: Authority, user: User) -> None:
    """Lets a user (row locked) sign in with the password alone again, like one who never had a token (decision 31).

    Whoever calls it says why in the trail. Raises ValidationError when there is nothing to lift.
    """
    has_active = Token.objects.filter(user=user, state=TokenState.ACTIVE).exists()
    rules.check_may_lift(user.role, user.token_required_since, has_active_token=has_active)
    user.token_required_since = None
    user.save(update_fields=["token_required_since"])
    touched([user.pk])


def _locked(authority: Authority, token: Token) -> Token:
    """The token's row under lock, its holder's first, as everywhere. Raises ValidationError if whoever asks may not act
    on the holder."""
    list(User.objects.select_for_update(of=("self",), no_key=True).filter(tokens=token.pk).values_list("pk"))
    token = Token.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
    _check_may_act_on(authority, token.user)
    return token


def _check_may_act_on(authority: Authority, holder: User | None) -> None:
    if holder:
        check_may_act_on(
            role=holder.role, is_superuser=holder.is_superuser, actor_is_superuser=authority.may_act_on_staff
        )


def _take(
    authority: Authority, token: Token, transition: Transition, holder: User | None = None, *, is_told: bool = True
) -> Token:
    """One step in the life of a token whose row is locked. Raises ValidationError when its state does not allow it."""
    before, holders, held_by = _words(token), {token.user_id}, token.user
    token.state = rules.next_state(token.kind, token.state, transition)
    if transition == Transition.ASSIGN:
        token.user = holder
    elif token.state == TokenState.AVAILABLE:
        token.user, token.failed_attempts, token.locked_until = None, 0, None
    token.updated_at = timezone.now()
    token.save(update_fields=["state", "user", "failed_attempts", "locked_until", "updated_at"])
    if token.state == TokenState.ACTIVE:
        _require_from_now_on(token)
    touched(holders | {token.user_id})
    if is_told:
        _tell(authority, token, token.user or held_by, NOTICE_OF_TRANSITION[transition])
    record_write(
        authority,
        EVENT_OF_TRANSITION[transition],
        company_id=token.company_id,
        target=_target(token),
        before=before,
        after=_words(token),
        detail={"transition": transition},
    )
    return token


def _tell(authority: Authority, token: Token, holder: User | None, notice: Notice) -> None:
    """The holder, by the end of the serial number, by which they know it among theirs."""
    if holder:
        tell(notice, holder, {"token": _shown(token)}, authority=authority)


def _shown(token: Token) -> str:
    return f"{token.get_kind_display()} · {token.serial[-4:]}"


def _require_from_now_on(token: Token) -> None:
    """Once somebody has an active token, the password alone opens nothing, whatever becomes of the token."""
    User.objects.filter(pk=token.user_id, token_required_since=None).update(token_required_since=token.updated_at)


def _words(token: Token) -> dict[str, str]:
    return {"state": token.state, "holder": token.user.username if token.user else ""}


def _target(token: Token) -> Target:
    return Target("token", str(token.public_id), token.serial)


def _renew(token: Token, secret: bytes) -> None:
    _seal(token, secret)
    token.last_step, token.failed_attempts, token.locked_until = (rules.NEVER_USED, 0, None)
    token.save(update_fields=["sealed_secret", "last_step", "failed_attempts", "locked_until"])


def _seal(token: Token, secret: bytes) -> None:
    token.sealed_secret = seal(secret, row=token.row_name)
