"""Passwords the portal makes: what they are worth, where their clear text may be, and that only the last one holds."""

import logging
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.enums import SessionEnd
from accounts.models import Session
from accounts.passwords import generation as generated_passwords
from accounts.passwords.changes import GeneratePassword
from accounts.passwords.generation import ALPHABET, KIND, new_password
from accounts.users.changes import EditContact
from audit.authority import Authority
from changes.enums import ChangeState
from changes.models import Change
from directory.editions import OCCIRED
from directory.enums import CredentialState, UserState
from directory.models import User
from notifications.enums import DeliveryState, Notice
from notifications.models import Delivery
from notifications.services import deliver
from tenancy import context, sealing
from tests import factories
from tests.accounts.confirming import BELIEVED, carry_out, confirm_believed, propose
from tests.changes import naming
from tests.support.database import superuser_url
from tests.support.there import there

SHAPE = re.compile(rf"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{3}}")
GUESSING_BITS = 80
PARALLEL = 10


def newcomer(administrator: User, **values: Any) -> User:
    """Somebody who was just created: pending, without password."""
    defaults = {
        "state": UserState.PENDING,
        "credential_state": CredentialState.NONE,
        "password": "!",
        "password_set_at": None,
        "password_expires_at": None,
    }
    return factories.user(administrator.company, **{**defaults, **values})


def generate(administrator: User, user: User, activate: bool = True) -> Change:
    return carry_out(administrator, GeneratePassword(user=user.pk, activate=activate))


def clear_text_of(delivery: Delivery) -> str:
    return sealing.unseal(delivery.sealed, row=delivery.row_name).decode()


def a_minute_later() -> None:
    """As if everything that was sent had been sent a minute earlier."""
    for delivery in Delivery.objects.all():
        delivery.created_at -= timedelta(seconds=61)
        delivery.save()


@pytest.mark.long
def test_a_generated_password_is_random_readable_and_unique() -> None:
    passwords = {new_password() for _ in range(10_000)}

    assert len(passwords) == 10_000
    assert all(SHAPE.fullmatch(password) for password in passwords)
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("0Oo1lIi")
    assert 20 * math.log2(len(ALPHABET)) >= GUESSING_BITS


