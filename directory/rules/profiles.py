"""What a profile opens to its users. Pure."""

from collections.abc import Collection
from typing import TypeVar

K = TypeVar("K")
Chosen = Collection[K] | None


def is_open(chosen: Chosen[K], key: K) -> bool:
    """Whether it is among the chosen. None stands for everything there is, and whatever comes later."""
    return chosen is None or key in chosen


def opens_something(chosen: Chosen[K]) -> bool:
    return chosen is None or bool(chosen)
