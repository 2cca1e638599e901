"""Time that a test moves, for whoever asks Django for it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone


class Clock:
    def __init__(self) -> None:
        self._read = timezone.now
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._read() + self._ahead

    def forward(self, **by: float) -> None:
        """`by` as a timedelta takes it; a negative one goes back."""
        self._ahead += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Starts at the present moment and runs."""
    moving = Clock()
    monkeypatch.setattr(timezone, "now", moving.now)
    return moving
