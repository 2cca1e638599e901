"""Secrets at rest (security.md, 17)."""

import base64
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tenancy.sealing import NONCE_BYTES, CannotOpen, needs_resealing, seal, unseal

ROW, OTHER_ROW = "tokens.token/1", "tokens.token/2"
NONCES = 100_000


def raw(sealed: str) -> bytes:
    return base64.b64decode(sealed.partition(":")[2])


def as_sealed(key_id: str, content: bytes) -> str:
    return f"{key_id}:{base64.b64encode(content).decode()}"


@given(st.binary(max_size=200), st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_what_was_sealed_opens_for_its_row(secret: bytes, row: str) -> None:
    assert unseal(seal(secret, row=row), row=row) == secret


def test_the_sealed_form_does_not_show_the_secret() -> None:
    secret = b"correct horse battery staple"

    sealed = seal(secret, row=ROW)

    assert secret not in raw(sealed)
    assert secret not in sealed.encode()


def test_two_secrets_swapped_in_the_database_both_stay_closed() -> None:
    first, second = seal(b"first", row=ROW), seal(b"second", row=OTHER_ROW)

    for sealed, row in ((second, ROW), (first, OTHER_ROW)):
        with pytest.raises(CannotOpen):
            unseal(sealed, row=row)


def test_every_flipped_bit_is_noticed() -> None:
    sealed = seal(b"secret", row=ROW)
    content, key_id = raw(sealed), sealed.partition(":")[0]
    opened = []

    for place in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        try:
            opened.append(unseal(as_sealed(key_id, bytes(flipped)), row=ROW))
        except CannotOpen:
            continue

    assert opened == []


@pytest.mark.parametrize(
    "broken",
    [
        "",
        ":",
        "test",
        "test:",
        "test:AAAA",
        "test:!!!",
        "test:ñ",
        "test:A",
        "nobody:AAAA",
        ":" + "A" * 64,
        "test:" + "A" * 15,
    ],
)
def test_what_was_never_sealed_is_refused_and_nothing_else(broken: str) -> None:
    with pytest.raises(CannotOpen):
        unseal(broken, row=ROW)


def test_a_secret_cut_short_is_refused() -> None:
    sealed = seal(b"secret", row=ROW)
    key_id = sealed.partition(":")[0]

    for length in range(len(raw(sealed))):
        with pytest.raises(CannotOpen):
            unseal(as_sealed(key_id, raw(sealed)[:length]), row=ROW)


class TestRotation:
    @pytest.fixture
    def keys(self) -> list[tuple[str, bytes]]:
        return [("2026", os.urandom(32)), ("2025", os.urandom(32))]

    def test_old_secrets_open_while_new_ones_take_the_new_key(
        self, settings: Settings, keys: list[tuple[str, Any]]
    ) -> None:
        new, old = keys
        settings.SEALING_KEYS = [old]
        sealed_before = seal(b"before", row=ROW)

        settings.SEALING_KEYS = [new, old]
        sealed_after = seal(b"after", row=ROW)

        assert (unseal(sealed_before, row=ROW), unseal(sealed_after, row=ROW)) == (b"before", b"after")
        assert (needs_resealing(sealed_before), needs_resealing(sealed_after)) == (True, False)

    def test_a_key_taken_away_closes_what_it_sealed(self, settings: Settings, keys: list[tuple[str, Any]]) -> None:
        new, old = keys
        settings.SEALING_KEYS = [old]
        sealed = seal(b"before", row=ROW)

        settings.SEALING_KEYS = [new]

        with pytest.raises(CannotOpen, match="not configured"):
            unseal(sealed, row=ROW)

    def test_the_name_of_another_key_does_not_open_it(self, settings: Settings, keys: list[tuple[str, Any]]) -> None:
        settings.SEALING_KEYS = keys
        sealed = seal(b"secret", row=ROW)

        with pytest.raises(CannotOpen):
            unseal(sealed.replace("2026:", "2025:"), row=ROW)


@pytest.mark.long
def test_no_nonce_comes_twice() -> None:
    nonces = {raw(seal(b"secret", row=ROW))[:NONCE_BYTES] for _ in range(NONCES)}

    assert len(nonces) == NONCES
