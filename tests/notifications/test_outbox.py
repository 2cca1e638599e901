"""The outbox and the mail server: what is committed leaves, what is not never does, the secret is only in the mail."""

import logging
import threading
import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from notifications import selectors, services
from notifications.enums import MessageKind
from notifications.models import Delivery
from tenancy import context
from tests import factories
from tests.notifications import mails
from tests.notifications.mails import SECRET, VALUES, everything_in, everything_in_valkey, make_due, put_in_outbox
from tests.support.database import superuser_url
from tests.support.mail import MailServer, part_of
from tests.support.slow_smtp import POINTS, SlowSmtp


def deliver(delivery: Delivery) -> str | None:
    """One attempt; the row as it is afterwards is in `delivery`."""
    state = services.deliver(delivery.id)
    delivery.refresh_from_db()
    return state


def own_log(caplog: pytest.LogCaptureFixture) -> str:
    """What the portal wrote; the mail server of the tests, in the same process, has a log of its own ("mail.log")."""
    form = logging.Formatter()
    return "\n".join(form.format(record) for record in caplog.records if not record.name.startswith("mail"))


class TestSending:
    def test_the_mail_says_what_the_template_says_and_goes_to_one_address(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)

        assert deliver(delivery) == "sent"

        (message,), (envelope,) = smtp.messages, smtp.envelopes
        assert envelope.rcpt_tos == ["felipe@empresa.example"]
        assert message["To"] == "felipe@empresa.example"
        assert message["From"] == "OcciRed <no-responder@occired.example>"
        assert message["Subject"].startswith("OcciRed: ")
        assert SECRET in part_of(message)
        assert "David Felipe Prieto" in part_of(message)

    def test_its_identity_and_date_are_those_of_the_row(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)

        deliver(delivery)

        (message,) = smtp.messages
        assert message["Message-ID"] == f"<{delivery.id}@occired.example>" == delivery.message_id
        assert parsedate_to_datetime(message["Date"]) == delivery.created_at.replace(microsecond=0)

    def test_afterwards_the_row_says_so_and_holds_no_secret(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)
        assert delivery.sealed

        deliver(delivery)

        assert (delivery.state, delivery.sealed, delivery.problem, delivery.attempts) == ("sent", "", "", 1)
        assert delivery.finished_at is not None

    def test_sent_once_it_is_never_sent_again(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)
        deliver(delivery)
        make_due(delivery)

        assert [deliver(delivery) for _ in range(3)] == [None] * 3
        assert len(smtp.messages) == 1

    def test_what_does_not_exist_is_passed_by(self, db: None, smtp: MailServer) -> None:
        assert services.deliver(uuid4()) is None

    @pytest.mark.parametrize(("language", "word"), [("es", "contraseña"), ("en", "password")])
    def test_it_is_written_in_the_language_of_the_row(
        self, company: Any, smtp: MailServer, language: str, word: str
    ) -> None:
        deliver(put_in_outbox(company.id, language=language))

        assert word in smtp.messages[0]["Subject"]

    def test_plain_text_is_not_escaped_for_html(self, company: Any, smtp: MailServer) -> None:
        values = VALUES | {"brand": "O'Neil & <Hijos>", "reader": 'María "Mía" & <b>'}

        deliver(put_in_outbox(company.id, values=values, secret="a&b<c>'d\""))

        (message,) = smtp.messages
        assert message["Subject"].startswith("O'Neil & <Hijos>: ")
        assert "a&b<c>'d\"" in part_of(message)
        assert 'María "Mía" & <b>' in part_of(message)

    def test_a_mail_without_a_secret_needs_no_key(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id, secret="")

        assert (delivery.sealed, deliver(delivery)) == ("", "sent")


