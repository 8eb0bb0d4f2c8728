"""Times at the door of a measure: quantities, or plain numbers that mean milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rheobase.errors import ParameterError
from rheobase.units.dimension import TIME
from rheobase.units.door import internal
from rheobase.units.quantity import Quantity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Spike times are multiples of dt in floating point, so one that lies on an edge of a bin may come
# out a rounding error before it (0.3 / 0.1 is 2.9999999999999996). A bin is this part of itself
# tolerant.
EDGE_TOLERANCE = 1e-8


def in_milliseconds(value: Any, what: str) -> Floats:
    """Times as a float array in milliseconds; plain numbers are milliseconds already.

    Raises:
        UnitError: for a quantity that is not a time.
        ParameterError: for values that are not finite.
    """
    if isinstance(value, (Quantity, str)) or hasattr(value, "dimensionality"):
        value = internal(value, TIME, what)
    times = np.asarray(value, dtype=float)
    if not np.isfinite(times).all():
        raise ParameterError(f"{what} holds NaN or infinity.", mend="give finite times")
    return times


def time_span(value: Any, what: str) -> float:
    """One length of time in milliseconds, above zero; unlike a series, it must have its unit.

    Raises:
        UnitError: for a bare number, and for a quantity that is not a time.
        ParameterError: for zero, a negative time or an array.
    """
    length = internal(value, TIME, what)
    if np.ndim(length) or not (np.isfinite(length) and length > 0):
        raise ParameterError(
            f"{what} has to be one time above zero, not {value!r}.", mend="for example 5 * ms"
        )
    return float(length)


def bin_edges(start: float, stop: float, width: float) -> Floats:
    """Edges from `start` to `stop` in steps of `width`; the last bin may be shorter.

    Args:
        start: the first edge (ms).
        stop: the last edge (ms), after `start`.
        width: of a bin (ms).
    """
    whole = (stop - start) / width
    bins = max(1, int(np.ceil(whole - EDGE_TOLERANCE)))
    edges = start + width * np.arange(bins + 1, dtype=float)
    edges[-1] = stop
    return edges


def bin_of(times: Floats, start: float, stop: float, width: float) -> tuple[Integers, Integers]:
    """Which times fall into the bins of `bin_edges`, and into which.

    A bin holds its first edge and not its last; the last bin holds both.

    Returns:
        indices into `times` of those inside, and the bin of each.
    """
    bins = len(bin_edges(start, stop, width)) - 1
    slack = EDGE_TOLERANCE * width
    inside = np.flatnonzero((times >= start - slack) & (times <= stop + slack))
    position = np.floor((times[inside] - start) / width + EDGE_TOLERANCE).astype(np.int64)
    return inside, np.clip(position, 0, bins - 1)


def bin_ending_with(
    times: Floats, start: float, stop: float, width: float
) -> tuple[Integers, Integers]:
    """Like `bin_of`, but a bin holds its last edge and not its first; the first bin holds both.

    A spike is stamped at the end of the step that it was fired in, so of spikes on a grid this is
    the bin whose steps they were fired in: all bins have the same number of steps.
    """
    bins = len(bin_edges(start, stop, width)) - 1
    slack = EDGE_TOLERANCE * width
    inside = np.flatnonzero((times >= start - slack) & (times <= stop + slack))
    position = np.ceil((times[inside] - start) / width - EDGE_TOLERANCE).astype(np.int64) - 1
    return inside, np.clip(position, 0, bins - 1)
