"""What the readers of waveform files share: the choice of a part, its result, and their errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ExperimentError, UnitError, closest
from rheobase.units import Quantity, Unit, parse_unit
from rheobase.units.dimension import TIME

MS = parse_unit("ms")
# Samples, their unit, and the time between two; None where the file does not say.
Parts = tuple[Any, Unit | None, Quantity | None]
# "current (pA)", "current [pA]", "current_pA"
_HEADER = re.compile(r"^(.*?)\s*(?:[(\[]([^()\[\]]*(?:\([^()]*\))?[^()\[\]]*)[)\]]|_([A-Za-z]+))$")


@dataclass(frozen=True)
class Choice:
    """Which part of a file is meant.

    Attributes:
        column: the column, array, channel or series; a name or a number from 1; None when there is
        one. unit: the unit of the samples, when the file does not say it. dt: the time between
        samples, when the file does not say it. sweep: the sweep of an ABF file, from 1.
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


def header_unit(name: str) -> tuple[str, Unit | None]:
    """The name and unit of a header such as ``current (pA)`` or ``current_pA``."""
    match = _HEADER.match(name)
    if match is None:
        return name, None
    try:
        return match.group(1), parse_unit(match.group(2) or match.group(3))
    except UnitError:
        return name, None


def spacing(path: Path, times: np.ndarray[Any, Any], unit: Unit | None) -> Quantity:
    """The step between times that should be evenly spaced.

    Raises:
        ExperimentError: when they are not, or have no unit of time.
    """
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
    return tidy(Quantity(step, unit))


def tidy(dt: Quantity) -> Quantity:
    """A step in milliseconds, without the last digits that a difference of times brings."""
    return Quantity(float(f"{float(dt.value_in(MS)):.9g}"), MS)


def no_such(what: str, name: object, path: Path, known: list[str]) -> ExperimentError:
    """The error for a part of a file that is not there."""
    return ExperimentError(
        f"{path.name} has no {what} {name!r}.",
        mend=f"{closest(str(name), known)}column is one of {', '.join(known) or 'none'}",
    )


def damaged(path: Path, kind: str, error: Exception) -> ExperimentError:
    """The error for a file that its library cannot read."""
    return ExperimentError(
        f"{path.name} cannot be read as {kind}.",
        where=f"  {type(error).__name__}: {str(error)[:80]}",
        mend="open it with the program that wrote it and save it anew",
    )
