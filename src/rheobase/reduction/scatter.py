"""The mean field of populations whose neurons differ in what reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from rheobase.reduction.erfcx import Array
from rheobase.reduction.field import Field
from rheobase.reduction.fixed_points import newton

# Normally distributed means: where they are taken, in standard deviations, and what each counts.
_PLACES, _SHARES = np.polynomial.hermite_e.hermegauss(61)
_SHARES = _SHARES / _SHARES.sum()
_SMALL = 1e-6  # of a rate, for differences
_RELAXED, _SHARE, _SAME = 2000, 0.1, 1e-6


class State(NamedTuple):
    """A set of rates that reproduces itself, with how they differ from neuron to neuron.

    Attributes:
        rates: the means (per ms), shape (unknowns,).
        roots: the roots of the means of their squares, likewise.
        slopes: the derivatives of the map, square.
    """

    rates: Array
    roots: Array
    slopes: Array


def scatters(field: Field) -> bool:
    """Whether neurons of a population differ at all, by more than rounding."""
    found = np.abs(field.base_scatter).sum() + np.abs(field.by_square + field.by_mean).sum()
    scale = np.abs(field.shift).sum() ** 2 + np.abs(field.base).sum() ** 2
    return bool(found + np.abs(field.by_square).sum() > 1e-12 * scale)


def scattered(field: Field, starts: Iterable[Array]) -> list[State]:
    """The states next to those of neurons that are alike; each once.

    Args:
        field: the map of rates.
        starts: its fixed points without scatter.
    """
    n = len(field.highest)
    found: list[Array] = []

    def response(both: Array) -> Array:
        """From means, and roots of mean squares, to the same."""
        rates, roots = both[:n], both[n:]
        shifted = field.spread(rates, roots)[:, np.newaxis] * _PLACES
        each = field.passage(np.repeat(rates[:, np.newaxis], len(_PLACES), 1), shifted)[0].rate
        return np.concatenate([each @ _SHARES, np.sqrt(each**2 @ _SHARES)])

    def slopes(both: Array) -> Array:
        """By differences."""
        h = _SMALL * (both + _SMALL * highest)
        steps = both[:, np.newaxis] + np.diag(h)
        ahead = np.stack([response(step) for step in steps.T], axis=1)
        return np.asarray((ahead - response(both)[:, np.newaxis]) / h)

    highest = np.tile(field.highest, 2)
    for start in starts:
        first = np.tile(start, 2)
        both = newton(response, slopes, first, highest)
        if both is None:  # from further away, as rates that follow slowly get there
            for _ in range(_RELAXED):
                first = first + _SHARE * (response(first) - first)
            both = newton(response, slopes, first, highest)
        if both is not None and not any(_same(both, other, highest) for other in found):
            found.append(both)
    return [State(both[:n], both[n:], slopes(both)) for both in found]


def smeared(rate: Callable[[Array], Array], spread: float) -> Callable[[Array], Array]:
    """The mean rate of neurons whose inputs are normally distributed about one that is given.

    Args:
        rate: of one neuron, by its input.
        spread: the standard deviation of the inputs.
    """

    def mean(inputs: Array) -> Array:
        places = np.asarray(inputs, dtype=float)[..., np.newaxis] + spread * _PLACES
        return np.asarray(rate(places) @ _SHARES)

    return mean


def _same(one: Array, other: Array, highest: Array) -> bool:
    return bool(np.all(np.abs(one - other) < _SAME * np.maximum(one, 1e-9 * highest)))
