"""Fixed points of a map of rates: all of them on a line, those that can be reached in space."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from rheobase.reduction.erfcx import Array

# On a line: places on a linear and on a logarithmic scale, whose neighbours are compared.
_PLACES, _LOWEST, _HALVINGS = 4000, 1e-15, 200
# In space: where each rate starts, as a share of its highest, and how many starts at most.
_LEVELS, _MOST_STARTS = (0.0, 1e-3, 0.02, 0.1, 0.4, 0.9), 216
_NEWTON_STEPS, _SHORTENINGS = 100, 12
_CLOSE, _SAME = 1e-12, 1e-6


def fixed_points(
    response: Callable[[Array], Array], slopes: Callable[[Array], Array], highest: Array
) -> list[Array]:
    """The solutions of r = response(r) with 0 <= r <= highest.

    Args:
        response: from rates, shape (unknowns,) or (unknowns, sets), to rates of the same shape.
        slopes: its derivatives at one set of rates, shape (unknowns, unknowns).
        highest: above which no response goes, shape (unknowns,).

    Returns:
        Each solution once, shape (unknowns,).
    """
    if len(highest) == 1:
        return _on_a_line(response, float(highest[0]))
    found: list[Array] = []
    for start in _starts(len(highest)):
        rates = newton(response, slopes, start * highest, highest)
        scale = np.maximum.reduce([rates, 1e-9 * highest]) if rates is not None else highest
        if rates is not None and not any(
            np.all(np.abs(rates - other) < _SAME * scale) for other in found
        ):
            found.append(rates)
    return found


def _on_a_line(response: Callable[[Array], Array], highest: float) -> list[Array]:
    """By the changes of sign of response(r) - r, each closed in on by halving."""
    log, linear = np.geomspace(_LOWEST, 1, _PLACES), np.linspace(0, 1, _PLACES)
    places = highest * np.sort(np.concatenate([log[:-1], linear]))
    excess = response(places[np.newaxis])[0] - places
    exact = places[excess == 0]
    change = np.flatnonzero(excess[:-1] * excess[1:] < 0)
    low, high, sign = places[change], places[change + 1], np.sign(excess[change])
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        before = sign * (response(middle[np.newaxis])[0] - middle) > 0
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return [np.array([rate]) for rate in sorted({*exact.tolist(), *(0.5 * (low + high)).tolist()})]


def _starts(n: int) -> Array:
    """Shares of the highest rates: every combination of a few levels, or as many drawn ones."""
    if len(_LEVELS) ** n <= _MOST_STARTS:
        return np.array(list(product(_LEVELS, repeat=n)))
    drawn = np.random.default_rng(0).choice(_LEVELS, size=(_MOST_STARTS, n))
    together = np.repeat(np.array(_LEVELS)[:, np.newaxis], n, axis=1)
    return np.concatenate([together, drawn])


def newton(
    response: Callable[[Array], Array],
    slopes: Callable[[Array], Array],
    rates: Array,
    highest: Array,
) -> Array | None:
    """The solution that Newton's method goes to; None where it ends elsewhere.

    A step that does not bring rates and response nearer is shortened, and one that leaves the box
    ends at its wall.
    """
    excess = response(rates) - rates
    for _ in range(_NEWTON_STEPS):
        if np.all(np.abs(excess) <= _CLOSE * (rates + _CLOSE * highest)):
            return rates
        matrix = slopes(rates) - np.eye(len(rates))
        try:
            step = np.linalg.solve(matrix, -excess)
        except np.linalg.LinAlgError:
            return None
        for _ in range(_SHORTENINGS):
            nearer = np.clip(rates + step, 0.0, highest)
            left = response(nearer) - nearer
            if np.sum((left / highest) ** 2) < np.sum((excess / highest) ** 2):
                break
            step = 0.5 * step
        else:
            return rates if np.all(np.abs(excess) <= _SAME * _SAME * highest) else None
        rates, excess = nearer, left
    return None
