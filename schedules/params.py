"""A week as the plain JSON of a change, there and back."""

from datetime import time
from typing import Any

from schedules.rules import MONETARY_TICKS, Week, Window


def to_params(week: Week) -> dict[str, Any]:
    return {
        "windows": [window and [f"{window.start:%H:%M}", f"{window.end:%H:%M}"] for window in week.windows],
        "holiday_access": week.holiday_access,
        "monetary": [tick for tick in MONETARY_TICKS if week.allows_money(tick)],
    }


def from_params(params: dict[str, Any]) -> Week:
    return Week(
        windows=tuple(hours and Window(*map(time.fromisoformat, hours)) for hours in params["windows"]),
        holiday_access=params["holiday_access"],
        **{f"monetary_{tick}": tick in params["monetary"] for tick in MONETARY_TICKS},
    )