class TestTransactions:
    def test_committed_it_is_asked_for_by_its_id_alone(
        self, committed_company: Any, valkey: redis.Redis, smtp: MailServer
    ) -> None:
        with context.company(committed_company.id), transaction.atomic():
            delivery = put_in_outbox(committed_company.id)
            before = everything_in_valkey(valkey)

        assert (str(delivery.id) in before, str(delivery.id) in everything_in_valkey(valkey)) == (False, True)
        assert services.deliver(delivery.id) == "sent"

    def test_rolled_back_nothing_was_ever_asked_for(
        self, committed_company: Any, valkey: redis.Redis, smtp: MailServer
    ) -> None:
        for _ in range(50):
            with (
                pytest.raises(RuntimeError),
                context.company(committed_company.id),
                transaction.atomic(),
            ):
                put_in_outbox(committed_company.id)
                raise RuntimeError

        with context.bank():
            assert (Delivery.objects.count(), selectors.due_deliveries()) == (0, [])
        assert (everything_in_valkey(valkey), smtp.messages) == ("", [])

    def test_a_second_worker_passes_by_while_the_first_takes_it(self, committed_company: Any, smtp: MailServer) -> None:
        with context.bank():
            delivery = put_in_outbox(committed_company.id)

        with psycopg.connect(superuser_url()) as first:
            first.execute("SELECT 1 FROM notifications_delivery WHERE id = %s FOR NO KEY UPDATE", [delivery.pk])
            second = services.deliver(delivery.id)

        assert (second, smtp.messages) == (None, [])
        assert services.deliver(delivery.id) == "sent"

    def test_a_second_worker_passes_by_while_the_first_talks_to_the_mail_server(
        self, committed_company: Any, slow: SlowSmtp
    ) -> None:
        with context.bank():
            delivery = put_in_outbox(committed_company.id)
        slow.hold_at("MAIL")
        first = threading.Thread(target=mails.deliver_and_leave, args=[delivery])
        first.start()
        assert slow.reached.wait(10)

        began = time.monotonic()
        second = services.deliver(delivery.id)
        waited = time.monotonic() - began
        slow.let_go()
        first.join()

        assert (second, waited < 1, len(slow.messages)) == (None, True, 1)


