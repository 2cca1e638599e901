"""Tokens for tests. Call them inside the bank's scope."""

import hashlib
from itertools import count
from typing import Any

from django.utils import timezone

from directory.models import User
from tenancy.sealing import seal, unseal
from tests.factories import decided
from tokens import rules
from tokens.enums import TokenKind, TokenState
from tokens.models import Token

_numbers = count(5_000_000)


EVER_ACTIVE = (TokenState.ACTIVE, TokenState.BLOCKED)


def token(user: User | None = None, **values: Any) -> Token:
    """A virtual token: an active one of `user`'s, or an available one of `company`'s. Who holds one that is or was
    active needs it from then on."""
    number = next(_numbers)
    secret = values.pop("secret", hashlib.sha1(str(number).encode()).digest())
    row = Token(
        **{
            "company": user.company if user else None,
            "user": user,
            "serial": f"FEF{number}",
            "kind": TokenKind.VIRTUAL,
            "state": TokenState.ACTIVE if user else TokenState.AVAILABLE,
            "updated_at": timezone.now(),
            **values,
        }
    )
    row.sealed_secret = seal(secret, row=row.row_name)
    row.save()
    if user and row.state in EVER_ACTIVE:
        user.token_required_since = row.updated_at
        user.save(update_fields=["token_required_since"])
    if user:
        decided(user)
    return row


def token_of(user: User) -> Token:
    """The active token a user has, or a new one."""
    return Token.objects.filter(user=user, state=TokenState.ACTIVE).first() or token(user)


def code_of(row: Token, step: int | None = None) -> str:
    """The code of a step, of the present one when none is given."""
    secret = unseal(row.sealed_secret, row=row.row_name)
    return rules.code_at(secret, rules.step_at(timezone.now()) if step is None else step)
