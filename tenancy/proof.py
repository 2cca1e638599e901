"""Why PostgreSQL believes what a session says about its scope (docs/decisions/scope-authentication.md).

The application's role sets its own scope, so an injected statement could set another. Only a scope with its proof
counts: HMAC-SHA256 (RFC 2104) of the scope and of the server process that is told it, under a key this role cannot
read. A proof seen elsewhere is worthless here, and an invented one never matches.
"""

import hmac

from django.conf import settings

LABEL = b"occired: the scope of a database session"
BLOCK_BYTES = 64  # of SHA-256
INNER, OUTER = 0x36, 0x5C  # RFC 2104, section 2


def proof_of(kind: str, whose: str, backend_pid: int) -> str:
    """For a scope (`tenancy.context`) told to the server's process with this number."""
    return hmac.digest(_key(), f"{kind}|{whose}|{backend_pid}".encode(), "sha256").hex()


def padded_keys() -> tuple[bytes, bytes]:
    """The key as the first blocks of the two hashes an HMAC is made of: PostgreSQL only has sha256()."""
    block = _key().ljust(BLOCK_BYTES, b"\0")
    return bytes(byte ^ INNER for byte in block), bytes(byte ^ OUTER for byte in block)


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), LABEL, "sha256")
