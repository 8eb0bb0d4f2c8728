"""Reading spikes that were streamed to disk, up to the last flush that is whole."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ExperimentError, ParameterError, UnknownNameError, closest
from rheobase.recording.metadata import check_version
from rheobase.recording.network import NetworkRecording
from rheobase.recording.reading import UNREADABLE, broken, reason
from rheobase.recording.recording import Recording
from rheobase.recording.spike_trains import SpikeTrains
from rheobase.recording.stream import (
    FORMAT,
    HEADER,
    LOG,
    SPIKE,
    VERSION,
    Flush,
    flush_size,
    unpacked,
)

# Checksums are taken of so many bytes at once.
_AT_ONCE = 1 << 20


class StreamReader:
    """A stream of spikes in a folder, while it is written or after.

    Args:
        folder: that a `SpikeWriter` wrote to.
        check: whether the checksum of every flush is compared, which reads all of the files once;
            otherwise their lengths alone tell what is whole, which suffices after a crash of the
            program and not after one of the machine.

    Raises:
        ExperimentError: when there is no stream, or one of a later version.
    """

    def __init__(self, folder: str | Path, *, check: bool = True) -> None:
        self.folder = Path(folder)
        header = self.folder / HEADER
        if not header.is_file():
            raise ExperimentError(
                f"There is no stream of spikes in {self.folder}: it has no {HEADER}.",
                mend="give the folder that a network streamed its spikes to",
            )
        try:
            self._read_header(json.loads(header.read_text(encoding="utf-8")))
            self.last, self.flushes = self._last_whole(check)
        except ExperimentError:
            raise
        except UNREADABLE as error:
            raise broken(header, reason(error)) from error

    def _read_header(self, content: Any) -> None:
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ParameterError(f"its format is not {FORMAT!r}")
        check_version(content["version"], VERSION, "stream")
        self.sizes = {str(one["name"]): int(one["n"]) for one in content["populations"]}
        self.dt, self.start = float(content["dt_ms"]), int(content["start_tick"])
        if len(self.sizes) != len(content["populations"]) or not self.dt > 0:
            raise ParameterError("two populations have one name, or the step is not above zero")
        if not isinstance(content["provenance"], dict):
            raise ParameterError("its provenance is not a dictionary")
        self.provenance: dict[str, Any] = content["provenance"]

    def _file(self, place: int) -> Path:
        return self.folder / f"{place}.spikes"

    def _last_whole(self, check: bool) -> tuple[Flush, int]:
        """The last flush that is whole, and how many there are up to it."""
        populations = len(self.sizes)
        log, size = (self.folder / LOG).read_bytes(), flush_size(populations)
        lengths = [self._file(place).stat().st_size for place in range(populations)]
        last, number = Flush(self.start, (0,) * populations, (0,) * populations), 0
        streams = [self._file(place).open("rb") for place in range(populations)] if check else []
        try:
            for begin in range(0, len(log) - size + 1, size):
                found = unpacked(log[begin : begin + size], populations)
                if found is None or not _follows(found, last, lengths):
                    break
                added = [new - old for new, old in zip(found.counts, last.counts, strict=True)]
                if check and found.sums != tuple(map(_checksum, streams, added)):
                    break
                last, number = found, number + 1
        finally:
            for stream in streams:
                stream.close()
        return last, number

    @property
    def names(self) -> tuple[str, ...]:
        """The populations."""
        return tuple(self.sizes)

    @property
    def duration(self) -> float:
        """How much of the run is there, up to the last flush (ms)."""
        return (self.last.tick - self.start) * self.dt

    def spikes(self, name: str) -> SpikeTrains:
        """The spikes of one population, up to the last whole flush.

        Raises:
            UnknownNameError: when there is no such population.
            ExperimentError: for a file that holds what is no spike.
        """
        return self.part(name)

    def part(self, name: str, first: int = 0, count: int | None = None) -> SpikeTrains:
        """Spikes of one population: as many as `count`, or all, but for the first few.

        Raises:
            UnknownNameError: when there is no such population.
            ExperimentError: for a file that holds what is no spike.
        """
        if name not in self.sizes:
            raise UnknownNameError(
                f"There is no population {name!r} in the stream.",
                mend=f"{closest(name, list(self.sizes))}there are {', '.join(self.sizes)}",
            )
        place = self.names.index(name)
        try:
            left = max(0, self.last.counts[place] - first)
            most = left if count is None else min(left, count)
            skipped = first * SPIKE.itemsize
            found = np.fromfile(self._file(place), dtype=SPIKE, count=most, offset=skipped)
            # The whole number times dt, as an engine stamps it, to the last bit.
            times, begin = found["tick"] * self.dt, self.start * self.dt
            return SpikeTrains(times, found["neuron"], self.sizes[name], self.duration, start=begin)
        except UNREADABLE as error:
            raise broken(self._file(place), reason(error)) from error

    def recording(self) -> NetworkRecording:
        """All of it, as what the run would have returned."""
        recordings = {name: Recording([], {}, self.spikes(name)) for name in self.sizes}
        return NetworkRecording(
            recordings, None, self.start * self.dt, self.duration, self.dt, self.provenance
        )


def _follows(flush: Flush, last: Flush, lengths: list[int]) -> bool:
    """Whether a flush comes after another one, and the files are long enough for it."""
    return flush.tick >= last.tick and all(
        before <= count and count * SPIKE.itemsize <= length
        for count, before, length in zip(flush.counts, last.counts, lengths, strict=True)
    )


def _checksum(stream: Any, spikes: int) -> int:
    left, total = spikes * SPIKE.itemsize, 0
    while left > 0 and (data := stream.read(min(left, _AT_ONCE))):
        total, left = zlib.crc32(data, total), left - len(data)
    return total
