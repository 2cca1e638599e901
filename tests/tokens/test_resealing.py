import base64
import os
import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from directory.models import User
from notifications.enums import DeliveryState
from notifications.models import Delivery
from tenancy import context, sealing
from tests import factories
from tests.tokens.factories import code_of, token
from tokens import rules
from tokens.enums import Purpose
from tokens.models import Token
from tokens.services import resealing, verify

NEW_KEY = ("new", bytes(range(32)))


@pytest.fixture
def new_key(settings: Any) -> Any:
    """The new key is first, the old one still known."""

    def take() -> None:
        settings.SEALING_KEYS = [NEW_KEY, *settings.SEALING_KEYS]

    return take


def rotate() -> str:
    out = StringIO()
    call_command("rotate_sealing_keys", stdout=out)
    return out.getvalue().strip()


def pending_delivery(state: str = DeliveryState.PENDING) -> Delivery:
    now = timezone.now()
    row = Delivery(
        company_id=None,
        kind="generated_password",
        recipient="felipe@empresa.example",
        language="es",
        state=state,
        next_attempt_at=now,
        expires_at=now + timedelta(hours=1),
        created_at=now,
        finished_at=None if state == DeliveryState.PENDING else now,
    )
    row.sealed = sealing.seal(b"secret words", row=row.row_name) if state == DeliveryState.PENDING else ""
    row.save()
    return row


def test_everything_moves_to_the_new_key_and_opens_without_the_old_one(
    bank_scope: None, new_key: Any, settings: Any
) -> None:
    held = token(factories.administrator())
    for _ in range(resealing.ROWS_AT_ONCE + 5):
        token(company=held.company)
    waiting, done = pending_delivery(), pending_delivery(DeliveryState.SENT)
    code = code_of(held)
    new_key()

    said = rotate()

    settings.SEALING_KEYS = [NEW_KEY]
    waiting.refresh_from_db()
    done.refresh_from_db()
    held.refresh_from_db()
    assert said == f"resealed: {resealing.ROWS_AT_ONCE + 6} tokens, 1 pending deliveries"
    assert (sealing.unseal(waiting.sealed, row=waiting.row_name), done.sealed) == (b"secret words", "")
    assert code_of(held) == code
    assert verify(user=held.user, code=code, purpose=Purpose.SIGN_IN)


def test_a_second_run_has_nothing_to_do(bank_scope: None, new_key: Any) -> None:
    token(factories.administrator())
    new_key()
    rotate()

    assert rotate() == "resealed: 0 tokens, 0 pending deliveries"


def test_a_row_in_use_is_named_and_left_for_the_next_run(bank: None, new_key: Any) -> None:
    held = token(factories.administrator())
    new_key()
    errors: list[str] = []

    def run() -> None:
        try:
            rotate()
        except CommandError as error:
            errors.append(str(error))
        connection.close()

    with transaction.atomic():
        Token.objects.select_for_update().get(pk=held.pk)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    assert errors == ["1 secrets were in use and still need the older key. Run this again."]
    assert rotate() == "resealed: 1 tokens, 0 pending deliveries"


def test_no_verification_fails_while_the_key_is_rotated(bank: None, new_key: Any) -> None:
    company = factories.company()
    rows = [token(factories.administrator(company)) for _ in range(40)]
    step = rules.step_at(timezone.now())
    codes = [(row.user, code_of(row, step)) for row in rows]
    new_key()
    answers: list[bool] = []
    is_going = threading.Event()

    def sign_in(mine: list[tuple[User, str]]) -> None:
        with context.bank():
            for user, code in mine:
                is_going.set()
                answers.append(verify(user=user, code=code, purpose=Purpose.SIGN_IN) is not None)
        connection.close()

    threads = [threading.Thread(target=sign_in, args=(codes[number::4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    is_going.wait()
    resealing.reseal_tokens()
    for thread in threads:
        thread.join()
    resealing.reseal_tokens()

    failed = answers.count(False)
    print(f"\nkey rotation with traffic: {failed} of {len(answers)} verifications failed")
    assert (len(answers), failed, resealing.rows_left()) == (40, 0, 0)


@pytest.mark.long
def test_a_hundred_thousand_secrets_never_share_a_nonce(settings: Any) -> None:
    count = 100_000
    nonces = {sealing.seal(b"x", row="r").partition(":")[2][:16] for _ in range(count)}

    assert len(nonces) == count


def test_the_database_holds_no_secret_in_any_writing(bank_scope: None) -> None:
    """A seed is nowhere as bytes, hex, base32 or base64 (security.md, 16)."""
    secret = os.urandom(rules.SECRET_BYTES)
    token(factories.administrator(), secret=secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM tokens_token t")
        dump = "".join(row[0] for row in cursor.fetchall())

    written = [secret.hex(), base64.b32encode(secret).decode(), base64.b64encode(secret).decode()[:26]]

    assert [each for each in written if each.lower() in dump.lower()] == []
