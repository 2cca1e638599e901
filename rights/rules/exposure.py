"""How much of the company's money its users could move, beside its ceilings. Pure."""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

# Up to how many per cent of the ceiling each shade of a cell reaches; the last one has no end.
SHADES_TO_PERCENT = (5, 15, 30, 60)
# As far as the bar of a service reaches, in per cent of its ceiling, unless more was granted.
BAR_TO_PERCENT = 175
BAR_WIDTH = 1000


def share(amount: Decimal, ceiling: Decimal) -> int:
    """In per cent, rounded; what is not nothing is at least one."""
    if not amount or not ceiling:
        return 0
    return max(1, round(amount * 100 / ceiling))


def shade(percent: int) -> int:
    """Of a cell: 0 for nothing, then 1 to 5."""
    return bisect_left(SHADES_TO_PERCENT, percent) + 1 if percent else 0


@dataclass(frozen=True)
class Exposure:
    """What one service amounts to in a period: `granted` to all users, of it `usable` by those who can move money
    today, and `used` so far; each user's limit counts as the ceiling cuts it."""

    name: str
    ceiling: Decimal
    granted: Decimal
    usable: Decimal
    used: Decimal

    @property
    def percent(self) -> int:
        return share(self.granted, self.ceiling)

    @property
    def is_above(self) -> bool:
        return self.granted > self.ceiling

    @property
    def bar(self) -> dict[str, int]:
        """Widths on a scale of a thousand; `ceiling` is where the line of the ceiling stands."""
        whole = max(self.ceiling * BAR_TO_PERCENT / 100, self.granted, self.used)
        parts = {"used": self.used, "usable": self.usable, "granted": self.granted, "ceiling": self.ceiling}
        return {name: round(part * BAR_WIDTH / whole) if whole else 0 for name, part in parts.items()}
