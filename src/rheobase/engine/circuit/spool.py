"""Where the spikes of a run go: into memory, and past a limit into a folder on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rheobase.engine.circuit.part import Part
from rheobase.errors import ExperimentError, ParameterError
from rheobase.network.watching import RATE, SPIKES, Watch
from rheobase.recording.spike_trains import SpikeTrains

if TYPE_CHECKING:
    from rheobase.recording.stream import SpikeWriter
    from rheobase.recording.stream_reader import StreamReader

Spikes = tuple[np.ndarray, np.ndarray]
_FLUSH_SECONDS = 1.0


class Spool:
    """The spikes of one run.

    Args:
        parts: the populations.
        watched: what is recorded of each.
        dt: the time step (ms).
        start: the tick at which the run begins.
        steps: how many steps it may have.
        folder: where spikes are streamed to; None to keep all of them in memory.
        limit: how many spikes are kept in memory before they go to the folder. A folder that holds
            the spikes up to this run takes those of this one in any case.

    Attributes:
        counts: for each population whose rate is recorded, the spikes of each step.
        fault: why the folder takes no more spikes; None while it does. Those that it has not are
            kept in memory then.

    Raises:
        ParameterError: when the folder holds the spikes of something else.
        ExperimentError: when it cannot be written to.
    """

    def __init__(
        self,
        parts: list[Part],
        watched: Mapping[str, Mapping[str, Watch]],
        dt: float,
        start: int,
        steps: int,
        folder: str | Path | None,
        limit: int,
    ) -> None:
        self._parts, self._watched, self._dt, self._start = parts, watched, dt, start
        self.folder, self._limit = None if folder is None else Path(folder), limit
        self._kept: list[list[Spikes]] = [[] for _ in parts]
        self._count = 0
        self.counts = {p.name: np.zeros(steps, np.int64) for p in parts if RATE in watched[p.name]}
        self._writer: SpikeWriter | None = None
        self.fault: ExperimentError | None = None
        # How many spikes of each population the folder held before this run, and holds for sure.
        self._before: dict[str, int] = {}
        self._saved: dict[str, int] = {}
        self._flushed = time.perf_counter()
        if self.folder is not None:
            from rheobase.recording.stream import HEADER

            going_on = (self.folder / HEADER).exists()
            if limit == 0 or going_on:
                self._open(self.folder, going_on)

    @property
    def streamed(self) -> bool:
        """Whether the spikes are on disk, or those that it still took."""
        return bool(self._before)

    def take(self, first: int, tick: int) -> None:
        """Collect the spikes of a call that began with step `first` and ended at a tick."""
        for k, part in enumerate(self._parts):
            if part.kept:
                ticks, neurons = part.take_spikes(first)
                self.put(k, *_chosen(ticks <= tick, ticks, neurons))
        waiting = self._writer is None and self.fault is None
        if self.folder is not None and waiting and self._count > self._limit:
            with self._minded():
                self._open(self.folder, going_on=False)
        now = time.perf_counter()
        if self._writer is not None and now - self._flushed > _FLUSH_SECONDS:
            with self._minded():
                self._writer.flush(tick)
                self._forget(self._writer)
            self._flushed = now

    def put(self, k: int, ticks: np.ndarray, neurons: np.ndarray) -> None:
        """Add spikes of a part: count them, and keep those that are asked for."""
        name = self._parts[k].name
        if name in self.counts:
            places, numbers = np.unique(ticks, return_counts=True)
            inside = places > self._start
            self.counts[name][places[inside] - self._start - 1] += numbers[inside]
        wanted = self._watched[name].get(SPIKES)
        if wanted is None:
            return
        if wanted.index is not None:
            ticks, neurons = _chosen(np.isin(neurons, wanted.index), ticks, neurons)
        self._count += len(ticks)
        # Kept until they are flushed: the disk may be full before.
        self._kept[k].append((ticks, neurons))
        if self._writer is not None:
            with self._minded():
                self._writer.append(name, ticks, neurons)

    @contextmanager
    def _minded(self) -> Iterator[None]:
        """Within, a folder that cannot be written to ends the stream, and is `fault`."""
        try:
            yield
        except ExperimentError as error:
            self.fault = error
            if self._writer is not None:
                with suppress(ExperimentError):
                    self._writer.close()
            self._writer = None

    def _forget(self, writer: SpikeWriter) -> None:
        """What was flushed is safe, and need not be in memory too."""
        self._saved, self._kept = writer.counts, [[] for _ in self._parts]

    def _open(self, folder: Path, going_on: bool) -> None:
        """Begin the stream, or go on with that of the run before; what is in memory goes first."""
        from rheobase.recording.stream import SpikeWriter
        from rheobase.recording.stream_reader import StreamReader

        every = {part.name: part.n for part in self._parts}
        # In the order in which the populations were made, as in the recording of the run.
        sizes = {name: every[name] for name, own in self._watched.items() if SPIKES in own}
        if going_on:
            self._refuse_another(StreamReader(folder), sizes)
            self._writer = SpikeWriter.resume(folder)
        else:
            self._writer = SpikeWriter(folder, sizes, self._dt, start=self._start)
            # What is sent at the very beginning is stamped tick 0.
            self._writer.tick = self._start - (1 if self._start == 0 else 0)
        self._before = self._saved = self._writer.counts
        for k, chunks in enumerate(self._kept):
            for ticks, neurons in chunks:
                self._writer.append(self._parts[k].name, ticks, neurons)

    def _refuse_another(self, stream: StreamReader, sizes: Mapping[str, int]) -> None:
        mend = "give another folder: stream=..."
        if dict(stream.sizes) != dict(sizes) or stream.dt != self._dt:
            raise ParameterError(
                f"The stream in {self.folder} is of another network: it has "
                f"{', '.join(stream.sizes)} at dt = {stream.dt:g} ms.",
                mend=mend,
            )
        if stream.last.tick != self._start:
            raise ParameterError(
                f"The stream in {self.folder} ends at {stream.last.tick * self._dt:.12g} ms, and "
                f"this run begins at {self._start * self._dt:.12g} ms.",
                mend=mend,
            )

    def finish(self, tick: int) -> None:
        """The run is over."""
        self.counts = {name: c[: tick - self._start] for name, c in self.counts.items()}
        if self._writer is not None:
            with self._minded():
                self._writer.flush(tick)
                self._writer.close()
                self._forget(self._writer)

    def trains(self, name: str, n: int, tick: int) -> SpikeTrains:
        """The spikes that are recorded of a population of `n` neurons, in a run up to a tick."""
        start, duration = self._start * self._dt, (tick - self._start) * self._dt
        kept = next(k for part, k in zip(self._parts, self._kept, strict=True) if part.name == name)
        here = SpikeTrains((), (), n, duration, start)
        if kept:
            ticks, neurons = (np.concatenate(p) for p in zip(*kept, strict=True))
            here = SpikeTrains(ticks * self._dt, neurons, n, duration, start)
        if self.folder is None or name not in self._before:
            return here
        from rheobase.recording.streamed import StreamedSpikes

        first, last = self._before[name], self._saved[name]
        return StreamedSpikes(self.folder, name, first, last - first, n, duration, start, here)


def _chosen(mask: np.ndarray, ticks: np.ndarray, neurons: np.ndarray) -> Spikes:
    return (ticks, neurons) if mask.all() else (ticks[mask], neurons[mask])
