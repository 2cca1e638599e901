"""People are told what happens to them and to their company, in the transaction that makes it happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from audit import request_context
from audit.authority import Authority, Source
from directory.clock import moment_with_zone
from directory.models import Company, User
from directory.selectors.users import administrators_to_tell
from notifications import documents
from notifications.enums import Channel, Notice
from notifications.kinds import KINDS
from notifications.models import Delivery, Message
from notifications.selectors import channels_of, channels_of_all
from notifications.services import inbox, outbox
from notifications.services.outbox import Mail
from notifications.wording import NoticeKind

NOTHING: Mapping[str, str] = MappingProxyType({})
TELLS_NOBODY = {Source.REHEARSAL, Source.DEMO}


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What a mail alone may say, and until when (an instant)."""

    clear: str
    expires_at: datetime


def tell(
    notice: Notice,
    user: User,
    values: Mapping[str, str] = NOTHING,
    *,
    authority: Authority | None = None,
    secret: Secret | None = None,
    earlier_email: str = "",
    url: str = "",
) -> list[Delivery]:
    """Tells `user` what happened to them, and the company's administrators where the notice says so, in the caller's
    transaction: rolled back, nobody is told. Inbox and mail are in each reader's own language.

    `values` are texts for the notice's words, none of them secret. `authority` is on whose word it was done, None for
    what the person or a stranger at the door did; nothing is told of what is only rehearsed, nor of the demo's invented
    past. `secret` goes into the person's mail alone, sealed. A mail also goes to `earlier_email`. `url` is the page
    a line of the inbox leads to, if not that of its kind. Returns the mails.
    """
    if authority and authority.source in TELLS_NOBODY:
        return []
    kind, told = KINDS[notice], _Told(notice, user, values, authority, url)
    deliveries = []
    if kind.person:
        deliveries += told.to(user, documents.PERSON, channels_of(user, kind), secret=secret)
        if earlier_email:
            deliveries.append(told.mail(user, documents.PERSON, to=earlier_email))
    audience = _administrators_audience(kind, authority)
    if audience and user.company_id:
        for administrator in administrators_to_tell(user).exclude(pk=user.pk):
            deliveries += told.to(administrator, audience, documents.words_of(notice, audience).channels)
    return deliveries


def tell_company(notice: Notice, company: Company, about: str, *, authority: Authority) -> None:
    """Tells the administrators of a company what the bank did to something of it that nobody holds; `about` is its
    name, the same in every language."""
    if authority.source != Source.BANK:
        return
    channels = documents.words_of(notice, documents.BY_BANK).channels
    for administrator in administrators_to_tell(company):
        values = {"username": about, "subject": "", "token": about}
        _Told(notice, administrator, values, authority).to(administrator, documents.BY_BANK, channels)


def tell_all(
    notice: Notice, told: Sequence[tuple[User, Mapping[str, str]]], *, authority: Authority | None = None
) -> None:
    """Tells many users of one company what happened to each, in a query and two statements; their mails leave with the
    sweep. One alone, and what the company's administrators are told of as well, goes as `tell` does it."""
    if not told or (authority and authority.source in TELLS_NOBODY):
        return
    kind = KINDS[notice]
    if len(told) == 1 or _administrators_audience(kind, authority):
        for user, values in told:
            tell(notice, user, values, authority=authority)
        return
    channels = channels_of_all([user for user, _values in told], kind)
    lines, mails = [], []
    for user, values in told:
        one = _Told(notice, user, values, authority)
        if Channel.INBOX in channels[user.pk]:
            lines.append(one.line(user, documents.PERSON))
        if Channel.MAIL in channels[user.pk] and user.email:
            mails.append(one.unsent(user, documents.PERSON))
    inbox.put(lines)
    outbox.put(mails)


def _administrators_audience(kind: NoticeKind, authority: Authority | None) -> str:
    """In which words the company's administrators are told, if at all."""
    if kind.by_bank and authority and authority.source == Source.BANK:
        return documents.BY_BANK
    return documents.ADMINISTRATORS if kind.administrators else ""


