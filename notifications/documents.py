"""What people read: the same words in the inbox, and in both parts of a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from directory.models import User
from notifications.enums import Notice
from notifications.kinds import FACTS, KINDS
from notifications.models import Delivery
from notifications.wording import Words
from tenancy import sealing

SHOWN_BY_INBOX = {"company", "done_by", "moment"}
PERSON, ADMINISTRATORS, BY_BANK = "person", "administrators", "by_bank"


@dataclass(frozen=True)
class Said:
    """A notice in the present language: for a mail, and the text of a line in the inbox."""

    subject: str
    text: str
    advice: str
    facts: list[tuple[str, str]]
    in_inbox: str


def said(words: Words, notice: Notice, values: Mapping[str, Any]) -> Said:
    """The words with the values filled in. `what` is the event's own name, in the present language too."""
    filled = {**values, "what": str(notice.label)}
    known = [(name, str(label), str(values[name])) for name, label in FACTS if values.get(name)]
    text = str(words.text) % filled
    beside = [f"{label}: {value}" for name, label, value in known if name not in SHOWN_BY_INBOX]
    return Said(
        subject=str(words.subject) % filled,
        text=text,
        advice=str(words.advice) % filled,
        facts=[(label, value) for _name, label, value in known],
        in_inbox="\n".join([text, *beside]),
    )


def language_of(reader: User) -> str:
    """In which language somebody is written to: their own choice, else the portal's (decision 46)."""
    return reader.language or reader.portal.language


def words_of(notice: Notice, audience: str) -> Words:
    words: Words = getattr(KINDS[notice], audience)
    return words


def mail_of(delivery: Delivery) -> EmailMultiAlternatives:
    """Text and HTML, from the same words. The secret is unsealed for this alone."""
    values = dict(delivery.context)
    secret = sealing.unseal(delivery.sealed, row=delivery.row_name).decode() if delivery.sealed else ""
    notice = Notice(delivery.kind)
    with translation.override(delivery.language):
        told = said(words_of(notice, values["audience"]), notice, values)
        shown = {**values, "told": told, "secret": secret, "language": delivery.language}
        shown["subject"] = " ".join(f"{values['brand']}: {told.subject}".split())
        text = _rendered("notifications/mail.txt", shown, escaped=False)
        html = _rendered("notifications/mail.html", shown)
    mail = EmailMultiAlternatives(shown["subject"], text, to=[delivery.recipient], headers=_headers(delivery))
    mail.attach_alternative(html, "text/html")
    return mail


def _headers(delivery: Delivery) -> dict[str, str]:
    """No machine answers it (RFC 3834), and it is always the same mail."""
    return {
        "Message-ID": delivery.message_id,
        "Date": format_datetime(delivery.created_at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": delivery.language,
    }


def _rendered(name: str, values: dict[str, Any], *, escaped: bool = True) -> str:
    template: Any = get_template(name)
    return str(template.template.render(Context(values, autoescape=escaped)))
