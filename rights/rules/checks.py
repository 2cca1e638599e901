"""What a decision is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rights.enums import Remedy


@dataclass(frozen=True)
class Check:
    """One rule checked, with what it was about and its answer; a decision is a list of these.

    `rule` is a stable name such as `schedule.window`, `outcome` what was found, such as `closed`: together they name
    the words that `rights.presentation` has for it. `until` is the instant from which the answer may differ, if known;
    `remedy` is who can change it; `facts` are what the rule looked at, as values.
    """

    rule: str
    outcome: str
    passed: bool
    remedy: Remedy = Remedy.ADMINISTRATOR
    until: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
