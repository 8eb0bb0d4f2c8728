"""Times and other numbers at the door of a stimulus."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli.terms import Array
from rheobase.units.dimension import TIME
from rheobase.units.door import internal


def time_of(value: Any, what: str) -> float:
    """One time in milliseconds.

    Raises:
        UnitError: for a bare number or a quantity that is not a time.
        ParameterError: for one that is not finite or is several.
    """
    time = internal(value, TIME, what)
    if np.ndim(time):
        raise ParameterError(f"{what} is {np.size(time)} times.", mend="give one")
    check_numbers(np.asarray(time), what)
    return float(time)


def check_order(begin: float, end: float | None, what: str) -> None:
    """Refuse something that ends before it begins.

    Raises:
        ParameterError: naming both times.
    """
    if end is not None and end <= begin:
        raise ParameterError(
            f"The {what} ends at {end:.12g} ms and begins at {begin:.12g} ms.",
            mend="put stop after start",
        )


def check_numbers(values: Array, what: str) -> None:
    """Refuse values that are not finite, and none at all.

    Raises:
        ParameterError: naming what they are.
    """
    if not values.size:
        raise ParameterError(f"{what} is empty.", mend="give one value, or one a neuron")
    if not np.all(np.isfinite(values)):
        raise ParameterError(f"{what} is not finite: {values}.", mend="give a finite value")