@pytest.mark.usefixtures("bank_scope")
class TestGenerating:
    @pytest.fixture
    def administrator(self) -> User:
        return factories.administrator()

    def test_the_password_works_once_for_its_hours_and_the_user_is_active(self, administrator: User) -> None:
        user = newcomer(administrator)
        before = timezone.now()

        change = generate(administrator, user)

        user.refresh_from_db()
        delivery = Delivery.objects.get()
        assert change.state == ChangeState.APPLIED
        assert (user.state, user.credential_state) == (UserState.ACTIVE, CredentialState.GENERATED)
        assert identify_hasher(user.password).algorithm == "argon2"
        assert check_password(clear_text_of(delivery), user.password)
        assert before + timedelta(hours=24) <= there(user.password_expires_at) <= timezone.now() + timedelta(hours=24)
        assert delivery.expires_at == user.password_expires_at
        assert (delivery.kind, delivery.recipient, delivery.about_id) == (KIND, user.email, user.pk)

    def test_the_person_reads_what_will_happen_and_never_the_password(self, administrator: User) -> None:
        user = newcomer(administrator, username="Felipe20", email="dprieto@andina.example")

        change = propose(administrator, GeneratePassword(user=user.pk, activate=True))

        assert change.title == "Generar contraseña para Felipe20"
        assert [(line.what, line.before, line.after) for line in change.lines] == [
            (
                "Contraseña de acceso",
                "Sin contraseña",
                "Una nueva, hasta que el usuario elija la suya, por 24 horas a lo sumo",
            ),
            ("Enviada a", "", "dprieto@andina.example"),
            ("Estado", "Pendiente", "Activo"),
        ]

    def test_proposing_makes_no_secret_and_costs_no_hash(
        self, administrator: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        user = newcomer(administrator)
        made: list[str] = []
        monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda self, password, salt: made.append(password))

        propose(administrator, GeneratePassword(user=user.pk, activate=True))

        assert (made, Delivery.objects.count()) == ([], 0)

    def test_without_the_tick_the_state_stays(self, administrator: User) -> None:
        user = newcomer(administrator)

        change = generate(administrator, user, activate=False)

        user.refresh_from_db()
        assert (user.state, user.credential_state) == (UserState.PENDING, CredentialState.GENERATED)
        assert change.warnings == ["El usuario sigue en estado Pendiente y no puede ingresar hasta que sea activado."]

    @pytest.mark.parametrize(("activate", "state", "failed"), [(True, "active", 0), (False, "locked", 5)])
    def test_a_locked_user_is_unlocked_by_activating_alone(
        self, administrator: User, activate: bool, state: str, failed: int
    ) -> None:
        user = factories.user(
            administrator.company, state=UserState.LOCKED, locked_at=timezone.now(), failed_attempts=5
        )

        generate(administrator, user, activate)

        user.refresh_from_db()
        assert (user.state, user.failed_attempts) == (state, failed)

    def test_open_sessions_end(self, administrator: User) -> None:
        user = factories.user(administrator.company)
        session = Session.objects.create(
            session_key="a" * 40, session_data="", expire_date=timezone.now() + timedelta(hours=1), user=user
        )

        generate(administrator, user)

        session.refresh_from_db()
        assert session.ended_because == SessionEnd.CREDENTIAL

    def test_a_second_one_waits_a_minute(self, administrator: User) -> None:
        user = newcomer(administrator)
        generate(administrator, user)

        with pytest.raises(ValidationError) as raised:
            propose(administrator, GeneratePassword(user=user.pk, activate=True))

        assert re.fullmatch(
            r"Hace un momento se generó una contraseña\. Espere (60|5\d) segundos\.", raised.value.messages[0]
        )

    def test_a_later_one_replaces_the_mail_that_has_not_left(self, administrator: User) -> None:
        user = newcomer(administrator)
        generate(administrator, user)
        a_minute_later()

        generate(administrator, user)

        user.refresh_from_db()
        replaced, last = Delivery.objects.order_by("created_at")
        assert (replaced.state, replaced.sealed) == (DeliveryState.CANCELLED, "")
        assert check_password(clear_text_of(last), user.password)

    def test_a_password_does_not_go_to_an_address_that_was_changed(self, administrator: User) -> None:
        user = newcomer(administrator)
        generate(administrator, user)
        present = {name: getattr(user, name) for name in OCCIRED.texts_on("contact")}
        elsewhere = {**present, "email": "otro@andina.example"}

        carry_out(administrator, EditContact(user=user.pk, texts=elsewhere, receives_alerts=False))

        delivery = Delivery.objects.get(kind=KIND)
        assert (delivery.state, delivery.sealed) == (DeliveryState.CANCELLED, "")
        both = Delivery.objects.filter(kind=Notice.EMAIL_CHANGED).values_list("recipient", flat=True)
        assert sorted(both) == sorted(["otro@andina.example", user.email])

    def test_nobody_without_an_address_gets_one(self, administrator: User) -> None:
        user = newcomer(administrator, email="")

        with pytest.raises(ValidationError) as raised:
            propose(administrator, GeneratePassword(user=user.pk, activate=True))

        assert raised.value.code == "no_email"

    @pytest.mark.parametrize(
        ("language", "subject"), [("es", "Su contraseña de acceso"), ("en", "Your sign-in password")]
    )
    def test_the_mail_says_what_its_reader_needs(
        self, administrator: User, mailoutbox: list[Any], language: str, subject: str
    ) -> None:
        portal = administrator.portal
        portal.language = language
        portal.save()
        user = newcomer(User.objects.get(pk=administrator.pk), username="Felipe20", first_names="David Felipe")
        generate(User.objects.get(pk=administrator.pk), user)
        delivery = Delivery.objects.get()
        clear = clear_text_of(delivery)

        deliver(delivery.pk)

        mail = mailoutbox[0]
        assert mail.to == [user.email]
        assert mail.subject == f"OcciRed: {subject}"
        assert all(
            words in mail.body
            for words in ("David Felipe Prieto", administrator.full_name, clear, "UTC-05:00", "Bogotá: 000 00 00")
        )
        assert "Felipe20" not in mail.message().as_string().replace(user.email, "")
        assert clear not in mail.subject

    def test_line_breaks_in_a_name_make_no_headers(self, administrator: User, mailoutbox: list[Any]) -> None:
        portal = administrator.portal
        portal.brand = "OcciRed\r\nBcc: x@y.example"
        portal.save()
        user = newcomer(administrator, first_names="David\r\nBcc: x@y.example")
        generate(User.objects.get(pk=administrator.pk), user)

        deliver(Delivery.objects.get().pk)

        message = mailoutbox[0].message()
        assert message["Bcc"] is None
        assert message["To"] == user.email
        assert "\n" not in message["Subject"]

    def test_the_secret_is_gone_once_the_mail_is_out(self, administrator: User, mailoutbox: list[Any]) -> None:
        generate(administrator, newcomer(administrator))

        deliver(Delivery.objects.get().pk)

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.sealed) == (DeliveryState.SENT, "")


