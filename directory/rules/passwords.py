"""What a password may be, under the portal's policy (decision 6; S3-009..012; NIST SP 800-63B-4 section 3.1.1.2)."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from directory.enums import CredentialState, PasswordPolicy, PasswordWorth

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STRONG_MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
CONTEXT_WORD_MIN_CHARACTERS = 4
OCCINET_LETTERS = 6
OCCINET_DIGITS = range(2, 5)
REMEMBERED_PASSWORDS = 5

_common = CommonPasswordValidator()


def normalised(password: str) -> str:
    """One form for one password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)


def worth_of(state: str, expires_at: datetime | None, instant: datetime) -> PasswordWorth:
    """What a password is worth at `instant`: the only place that answers this (decision 33).

    A generated one only opens its own change until it expires, and nothing afterwards or without an expiry. A permanent
    one is valid until its date; past it, or without one, it has to be changed.
    """
    holds = expires_at is not None and instant < expires_at
    if state == CredentialState.PERMANENT:
        return PasswordWorth.GOOD if holds else PasswordWorth.MUST_CHANGE
    if state == CredentialState.GENERATED and holds:
        return PasswordWorth.MUST_CHANGE
    return PasswordWorth.WORTHLESS


def was_proved_to_be_changed(
    state: str, expires_at: datetime | None, *, proved_at: datetime | None, instant: datetime
) -> bool:
    """Whether a password that has to be changed at `instant` already had to be when the person signed in with it: then
    it is not asked for again. One that has expired since is, as whoever sits there now may be somebody else."""
    must_change = worth_of(state, expires_at, instant) == PasswordWorth.MUST_CHANGE
    return must_change and proved_at is not None and worth_of(state, expires_at, proved_at) == PasswordWorth.MUST_CHANGE


def check_password_policy(password: str, policy: str, context_words: Iterable[str]) -> None:
    """Raises ValidationError with every reason. `context_words` are the user's, company's and bank's names."""
    problems = policy_called(policy).problems(password)
    if any(
        word.casefold() in password.casefold()
        for text in context_words
        for word in text.split()
        if len(word) >= CONTEXT_WORD_MIN_CHARACTERS
    ):
        problems.append(
            ValidationError(
                _("It must not contain your name, your user name, the company or the bank."), code="context"
            )
        )
    if problems:
        raise ValidationError(problems)


def _strong(password: str) -> list[ValidationError]:
    problems = []
    if not STRONG_MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS:
        problems.append(ValidationError(_("It must contain between 12 and 128 characters."), code="length"))
    if password.casefold() in _common.passwords or len(set(password)) <= 2:  # noqa: PLR2004 - "aaaa", "abababab"
        problems.append(ValidationError(_("It is one of the passwords people guess first."), code="common"))
    return problems


def _occinet(password: str) -> list[ValidationError]:
    problems = []
    if not re.fullmatch(r"[A-Za-z0-9]*", password):
        problems.append(ValidationError(_("Use only letters from A to Z and digits."), code="characters"))
    letters = sum(character.isalpha() for character in password)
    digits = sum(character.isdigit() for character in password)
    if letters != OCCINET_LETTERS or digits not in OCCINET_DIGITS:
        problems.append(ValidationError(_("It must contain 6 letters and between 2 and 4 digits."), code="composition"))
    if re.search(r"(.)\1\1", password):
        problems.append(ValidationError(_("Do not use the same character more than twice in a row."), code="repeated"))
    return problems


@dataclass(frozen=True)
class Policy:
    """What is wrong with a password in itself, and what a person is told before choosing one."""

    problems: Callable[[str], list[ValidationError]]
    hints: Sequence["str | StrPromise"]


POLICIES: Mapping[PasswordPolicy, Policy] = {
    PasswordPolicy.STRONG: Policy(
        _strong,
        (
            _("12 to 128 characters of any kind; a phrase you can remember is best."),
            _("It must not contain your name, your user name, the company or the bank."),
        ),
    ),
    PasswordPolicy.OCCINET: Policy(
        _occinet,
        (
            _("It must contain 6 letters and between 2 and 4 digits."),
            _("Do not use the same character more than twice in a row."),
            _("It must not contain your name, your user name, the company or the bank."),
        ),
    ),
}


def policy_called(name: str) -> Policy:
    return POLICIES[PasswordPolicy(name)]
