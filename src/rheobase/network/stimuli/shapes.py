"""Stimuli with corners: `step`, `pulses` and `ramp`."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli.amplitude import as_amplitude
from rheobase.network.stimuli.piecewise import Piecewise
from rheobase.network.stimuli.terms import Array, Stimulus, Term, as_stimulus
from rheobase.network.stimuli.times import check_numbers, check_order, time_of
from rheobase.units.dimension import TIME
from rheobase.units.door import internal


def step(amplitude: Any, start: Any = None, stop: Any = None) -> Stimulus:
    """A step: `amplitude` from `start` to `stop`, and 0 elsewhere.

    An edge inside a time step is averaged over it, so the charge is that of the step as described.

    Args:
        amplitude: its height, in the unit of its input; an array gives each neuron its own.
        start: when it begins; at once by default.
        stop: when it ends; never by default.

    Raises:
        UnitError: for a time without its unit.
        ParameterError: for a step that ends before it begins.
    """
    begin = 0.0 if start is None else time_of(start, "start")
    end = None if stop is None else time_of(stop, "stop")
    check_order(begin, end, "step")
    description = {"kind": "step", "start_ms": begin, "stop_ms": end}
    edges = [begin] if end is None else [begin, end]
    return _times(amplitude, _windows(np.array([edges]), description))


def pulses(amplitude: Any, times: Any, width: Any) -> Stimulus:
    """Rectangular pulses of one height and width. Where pulses overlap they add.

    Args:
        amplitude: their height; an array gives each neuron its own.
        times: when they begin: times, or `(start, period, count)` with a whole `count`.
        width: how long each lasts.

    Raises:
        UnitError: for a time without its unit.
        ParameterError: for a width or period that is not positive.
    """
    duration = time_of(width, "width")
    if duration <= 0:
        raise ParameterError(
            f"The width of a pulse is {duration:.12g} ms.", mend="give a positive time"
        )
    begins = _pulse_times(times)
    description = {"kind": "pulses", "times_ms": begins.tolist(), "width_ms": duration}
    return _times(amplitude, _windows(np.stack([begins, begins + duration], 1), description))


def ramp(first: Any, last: Any, start: Any, stop: Any, hold: bool = True) -> Stimulus:
    """A straight ramp: `first` at `start`, `last` at `stop`.

    Args:
        first: the value at the beginning.
        last: the value at the end, in the same unit.
        start: when it begins.
        stop: when it ends.
        hold: keep `first` before the beginning and `last` after the end, rather than 0.

    Raises:
        UnitError: for a time without its unit.
        ParameterError: for a ramp that ends before it begins.
    """
    begin, end = time_of(start, "start"), time_of(stop, "stop")
    check_order(begin, end, "ramp")
    outside = 1.0 if hold else 0.0
    terms = []
    for part, amplitude, at_start in (("first", first, 1.0), ("last", last, 0.0)):
        at_stop = 1.0 - at_start
        waveform = Piecewise(
            np.array([begin, end]),
            np.array([at_start * outside, at_start, at_stop * outside]),
            np.array([at_start * outside, at_stop, at_stop * outside]),
            {"kind": "ramp", "part": part, "start_ms": begin, "stop_ms": end, "hold": hold},
        )
        terms.append(Term(as_amplitude(amplitude), waveform))
    return Stimulus(tuple(terms))


def _times(amplitude: Any, waveform: Piecewise) -> Stimulus:
    if waveform.is_constant:
        return as_stimulus(amplitude)
    return Stimulus((Term(as_amplitude(amplitude), waveform),))


def _windows(edges: Array, description: dict[str, Any]) -> Piecewise:
    """How many windows are open, from their (begin, end) edges; without an end one stays open."""
    changes = np.tile([1.0, -1.0][: edges.shape[1]], len(edges))
    knots, place = np.unique(edges.ravel(), return_inverse=True)
    total = np.zeros(len(knots))
    np.add.at(total, place, changes)
    if edges.shape[1] == 1 and knots[0] <= 0:  # on from the very beginning
        return Piecewise(np.empty(0), np.ones(1), np.ones(1), description)
    level = np.concatenate([[0.0], np.cumsum(total)])
    return Piecewise(knots, level, level, description)


def _pulse_times(times: Any) -> Array:
    """When pulses begin (ms), ascending."""
    is_triple = isinstance(times, (list, tuple)) and len(times) == 3
    if is_triple and isinstance(times[2], (int, np.integer)):
        begin, period = time_of(times[0], "start"), time_of(times[1], "period")
        count = int(times[2])
        if period <= 0 or count < 1:
            raise ParameterError(
                f"{count} pulses every {period:.12g} ms is no train.", mend="both must be positive"
            )
        return np.asarray(begin + period * np.arange(count), dtype=np.float64)
    if isinstance(times, (list, tuple)) and not times:
        raise ParameterError("There are no pulse times.", mend="give at least one")
    begins = np.atleast_1d(internal(times, TIME, "times"))
    check_numbers(begins, "times")
    if begins.ndim > 1 or not begins.size:
        raise ParameterError(f"times has shape {begins.shape}.", mend="give a list of times")
    ascending: Array = np.sort(begins).astype(np.float64)
    return ascending
