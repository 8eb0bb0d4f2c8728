"""Waveforms in the files of Axon's pCLAMP (ABF 1 and 2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rheobase.errors import ExperimentError, RheobaseError, missing_extra
from rheobase.lab.waveforms.parts import MS, Choice, Parts, damaged, no_such, tidy
from rheobase.units import Quantity, parse_unit


def read(path: Path, choice: Choice) -> Parts:
    """Read one channel of one sweep.

    Raises:
        ExperimentError: when it cannot be read, or has no such channel or sweep.
        MissingExtraError: when pyabf is not installed.
    """
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
                raise no_such("channel", choice.column, path, channels)
        if not 1 <= choice.sweep <= abf.sweepCount:
            raise ExperimentError(
                f"{path.name} has {abf.sweepCount} sweeps, and sweep {choice.sweep} is asked for.",
                mend=f"sweep is a number from 1 to {abf.sweepCount}",
            )
        abf.setSweep(choice.sweep - 1, channel=channel)
        unit = choice.unit or parse_unit(str(abf.adcUnits[channel]).strip())
        return np.array(abf.sweepY), unit, tidy(Quantity(1e3 / float(abf.dataRate), MS))
    except RheobaseError:
        raise
    except Exception as error:
        # pyabf raises whatever a damaged file makes it stumble over.
        raise damaged(path, "ABF", error) from None


def _index(column: str | int | list[str], names: list[str]) -> int:
    if isinstance(column, int):
        return column - 1 if 1 <= column <= len(names) else -1
    return names.index(column) if isinstance(column, str) and column in names else -1
