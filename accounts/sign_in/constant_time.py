import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

STEP_SECONDS = 0.05  # several times what the slowest of them needs besides the password's hash
P = ParamSpec("P")
R = TypeVar("R")


def in_constant_time(decide: Callable[P, R]) -> Callable[P, R]:
    """Lets a decision return only after whole twentieths of a second, however it ends (ASVS 6.3.8).

    The same statements still differ by tenths of a millisecond, by the rows they find and what is done with them; many
    samples reveal that. The pause comes after the transactions of `decide`, and holds no lock.
    """

    @wraps(decide)
    def decide_evenly(*args: P.args, **kwargs: P.kwargs) -> R:
        began = time.monotonic()
        try:
            return decide(*args, **kwargs)
        finally:
            time.sleep(STEP_SECONDS - (time.monotonic() - began) % STEP_SECONDS)

    return decide_evenly