@pytest.fixture
def administrator_in_committed_db(committed_db: None) -> Iterator[User]:
    with context.bank():
        yield factories.administrator()


def in_a_thread(work: Any, *arguments: Any) -> Any:
    """As another process would: a connection and a scope of its own."""
    try:
        with context.bank():
            return work(*arguments)
    finally:
        connections.close_all()


def test_of_many_at_once_one_is_generated_and_holds(administrator_in_committed_db: User) -> None:
    administrator = administrator_in_committed_db
    user = newcomer(administrator)
    makers = [naming.administrator(administrator.company) for _ in range(PARALLEL)]
    changes = [propose(maker, GeneratePassword(user=user.pk, activate=True)) for maker in makers]

    with BELIEVED, ThreadPoolExecutor(PARALLEL) as pool:
        ended = list(pool.map(lambda change: in_a_thread(confirm_believed, change.maker, change), changes))

    states = sorted(change.state for change in ended)
    assert states.count(ChangeState.APPLIED) == 1
    assert set(states) <= {ChangeState.APPLIED, ChangeState.REFUSED, ChangeState.STALE}
    user.refresh_from_db()
    delivery = Delivery.objects.get()
    assert check_password(clear_text_of(delivery), user.password)


def test_even_without_the_minute_the_password_is_that_of_the_last_mail(
    administrator_in_committed_db: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = administrator_in_committed_db
    user = factories.user(administrator.company)

    def straight() -> None:
        from django.db import transaction

        with transaction.atomic():
            locked = User.objects.select_for_update(of=("self",)).select_related("company__portal").get(pk=user.pk)
            generated_passwords.generate_password(authority=Authority.of_bank(administrator), user=locked)

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(lambda _: in_a_thread(straight), range(PARALLEL)))

    user.refresh_from_db()
    pending = Delivery.objects.get(state=DeliveryState.PENDING, about_id=user.pk)
    assert Delivery.objects.filter(state=DeliveryState.CANCELLED, sealed="").count() == PARALLEL - 1
    assert check_password(clear_text_of(pending), user.password)


def test_the_clear_text_is_nowhere(
    administrator_in_committed_db: User, valkey: Any, caplog: pytest.LogCaptureFixture
) -> None:
    administrator = administrator_in_committed_db
    caplog.set_level(logging.DEBUG)
    generate(administrator, newcomer(administrator))
    clear = clear_text_of(Delivery.objects.get())

    with psycopg.connect(superuser_url()) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        database = "\n".join(
            str(row[0])
            for (table,) in tables
            for row in connection.execute(f"SELECT t::text FROM {table} t").fetchall()
        )
    queue = "".join(repr(valkey.lrange(key, 0, -1)) for key in valkey.keys("*") if valkey.type(key) == b"list")

    assert str(administrator.pk) in database
    assert str(Delivery.objects.get().pk) in queue
    for form in (clear, clear.replace("-", "")):
        assert form not in database
        assert form not in queue
        assert form not in caplog.text
