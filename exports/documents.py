"""What a file says, whatever kind it is: the columns and rows of a list, headed by who made it and when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

from django.utils.translation import gettext as _

from directory.models import Portal, User
from pages.formats import format_count, format_moment
from pages.lists import Asked, Column, Value, text_of

BATCH_ROWS = 1_000
Progress = Callable[[int], None]


def unwatched(_rows: int) -> None:
    """For a file that is made while its maker waits."""


@dataclass(frozen=True)
class Document:
    """`most` is where the file ends; `total` how many rows there are. `progress` is told how many were taken."""

    asked: Asked
    maker: User
    at: datetime
    total: int
    most: int
    progress: Progress = unwatched

    @property
    def title(self) -> str:
        return str(self.asked.listing.title)

    @property
    def columns(self) -> list[Column]:
        return self.asked.columns

    @cached_property
    def portal(self) -> Portal:
        return self.maker.portal

    @property
    def head(self) -> list[tuple[str, str]]:
        """Whose rows these are, who made the file, when, and what was asked: label and text."""
        company = self.maker.company
        lines = [(_("Company"), f"{company.legal_name} - {company.tax_id}")] if company else []
        lines += [
            (_("Made by"), f"{self.maker.full_name} ({self.maker.username})"),
            (_("Date"), f"{format_moment(self.at, self.portal)} ({self.portal.time_zone})"),
        ]
        lines += [(str(label), str(text)) for label, text, _names in self.asked.criteria]
        lines += [(_("Filtered by"), self.asked.text)] if self.asked.text else []
        return [*lines, (_("Records"), self.counted)]

    @property
    def is_cut(self) -> bool:
        return self.total > self.most

    @property
    def counted(self) -> str:
        return self.end if self.is_cut else format_count(self.total, self.portal)

    @property
    def end(self) -> str:
        """What a file says that does not hold everything."""
        return _("This file ends at record %(most)s of %(total)s.") % {
            "most": format_count(self.most, self.portal),
            "total": format_count(self.total, self.portal),
        }

    def rows(self) -> Iterator[list[Value]]:
        """The values of each row, in the columns' order, up to where the file ends."""
        return islice(self._rows(), self.most)

    def texts(self) -> Iterator[list[tuple[Column, str]]]:
        """The same as people read it, each text with its column."""
        for values in self.rows():
            texts = (text_of(value, self.portal) for value in values)
            yield list(zip(self.columns, texts, strict=True))

    def _rows(self) -> Iterator[list[Value]]:
        done = 0
        for batch in self.asked.batches(BATCH_ROWS):
            yield from batch
            done += len(batch)
            self.progress(done)
