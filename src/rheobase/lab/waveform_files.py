"""Measured waveforms from files: CSV, NumPy's .npz, and ABF and NWB with the `io` extra.

Each reader gives the samples as (time,) or (time, neuron), their unit, and the time between two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ExperimentError, RheobaseError, UnitError, closest, missing_extra
from rheobase.units import Quantity, Unit, parse_unit
from rheobase.units.dimension import TIME

_MS = parse_unit("ms")
# "current (pA)", "current [pA]", "current_pA"
_HEADER = re.compile(r"^(.*?)\s*(?:[(\[]([^()\[\]]*(?:\([^()]*\))?[^()\[\]]*)[)\]]|_([A-Za-z]+))$")


@dataclass(frozen=True)
class Choice:
    """Which part of a file is meant.

    Attributes:
        column: the column, array, channel or series; a name or a number from 1; None when there is one.
        unit: the unit of the samples, when the file does not say it.
        dt: the time between samples, when the file does not say it.
        sweep: the sweep of an ABF file, from 1.
    """

    column: str | int | list[str] | None = None
    unit: Unit | None = None
    dt: Quantity | None = None
    sweep: int = 1


@dataclass(frozen=True)
class Waveform:
    """Samples at equal distances.

    Attributes:
        values: a quantity, or plain numbers, of shape (time,) or (time, neuron).
        dt: the time between samples.
    """

    values: Any
    dt: Quantity


def read_waveform(path: Path, choice: Choice) -> Waveform:
    """Read a waveform from a file, by its suffix.

    Raises:
        ExperimentError: when the file is not what its suffix says, or `choice` does not fit it.
        MissingExtraError: for ABF and NWB without the packages that read them.
    """
    readers = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".npz": _npz, ".abf": _abf, ".nwb": _nwb}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ExperimentError(
            f"{path.name} is of a kind that cannot be read.", mend=f"use one of {', '.join(readers)}"
        )
    samples, unit, dt = reader(path, choice)
    samples = np.asarray(samples, dtype=float)
    if samples.ndim not in (1, 2) or samples.shape[0] < 2:
        raise ExperimentError(
            f"{path.name} holds an array of shape {samples.shape} where (time,) or (time, neuron) is due.",
            mend="give one sample a time step, or one row a time step with a column a neuron",
        )
    bad = np.argwhere(~np.isfinite(samples))
    if len(bad):
        raise ExperimentError(
            f"{path.name} has a sample that is not finite: number {int(bad[0][0]) + 1}.",
            mend="fill the gap before using the waveform",
        )
    if dt is None:
        raise ExperimentError(
            f"{path.name} does not say how far apart its samples are.", mend='add dt = "0.1 ms"'
        )
    return Waveform(Quantity(samples, unit) if unit is not None else samples, dt)


Parts = tuple[Any, Unit | None, Quantity | None]


def _csv(path: Path, choice: Choice) -> Parts:
    rows = _rows(path)
    head = rows[0][1] if not all(_is_number(cell) for cell in rows[0][1]) else None
    body = rows[1:] if head else rows
    names = head or [str(k + 1) for k in range(len(rows[0][1]))]
    if not body:
        raise ExperimentError(f"{path.name} has a header and no samples.", mend="give one row a time step")
    table = np.array([_numbers(path, line, cells, names) for line, cells in body])
    bases = [_header_unit(name)[0].strip().lower() for name in names]
    clock = next((k for k, base in enumerate(bases) if base in ("t", "time")), None)
    wanted = _columns(path, choice, names, bases, clock)
    unit = choice.unit or _header_unit(names[wanted[0]])[1]
    dt = choice.dt
    if dt is None and clock is not None:
        dt = _spacing(path, table[:, clock], _header_unit(names[clock])[1])
    values = table[:, wanted] if isinstance(choice.column, list) else table[:, wanted[0]]
    return values, unit, dt


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ExperimentError(
            f"{path.name} is not a text file.", mend="save it as UTF-8 comma-separated text"
        ) from None
    lines = [(k, line.strip()) for k, line in enumerate(text.splitlines(), start=1)]
    lines = [(k, line) for k, line in lines if line and not line.startswith("#")]
    if not lines:
        raise ExperimentError(f"{path.name} is empty.", mend="give one row a time step")
    mark = next((m for m in (",", ";", "\t") if m in lines[0][1]), None)
    return [(k, [cell.strip().strip('"') for cell in line.split(mark)]) for k, line in lines]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(path: Path, line: int, cells: list[str], names: list[str]) -> list[float]:
    if len(cells) != len(names):
        raise ExperimentError(
            f"{path.name}, line {line} has {len(cells)} columns and line 1 has {len(names)}.",
            mend="give every row the same columns",
        )
    for cell, name in zip(cells, names, strict=True):
        if not _is_number(cell):
            raise ExperimentError(
                f"{path.name}, line {line}, column {name!r}: {cell[:40]!r} is not a number.",
                mend="correct that cell",
            )
    return [float(cell) for cell in cells]


def _header_unit(name: str) -> tuple[str, Unit | None]:
    """The name and unit of a header such as ``current (pA)`` or ``current_pA``."""
    match = _HEADER.match(name)
    if match is None:
        return name, None
    try:
        return match.group(1), parse_unit(match.group(2) or match.group(3))
    except UnitError:
        return name, None


def _columns(
    path: Path, choice: Choice, names: list[str], bases: list[str], clock: int | None
) -> list[int]:
    if choice.column is None:
        free = [k for k in range(len(names)) if k != clock]
        if len(free) == 1:
            return free
        raise ExperimentError(
            f"{path.name} has {len(free)} columns beside the time, and none is chosen.",
            mend=f'add column = "..."; the columns are {", ".join(names)}',
        )
    asked = choice.column if isinstance(choice.column, list) else [choice.column]
    found = []
    for column in asked:
        if isinstance(column, int) and 1 <= column <= len(names):
            found.append(column - 1)
        elif column in names:
            found.append(names.index(column))
        elif str(column).lower() in bases:
            found.append(bases.index(str(column).lower()))
        else:
            raise _no_such("column", column, path, names)
    return found


def _spacing(path: Path, times: np.ndarray[Any, Any], unit: Unit | None) -> Quantity:
    if unit is None or unit.dimension != TIME:
        raise ExperimentError(
            f"The time column of {path.name} does not say its unit.",
            mend='name it "time (ms)", or add dt = "0.1 ms" to the stimulus',
        )
    steps = np.diff(times)
    if len(steps) == 0:
        raise ExperimentError(f"{path.name} has one sample.", mend="give one row a time step")
    step = float(times[-1] - times[0]) / len(steps)
    off = np.flatnonzero(np.abs(times - times[0] - step * np.arange(len(times))) > 0.01 * abs(step))
    if step <= 0 or len(off):
        number = int(off[0]) + 1 if len(off) else 1
        raise ExperimentError(
            f"The times in {path.name} are not evenly spaced: see sample {number}.",
            mend="resample the waveform at equal steps",
        )
    return _tidy(Quantity(step, unit))


def _tidy(dt: Quantity) -> Quantity:
    """A step in milliseconds, without the last digits that a difference of times brings."""
    return Quantity(float(f"{float(dt.value_in(_MS)):.9g}"), _MS)


def _npz(path: Path, choice: Choice) -> Parts:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError) as error:
        raise ExperimentError(
            f"{path.name} is not an .npz file of plain arrays.",
            where=f"  {str(error)[:80]}",
            mend="write it with numpy.savez(path, current=...)",
        ) from None
    signals = [name for name, a in arrays.items() if a.ndim and name not in ("t", "time")]
    column = choice.column if choice.column is not None else (signals[0] if len(signals) == 1 else None)
    if column is None:
        raise ExperimentError(
            f"{path.name} has {len(signals)} arrays, and none is chosen.",
            mend=f'add column = "..."; the arrays are {", ".join(signals) or "none"}',
        )
    if not isinstance(column, str) or column not in arrays or arrays[column].dtype.kind not in "fiu":
        raise _no_such("array", column, path, signals)
    return arrays[column], choice.unit or _header_unit(column)[1], choice.dt


def _abf(path: Path, choice: Choice) -> Parts:
    try:
        import pyabf
    except ImportError:
        raise missing_extra("pyabf", "io", f"Reading {path.name}") from None
    try:
        abf = pyabf.ABF(str(path))
        channels = [str(name) for name in abf.adcNames]
        channel = 0
        if choice.column is not None:
            channel = _index(choice.column, channels)
            if channel < 0:
                raise _no_such("channel", choice.column, path, channels)
        if not 1 <= choice.sweep <= abf.sweepCount:
            raise ExperimentError(
                f"{path.name} has {abf.sweepCount} sweeps, and sweep {choice.sweep} is asked for.",
                mend=f"sweep is a number from 1 to {abf.sweepCount}",
            )
        abf.setSweep(choice.sweep - 1, channel=channel)
        unit = choice.unit or parse_unit(str(abf.adcUnits[channel]).strip())
        return np.array(abf.sweepY), unit, _tidy(Quantity(1e3 / float(abf.dataRate), _MS))
    except RheobaseError:
        raise
    except Exception as error:
        # pyabf raises whatever a damaged file makes it stumble over.
        raise _damaged(path, "ABF", error) from None


def _index(column: str | int | list[str], names: list[str]) -> int:
    if isinstance(column, int):
        return column - 1 if 1 <= column <= len(names) else -1
    return names.index(column) if isinstance(column, str) and column in names else -1


def _nwb(path: Path, choice: Choice) -> Parts:
    try:
        from pynwb import NWBHDF5IO
    except ImportError:
        raise missing_extra("pynwb", "io", f"Reading {path.name}") from None
    try:
        with NWBHDF5IO(str(path), "r") as reader:
            file = reader.read()
            series = {**dict(file.stimulus), **dict(file.acquisition)}
            column = choice.column
            if column is None and len(series) == 1:
                column = next(iter(series))
            if not isinstance(column, str) or column not in series:
                raise _no_such("series", column, path, list(series))
            chosen = series[column]
            data = np.asarray(chosen.data[:], dtype=float) * chosen.conversion + chosen.offset
            dt = choice.dt
            if chosen.rate:
                dt = _tidy(Quantity(1e3 / float(chosen.rate), _MS))
            elif dt is None and chosen.timestamps is not None:
                dt = _spacing(path, np.asarray(chosen.timestamps[:]), parse_unit("s"))
            return data, choice.unit or parse_unit(str(chosen.unit)), dt
    except RheobaseError:
        raise
    except Exception as error:
        # h5py and pynwb raise whatever a damaged file makes them stumble over.
        raise _damaged(path, "NWB", error) from None


def _no_such(what: str, name: object, path: Path, known: list[str]) -> ExperimentError:
    return ExperimentError(
        f"{path.name} has no {what} {name!r}.",
        mend=f"{closest(str(name), known)}column is one of {', '.join(known) or 'none'}",
    )


def _damaged(path: Path, kind: str, error: Exception) -> ExperimentError:
    return ExperimentError(
        f"{path.name} cannot be read as {kind}.",
        where=f"  {type(error).__name__}: {str(error)[:80]}",
        mend="open it with the program that wrote it and save it anew",
    )
