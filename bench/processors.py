"""How much processor time other processes have used."""

import ctypes
import sys
import time
from collections.abc import Iterable

import psutil

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def seconds(processes: Iterable[psutil.Process]) -> float:
    """Of all their threads, those that have ended too. A process that has ended itself counts nothing."""
    return sum(map(_seconds, processes))


def _seconds(process: psutil.Process) -> float:
    """To the nanosecond by the clock every process has (clock_getcpuclockid(3)); elsewhere in the kernel's ticks."""
    clock = ctypes.c_int()
    try:
        if _libc is not None and _libc.clock_getcpuclockid(process.pid, ctypes.byref(clock)) == 0:
            return time.clock_gettime(clock.value)
        times = process.cpu_times()
    except (OSError, psutil.NoSuchProcess):
        return 0
    return float(times.user + times.system)
