"""A waveform of straight pieces: steps, pulses, ramps and measured samples are all of this kind."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rheobase.errors import ParameterError
from rheobase.network.stimuli.terms import Array, Coefficients
from rheobase.records import Record

Index: TypeAlias = npt.NDArray[np.intp]

# An edge this close to the end of a step, in steps, is on it; rounding of t = k h is added to that.
ON_THE_GRID = 1e-9


class Piecewise(Record, identity=True):
    """Straight pieces between knots: piece i ends at knot i, and the first and last are level.

    A step with no knot inside is exact. A step with one or more is given the charge of the pieces
    in it: as its mean where the waveform jumps in it, and otherwise as the parabola through both
    ends with that mean.

    Attributes:
        knots: times of the joints (ms), ascending, shape (k,).
        first: the value at the beginning of every piece, shape (k + 1,) or (k + 1, columns).
        last: the value at the end of every piece.
        description: what it is, as JSON can hold it.
        period: repeat the course after this long (ms); the knots then span one period from 0.
        end: the time (ms) after which there is no value, and asking is an error.
    """

    knots: Array
    first: Array
    last: Array
    description: dict[str, Any]
    period: float | None = None
    end: float | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is 1 at all times."""
        return not self.knots.size and bool(np.all(self.first == 1.0))

    @property
    def columns(self) -> int | None:
        """How many neurons it has a column for; None when all share it."""
        return self.first.shape[1] if self.first.ndim > 1 else None

    def describe(self) -> dict[str, Any]:
        """What it is."""
        return dict(self.description)

    def coefficients(self, start: Array, h: float) -> Coefficients:
        """The waveform over steps of length h (ms) beginning at `start` (ms); see `Waveform`.

        Raises:
            ParameterError: when the run goes on after the samples are used up.
        """
        if not len(start):
            empty = np.zeros((0, *self.first.shape[1:]))
            return empty, empty, empty
        stop = start + h
        # Step by step, so that a run gets the same numbers in slices of any length.
        slack = ON_THE_GRID * h + 4 * np.spacing(np.maximum(np.abs(start), np.abs(stop)))
        self._check_end(float(stop.max()), float(slack.max()))
        whole = self._unrolled(float(start.min()), float(stop.max())) if self.period else self
        return _fit(whole, start, stop, h, slack)

    def value(self, piece: Index, time: Array) -> Array:
        """The value of given pieces at given times, not beyond their ends."""
        first: Array = self.first[piece]
        last: Array = self.last[piece]
        if not self.knots.size:
            return first
        left = self.knots[np.maximum(piece - 1, 0)]
        right = self.knots[np.minimum(piece, len(self.knots) - 1)]
        length = right - left
        share = np.divide(time - left, length, out=np.zeros_like(time), where=length > 0)
        share = np.clip(share, 0.0, 1.0).reshape(-1, *(1,) * (self.first.ndim - 1))
        value: Array = np.where(first == last, first, first * (1 - share) + last * share)
        return value

    def _check_end(self, latest: float, slack: float) -> None:
        if self.end is not None and latest > self.end + slack:
            raise ParameterError(
                f"The samples last until {self.end:.12g} ms, and the run goes on.",
                mend="run for less long, or say what comes after them: "
                'rb.sampled(..., after="hold"), "zero" or "repeat"',
            )

    def _unrolled(self, earliest: float, latest: float) -> Piecewise:
        """As many periods as cover an interval, end to end."""
        period = self.period or 1.0
        turns = np.arange(np.floor(earliest / period) - 1, np.ceil(latest / period) + 1)
        # The last knot of a turn is the first of the next, and the outer pieces are never reached.
        inner = (turns[:, None] * period + self.knots[:-1]).ravel()
        tail = (len(turns), *(1,) * (self.first.ndim - 1))
        first = np.concatenate([self.first[:1], np.tile(self.first[1:-1], tail), self.first[-1:]])
        last = np.concatenate([self.last[:1], np.tile(self.last[1:-1], tail), self.last[-1:]])
        knots = np.append(inner, (turns[-1] + 1) * period)
        return Piecewise(knots, first, last, {})


def _fit(whole: Piecewise, start: Array, stop: Array, h: float, slack: Array) -> Coefficients:
    """The polynomials of all steps: straight where a step has one piece, else with its charge."""
    lowest = np.searchsorted(whole.knots, start + slack, side="right")
    highest = np.searchsorted(whole.knots, stop - slack, side="left")
    begin, finish = whole.value(lowest, start), whole.value(highest, stop)
    w0, w1 = begin.copy(), finish - begin
    w2 = np.zeros_like(w0)
    crowded = np.flatnonzero(highest > lowest)
    if crowded.size:
        low, high = lowest[crowded], highest[crowded]
        mean = _mean(whole, start[crowded], stop[crowded], low, high, h)
        jumps = _jumps(whole, low, high).reshape(-1, *(1,) * (w0.ndim - 1))
        a, b = begin[crowded], finish[crowded]
        curve = 3 * (a + b) - 6 * mean
        w0[crowded] = np.where(jumps, mean, a)
        w1[crowded] = np.where(jumps, 0.0, b - a - curve)
        w2[crowded] = np.where(jumps, 0.0, curve)
    return w0, w1, w2


def _mean(whole: Piecewise, start: Array, stop: Array, low: Index, high: Index, h: float) -> Array:
    """The mean over steps that hold the knots from `low` up to `high`."""
    counts = high - low + 1
    step = np.repeat(np.arange(len(start)), counts)
    opening = np.cumsum(counts) - counts
    piece = np.arange(counts.sum()) - opening[step] + low[step]
    left, right = whole.knots[piece - 1], whole.knots[np.minimum(piece, len(whole.knots) - 1)]
    left[opening], right[opening + counts - 1] = start, stop
    middle = whole.value(piece, 0.5 * (left + right))
    share = ((right - left) / h).reshape(-1, *(1,) * (whole.first.ndim - 1))
    mean: Array = np.add.reduceat(middle * share, opening, axis=0)
    return mean


def _jumps(whole: Piecewise, low: Index, high: Index) -> npt.NDArray[np.bool_]:
    """Whether the waveform jumps at any of the knots from `low` up to `high`."""
    at_knot = whole.last[:-1] != whole.first[1:]
    if at_knot.ndim > 1:
        at_knot = at_knot.any(axis=1)
    so_far = np.concatenate([[0], np.cumsum(at_knot)])
    jumps: npt.NDArray[np.bool_] = so_far[high] > so_far[low]
    return jumps
