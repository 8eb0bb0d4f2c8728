"""Spikes on disk while a network runs: whatever was flushed is there, whatever happens then.

A stream is a folder:

- ``stream.json``: format, populations, dt, the tick it began at, provenance; written once;
- ``0.spikes``, ``1.spikes``, ...: the spikes of each population, 12 bytes each: the tick as a
  little-endian int64, the neuron as int32; only ever appended to;
- ``flushes.log``: one record of fixed length a flush: up to which tick all spikes are there, and
  for each population how many there are and the checksum of those that this flush added; then the
  checksum of the record.

A flush is a record, written after its spikes. A process that is killed leaves a record cut off, or
spikes that no record speaks of: a reader drops both, and what comes before is whole. A power cut
may lose spikes that a record speaks of: then the checksum fails, and that flush and all after it
are dropped.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rheobase.errors import ExperimentError, ParameterError, class_only
from rheobase.recording.atomic import written_whole
from rheobase.recording.metadata import plain_provenance
from rheobase.records import Record

FORMAT = "rheobase spike stream"
VERSION = 1
HEADER, LOG = "stream.json", "flushes.log"
SPIKE = np.dtype([("tick", "<i8"), ("neuron", "<i4")])
# A long append is written in parts of so many spikes, so that no second copy of it is made.
_AT_ONCE = 1 << 18


class Flush(Record):
    """One record of the log.

    tick: up to which all spikes are there, it included. counts: of each population, from the
    beginning. sums: the CRC-32 of the bytes that this flush added to each population's file.
    """

    tick: int
    counts: tuple[int, ...]
    sums: tuple[int, ...]

    def packed(self) -> bytes:
        """As it stands in the log, its own checksum at the end."""
        pairs = [number for pair in zip(self.counts, self.sums, strict=True) for number in pair]
        body = struct.pack("<q" + "qI" * len(self.counts), self.tick, *pairs)
        return body + struct.pack("<I", zlib.crc32(body))


def flush_size(populations: int) -> int:
    """How many bytes a record of the log has."""
    return 12 + 12 * populations


def unpacked(data: bytes, populations: int) -> Flush | None:
    """The record in these bytes; None when they were cut off or damaged."""
    if len(data) != flush_size(populations):
        return None
    body, (found,) = data[:-4], struct.unpack("<I", data[-4:])
    if zlib.crc32(body) != found:
        return None
    tick, *pairs = struct.unpack("<q" + "qI" * populations, body)
    return Flush(tick, tuple(pairs[::2]), tuple(pairs[1::2]))


class SpikeWriter:
    """Appends the spikes of a run to a folder; a context manager that closes its files.

    Nothing is kept in memory: `append` hands spikes to the operating system, and `flush` declares
    all of them complete up to a tick. After ``kill -9`` the stream is readable up to the last
    flush.

    Args:
        folder: made if it is not there; it may not hold another stream.
        sizes: how many neurons each population has, by name.
        dt: the step (ms).
        start: the tick that the run begins at.
        provenance: how the run came about, of what JSON can hold.
        durable: whether a flush waits until the disk has it, so that a power cut loses nothing
            either; slower by some milliseconds each.

    Raises:
        ExperimentError: when the folder holds a stream already, or cannot be written to.
    """

    def __init__(
        self,
        folder: str | Path,
        sizes: Mapping[str, int],
        dt: float,
        *,
        start: int = 0,
        provenance: Mapping[str, Any] | None = None,
        durable: bool = False,
    ) -> None:
        self.folder, self.sizes, self.durable = Path(folder), dict(sizes), durable
        header = self.folder / HEADER
        content = {
            "format": FORMAT,
            "version": VERSION,
            "dt_ms": float(dt),
            "start_tick": int(start),
            "populations": [{"name": name, "n": int(n)} for name, n in self.sizes.items()],
            "spike": "tick int64, neuron int32, little-endian; population k is in k.spikes",
            "provenance": plain_provenance(provenance or {}, header),
        }
        if header.exists():
            raise ExperimentError(
                f"{self.folder} holds a stream of spikes already.",
                mend="give another folder, or go on with it: SpikeWriter.resume(folder)",
            )
        with _clear(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for file in self._paths():
                file.write_bytes(b"")
        with written_whole(header) as (draft,):
            draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        self._open(Flush(int(start), (0,) * len(self.sizes), (0,) * len(self.sizes)), 0)

    @class_only("writer = SpikeWriter.resume(folder)")
    @classmethod
    def resume(cls, folder: str | Path, *, durable: bool = False) -> SpikeWriter:
        """Go on with a stream from its last whole flush; what came after it is cut off.

        `writer.tick` is where it goes on: a run has to begin there.

        Raises:
            ExperimentError: when there is no stream in the folder, or it cannot be written to.
        """
        from rheobase.recording.stream_reader import StreamReader

        reader = StreamReader(folder)
        writer = cls.__new__(cls)
        writer.folder, writer.durable = reader.folder, durable
        writer.sizes = dict(reader.sizes)
        with _clear(writer.folder):
            for file, count in zip(writer._paths(), reader.last.counts, strict=False):
                os.truncate(file, count * SPIKE.itemsize)
            os.truncate(writer.folder / LOG, reader.flushes * flush_size(len(writer.sizes)))
        writer._open(reader.last, reader.flushes)
        return writer

    def _paths(self) -> list[Path]:
        files = [self.folder / f"{place}.spikes" for place in range(len(self.sizes))]
        return [*files, self.folder / LOG]

    def _open(self, last: Flush, flushes: int) -> None:
        self._places = {name: place for place, name in enumerate(self.sizes)}
        self._counts, self._sums = list(last.counts), [0] * len(self.sizes)
        self.tick, self._flushes = last.tick, flushes
        self._files: list[BinaryIO] = []
        with _clear(self.folder), contextlib.ExitStack() as opened:
            for file in self._paths():
                # Unbuffered: what is written is the operating system's, and survives this process.
                self._files.append(opened.enter_context(file.open("ab", buffering=0)))
            opened.pop_all()

    @property
    def counts(self) -> dict[str, int]:
        """How many spikes of each population were appended, from the beginning of the stream."""
        return dict(zip(self.sizes, self._counts, strict=True))

    def append(self, name: str, ticks: Any, neurons: Any) -> None:
        """Add spikes of one population; they count once they are flushed.

        Args:
            name: the population.
            ticks: when, as whole numbers of steps, ascending, after those flushed before.
            neurons: which, shape as `ticks`.

        Raises:
            ParameterError: for arrays that do not fit together, or spikes out of order.
            ExperimentError: when they cannot be written.
        """
        when, who = np.ravel(np.asarray(ticks)), np.ravel(np.asarray(neurons))
        if not when.size and not who.size:
            return
        place = self._places[name]
        ascending = len(when) == len(who) and when[0] > self.tick and (when[1:] >= when[:-1]).all()
        if not ascending or not 0 <= who.min() <= who.max() < self.sizes[name]:
            raise ParameterError(
                f"Spikes of {name!r} do not follow those before tick {self.tick}, "
                "or are of neurons that are not there.",
                mend="append them in the order of time, one neuron a spike",
            )
        for first in range(0, len(when), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            block = np.empty(len(when[part]), dtype=SPIKE)
            block["tick"], block["neuron"] = when[part], who[part]
            data = block.tobytes()
            self._write(place, data, self._counts[place] * SPIKE.itemsize)
            self._counts[place] += len(block)
            self._sums[place] = zlib.crc32(data, self._sums[place])

    def flush(self, tick: int) -> None:
        """Declare that all spikes up to a tick, it included, were appended.

        Raises:
            ParameterError: for a tick before the last one.
            ExperimentError: when it cannot be written.
        """
        if tick < self.tick:
            raise ParameterError(
                f"A flush up to tick {tick} comes after one up to {self.tick}.",
                mend="flush in the order of time",
            )
        record = Flush(int(tick), tuple(self._counts), tuple(self._sums))
        if self.durable:
            self._to_disk(self._files[:-1])
        self._write(-1, record.packed(), self._flushes * flush_size(len(self.sizes)))
        if self.durable:
            self._to_disk(self._files[-1:])
        self._flushes += 1
        self.tick, self._sums = record.tick, [0] * len(self._sums)

    def _write(self, place: int, data: bytes, length: int) -> None:
        """Append to a file of this length; it stays that long where not all can be written."""
        file, left = self._files[place], memoryview(data)
        with _clear(self.folder):
            try:
                while left:  # an unbuffered file may take less than it is given
                    left = left[os.write(file.fileno(), left) :]
            except OSError:
                with contextlib.suppress(OSError):
                    os.ftruncate(file.fileno(), length)
                raise

    def _to_disk(self, files: list[BinaryIO]) -> None:
        with _clear(self.folder):
            for file in files:
                os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files; what was appended and not flushed does not count.

        Raises:
            ExperimentError: when the system says only now that it could not write.
        """
        with _clear(self.folder), contextlib.ExitStack() as opened:
            for file in self._files:
                opened.callback(file.close)

    def __enter__(self) -> SpikeWriter:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<SpikeWriter: {self.folder}, up to tick {self.tick}>"


@contextlib.contextmanager
def _clear(folder: Path) -> Iterator[None]:
    """Errors of the operating system as ours."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise ExperimentError(
            f"Spikes cannot be written to {folder}: it is a file, or within one.",
            mend="give a folder; one that is not there is made",
        ) from error
    except OSError as error:
        raise ExperimentError(
            f"Spikes cannot be written to {folder}: {error.strerror or error}.",
            mend="check the space and the permissions there; what was flushed is readable",
        ) from error
