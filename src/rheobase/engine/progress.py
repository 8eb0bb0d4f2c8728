"""Progress of long runs, on stderr."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_QUIET_SECONDS = 2.0
_EVERY_SECONDS = 0.5


class Progress:
    """A line on stderr that appears once a run has lasted two seconds."""

    def __init__(self, total: int, wanted: bool):
        self.total, self.wanted = total, wanted
        self._start = self._last = time.perf_counter()
        self._shown = False

    def report(self, done: int) -> None:
        """Say how far the run is."""
        now = time.perf_counter()
        if (
            not self.wanted
            or now - self._start < _QUIET_SECONDS
            or now - self._last < _EVERY_SECONDS
        ):
            return
        self._last, self._shown = now, True
        left = (now - self._start) / max(done, 1) * (self.total - done)
        sys.stderr.write(f"\r{100.0 * done / self.total:5.1f} %  about {left:.0f} s left   ")
        sys.stderr.flush()

    def finish(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r" + " " * 40 + "\r")
            sys.stderr.flush()


class Interrupt:
    """Whether the run was asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def pressed(self) -> bool:
        """Whether it was."""
        return self.signal is not None

    @property
    def name(self) -> str | None:
        """The name of the signal: SIGINT (Ctrl-C) or SIGTERM."""
        return None if self.signal is None else signal.Signals(self.signal).name


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Within, the first Ctrl-C or SIGTERM is noted instead of obeyed; a second one acts as usual.

    Signals reach the main thread only; a run in another thread cannot be interrupted this way. A
    signal that the process ignores (nohup, a shell's background job) stays ignored.
    """
    state = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, frame: FrameType | None) -> None:
        if not state.pressed:
            state.signal = number
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            signal.signal(number, before[signal.SIGTERM])
            signal.raise_signal(number)

    # A handler that is not Python's cannot be put back: it is left alone.
    ours = [number for number, handler in before.items() if handler not in (None, signal.SIG_IGN)]
    for number in ours:
        signal.signal(number, note)
    try:
        yield state
    finally:
        for number in ours:
            signal.signal(number, before[number])
