"""A sinusoid between two times."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.network.stimuli.amplitude import as_amplitude
from rheobase.network.stimuli.piecewise import ON_THE_GRID
from rheobase.network.stimuli.shapes import step
from rheobase.network.stimuli.terms import Array, Coefficients, Stimulus, Term
from rheobase.network.stimuli.times import check_numbers, check_order, time_of
from rheobase.records import Record
from rheobase.units.dimension import NONE, RATE
from rheobase.units.door import internal


class Sine(Record, identity=True):
    """sin(2 pi frequency (t - start) + phase) from `start` to `stop`, and 0 elsewhere.

    Over a step it is the parabola through its values at the beginning, middle and end, whose error
    is at most (pi frequency h)^3 / 15; a step that holds `start` or `stop` has the mean instead.

    Attributes:
        frequency: in cycles a millisecond; an array of shape (1,), or one a neuron.
        phase: in radians, likewise.
        start: when it begins (ms).
        stop: when it ends (ms).
    """

    frequency: Array
    phase: Array
    start: float
    stop: float

    is_constant = False

    @property
    def columns(self) -> int | None:
        """How many neurons it has a column for; None when all share it."""
        size = max(self.frequency.size, self.phase.size)
        return size if size > 1 else None

    def coefficients(self, start: Array, h: float) -> Coefficients:
        """The waveform over steps of length h (ms) beginning at `start` (ms); see `Waveform`."""
        stop = start + h
        slack = ON_THE_GRID * h + 4 * np.spacing(np.maximum(np.abs(stop), 1.0))
        a, m, b = (self._at(start + share * h) for share in (0.0, 0.5, 1.0))
        w0, w1, w2 = a, 4 * m - 3 * a - b, 2 * (a + b) - 4 * m
        begins, ends = np.maximum(start, self.start), np.minimum(stop, self.stop)
        for k in np.flatnonzero((begins > start + slack) | (ends < stop - slack)):
            w1[k] = w2[k] = 0.0
            w0[k] = (
                self._integral(begins[k], ends[k]) / h if ends[k] > begins[k] + slack[k] else 0.0
            )
        if self.columns is None:
            return w0[:, 0], w1[:, 0], w2[:, 0]
        return w0, w1, w2

    def describe(self) -> dict[str, Any]:
        """Its parameters."""
        return {
            "kind": "sine",
            "frequency_per_ms": self.frequency.tolist(),
            "phase": self.phase.tolist(),
            "start_ms": self.start,
            "stop_ms": None if np.isinf(self.stop) else self.stop,
        }

    def _at(self, time: Array) -> Array:
        turns = (time[:, None] - self.start) * self.frequency
        value: Array = np.sin(2 * np.pi * turns + self.phase)
        return value

    def _integral(self, begin: float, end: float) -> Array:
        """From begin to end, as a sine times a sinc, so that frequency 0 is no special case."""
        middle = 2 * np.pi * self.frequency * (0.5 * (begin + end) - self.start) + self.phase
        span: Array = (end - begin) * np.sinc(self.frequency * (end - begin)) * np.sin(middle)
        return span


def sine(
    amplitude: Any,
    frequency: Any,
    phase: Any = 0.0,
    offset: Any = None,
    start: Any = None,
    stop: Any = None,
) -> Stimulus:
    """A sinusoid: amplitude sin(2 pi frequency (t - start) + phase) + offset.

    It is 0 before `start` and after `stop`.

    Args:
        amplitude: half the way from its lowest to its highest; an array gives each neuron its own.
        frequency: cycles a time, for example ``8 * Hz``; an array gives each neuron its own.
        phase: in radians.
        offset: a constant that is added between `start` and `stop`.
        start: when it begins; at once by default.
        stop: when it ends; never by default.

    Raises:
        UnitError: for a frequency that is not one, or a time without its unit.
        ParameterError: for a sinusoid that ends before it begins.
    """
    begin = 0.0 if start is None else time_of(start, "start")
    end = np.inf if stop is None else time_of(stop, "stop")
    check_order(begin, end, "sine")
    cycles = np.atleast_1d(internal(frequency, RATE, "frequency"))
    angle = np.atleast_1d(internal(phase, NONE, "phase"))
    check_numbers(cycles, "frequency")
    check_numbers(angle, "phase")
    wave = Stimulus((Term(as_amplitude(amplitude), Sine(cycles, angle, begin, end)),))
    return wave if offset is None else wave + step(offset, start, stop)
