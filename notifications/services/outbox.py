"""The outbox. What must go out is a row in the transaction of its cause; sending it is a separate, repeatable step."""

import logging
import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID, uuid4

from django.conf import settings
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from notifications import rules, selectors
from notifications.documents import mail_of
from notifications.enums import DeliveryState
from notifications.kinds import AT_THE_DOOR
from notifications.models import Delivery
from tenancy import context, sealing
from tenancy.rows import OfCompany

log = logging.getLogger(__name__)
KEPT_SECONDS = 3 * 24 * 60 * 60
NOTE_AGAIN_SECONDS = 1
NOTED = ("state", "sealed", "finished_at", "problem", "next_attempt_at", "leased_until")


class Mail(TypedDict):
    """`kind` is the notice whose words the mail says, to the audience that `values` name
    (`notifications.documents`)."""

    kind: str
    recipient: str
    company_id: UUID | None
    language: str
    values: dict[str, Any]
    about_id: NotRequired[UUID | None]
    expires_at: NotRequired[datetime | None]


def enqueue(*, secret: str = "", **mail: Unpack[Mail]) -> Delivery:
    """Writes a mail into the outbox, in the caller's transaction, and asks the worker for it after the commit;
    what a stranger at the door brought about waits for the sweep.

    `secret` is stored sealed for this row alone, and is wiped once the mail is out or past `expires_at`. Raises
    ValidationError when `recipient` is not one mail address.
    """
    from notifications.tasks import deliver_soon

    delivery = delivery_of(**mail)
    if secret:
        delivery.sealed = sealing.seal(secret.encode(), row=delivery.row_name)
    delivery.save(force_insert=True)
    if delivery.kind not in AT_THE_DOOR:
        transaction.on_commit(lambda: deliver_soon(delivery.id), robust=True)
    return delivery


def delivery_of(**mail: Unpack[Mail]) -> Delivery:
    """The same without a secret, not yet written: whoever writes it leaves it to the sweep."""
    validate_email(mail["recipient"])
    now = timezone.now()
    return Delivery(
        id=uuid4(),
        company_id=mail["company_id"],
        kind=mail["kind"],
        about_id=mail.get("about_id"),
        recipient=mail["recipient"],
        language=mail["language"],
        context=mail["values"],
        next_attempt_at=now,
        created_at=now,
        expires_at=mail.get("expires_at") or now + timedelta(seconds=KEPT_SECONDS),
    )


def put(deliveries: Sequence[Delivery]) -> None:
    """For the sweep to send."""
    Delivery.objects.bulk_create(deliveries)


def replace_pending(*, viewer: OfCompany, kind: str, about_id: UUID) -> None:
    """Withdraws the company's unsent mails of this kind: a later one makes their secret worthless.

    One that a worker is handing over at this moment is skipped rather than waited for. Call it in a transaction.
    """
    of_its_kind = Delivery.objects.of(viewer).filter(kind=kind, about_id=about_id)
    waiting = selectors.waiting_deliveries(of_its_kind).select_for_update(skip_locked=True)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in waiting]).update(
        state=DeliveryState.CANCELLED, sealed="", finished_at=timezone.now()
    )


def deliver(delivery_id: UUID) -> DeliveryState | None:
    """Sends one mail if it is due and nobody else is sending it; safe to call any number of times.

    No transaction is open during the conversation, in which the mail server may take ten minutes: the row is leased, in
    a transaction of its own, for longer than a worker may talk (`DELIVERY_LEASE_SECONDS`), and the attempt is counted,
    so that a mail that kills its worker is not tried forever without a pause. Killed, the worker loses nothing: its
    lease ends. Returns the new state, or None when there was nothing to do. A second copy can only leave when the
    worker dies between the mail server's 250 and our mark; it has the same Message-ID and the same secret.
    """
    with context.bank():
        delivery = _lease(delivery_id)
        if delivery is None:
            return None
        _attempt(delivery)
        _note(delivery)
        return DeliveryState(delivery.state)


@transaction.atomic
def _lease(delivery_id: UUID) -> Delivery | None:
    now = timezone.now()
    due = selectors.waiting_deliveries(Delivery.objects.all()).filter(id=delivery_id, next_attempt_at__lte=now)
    delivery = due.select_for_update(skip_locked=True).first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.leased_until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        delivery.save(update_fields=["attempts", "leased_until"])
    return delivery


def _note(delivery: Delivery) -> None:
    """Writes down what became of an attempt, and gives the row back.

    What the mail server took must not be forgotten because the database is away at that moment: it is tried again as
    long as the row is ours. Whoever comes later than that only writes that a mail did go out.
    """
    leased_until, delivery.leased_until = delivery.leased_until, None
    delivery.next_attempt_at = rules.next_attempt(delivery.attempts, timezone.now())
    ours = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING)
    if delivery.state != DeliveryState.SENT:
        ours = ours.filter(leased_until=leased_until)
    values = {name: getattr(delivery, name) for name in NOTED}
    while True:
        try:
            ours.update(**values)
        except (OperationalError, InterfaceError):
            if leased_until is None or timezone.now() >= leased_until:
                raise
            connection.close()
            time.sleep(NOTE_AGAIN_SECONDS)
        else:
            return


def _attempt(delivery: Delivery) -> None:
    if delivery.expires_at <= timezone.now():
        _finish(delivery, DeliveryState.FAILED, "expired before the mail server took it")
    elif _is_superseded(delivery):
        _finish(delivery, DeliveryState.CANCELLED, "")
    else:
        _hand_over(delivery)
    log.info("delivery %s attempt %s: %s %s", delivery.id, delivery.attempts, delivery.state, delivery.problem)


def _is_superseded(delivery: Delivery) -> bool:
    """Whether a later mail made this one's secret worthless while it was in a worker's hands (`replace_pending`)."""
    of_its_kind = Delivery.objects.of(delivery).filter(kind=delivery.kind, about_id=delivery.about_id)
    later = of_its_kind.filter(created_at__gt=delivery.created_at)
    return bool(delivery.sealed) and delivery.about_id is not None and later.exists()


def _hand_over(delivery: Delivery) -> None:
    """Only what the mail server says about this recipient or this text can be final; everything else is retried."""
    try:
        mail_of(delivery).send()
    except smtplib.SMTPRecipientsRefused as error:
        _note_refusal(delivery, max(code for code, _ in error.recipients.values()))
    except smtplib.SMTPDataError as error:
        _note_refusal(delivery, error.smtp_code)
    except smtplib.SMTPResponseException as error:
        delivery.problem = f"the mail server answered {error.smtp_code}"
    except (smtplib.SMTPException, OSError) as error:
        delivery.problem = type(error).__name__
    except Exception as error:
        log.exception("delivery %s cannot be written", delivery.id)
        delivery.problem = type(error).__name__
    else:
        _finish(delivery, DeliveryState.SENT, "")


def _note_refusal(delivery: Delivery, code: int) -> None:
    delivery.problem = f"the mail server answered {code}"
    if rules.is_permanent(code):
        _finish(delivery, DeliveryState.FAILED, delivery.problem)


def _finish(delivery: Delivery, state: DeliveryState, problem: str) -> None:
    delivery.state = state
    delivery.problem = problem
    delivery.sealed = ""
    delivery.finished_at = timezone.now()
