"""Waveforms in files of Neurodata Without Borders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rheobase.errors import RheobaseError, missing_extra
from rheobase.lab.waveforms.parts import MS, Choice, Parts, damaged, no_such, spacing, tidy
from rheobase.units import Quantity, parse_unit


def read(path: Path, choice: Choice) -> Parts:
    """Read one series of the stimuli or acquisitions, scaled as the file says.

    Raises:
        ExperimentError: when it cannot be read, or has no such series.
        MissingExtraError: when pynwb is not installed.
    """
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
                raise no_such("series", column, path, list(series))
            chosen = series[column]
            data = np.asarray(chosen.data[:], dtype=float) * chosen.conversion + chosen.offset
            dt = choice.dt
            if chosen.rate:
                dt = tidy(Quantity(1e3 / float(chosen.rate), MS))
            elif dt is None and chosen.timestamps is not None:
                dt = spacing(path, np.asarray(chosen.timestamps[:]), parse_unit("s"))
            return data, choice.unit or parse_unit(str(chosen.unit)), dt
    except RheobaseError:
        raise
    except Exception as error:
        # h5py and pynwb raise whatever a damaged file makes them stumble over.
        raise damaged(path, "NWB", error) from None
