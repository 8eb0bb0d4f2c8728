"""Where the spikes of a run go: into memory, and past a limit into a folder on disk."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from rheobase.engine.circuit.part import Part
from rheobase.errors import ParameterError
from rheobase.recording.stream import HEADER, SpikeWriter

Spikes = tuple[np.ndarray, np.ndarray]
_FLUSH_SECONDS = 1.0


class Spool:
    """The spikes of one run.

    Args:
        parts: the populations.
        dt: the time step (ms).
        start: the tick at which the run begins.
        folder: where spikes are streamed to; None to keep all of them in memory.
        limit: how many spikes are kept in memory before they go to the folder.

    Attributes:
        streamed: whether they have gone there.
    """

    def __init__(
        self, parts: list[Part], dt: float, start: int, folder: str | Path | None, limit: int
    ) -> None:
        self._parts, self._dt, self._start = parts, dt, start
        self.folder, self._limit = None if folder is None else Path(folder), limit
        self._kept: list[list[Spikes]] = [[] for _ in parts]
        self._count = 0
        self._writer: SpikeWriter | None = None
        self._flushed = time.perf_counter()
        if self.folder is not None and limit == 0:
            self._open()

    @property
    def streamed(self) -> bool:
        """Whether the spikes are on disk instead of in memory."""
        return self._writer is not None

    def take(self, tick: int) -> None:
        """Collect the spikes of a call that ended at a tick."""
        for k, part in enumerate(self._parts):
            if part.kept:
                ticks, neurons = part.take_spikes(self._called)
                self._put(k, ticks, neurons)
        if self.folder is not None and self._writer is None and self._count > self._limit:
            self._open()
        now = time.perf_counter()
        if self._writer is not None and now - self._flushed > _FLUSH_SECONDS:
            self._writer.flush(tick)
            self._flushed = now

    def call(self, first: int) -> None:
        """A call that begins with step `first` is about to be made."""
        self._called = first

    def _put(self, k: int, ticks: np.ndarray, neurons: np.ndarray) -> None:
        self._count += len(ticks)
        if self._writer is None:
            self._kept[k].append((ticks, neurons))
        else:
            self._writer.append(self._parts[k].name, ticks, neurons)

    def _open(self) -> None:
        """Begin the stream, or go on with that of the run before; what is in memory goes first."""
        if self.folder is None:
            raise TypeError("there is no folder to stream to")
        if (self.folder / HEADER).exists():
            self._writer = SpikeWriter.resume(self.folder)
            if self._writer.tick != self._start:
                raise ParameterError(
                    f"The stream in {self.folder} ends at {self._writer.tick * self._dt:g} ms, and "
                    f"this run begins at {self._start * self._dt:g} ms.",
                    mend="give another folder: stream=...",
                )
        else:
            sizes = {part.name: part.n for part in self._parts if part.kept}
            self._writer = SpikeWriter(self.folder, sizes, self._dt, start=self._start)
        for k, chunks in enumerate(self._kept):
            for ticks, neurons in chunks:
                self._writer.append(self._parts[k].name, ticks, neurons)
        self._kept = [[] for _ in self._parts]

    def finish(self, tick: int) -> None:
        """The run is over."""
        if self._writer is not None:
            self._writer.flush(tick)
            self._writer.close()

    def spikes_of(self, k: int) -> Spikes:
        """Ticks and neurons of a part's spikes that are in memory."""
        if not self._kept[k]:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        ticks, neurons = (np.concatenate(p) for p in zip(*self._kept[k], strict=True))
        return ticks, neurons
