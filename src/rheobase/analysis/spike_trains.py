"""Measures of spike trains: intervals, counts, rates, and how irregular they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rheobase.analysis.times import Floats, Integers, bin_edges, bin_of, in_milliseconds, time_span
from rheobase.errors import ParameterError
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity


def isi(times: Any) -> Quantity:
    """Intervals between the successive spikes of one train, ``I_k = t_(k+1) - t_k``.

    Args:
        times: spike times, ascending, shape (spikes,): a quantity, or plain numbers in ms.

    Returns:
        A time of shape (spikes - 1,); empty where there are fewer than two spikes.

    Raises:
        UnitError: for a quantity that is not a time.
        ParameterError: for times that are not in order.
    """
    plain = in_milliseconds(times, "times")
    intervals = np.diff(plain)
    if (intervals < 0).any():
        raise ParameterError("The spike times are not in order.", mend="np.sort(times) first")
    return _as_time(intervals)


def grouped_isi(times: Floats, neurons: Integers) -> tuple[Floats, Integers]:
    """Intervals of many trains at once, and the neuron that each belongs to.

    Args:
        times: spike times (ms), sorted by neuron and then by time.
        neurons: the neuron of each spike.
    """
    same = neurons[1:] == neurons[:-1]
    return np.diff(times)[same], neurons[1:][same]


def cv(intervals: Any, owners: Integers | None = None, n: int = 1) -> Any:
    """The coefficient of variation of intervals, ``CV = std(I) / mean(I)``.

    0 for a regular train, 1 for a Poisson process, ``1 / sqrt(k)`` for a gamma process of order
    k. The standard deviation is that of the sample itself (divided by the number of intervals).

    Args:
        intervals: shape (intervals,): a quantity, or plain numbers in any unit.
        owners: the neuron of each interval, for many trains at once.
        n: how many neurons there are, when `owners` is given.

    Returns:
        A number, or with `owners` an array of shape (n,); NaN where there are fewer than two
        intervals.
    """
    plain, owner = _intervals(intervals), owners
    if owner is None:
        owner = np.zeros(len(plain), dtype=np.int64)
    count = np.bincount(owner, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owner, plain, minlength=n) / count
        variance = np.bincount(owner, (plain - mean[owner]) ** 2, minlength=n) / count
        result = np.where(count >= 2, np.sqrt(variance) / mean, np.nan)
    return float(result[0]) if owners is None else result


def cv2(intervals: Any, owners: Integers | None = None, n: int = 1) -> Any:
    """The irregularity of neighbours, ``CV2 = mean(2 |I_(k+1) - I_k| / (I_(k+1) + I_k))``.

    Unlike the CV it is blind to slow changes of the rate; 0 for a regular train, 1 for a Poisson
    process.

    Args:
        intervals: shape (intervals,): a quantity, or plain numbers in any unit.
        owners: the neuron of each interval, ascending, for many trains at once.
        n: how many neurons there are, when `owners` is given.

    Returns:
        A number, or with `owners` an array of shape (n,); NaN where there are fewer than two
        intervals.

    Source: Holt, Softky, Koch and Douglas (1996), J. Neurophysiol. 75:1806.
    """
    ratio = 2 * np.abs(_neighbour_ratio(intervals))
    if owners is None:
        return float(np.mean(ratio)) if len(ratio) else float("nan")
    same = owners[1:] == owners[:-1]
    count = np.bincount(owners[1:][same], minlength=n)
    total = np.bincount(owners[1:][same], ratio[same], minlength=n)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def local_variation(intervals: Any) -> float:
    """The local variation, ``LV = mean(3 ((I_k - I_(k+1)) / (I_k + I_(k+1)))^2)``.

    0 for a regular train, 1 for a Poisson process, ``3 / (2 k + 1)`` for a gamma process of order
    k.

    Args:
        intervals: shape (intervals,): a quantity, or plain numbers in any unit.

    Returns:
        NaN where there are fewer than two intervals.

    Source: Shinomoto, Shima and Tanji (2003), Neural Comput. 15:2823.
    """
    ratio = _neighbour_ratio(intervals)
    return float(3 * np.mean(ratio**2)) if len(ratio) else float("nan")


def fano_factor(counts: Any, window: Any = None) -> Any:
    """The Fano factor of spike counts over trials or windows, ``F = var(N) / mean(N)``.

    1 for a Poisson process, 0 for a count that never changes. The variance is that of the sample
    itself.

    Args:
        counts: one count a trial, shape (trials,); or, with `window`, `SpikeTrains`.
        window: the length of the windows, a time, that each neuron's spikes are counted in.

    Returns:
        A number, or with `window` an array of shape (neurons,); NaN where there is no trial, or no
        spike.

    Raises:
        ParameterError: for negative counts, or where the window does not fit in twice.
        UnitError: for a window that is not a time.
    """
    if window is not None:
        from rheobase.analysis.population import fano_factors

        return fano_factors(counts, window)
    numbers = np.asarray(counts, dtype=float)
    if (numbers < 0).any():
        raise ParameterError("A spike count is negative.", mend="give counts, not times")
    mean = numbers.mean() if numbers.size else 0.0
    return float(numbers.var() / mean) if mean > 0 else float("nan")


def psth(trials: Sequence[Any], bin: Any, *, start: Any = 0.0, stop: Any) -> tuple[Any, Any]:
    """The peri-stimulus time histogram, ``rate(bin) = spikes in bin / (trials * width of bin)``.

    Args:
        trials: the spike times of each trial: quantities, or plain numbers in ms.
        bin: the width of a bin, a time. The last bin is shorter where it does not divide the span.
        start: of the first bin.
        stop: of the last bin.

    Returns:
        The centres of the bins (ms) and the rate in each (Hz).

    Raises:
        UnitError: when something that has to be a time is not.
        ParameterError: when there is no trial, or no time between `start` and `stop`.
    """
    if not len(trials):
        raise ParameterError("There is no trial.", mend="give the spike times of at least one")
    times = np.concatenate([np.ravel(in_milliseconds(trial, "trials")) for trial in trials])
    first, last = (float(in_milliseconds(v, w)) for v, w in ((start, "start"), (stop, "stop")))
    return binned_rate(times, len(trials), time_span(bin, "bin"), first, last)


def binned_rate(
    times: Floats, trials: int, width: float, start: float, stop: float
) -> tuple[Any, Any]:
    """The rate of pooled spikes in bins, per trial (or per neuron).

    Args:
        times: of all spikes of all trials (ms).
        trials: how many trials were pooled.
        width: of a bin (ms).
        start: of the first bin (ms).
        stop: of the last bin (ms).

    Returns:
        The centres of the bins (ms) and the rate in each (Hz).

    Raises:
        ParameterError: when there is no trial, or no time between `start` and `stop`.
    """
    if trials < 1:
        raise ParameterError(f"There are {trials} trials.", mend="at least one is needed")
    edges = checked_edges(start, stop, width)
    _, where = bin_of(times, start, stop, width)
    counts = np.bincount(where, minlength=len(edges) - 1)
    rate = counts / (trials * np.diff(edges))
    return _as_time((edges[:-1] + edges[1:]) / 2), as_quantity(rate, RATE)


def checked_edges(start: float, stop: float, width: float) -> Floats:
    """The edges of bins, as `bin_edges`.

    Raises:
        ParameterError: when there is no time between `start` and `stop`.
    """
    if stop <= start:
        raise ParameterError(
            f"There is no time between {start:.12g} ms and {stop:.12g} ms.",
            mend="let stop come after start",
        )
    return bin_edges(start, stop, width)


def _as_time(value: Floats) -> Quantity:
    quantity: Quantity = as_quantity(value, TIME)
    return quantity


def _intervals(intervals: Any) -> Floats:
    return np.ravel(np.asarray(intervals, dtype=float))


def _neighbour_ratio(intervals: Any) -> Floats:
    """``(I_(k+1) - I_k) / (I_(k+1) + I_k)``; two intervals of zero differ by nothing."""
    plain = _intervals(intervals)
    total = plain[1:] + plain[:-1]
    ratio: Floats = np.diff(plain) / np.where(total == 0, 1.0, total)
    return ratio
