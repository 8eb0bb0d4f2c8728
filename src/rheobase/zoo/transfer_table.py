"""A transfer function given as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.zoo.transfer_function import INPUT, OUTPUT, Floats, Transfer, plain_numbers

MOST_POINTS = 128
# So many segments make one named part, which keeps every line within the language's limit.
_TOGETHER = 8


def tabulated(x: Any, f: Any) -> Transfer:
    """Straight lines through the points (x, f); the first and the last value are held beyond them.

    Args:
        x: 2 to 128 plain numbers that increase.
        f: the values there. Where they increase throughout, or decrease, there is an inverse.

    Raises:
        ParameterError: for tables that are no function, or too long.
    """
    across, up = plain_numbers(x, "x"), plain_numbers(f, "f")
    if across.ndim != 1 or across.shape != up.shape or not 2 <= len(across) <= MOST_POINTS:
        raise ParameterError(
            f"A table has {across.shape} positions and {up.shape} values.",
            mend=f"give as many values as positions, from 2 to {MOST_POINTS}",
        )
    if not (np.all(np.diff(across) > 0) and np.all(np.isfinite([across, up]))):
        raise ParameterError(
            "The positions of a table do not increase, or not all numbers are finite.",
            mend="sort the points, and give one value a position",
        )
    rising = np.diff(up)
    inverse = ""
    if np.all(rising > 0) or np.all(rising < 0):
        order = slice(None) if rising[0] > 0 else slice(None, None, -1)
        inverse = _lines(up[order], across[order], OUTPUT)
    ends = (float(up.min()), float(up.max()))
    return Transfer("tabulated", _lines(across, up, INPUT), inverse_text=inverse, image=ends)


def _lines(x: Floats, y: Floats, name: str) -> str:
    """Text of the table over a name; the segment is found by halving, each starts at a point."""
    with np.errstate(over="ignore"):
        slopes = np.diff(y) / np.diff(x)
    if not np.all(np.isfinite(slopes)):
        raise ParameterError("A table rises too steeply.", mend="move its points apart")
    segments = [
        f"({_number(b)} + {_number(s)}*(inside - {_number(a)}))"
        for a, b, s in zip(x, y, slopes, strict=False)
    ]
    starts = [_number(a) for a in x[:-1]]
    groups = range(0, len(segments), _TOGETHER)
    parts = [
        f"part_{k} = {_chosen(starts[i : i + _TOGETHER], segments[i : i + _TOGETHER])}"
        for k, i in enumerate(groups)
    ]
    result = _chosen([starts[i] for i in groups], [f"part_{k}" for k in range(len(parts))])
    inside = f"inside = clip({name}, {_number(x[0])}, {_number(x[-1])})"
    return "\n".join([inside, *parts, result])


def _chosen(starts: Sequence[str], branches: Sequence[str]) -> str:
    """The branch of which the start was passed last."""
    if len(branches) == 1:
        return branches[0]
    half = len(branches) // 2
    low, high = _chosen(starts[:half], branches[:half]), _chosen(starts[half:], branches[half:])
    return f"where(inside < {starts[half]}, {low}, {high})"


def _number(value: float) -> str:
    """A number as text that reads back as the same number."""
    return f"({float(value)!r})" if value < 0 else repr(float(value))
