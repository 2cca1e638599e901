"""One event, one line: what a stranger typed cannot start a new line (security.md, 48)."""

import logging
import re
from types import TracebackType

from django.core.exceptions import DisallowedHost

from occired.availability import is_outage

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLineFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # as another handler may have written it
        return CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", super().format(record))

    def formatException(  # noqa: N802 - logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """For an outage the reason is enough, and a host name that is not ours is already in the message: no line of
        ours is at fault, and a trace for each request would bury everything else."""
        if isinstance(ei[1], DisallowedHost):
            return ""
        return f"{type(ei[1]).__name__}: {ei[1]}" if is_outage(ei[1]) else super().formatException(ei)
