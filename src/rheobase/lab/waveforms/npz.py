"""Waveforms in an .npz file of plain arrays; nothing in it is ever unpickled."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from rheobase.errors import ExperimentError
from rheobase.lab.waveforms.parts import Choice, Parts, header_unit, no_such


def read(path: Path, choice: Choice) -> Parts:
    """Read one array, of shape (time,) or (time, neuron).

    Raises:
        ExperimentError: when it is not such a file, or has no such array.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        # What NumPy says of it is advice to those who trust the file.
        raise ExperimentError(
            f"{path.name} is not an .npz file of plain arrays.",
            mend="write it with numpy.savez(path, current=...)",
        ) from None
    signals = [name for name, a in arrays.items() if a.ndim and name not in ("t", "time")]
    column = (
        choice.column if choice.column is not None else (signals[0] if len(signals) == 1 else None)
    )
    if column is None:
        raise ExperimentError(
            f"{path.name} has {len(signals)} arrays, and none is chosen.",
            mend=f'add column = "..."; the arrays are {", ".join(signals) or "none"}',
        )
    if (
        not isinstance(column, str)
        or column not in arrays
        or arrays[column].dtype.kind not in "fiu"
    ):
        raise no_such("array", column, path, signals)
    return arrays[column], choice.unit or header_unit(column)[1], choice.dt
