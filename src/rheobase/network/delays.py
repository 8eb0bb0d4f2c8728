"""Delays: whole numbers of time steps, at least one."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.distribution import Distribution
from rheobase.network.arrays import Array, Indices
from rheobase.network.expressions import Formula
from rheobase.units.dimension import TIME
from rheobase.units.door import internal
from rheobase.units.quantity import short

# A delay this close to the grid, in steps, is on it: that is the rounding of a division.
_CLOSE = 1e-6
MOST_STEPS = 2**16 - 1


def exact_steps(
    delay: Any, dt: float, where: str, least: int = 1, what: str = "The delay"
) -> Indices:
    """Delays that were given one by one, as steps; each is on the grid.

    Args:
        delay: in ms, of any shape.
        dt: the time step (ms).
        where: the projection, for errors.
        least: how many steps it has at least.
        what: what it is, for errors.

    Raises:
        ParameterError: for a delay shorter than that or off the grid, naming both.
    """
    values = np.asarray(delay, dtype=np.float64)
    check_least(values, dt, where, least, what)
    ratio = values / dt
    steps = np.rint(ratio)
    wrong = np.abs(ratio - steps) > _CLOSE * np.maximum(1.0, 1e-6 * ratio)
    if wrong.any():
        at = np.ravel(wrong).argmax()
        value, whole = float(np.ravel(values)[at]), float(np.floor(np.ravel(ratio)[at]))
        raise ParameterError(
            f"{what}, {value:.12g} ms, is not a whole number of steps of dt = {dt:g} ms.",
            where=where,
            mend=f"use {whole * dt:.12g} ms or {(whole + 1) * dt:.12g} ms, or choose a dt that "
            "divides it: time is counted in steps",
        )
    return steps.astype(np.int64)


def check_least(
    values: Array, dt: float, where: str, least: int = 1, what: str = "The delay"
) -> None:
    """No delay is shorter than `least` steps, 1 or 0, and all are finite.

    Raises:
        ParameterError: naming the delay and dt.
    """
    if not np.all(np.isfinite(values)):
        raise ParameterError(
            "A delay is not finite.", where=where, mend="give finite times, at least dt"
        )
    if least == 0 and np.any(values < 0):
        raise ParameterError(
            f"{what}, {float(values.min()):.12g} ms, is negative.",
            where=where,
            mend="give 0 * ms or more; for what is drawn rb.clipped(..., low=0 * ms)",
        )
    short = values < least * dt * (1.0 - _CLOSE)
    if short.any():
        raise ParameterError(
            f"{what}, {float(values[short].min()):.12g} ms, is shorter than dt = {dt:g} ms.",
            where=where,
            mend=f"a spike arrives a step later at the earliest: use {dt:g} ms or more, for what "
            f"is drawn rb.clipped(..., low={dt:g} * ms), or a smaller dt",
        )
    if values.size and float(values.max()) / dt > MOST_STEPS + 0.5:
        raise ParameterError(
            f"{what}, {float(values.max()):.12g} ms, is {float(values.max()) / dt:.6g} steps of "
            f"dt = {dt:g} ms.",
            where=where,
            mend=f"a delay is at most {MOST_STEPS} steps: take a shorter one, or a larger dt",
        )


def check_times(value: Any, dt: float, where: str, least: int = 1, what: str = "The delay") -> None:
    """Delays that are given lie on the grid; of those that are drawn, none is surely too short.

    Args:
        value: in ms: a number, an array, a distribution or an expression.
        dt: the time step (ms).
        where: the projection, for errors.
        least: how many steps it has at least, 1 or 0.
        what: what it is, for errors.

    Raises:
        ParameterError: for a delay that is off the grid or out of range.
    """
    if isinstance(value, Distribution):
        # What is drawn is set to the grid; only what is too short for sure is known before.
        ends = np.array([bound for bound in value.bounds if np.isfinite(bound)])
        check_least(ends, dt, where, least, what)
    elif not isinstance(value, Formula):
        exact_steps(value, dt, where, least, what)


def time_step(dt: Any) -> float:
    """A time step, in ms.

    Raises:
        UnitError: for a dt that is not a time.
        ParameterError: for one that is not positive.
    """
    value = internal(dt, TIME, "dt")
    if np.ndim(value) or not np.isfinite(value) or value <= 0:
        raise ParameterError(f"dt is {short(dt)}.", mend="a time step is positive: dt=0.1 * ms")
    return float(value)
