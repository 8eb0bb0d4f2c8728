"""One network for many examples at once: a copy of every layer for each, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from rheobase.zoo.artificial.numbers import Floats

# How many synapses and how many neurons a network of copies may have; of more examples than fit,
# several are run one after another.
_SYNAPSES, _NEURONS = 500_000, 30_000
# What the populations at both ends are called.
INPUT, OUTPUT = "input", "output"


def blocks(weights: Floats, copies: int) -> tuple[Any, Any, Floats]:
    """The synapses from one layer to the next: those of one copy, and again for each other.

    Args:
        weights: shape (targets, sources); where one is zero there is no synapse.
        copies: how many.

    Returns:
        Sources, targets and weights, each of shape (synapses,). Neuron k of copy c has the number
        ``c * size + k``.
    """
    post, pre = np.nonzero(weights)
    each = np.arange(copies)[:, np.newaxis]
    targets, sources = weights.shape
    values = np.tile(weights[post, pre], copies)
    return (each * sources + pre).ravel(), (each * targets + post).ravel(), values


def batches(examples: int, synapses: int, neurons: int) -> Iterator[slice]:
    """Slices of the examples, each of as many as a network of copies has room for.

    Args:
        examples: how many there are.
        synapses: of one copy.
        neurons: likewise.
    """
    fit = min(_SYNAPSES // max(synapses, 1), _NEURONS // max(neurons, 1))
    size = max(1, fit)
    for first in range(0, examples, size):
        yield slice(first, min(first + size, examples))


def synapses_of(sizes: Sequence[int]) -> tuple[int, int]:
    """How many synapses and how many neurons one copy has, of layers of these sizes."""
    return sum(a * b for a, b in pairwise(sizes)), sum(sizes)