class _Told:
    """One notice about one user, for each of its readers."""

    def __init__(
        self, notice: Notice, user: User, values: Mapping[str, str], authority: Authority | None, url: str = ""
    ) -> None:
        self.notice, self.user, self.url = notice, user, url
        self.values, self.authority = values, authority
        self.at = timezone.now()

    def to(
        self, reader: User, audience: str, channels: tuple[Channel, ...], secret: Secret | None = None
    ) -> list[Delivery]:
        """Writes what each channel says. The bank's staff have no inbox; who has no address gets no mail."""
        if Channel.INBOX in channels and reader.company_id:
            inbox.put([self.line(reader, audience)])
        if Channel.MAIL in channels and reader.email:
            return [self.mail(reader, audience, to=reader.email, secret=secret)]
        return []

    def line(self, reader: User, audience: str) -> Message:
        """For the reader's inbox, not yet written."""
        values = self._known(audience)
        with translation.override(documents.language_of(reader)):
            said = documents.said(documents.words_of(self.notice, audience), self.notice, values)
        return inbox.line_of(
            user_id=reader.pk,
            company_id=reader.company_id,
            subject=said.subject,
            body=said.in_inbox,
            topic=KINDS[self.notice].topic,
            by_name=values["done_by"],
            url=self.url or self._page(audience),
        )

    def mail(self, reader: User, audience: str, *, to: str, secret: Secret | None = None) -> Delivery:
        written = self._written(reader, audience, to=to)
        if secret:
            written["expires_at"] = secret.expires_at
        return outbox.enqueue(secret=secret.clear if secret else "", **written)

    def unsent(self, reader: User, audience: str) -> Delivery:
        """The mail, not yet written."""
        return outbox.delivery_of(**self._written(reader, audience, to=reader.email))

    def _written(self, reader: User, audience: str, *, to: str) -> Mail:
        return {
            "kind": self.notice,
            "recipient": to,
            "company_id": reader.company_id,
            "language": documents.language_of(reader),
            "values": {**self._known(audience), **self._frame(reader), "audience": audience},
            "about_id": self.user.pk if audience == documents.PERSON else None,
        }

    def _known(self, audience: str) -> dict[str, Any]:
        """What the words and facts may name. The user name is for administrators alone: a mail that carries the
        password must not carry it (decision 7)."""
        user, portal = self.user, self.user.portal
        own = audience == documents.PERSON
        whose = {} if own else {"username": user.username, "subject": f"{user.display_name} ({user.username})"}
        return {
            "name": user.display_name,
            "brand": portal.brand,
            "bank": portal.bank_name,
            "company": user.company.legal_name if user.company else "",
            "by": self._by(),
            "done_by": self._by() if self.authority or KINDS[self.notice].is_ones_own else "",
            "from_address": "" if self.authority else request_context.current().address or "",
            "moment": moment_with_zone(portal, self.at),
            **whose,
            **self.values,
        }

    def _by(self) -> str:
        """Who did it; of the bank's staff, that it was the bank."""
        actor = self.authority.actor if self.authority else self.user
        return actor.full_name if actor and actor.company_id else self.user.portal.bank_name

    def _frame(self, reader: User) -> dict[str, Any]:
        portal = reader.portal
        return {
            "reader": reader.display_name,
            "portal_address": portal.hostnames[0] if portal.hostnames else settings.STAFF_HOST,
            "support": [f"{line['label']}: {line['value']}" for line in portal.support_lines],
        }

    def _page(self, audience: str) -> str:
        """Where the reader sees to it. The back office has other URLs, and nobody reads an inbox there."""
        kind = KINDS[self.notice]
        if audience != documents.PERSON:
            runs = self.user.company_id and not self.user.is_administrator
            return reverse("users:main", args=[self.user.pk], urlconf=settings.ROOT_URLCONF) if runs else ""
        return reverse(kind.page, urlconf=settings.ROOT_URLCONF) if kind.page else ""
