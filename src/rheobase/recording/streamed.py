"""Spikes of a run that were streamed to disk, as its recording has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rheobase.analysis.times import Floats, Integers
from rheobase.errors import ExperimentError
from rheobase.recording.spike_trains import SpikeTrains
from rheobase.recording.stream_reader import StreamReader


class StreamedSpikes(SpikeTrains):
    """The spikes of one population in one run, in a stream that may hold those of other runs too.

    How many there are is known; the arrays are read when they are first asked for, and kept.

    Args:
        folder: of the stream.
        name: the population.
        first: how many spikes of it the stream held when the run began.
        total: how many the run added.
        n: how many neurons there are.
        duration: of the run (ms).
        start: when it began (ms).
        rest: those of the run that came after, and could not be written.
    """

    def __init__(
        self,
        folder: str | Path,
        name: str,
        first: int,
        total: int,
        n: int,
        duration: float,
        start: float,
        rest: SpikeTrains | None = None,
    ) -> None:
        super().__init__((), (), n, duration, start)
        # A recording is still good when the program has gone to another folder.
        self._folder, self._name = Path(folder).resolve(), name
        self._first, self._written, self._rest = first, total, rest
        self._read = False

    @property
    def total(self) -> int:
        """How many spikes there are, of all neurons together."""
        return self._written + (0 if self._rest is None else self._rest.total)

    def _arrays(self) -> tuple[Floats, Integers]:
        if not self._read:
            parts = [self._on_disk()] if self._written else []
            parts += [] if self._rest is None else [self._rest._arrays()]
            if parts:
                times, neurons = zip(*parts, strict=True)
                self._sorted = np.concatenate(times), np.concatenate(neurons)
            self._read = True
        return self._sorted

    def _on_disk(self) -> tuple[Floats, Integers]:
        # Lengths suffice to find the place: what was flushed is not written again.
        reader = StreamReader(self._folder, check=False)
        found = reader.part(self._name, self._first, self._written)
        fits = found.total == self._written and found.n == self.n
        slack = 1e-9 * max(1.0, self._stop)  # ends are sums of rounded numbers
        begin, end = self._start - slack, self._stop + slack
        if not fits or not begin <= found._times[0] <= found._times[-1] <= end:
            raise ExperimentError(
                f"The stream in {self._folder} no longer holds the {self._written} spikes of "
                f"{self._name!r} from {self._start:.12g} ms to {self._stop:.12g} ms.",
                mend="put back the folder that the run wrote, or read what is there: "
                "rb.load(folder)",
            )
        return found._arrays()
