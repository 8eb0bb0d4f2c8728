"""Arrays of plain numbers of the shape that is due."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rheobase.errors import ParameterError
from rheobase.units.quantity import Quantity, short

Floats: TypeAlias = NDArray[np.float64]


def finite(given: Any, name: str, axes: int) -> Floats:
    """A copy of an array with so many axes, nowhere empty, all of it finite, that nobody changes.

    Raises:
        ParameterError: for anything else.
    """
    try:
        values = np.array(_floats(given))
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
        ParameterError: for points of another space, and for what is not finite.
    """
    try:
        values = _floats(given)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} is {short(given)}.", mend="give plain numbers") from None
    if values.ndim == 0 and dimensions == 1:
        values = values[np.newaxis]
    if values.ndim == 0 or values.shape[-1] != dimensions:
        raise ParameterError(
            f"{name} has the shape {values.shape}, and there are {dimensions} inputs.",
            mend=f"give points of shape (..., {dimensions})",
        )
    odd = ~np.isfinite(values)
    if np.any(odd):
        where = ", ".join(str(int(k)) for k in np.argwhere(odd)[0])
        raise ParameterError(
            f"{name}[{where}] is {values[odd][0]:g}, which is not finite.",
            mend="leave out points that hold it, or fill in a number",
        )
    return values


def affine(x: Floats, weights: Floats, bias: Any) -> Floats:
    """The sums x . w + b.

    Args:
        x: points, shape (..., inputs).
        weights: w, shape (inputs,) or (inputs, neurons).
        bias: b, a number, or shape (neurons,).

    Raises:
        ParameterError: where a sum leaves the range of floats.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return in_range(np.asarray(x @ weights + bias))


def in_range(values: Floats) -> Floats:
    """The same values.

    Raises:
        ParameterError: where one of them has left the range of floats.
    """
    if not np.all(np.isfinite(values)):
        raise ParameterError(
            "The points are so far away that sums over them leave the range of floats.",
            mend="give smaller numbers: other units, or other scales of inputs and weights",
        )
    return values


def _floats(given: Any) -> Floats:
    """An array of floats.

    Raises:
        TypeError: for what is not made of plain real numbers: NumPy would read text, and drop
            units and imaginary parts.
        ValueError: likewise.
    """
    raw = np.asarray(given)
    if isinstance(given, Quantity) or raw.dtype.kind not in "biufO":
        raise TypeError
    return np.asarray(raw, dtype=float)
