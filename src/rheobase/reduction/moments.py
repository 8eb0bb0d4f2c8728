"""The first two moments of weights, whatever says what they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.model.distribution import Clipped, Distribution, Truncated, Uniform
from rheobase.network.arrays import Array

_WIDEST, _NODES = 9.0, 20_001  # of a normal number, in standard deviations


class _Nodes:
    """Numbers that stand for all, in place of random ones."""

    def uniform(self, attempt: int) -> Array:
        """In (0, 1), all alike."""
        return (np.arange(_NODES) + 0.5) / _NODES

    def normal(self, attempt: int) -> Array:
        """Evenly spaced; their weight is the density."""
        return np.linspace(-_WIDEST, _WIDEST, _NODES)


def moments(weights: Any) -> tuple[float, float]:
    """The mean of weights, and that of their squares.

    Args:
        weights: a number, an array, or a `Distribution`; internal.
    """
    if not isinstance(weights, Distribution):
        values = np.asarray(weights, dtype=float)
        return float(values.mean()), float((values**2).mean())
    if isinstance(weights, Uniform):
        low, high = weights.low, weights.high
        return 0.5 * (low + high), (low * low + low * high + high * high) / 3.0
    inner: Any = weights
    if not isinstance(weights, (Clipped, Truncated)):  # normal or lognormal
        return inner.mean, inner.mean**2 + inner.std**2
    values, shares = _weighed(weights)
    return float(values @ shares), float(values**2 @ shares)


def _weighed(weights: Distribution) -> tuple[Array, Array]:
    """Values of a distribution with the share of each; shares add up to 1."""
    nodes = _Nodes()
    if isinstance(weights, (Clipped, Truncated)):
        values, shares = _weighed(weights.distribution)
        low, high = weights.ends
        if isinstance(weights, Clipped):
            return np.clip(values, low, high), shares
        shares = np.where((values >= low) & (values <= high), shares, 0.0)
    elif isinstance(weights, Uniform):
        values, shares = weights.at(nodes, 0), np.ones(_NODES)
    else:
        values, shares = weights.at(nodes, 0), np.exp(-0.5 * nodes.normal(0) ** 2)
    return values, shares / shares.sum()
