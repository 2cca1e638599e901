"""How what people are told of is written down: the words, and who reads them where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notifications.enums import Channel, Notice, Topic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    Text = str | StrPromise
else:
    Text = object

EVERYWHERE = (Channel.INBOX, Channel.MAIL)


@dataclass(frozen=True, kw_only=True)
class Words:
    """A subject, what happened, and what to do about it; each may name the values of the notice."""

    subject: Text
    text: Text
    advice: Text = ""
    channels: tuple[Channel, ...] = EVERYWHERE


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One event. `person` are the words to whom it happened; `administrators` those to the company's administrators.

    `by_bank` says that these are told when it was the bank's own act (decision 37). `page` is the name of the URL where
    the person sees to it. An optional one can be switched off by channel, and is told only to whom alerts are
    allowed (S1-067); any other is security's, and is always told. What a stranger at the door can bring about
    (`is_at_the_door`) leaves with the next sweep: asking for it at once takes time, by which a name could be tested.
    `is_ones_own` is what only the person can do. `is_duty` is part of an administrator's work: they find it in the
    portal although they allow no alerts, and nobody else is offered it.
    """

    notice: Notice
    topic: Topic
    person: Words | None = None
    administrators: Words | None = None
    by_bank: Words | None = None
    page: str = ""
    is_optional: bool = False
    is_at_the_door: bool = False
    is_ones_own: bool = False
    is_duty: bool = False
