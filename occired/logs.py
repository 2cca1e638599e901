"""One event, one line: what a stranger typed cannot start a line of its own (security.md, 48)."""

import logging
import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLineFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", super().format(record))
