"""Arrays of plain numbers of the shape that is due."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rheobase.errors import ParameterError
from rheobase.units.quantity import short

Floats: TypeAlias = NDArray[np.float64]


def finite(given: Any, name: str, axes: int) -> Floats:
    """A copy of an array with so many axes, nowhere empty, all of it finite, that nobody changes.

    Raises:
        ParameterError: for anything else.
    """
    try:
        values = np.array(given, dtype=float)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if values.ndim != axes or not values.size or not np.all(np.isfinite(values)):
        what = ("one finite number", "a list of finite numbers", "rows of finite numbers")[axes]
        raise ParameterError(f"{name} is {short(given)}.", mend=f"give {what}")
    values.flags.writeable = False
    return values


def points(given: Any, dimensions: int, name: str = "x") -> Floats:
    """Points, shape (..., dimensions); a number alone is a point where there is one dimension.

    Raises:
        ParameterError: for points of another space.
    """
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} is {short(given)}.", mend="give plain numbers") from None
    if values.ndim == 0 and dimensions == 1:
        return values[np.newaxis]
    if values.ndim == 0 or values.shape[-1] != dimensions:
        raise ParameterError(
            f"{name} has the shape {values.shape}, and there are {dimensions} inputs.",
            mend=f"give points of shape (..., {dimensions})",
        )
    return values