class TestTroubleWithTheMailServer:
    def test_a_server_that_is_away_leaves_it_pending_and_one_that_is_back_gets_it(
        self, company: Any, smtp: MailServer
    ) -> None:
        delivery = put_in_outbox(company.id)
        smtp.stop()

        away = deliver(delivery)
        problem, sealed = delivery.problem, delivery.sealed
        smtp.start()
        make_due(delivery)
        back = deliver(delivery)

        assert (away, problem, sealed != "", back) == ("pending", "ConnectionRefusedError", True, "sent")
        assert (delivery.problem, delivery.attempts, SECRET in part_of(smtp.messages[0])) == ("", 2, True)

    def test_it_is_not_tried_before_its_wait_is_over(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)
        smtp.answer = "451 try later"

        states = [deliver(delivery) for _ in range(3)]

        assert (states, delivery.attempts) == (["pending", None, None], 1)

    def test_every_refusal_for_now_makes_the_wait_longer(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id)
        smtp.answer = "451 try later"
        waits = []

        for _ in range(4):
            make_due(delivery)
            deliver(delivery)
            waits.append(round((delivery.next_attempt_at - timezone.now()).total_seconds()))

        assert waits == [10, 20, 40, 80]
        assert (delivery.state, delivery.problem) == ("pending", "the mail server answered 451")

    @pytest.mark.parametrize(
        ("point", "answer"), [("RCPT", "550 no such user"), ("RCPT", "553 bad name"), ("accept", "554 spam")]
    )
    def test_a_final_no_to_the_recipient_or_the_text_ends_it_and_wipes_the_secret(
        self, company: Any, slow: SlowSmtp, point: str, answer: str
    ) -> None:
        delivery = put_in_outbox(company.id)
        slow.answers[point] = answer

        state = deliver(delivery)

        assert (state, delivery.sealed) == ("failed", "")
        assert delivery.problem == f"the mail server answered {answer[:3]}"
        make_due(delivery)
        slow.answers.clear()
        assert (deliver(delivery), slow.messages) == (None, [])

    @pytest.mark.parametrize(
        ("point", "answer"),
        [
            ("banner", "421 too busy"),
            ("banner", "554 no mail here"),
            ("MAIL", "550 who are you"),
            ("MAIL", "530 authenticate first"),
            ("RCPT", "450 mailbox busy"),
            ("RCPT", "421 closing"),
            ("DATA", "451 not now"),
            ("accept", "452 no space"),
            ("accept", "421 closing"),
            ("accept", "rubbish"),
        ],
    )
    def test_whatever_the_bank_can_mend_is_tried_again(
        self, company: Any, slow: SlowSmtp, point: str, answer: str
    ) -> None:
        delivery = put_in_outbox(company.id)
        slow.answers[point] = answer

        refused = deliver(delivery)
        problem, sealed = delivery.problem, delivery.sealed
        slow.answers.clear()
        make_due(delivery)
        accepted = deliver(delivery)

        assert (refused, bool(problem), bool(sealed), accepted, len(slow.messages)) == (
            "pending",
            True,
            True,
            "sent",
            1,
        )

    def test_a_server_that_crawls_costs_one_time_out(self, company: Any, slow: SlowSmtp, settings: Settings) -> None:
        """Thirty seconds for every reply: given up after `EMAIL_TIMEOUT`, here one second."""
        delivery = put_in_outbox(company.id)
        settings.EMAIL_TIMEOUT = 1
        slow.delays = dict.fromkeys(POINTS, 30)

        began = time.monotonic()
        state = deliver(delivery)
        seconds = time.monotonic() - began

        assert (state, delivery.problem, seconds < 3) == ("pending", "SMTPServerDisconnected", True)

    def test_a_server_that_takes_it_and_then_falls_silent_has_taken_it(
        self, company: Any, slow: SlowSmtp, settings: Settings
    ) -> None:
        delivery = put_in_outbox(company.id)
        settings.EMAIL_TIMEOUT = 1
        slow.hold_at("QUIT")

        state = deliver(delivery)

        assert (state, len(slow.messages)) == ("sent", 1)

    def test_the_portals_own_defect_is_noted_and_tried_again(
        self, company: Any, smtp: MailServer, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A key that is not configured, for the time being: nothing is sent, nothing is lost, and it is not silent."""
        delivery = put_in_outbox(company.id)
        keys = settings.SEALING_KEYS
        settings.SEALING_KEYS = [("other", b"k" * 32)]

        without = deliver(delivery)
        problem = delivery.problem
        settings.SEALING_KEYS = keys
        make_due(delivery)

        assert (without, problem, deliver(delivery)) == ("pending", "CannotOpen", "sent")
        assert f"delivery {delivery.id} cannot be written" in caplog.text

    def test_a_secret_swapped_in_from_another_row_is_not_sent(self, company: Any, smtp: MailServer) -> None:
        mine, other = put_in_outbox(company.id), put_in_outbox(company.id, secret="another")
        Delivery.objects.filter(pk=mine.pk).update(sealed=other.sealed)

        assert (deliver(mine), mine.problem, smtp.messages) == ("pending", "CannotOpen", [])


class TestTheEndOfAMail:
    def test_past_its_time_it_is_given_up_and_its_secret_wiped(self, company: Any, smtp: MailServer) -> None:
        delivery = put_in_outbox(company.id, expires_at=timezone.now() - timedelta(seconds=1))

        assert (deliver(delivery), delivery.sealed, smtp.messages) == ("failed", "", [])
        assert delivery.problem == "expired before the mail server took it"

    def test_a_later_one_replaces_those_that_have_not_left(self, company: Any, smtp: MailServer) -> None:
        about_id = uuid4()
        old = put_in_outbox(company.id, about_id=about_id)
        others = [put_in_outbox(company.id), put_in_outbox(factories.company().id, about_id=about_id)]

        services.replace_pending(viewer=company, kind="generated_password", about_id=about_id)
        new = put_in_outbox(company.id, about_id=about_id)

        assert (deliver(old), old.state, old.sealed) == (None, "cancelled", "")
        assert [deliver(delivery) for delivery in (new, *others)] == ["sent"] * 3

    def test_what_was_sent_is_not_called_replaced(self, company: Any, smtp: MailServer) -> None:
        about_id = uuid4()
        sent = put_in_outbox(company.id, about_id=about_id)
        deliver(sent)

        services.replace_pending(viewer=company, kind="generated_password", about_id=about_id)

        sent.refresh_from_db()
        assert sent.state == "sent"

    def test_one_in_a_workers_hands_while_it_was_replaced_does_not_leave_afterwards(
        self, company: Any, smtp: MailServer
    ) -> None:
        """`replace_pending` passes it by; if that attempt fails, the worthless password must not come last."""
        about_id = uuid4()
        old = put_in_outbox(company.id, about_id=about_id)
        new = put_in_outbox(company.id, about_id=about_id, secret="the new one")

        assert (deliver(old), old.sealed, deliver(new)) == ("cancelled", "", "sent")
        assert "the new one" in part_of(smtp.messages[0])

    def test_mails_without_a_secret_never_replace_each_other(self, company: Any, smtp: MailServer) -> None:
        about_id = uuid4()
        mails = [put_in_outbox(company.id, about_id=about_id, secret="") for _ in range(2)]

        assert [deliver(delivery) for delivery in mails] == ["sent", "sent"]

    @pytest.mark.parametrize("state", ["sent", "failed", "cancelled"])
    def test_the_database_keeps_no_secret_of_a_finished_mail(self, company: Any, state: str) -> None:
        delivery = put_in_outbox(company.id)

        with pytest.raises(IntegrityError, match="delivery_keeps_no_secret_when_done"), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(state=state)


class TestTheSecretIsOnlyInTheMail:
    def test_not_in_the_row_not_in_the_queue_not_in_the_log(
        self, committed_company: Any, valkey: redis.Redis, smtp: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        secrets = [f"{SECRET}-{number}" for number in range(100)]

        with context.company(committed_company.id):
            deliveries = [put_in_outbox(committed_company.id, secret=secret) for secret in secrets]
        places = [everything_in("notifications_delivery"), everything_in_valkey(valkey)]
        states = [services.deliver(delivery.id) for delivery in deliveries]
        places += [everything_in("notifications_delivery"), everything_in("audit_auditevent"), own_log(caplog)]

        assert states == ["sent"] * 100
        assert all(str(delivery.id) in places[1] for delivery in deliveries)
        assert [SECRET in place for place in places] == [False] * 5
        assert sum(secret in part_of(mail) for secret, mail in zip(secrets, smtp.messages, strict=True)) == 100

    def test_not_in_the_log_when_nothing_works(
        self, company: Any, slow: SlowSmtp, caplog: pytest.LogCaptureFixture, settings: Settings
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for answers in ({"accept": "554 no"}, {"RCPT": "550 no"}, {"banner": "421 no"}, {"accept": "rubbish"}):
            slow.answers = answers
            deliver(put_in_outbox(company.id))
        broken = put_in_outbox(company.id, kind="no_such_template")

        assert (deliver(broken), broken.problem) == ("pending", "ValueError")
        assert (SECRET in own_log(caplog), "Traceback" in own_log(caplog)) == (False, True)


class TestWordsThatWouldBeHeaders:
    @pytest.mark.parametrize("separator", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\0"])
    def test_a_name_adds_no_header_and_no_recipient(self, company: Any, smtp: MailServer, separator: str) -> None:
        """Never more than one RCPT and the headers there are; PostgreSQL refuses the NUL before that."""
        values = VALUES | {"brand": f"OcciRed{separator}Bcc: evil@evil.example{separator}{separator}<b>", "name": "x"}
        if separator == "\0":
            with pytest.raises(Exception, match="u0000"), transaction.atomic():
                put_in_outbox(company.id, values=values)
            return

        state = deliver(put_in_outbox(company.id, values=values))

        assert (state, [envelope.rcpt_tos for envelope in smtp.envelopes]) == ("sent", [["felipe@empresa.example"]])
        (message,) = smtp.messages
        assert message.keys() == [
            *("Content-Type", "MIME-Version", "Subject", "From", "To"),
            *("Message-ID", "Date", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language"),
        ]

    @pytest.mark.parametrize(
        "recipient",
        [
            "",
            "felipe",
            "felipe@empresa.example\nBcc: evil@evil.example",
            "felipe@empresa.example\r\nRCPT TO:<evil@evil.example>",
            "felipe@empresa.example,evil@evil.example",
            "felipe@empresa.example;evil@evil.example",
            "felipe@empresa.example evil@evil.example",
            "Felipe <felipe@empresa.example>",
            "felipe@empresa.example\0",
        ],
    )
    def test_what_is_not_one_address_is_refused_before_anything_is_written(self, company: Any, recipient: str) -> None:
        with pytest.raises(ValidationError):
            put_in_outbox(company.id, recipient=recipient)

        assert Delivery.objects.count() == 0


class TestSelectors:
    def test_due_are_the_pending_ones_whose_time_has_come_of_every_company(
        self, company: Any, smtp: MailServer
    ) -> None:
        other = factories.company()
        first, second = put_in_outbox(company.id), put_in_outbox(other.id)
        deliver(put_in_outbox(company.id))
        waiting = put_in_outbox(company.id)
        Delivery.objects.filter(pk=waiting.pk).update(next_attempt_at=timezone.now() + timedelta(seconds=1))

        with context.company(other.id):
            assert selectors.due_deliveries() == [first.id, second.id]

    def test_the_last_mail_about_something_is_the_viewers_companys_and_shows_no_secret(
        self, company: Any, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        about_id, viewer = uuid4(), factories.administrator(company)
        put_in_outbox(company.id, about_id=about_id)
        newest = put_in_outbox(company.id, about_id=about_id)
        put_in_outbox(factories.company().id, about_id=about_id)

        with django_assert_num_queries(1):
            found = selectors.last_delivery(viewer=viewer, kind="generated_password", about_id=about_id)

        assert found == newest
        assert "sealed" in found.get_deferred_fields()
        assert selectors.last_delivery(viewer=viewer, kind="other", about_id=about_id) is None


class TestInbox:
    def test_a_person_sees_and_reads_their_own_lines_alone(
        self, company: Any, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        viewer, colleague = factories.user(company), factories.user(company)
        mine = services.notify(user_id=viewer.pk, company_id=company.id, subject="Cambió su tope", body="Hoy")
        services.notify(user_id=viewer.pk, company_id=company.id, subject="Aviso", kind=MessageKind.MESSAGE)
        theirs = services.notify(user_id=colleague.pk, company_id=company.id, subject="Ajeno")

        with django_assert_num_queries(1):
            assert selectors.unread_counts(viewer) == {"messages": 1, "notifications": 1}
        assert list(selectors.inbox(viewer, MessageKind.NOTIFICATION)) == [mine]
        for message in (mine, theirs):
            services.mark_read(user=viewer, message_id=message.id)
        assert selectors.unread_counts(viewer) == {"messages": 1, "notifications": 0}
        assert selectors.unread_counts(colleague) == {"messages": 0, "notifications": 1}

    def test_reading_again_does_not_move_the_time(self, company: Any) -> None:
        viewer = factories.user(company)
        message = services.notify(user_id=viewer.pk, company_id=company.id, subject="x" * 300)
        services.mark_read(user=viewer, message_id=message.id)
        message.refresh_from_db()
        first = message.read_at

        services.mark_read(user=viewer, message_id=message.id)

        message.refresh_from_db()
        assert (message.read_at, len(message.subject)) == (first, 200)
