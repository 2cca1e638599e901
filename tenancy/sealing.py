"""Secrets at rest: AES-256-GCM under keys from the environment, bound to the row they belong to (security.md, 16-17).

The sealed form is `key id ":" base64(nonce + ciphertext)`. The row's identity is the associated data, so that two
ciphertexts swapped in the database both stop opening. New secrets take the first key of `OCCIRED_SEALING_KEYS`;
older keys stay in the list until `needs_resealing` is false everywhere.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The secret was sealed for another row, changed, or sealed under a key that is not configured."""


def seal(secret: bytes, *, row: str) -> str:
    """Seals `secret` for the row named `row`, such as `tokens.token/7c9e…`."""
    key_id, key = settings.SEALING_KEYS[0]
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, secret, row.encode())
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, row: str) -> bytes:
    """Opens what `seal` made. Raises CannotOpen."""
    key_id, _, encoded = sealed.partition(":")
    key = dict(settings.SEALING_KEYS).get(key_id)
    if key is None:
        raise CannotOpen("sealed under a key that is not configured")
    try:
        raw = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], row.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed, or sealed for another row") from error


def needs_resealing(sealed: str) -> bool:
    return sealed.partition(":")[0] != settings.SEALING_KEYS[0][0]
