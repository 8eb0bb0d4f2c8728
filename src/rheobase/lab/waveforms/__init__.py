"""Measured waveforms from files: CSV, NumPy's .npz, and ABF and NWB with the `io` extra.

Each reader, one a file, gives the samples as (time,) or (time, neuron), their unit and the time
between.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np

from rheobase.errors import ExperimentError
from rheobase.lab.waveforms.parts import Choice, Waveform
from rheobase.units import Quantity

_READERS = {
    ".csv": "columns", ".tsv": "columns", ".txt": "columns",
    ".npz": "npz", ".abf": "abf", ".nwb": "nwb",
}  # fmt: skip


def read_waveform(path: Path, choice: Choice) -> Waveform:
    """Read a waveform from a file, by its suffix.

    Raises:
        ExperimentError: when the file is not what its suffix says, or `choice` does not fit it.
        MissingExtraError: for ABF and NWB without the packages that read them.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ExperimentError(
            f"{path.name} is of a kind that cannot be read.",
            mend=f"use one of {', '.join(_READERS)}",
        )
    samples, unit, dt = import_module(f"rheobase.lab.waveforms.{reader}").read(path, choice)
    samples = np.asarray(samples, dtype=float)
    if samples.ndim not in (1, 2) or samples.shape[0] < 2:
        raise ExperimentError(
            f"{path.name} has the shape {samples.shape} where (time,) or (time, neuron) is due.",
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


__all__ = ["Choice", "Waveform", "read_waveform"]
