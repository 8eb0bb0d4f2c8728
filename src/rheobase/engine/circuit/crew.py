"""Threads that run one kernel together; the kernel itself lets them wait for one another."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

# A slice shorter than this for each thread is over before the threads have met.
_WORTH_NS = 25_000.0
_MOST = 64


def together(call: Callable[[int], object], threads: int) -> None:
    """Run `call(0)`, `call(1)`, ... each in a thread, the first in this one.

    Nothing that runs in a thread may fail once the kernel has begun, for the others would wait for
    it; what fails before is raised here.
    """
    others = [threading.Thread(target=call, args=(k,), daemon=True) for k in range(1, threads)]
    for other in others:
        other.start()
    call(0)
    for other in others:
        other.join()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def choose_threads(wanted: int | None, slice_ns: float) -> int:
    """How many threads a network gets: what is wanted, or as many as are worth their meetings.

    Args:
        wanted: the number given; None to choose.
        slice_ns: about how long one thread takes for a slice, in nanoseconds.
    """
    if wanted is not None:
        return wanted
    return max(1, min(cores(), int(slice_ns / _WORTH_NS), _MOST))
