"""Arrays of whole numbers at the door: indices of neurons, edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rheobase.errors import ParameterError
from rheobase.units.quantity import short

Indices: TypeAlias = npt.NDArray[np.int64]
Array: TypeAlias = npt.NDArray[np.float64]

LAST_NEURON = 2**31 - 2  # counted from 0, in the largest population that there may be


def whole_numbers(value: Any, what: str, shown: str = "") -> Indices:
    """A sequence of whole numbers as an array of one axis that nobody can write to.

    Args:
        value: the sequence.
        what: what a message calls it.
        shown: what a message shows in its place: what the caller wrote.

    Raises:
        ParameterError: for anything else.
    """
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):
        found = np.empty((0, 0))
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise ParameterError(
            f"{what} is not a list of whole numbers: {shown or short(value)}.",
            mend="give indices such as [0, 1, 2]",
        )
    if found.size and found.max() > np.iinfo(np.int64).max:
        raise ParameterError(f"{what} holds {found.max()}.", mend="no population is that large")
    numbers: Indices = np.array(found, dtype=np.int64)
    numbers.flags.writeable = False
    return numbers


def listed_numbers(given: Mapping[str, Any], key: str, kinds: str = "iuf") -> npt.NDArray[Any]:
    """The finite numbers that a description holds under a key.

    Args:
        given: the description.
        key: the key.
        kinds: the letters of the types that they may have; "iu" for whole numbers alone.

    Raises:
        KeyError: where there is no such key.
        ParameterError: for anything else than numbers.
    """
    try:
        found = np.asarray(given[key])
    except ValueError:  # rows of different lengths
        found = np.array(None)
    if found.size and (found.dtype.kind not in kinds or not np.all(np.isfinite(found))):
        what = "finite numbers" if "f" in kinds else "whole numbers"
        raise ParameterError(
            f"{key} is {short(given[key])}.", mend=f"give {what}, in rows of one length"
        )
    return found


def whole(value: Any, what: str, least: int, below: int) -> int:
    """One whole number in a range.

    Raises:
        ParameterError: for anything else.
    """
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if not is_whole or not least <= value < below:
        raise ParameterError(
            f"{what} is {short(value)}.",
            mend=f"give a whole number from {least} to {below - 1}",
        )
    return int(value)
