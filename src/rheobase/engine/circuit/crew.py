"""Threads that run one kernel together; the kernel itself lets them wait for one another."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from rheobase.errors import ParameterError

# A slice shorter than this for each thread is over before the threads have met.
_WORTH_NS = 25_000.0
_MOST = 64


def together(call: Callable[[int], object], threads: int) -> None:
    """Run `call(0)`, `call(1)`, ... each in a thread, the first in this one.

    Nobody begins before all are there, for in the kernel they would wait for one another.

    Raises:
        ParameterError: when the system has no room for so many threads; nothing has been called.
    """
    gate, goes = threading.Event(), [False]

    def take_part(thread: int) -> None:
        gate.wait()
        if goes[0]:
            call(thread)

    others = [threading.Thread(target=take_part, args=(k,), daemon=True) for k in range(1, threads)]
    started: list[threading.Thread] = []
    try:
        for other in others:
            other.start()
            started.append(other)
        goes[0] = True
    except RuntimeError as error:
        raise ParameterError(
            f"The system has no room for {threads} threads: {error}.",
            mend="take fewer: rb.Network(threads=...)",
        ) from error
    finally:
        gate.set()
        if goes[0]:
            call(0)
        for other in started:
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
