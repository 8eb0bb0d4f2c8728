"""Measures of a population: how variable, irregular, correlated and synchronous its spikes are."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rheobase.analysis.spike_trains import cv, fano_factor, grouped_isi
from rheobase.analysis.times import EDGE_TOLERANCE, Floats, Integers, bin_ending_with, time_span
from rheobase.errors import ParameterError
from rheobase.units.quantity import Quantity

# So many entries of sparse counts are looked up at once (32 MiB a column of them).
_AT_ONCE = 1 << 22


class Spikes(Protocol):
    """Spikes as two flat arrays, of which `SpikeTrains` is one."""

    n: int

    @property
    def t(self) -> Quantity:
        """The time of each spike, shape (spikes,)."""

    @property
    def i(self) -> Integers:
        """The neuron of each spike, shape (spikes,)."""

    @property
    def start(self) -> Quantity:
        """When watching began."""

    @property
    def duration(self) -> Quantity:
        """How long the neurons were watched."""


def windows(spikes: Spikes, width: float) -> tuple[Integers, Integers, int]:
    """The spikes that fall into whole windows from the start on; a last, shorter one is left out.

    Args:
        spikes: of the population.
        width: of a window (ms).

    Returns:
        The window of each such spike, its neuron, and how many windows there are.

    Raises:
        ParameterError: when fewer than two windows fit in.
    """
    start, duration = float(spikes.start.internal), float(spikes.duration.internal)
    count = int(np.floor(duration / width + EDGE_TOLERANCE))
    if count < 2:
        raise ParameterError(
            f"A window of {width:.12g} ms does not fit twice into {duration:.12g} ms.",
            mend="take a shorter window, or run for longer",
        )
    times = np.asarray(spikes.t.internal, dtype=float)
    inside, where = bin_ending_with(times, start, start + count * width, width)
    return where, spikes.i[inside], count


def fano_factors(spikes: Spikes, window: Any) -> Floats:
    """The Fano factor of each neuron's spike counts, ``F = var(N) / mean(N)`` over windows.

    1 for a Poisson process whatever the window; for a renewal process it tends to the square of its
    CV as the window grows; less than that shows intervals that make up for one another.

    Args:
        spikes: of the population.
        window: the length of a window, a time. Windows follow each other from the start; what is
            left at the end is not counted.

    Returns:
        Shape (neurons,); NaN for a neuron that did not fire.

    Raises:
        UnitError: for a window that is not a time.
        ParameterError: when it does not fit in twice.

    Source: Fano (1947), Phys. Rev. 72:26.
    """
    keys, counts, total = _sparse_counts(spikes, time_span(window, "window"))
    neuron = keys // total
    mean = np.bincount(neuron, counts, minlength=spikes.n) / total
    square = np.bincount(neuron, counts.astype(float) ** 2, minlength=spikes.n) / total
    fired = mean > 0
    return np.where(fired, (square - mean**2) / np.where(fired, mean, 1), np.nan)


def population_fano(spikes: Spikes, bin: Any) -> float:
    """The Fano factor of the population's spike count, ``var(sum_i N_i) / mean(sum_i N_i)``.

    1 for independent Poisson neurons, above it when they fire together: n times that of one neuron
    when all fire alike.

    Args:
        spikes: of the population.
        bin: the length of the windows that spikes are counted in, a time.

    Returns:
        A number; NaN when none fired.

    Raises:
        UnitError: for a bin that is not a time.
        ParameterError: when it does not fit in twice.
    """
    where, _, total = windows(spikes, time_span(bin, "bin"))
    return float(fano_factor(np.bincount(where, minlength=total)))


def mean_cv(spikes: Spikes, at_least: int = 3) -> float:
    """The mean of the neurons' coefficients of variation, over those that fired often enough.

    Args:
        spikes: of the population.
        at_least: how many spikes a neuron needs to count; a CV needs three.

    Returns:
        A number; NaN where no neuron fired so often.
    """
    order = np.argsort(spikes.i, kind="stable")
    times, neurons = np.asarray(spikes.t.internal, dtype=float)[order], spikes.i[order]
    each = cv(*grouped_isi(times, neurons), spikes.n)
    often = each[np.bincount(neurons, minlength=spikes.n) >= max(at_least, 3)]
    often = often[np.isfinite(often)]
    return float(often.mean()) if often.size else float("nan")


def pairwise_correlations(spikes: Spikes, bin: Any, pairs: Any = 1000, rng: Any = 0) -> Floats:
    """Pearson's correlation of the spike counts of pairs of neurons.

    ``r_ij = cov(N_i, N_j) / sqrt(var(N_i) var(N_j))`` over bins. Of independent neurons its mean is
    0 and its standard deviation ``1 / sqrt(bins)``. The mean correlation of a population is
    ``np.nanmean`` of the result.

    Args:
        spikes: of the population.
        bin: the width of a bin, a time; a last bin that would be shorter is left out.
        pairs: how many pairs to draw, all different, among the neurons that fired (all pairs where
            there are no more); or which, by index, shape (pairs, 2).
        rng: seed or generator of the draw; the default draws the same pairs each time.

    Returns:
        One correlation a pair, shape (pairs,); NaN where a count never changes. Memory goes with
        spikes and pairs, never with neurons times neurons or neurons times bins.

    Raises:
        UnitError: for a bin that is not a time.
        ParameterError: when it does not fit in twice, or a pair is not two neurons there are.
    """
    keys, counts, bins = _sparse_counts(spikes, time_span(bin, "bin"))
    number = np.bincount(keys // bins, counts, minlength=spikes.n)
    chosen = _pairs(pairs, np.flatnonzero(number), spikes.n, np.random.default_rng(rng))
    square = np.bincount(keys // bins, counts.astype(float) ** 2, minlength=spikes.n)
    spread = square - number**2 / bins
    one, other = chosen[:, 0], chosen[:, 1]
    both = _common(keys, counts, bins, chosen) - number[one] * number[other] / bins
    scale = np.sqrt(spread[one] * spread[other])
    # A count that never changes leaves a rounding error of its square, not a spread.
    steady = 1e-12 * np.maximum(square, 1)
    varies = (spread[one] > steady[one]) & (spread[other] > steady[other])
    return np.where(varies, both / np.where(varies, scale, 1), np.nan)


def synchrony(traces: Any) -> float:
    """How synchronous traces are, ``chi = sqrt(var_t(mean_i v_i) / mean_i(var_t v_i))``.

    1 when all traces are alike; of independent ones ``1 / sqrt(n)``, so 0 in a large population.

    Args:
        traces: shape (time, neurons), such as ``rec["v"]``: a quantity, or plain numbers.

    Returns:
        A number from 0 to 1; NaN where no trace changes.

    Raises:
        ParameterError: for another shape.

    Source: Golomb and Rinzel (1993), Phys. Rev. E 48:4810.
    """
    values = np.asarray(traces)
    if values.ndim != 2 or 0 in values.shape:
        raise ParameterError(
            f"Traces of the shape {values.shape} are not of (time, neurons).",
            mend='give what was recorded of several neurons: rec["v"]',
        )
    each = float(values.var(axis=0, dtype=float).mean())
    together = float(values.mean(axis=1, dtype=float).var())
    return float(np.sqrt(together / each)) if each > 0 else float("nan")


def _sparse_counts(spikes: Spikes, width: float) -> tuple[Integers, Integers, int]:
    """Counts that are not zero: ``neuron * bins + bin`` ascending, the count, how many bins."""
    where, neurons, bins = windows(spikes, width)
    keys, counts = np.unique(neurons * bins + where, return_counts=True)
    return keys, counts, bins


def _pairs(pairs: Any, fired: Integers, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Pairs of neurons, shape (pairs, 2)."""
    if np.ndim(pairs):
        given = np.asarray(pairs)
        if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iu":
            raise ParameterError("A pair is two whole numbers.", mend="give the shape (pairs, 2)")
        if given.size and not 0 <= given.min() <= given.max() < n:
            raise ParameterError(
                f"There is no pair of neurons {given.min()} and {given.max()}.",
                mend=f"there are {n} neurons, counted from 0",
            )
        return given.astype(np.int64)
    if int(pairs) < 1:
        raise ParameterError(f"There are {pairs} pairs.", mend="give at least one")
    many = len(fired)
    there = many * (many - 1) // 2
    if there <= int(pairs):
        number = np.arange(there)
    else:
        number = rng.choice(there, int(pairs), replace=False)
    # Pair number k joins a neuron with the one some places on, around the circle of all: each pair
    # is met once, and no triangle has to be stored or its square root rounded.
    distance, first = np.divmod(number, max(many, 1))
    second = (first + distance + 1) % max(many, 1)
    return np.column_stack([fired[first], fired[second]]).astype(np.int64)


def _common(keys: Integers, counts: Integers, bins: int, pairs: NDArray[np.int64]) -> Floats:
    """For each pair ``sum over bins of N_i N_j``: the bins of one are looked up in the other's."""
    begins = np.searchsorted(keys, pairs[:, 0] * bins)
    lengths = np.searchsorted(keys, (pairs[:, 0] + 1) * bins) - begins
    result = np.zeros(len(pairs))
    ends = np.cumsum(lengths)
    first = 0
    while first < len(pairs):
        before = ends[first] - lengths[first]
        last = max(first + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
        part = slice(first, last)
        owner = np.repeat(np.arange(first, last), lengths[part])
        place = np.arange(len(owner)) - np.repeat(
            ends[part] - lengths[part] - before, lengths[part]
        )
        mine = begins[owner] + place
        wanted = keys[mine] + (pairs[owner, 1] - pairs[owner, 0]) * bins
        found = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        hit = keys[found] == wanted
        product = counts[mine[hit]] * counts[found[hit]]
        result[part] = np.bincount(owner[hit] - first, product, minlength=last - first)
        first = last
    return result
