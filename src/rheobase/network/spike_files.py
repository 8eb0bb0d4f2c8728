"""Files of spike times: ``.npz`` or ``.csv``, with `time_ms` and `neuron`."""

from __future__ import annotations

import csv
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.network.arrays import LAST_NEURON, Array, Indices

_COLUMNS = ("time_ms", "neuron")


def read_spikes(path: Path) -> tuple[Array, Indices]:
    """Spike times (ms) and the neuron of each.

    Raises:
        ExperimentError: for a file that is not there, of another kind, or not what it should be.
    """
    readers = {".npz": _read_npz, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ExperimentError(
            f"{path} is no file of spikes.", mend="give one that ends in .npz or .csv"
        )
    try:
        times, neurons = reader(path)
    except OSError as error:
        raise ExperimentError(
            f"{path} cannot be read: {error.strerror or error}.",
            mend="check the path; it is relative to the folder where Python runs",
        ) from error
    if len(times) != len(neurons):
        raise ExperimentError(
            f"{path} has {len(times)} times and {len(neurons)} neurons to them.",
            mend="give one neuron a spike",
        )
    if len(neurons) and not 0 <= neurons.min() <= neurons.max() <= LAST_NEURON:
        wrong = neurons.min() if neurons.min() < 0 else neurons.max()
        raise ExperimentError(
            f"{path} has a spike of neuron {wrong}.",
            mend=f"neurons are numbered from 0 to {LAST_NEURON} at most",
        )
    return times, neurons.astype(np.int64)


def _read_npz(path: Path) -> tuple[Array, Any]:
    try:
        with np.load(path, allow_pickle=False) as content:
            missing = [name for name in _COLUMNS if name not in content]
            if missing:
                raise ExperimentError(
                    f"{path} has no array {missing[0]!r}.",
                    mend=f"name its arrays {' and '.join(_COLUMNS)}",
                )
            times, neurons = (content[name] for name in _COLUMNS)
    except RheobaseError:
        raise
    except (EOFError, RuntimeError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        # What NumPy says of it is advice to those who trust the file.
        raise ExperimentError(
            f"{path} is no .npz file of plain arrays, or it is damaged.",
            mend="write it with numpy.savez(path, time_ms=..., neuron=...)",
        ) from error
    fits = times.ndim == 1 and times.dtype.kind in "fiu"
    if not fits or neurons.ndim != 1 or neurons.dtype.kind not in "iu":
        raise ExperimentError(
            f"{path} has {times.dtype} times of shape {times.shape} and {neurons.dtype} neurons of "
            f"shape {neurons.shape}.",
            mend="give one axis each, the neurons as integers",
        )
    return times.astype(np.float64), neurons


def _read_csv(path: Path) -> tuple[Array, Any]:
    times: list[float] = []
    neurons: list[int] = []
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.reader(lines)
            head = [name.strip() for name in next(rows, [])]
            if sorted(head) != sorted(_COLUMNS):
                raise ExperimentError(
                    f"{path} has the columns {', '.join(head) or 'none'}.",
                    mend=f"its first line is {','.join(_COLUMNS)}",
                )
            places = [head.index(name) for name in _COLUMNS]
            for row in rows:
                if not row:
                    continue
                try:
                    if len(row) != len(places):
                        raise ValueError(row)
                    time, neuron = (row[place] for place in places)
                    times.append(float(time))
                    neurons.append(int(neuron))
                except ValueError:
                    raise ExperimentError(
                        f"Line {rows.line_num} of {path} is no spike: {','.join(row)[:60]!r}.",
                        mend="a line is a time in ms and a whole number",
                    ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExperimentError(
            f"{path} cannot be read as text: {error}.", mend="save it as CSV in UTF-8"
        ) from error
    return np.array(times, dtype=np.float64), np.array(neurons, dtype=object)
