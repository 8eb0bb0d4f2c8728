"""The shape of action potentials: threshold, peak, width, upstroke, after-hyperpolarisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.analysis.times import Floats, in_milliseconds
from rheobase.errors import ParameterError
from rheobase.units.dimension import TIME, VOLTAGE
from rheobase.units.door import as_quantity, internal
from rheobase.units.quantity import Quantity
from rheobase.units.text import parse_unit

# The Allen Institute's criterion; 10 to 20 mV/ms is the range in use (Bean 2007, Nat. Rev.
# Neurosci. 8:451). The lower end is reached by the current step itself in a Hodgkin-Huxley neuron
# at 10 uA/cm2.
CRITERION = "20 mV/ms"
# From the second spike of a train on, Hodgkin-Huxley spikes stay below +30 mV; all of them pass
# this.
DETECTION = "-20 mV"
_MV_PER_MS = parse_unit("mV/ms")


@dataclass(frozen=True)
class ActionPotential:
    """The features of one action potential. NaN stands for what the trace does not show.

    Attributes:
        threshold_time: when the upstroke reaches the dV/dt criterion.
        threshold: the membrane potential then.
        peak_time: when the membrane potential is highest.
        peak: the membrane potential then.
        amplitude: from threshold to peak.
        half_width: the time spent above the level half-way between base and peak.
        max_upstroke: the steepest rise, dV/dt.
        max_downstroke: the steepest fall, dV/dt, negative.
        minimum_time: when the after-hyperpolarisation is deepest, before the next spike.
        minimum: the membrane potential then.
        depth: of the after-hyperpolarisation, from threshold down to the minimum.
    """

    threshold_time: Quantity
    threshold: Quantity
    peak_time: Quantity
    peak: Quantity
    amplitude: Quantity
    half_width: Quantity
    max_upstroke: Quantity
    max_downstroke: Quantity
    minimum_time: Quantity
    minimum: Quantity
    depth: Quantity


def action_potential_features(
    t: Any,
    v: Any,
    *,
    criterion: Any = CRITERION,
    detection: Any = DETECTION,
    base: Any = "threshold",
) -> list[ActionPotential]:
    """The features of each action potential in a trace.

    An action potential is a rise of the membrane potential through `detection` that comes back
    down. Its threshold is the last time before the steepest rise at which dV/dt passes
    `criterion`. Peaks and minima are refined below the sampling by a parabola, crossings by a
    straight line.

    Args:
        t: times, ascending, shape (samples,): a quantity, or plain numbers in ms.
        v: the membrane potential, shape (samples,) or (samples, 1): a quantity, or plain numbers
            in mV.
        criterion: the dV/dt that marks the threshold.
        detection: the level that tells an action potential from everything else.
        base: where the half-width is measured from: "threshold", or a membrane potential such as
            rest.

    Returns:
        One `ActionPotential` a spike, in order; an empty list where there is none.

    Raises:
        UnitError: for a quantity of another dimension.
        ParameterError: when the shapes do not fit, or times are not ascending.
    """
    times, volts = in_milliseconds(t, "t"), _trace(v)
    if times.ndim != 1 or times.shape != volts.shape or len(times) < 3:
        raise ParameterError(
            f"The times have the shape {times.shape} and the trace {volts.shape}.",
            mend='give three samples or more of one neuron: rec["v"][:, 0]',
        )
    if (np.diff(times) <= 0).any():
        raise ParameterError("The times are not ascending.", mend="sort the samples by time")
    level = float(internal(detection, VOLTAGE, "detection"))
    least = float(internal(criterion, _MV_PER_MS.dimension, "criterion"))
    from_base = None if base == "threshold" else float(internal(base, VOLTAGE, "base"))
    slope = np.gradient(volts, times)
    above = volts > level
    rises = np.flatnonzero(~above[:-1] & above[1:]) + 1
    falls = np.flatnonzero(above[:-1] & ~above[1:]) + 1
    falls = falls[np.searchsorted(falls, rises[0]) :] if len(rises) else falls
    spikes = []
    begin = 0
    for index, (rise, fall) in enumerate(zip(rises, falls, strict=False)):
        end = int(rises[index + 1]) if index + 1 < len(rises) else len(times)
        # The trace until the next rise holds the whole after-hyperpolarisation, and the foot of the
        # next spike, which is higher.
        bounds = (begin, int(rise), int(fall), end)
        spikes.append(_features(times, volts, slope, bounds, least, from_base))
        begin = int(fall)
    return spikes


def _features(
    times: Floats,
    volts: Floats,
    slope: Floats,
    span: tuple[int, int, int, int],
    least: float,
    base: float | None,
) -> ActionPotential:
    """One spike; `span` is where it may begin, passes the level up and down, and has ended."""
    begin, rise, fall, end = span
    top = rise + int(np.argmax(volts[rise:fall]))
    peak_time, peak = _extremum(times, volts, top)
    steepest = begin + int(np.argmax(slope[begin : top + 1]))
    onset, threshold = _threshold(times, volts, slope, begin, steepest, least)
    low = top + int(np.argmin(volts[top:end]))
    # At the last sample of the trace the potential may still be falling.
    seen = low < len(volts) - 1
    low_time, lowest = _extremum(times, volts, low) if seen else (np.nan, np.nan)
    foot = threshold if base is None else base
    width = _width(times, volts, (begin, top, end), (foot + peak) / 2)
    return ActionPotential(
        threshold_time=_time(onset),
        threshold=_voltage(threshold),
        peak_time=_time(peak_time),
        peak=_voltage(peak),
        amplitude=_voltage(peak - threshold),
        half_width=_time(width),
        max_upstroke=Quantity(slope[steepest], _MV_PER_MS),
        max_downstroke=Quantity(slope[top : low + 1].min(), _MV_PER_MS),
        minimum_time=_time(low_time),
        minimum=_voltage(lowest),
        depth=_voltage(threshold - lowest),
    )


def _threshold(
    times: Floats, volts: Floats, slope: Floats, begin: int, steepest: int, least: float
) -> tuple[float, float]:
    """Where dV/dt last passes the criterion on its way up to its largest value."""
    below = np.flatnonzero(slope[begin : steepest + 1] < least)
    if not len(below) or slope[steepest] < least:
        return np.nan, np.nan
    left = begin + int(below[-1])
    if left + 1 >= len(times):
        return np.nan, np.nan
    part = (least - slope[left]) / (slope[left + 1] - slope[left])
    onset = times[left] + part * (times[left + 1] - times[left])
    return float(onset), float(volts[left] + part * (volts[left + 1] - volts[left]))


def _extremum(times: Floats, volts: Floats, index: int) -> tuple[float, float]:
    """Time and height of the parabola through a highest or lowest sample and its two neighbours."""
    if not 0 < index < len(times) - 1:
        return float(times[index]), float(volts[index])
    before, after = times[index - 1] - times[index], times[index + 1] - times[index]
    low, high = volts[index - 1] - volts[index], volts[index + 1] - volts[index]
    # The parabola a x^2 + b x through (before, low), (0, 0) and (after, high).
    a = (high / after - low / before) / (after - before)
    b = low / before - a * before
    if a == 0:
        return float(times[index]), float(volts[index])
    x = -b / (2 * a)
    return float(times[index] + x), float(volts[index] + x * (a * x + b))


def _width(times: Floats, volts: Floats, span: tuple[int, int, int], level: float) -> float:
    """The time between the crossings of a level before and after the peak."""
    begin, top, end = span
    left = np.flatnonzero(volts[begin : top + 1] <= level)
    right = np.flatnonzero(volts[top:end] <= level)
    if not len(left) or not len(right):
        return float("nan")
    return _crossing(times, volts, top + int(right[0]) - 1, level) - _crossing(
        times, volts, begin + int(left[-1]), level
    )


def _crossing(times: Floats, volts: Floats, left: int, level: float) -> float:
    """When the straight line from a sample to the next reaches a level."""
    part = (level - volts[left]) / (volts[left + 1] - volts[left])
    return float(times[left] + part * (times[left + 1] - times[left]))


def _trace(v: Any) -> Floats:
    volts = internal(v, VOLTAGE, "v") if isinstance(v, Quantity) else v
    array = np.asarray(volts, dtype=float)
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _time(value: float) -> Quantity:
    quantity: Quantity = as_quantity(value, TIME)
    return quantity


def _voltage(value: float) -> Quantity:
    quantity: Quantity = as_quantity(value, VOLTAGE)
    return quantity
