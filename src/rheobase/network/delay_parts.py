"""Where the delays of a projection lie: before the synapse, in the axon, or behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.distribution import Distribution
from rheobase.model.learning import LearningRule
from rheobase.network.delays import MOST_STEPS, check_times
from rheobase.network.expressions import Formula
from rheobase.records import EMPTY, Record
from rheobase.units.quantity import short

AXONAL, DENDRITIC = "axonal", "dendritic"
_CLOSE = 1e-9
_WHOLE = "delay= is the whole delay, axonal= the part of it before the synapse, dendritic= the rest"


class DelayParts(Record, identity=True):
    """How delays are divided.

    Attributes:
        fraction: what part of each delay lies before the synapse; None where times are given.
        times: times (ms) by part, `AXONAL` or `DENDRITIC`, in the forms of delays. Of one of them,
            the other is what is left of the whole; both make up the whole.
        written: what was given by name, with units.
    """

    fraction: float | None = None
    times: Mapping[str, Any] = EMPTY
    written: Mapping[str, Any] = EMPTY

    @property
    def make_the_whole(self) -> bool:
        """Whether delays are the sums of both parts."""
        return len(self.times) == 2

    def arguments(self, is_whole_given: bool) -> dict[str, Any]:
        """What `net.connect` is given for the like, beside a whole delay or without."""
        if is_whole_given and self.make_the_whole:
            return {AXONAL: self.written[AXONAL]}
        return dict(self.written)

    def check(self, whole: Any, where: str) -> None:
        """No part is longer than the whole, as far as that is known before delays are drawn.

        Args:
            whole: whole delays (ms), in one of their forms.
            where: the projection, for errors.

        Raises:
            ParameterError: naming both.
        """
        for name, part in self.times.items():
            if not any(isinstance(value, (Distribution, Formula)) for value in (whole, part)):
                _check_rest(name, part, whole, where)

    def divided(self, whole: Any, drawn: Callable[[str, Any], Any], dt: float) -> tuple[Any, Any]:
        """The whole delays and the axonal ones, in steps.

        Args:
            whole: whole delays in steps: one, or one a synapse; None where the parts make it.
            drawn: gives the steps of a part's times.
            dt: the step (ms).

        Raises:
            ParameterError: for a part that is longer than the whole, or a whole of no step.
        """
        if self.fraction is not None:
            part = np.rint(np.asarray(whole, float) * self.fraction).astype(np.int64)
            return whole, part if np.ndim(whole) else int(part)
        parts = {name: _signed(drawn(name, times)) for name, times in self.times.items()}
        if self.make_the_whole:
            return _whole(parts[AXONAL] + parts[DENDRITIC], dt), parts[AXONAL]
        for name, part in parts.items():
            _check_rest(name, part * dt, _signed(whole) * dt)
            return whole, part if name == AXONAL else _signed(whole) - part
        return whole, 0


def delay_parts(
    axonal: Any,
    dendritic: Any,
    delay: Any,
    rule: LearningRule | None,
    read: Callable[[Any, str], Any],
    dt: float,
    where: str,
) -> DelayParts:
    """How delays are divided, as it is given; all are dendritic by default.

    Args:
        axonal: a time in one of the forms of delays, or a fraction of each delay.
        dendritic: a time in one of these forms.
        delay: the whole delay, as it is given.
        rule: what the synapses learn by, which alone sees how delays are divided.
        read: reads times in one of their forms, internal.
        dt: the step (ms).
        where: the projection, for errors.

    Raises:
        ParameterError: for times that are off the grid, out of range, or too many.
        UnitError: for a quantity that is not a time.
    """
    given = {AXONAL: axonal, DENDRITIC: dendritic}
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        return DelayParts(0.0)
    _check_given(given, delay, rule, where)
    value = given.get(AXONAL)
    if isinstance(value, (int, float)):
        if isinstance(value, bool) or not 0 <= value <= 1 or len(given) > 1:
            also = " beside dendritic=" if len(given) > 1 else ""
            raise ParameterError(
                f"axonal= is {short(value)}{also}.",
                where=where,
                mend="give a time, or with delay= a fraction of it from 0 to 1",
            )
        return DelayParts(float(value), written=given)
    times = {name: read(value, f"the {name} delay") for name, value in given.items()}
    for name, value in times.items():
        check_times(value, dt, where, 0, f"The {name} delay")
    return DelayParts(None, times, given)


def whole_of(parts: DelayParts) -> Any:
    """The whole delays (ms) where the parts make them and both are numbers; else None."""
    values = [parts.times[name] for name in (AXONAL, DENDRITIC)]
    if any(isinstance(value, (Distribution, Formula)) for value in values):
        return None
    total = values[0] + values[1]
    return total if np.ndim(total) else float(total)


def _check_given(given: Mapping[str, Any], delay: Any, rule: Any, where: str) -> None:
    name = min(given)
    if rule is None:
        raise ParameterError(
            f"{name}= is {short(given[name])}, and nothing depends on where the delay lies.",
            where=where,
            mend=f"leave {name}= out and give the whole as delay=, or give plasticity=",
        )
    if delay is not None and len(given) == 2:
        raise ParameterError(
            "There are delay=, axonal= and dendritic=, and two of them give the third.",
            where=where,
            mend=_WHOLE,
        )
    if delay is None and len(given) == 1:
        raise ParameterError(
            f"There is {name}=, and no delay.",
            where=where,
            mend="give delay=, the whole, or both axonal= and dendritic=",
        )


def _signed(steps: Any) -> Any:
    """Steps that can be subtracted."""
    return steps.astype(np.int64) if np.ndim(steps) else int(steps)


def _check_rest(name: str, part: Any, whole: Any, where: str = "") -> None:
    """The other part is not negative; times in ms."""
    rest = np.ravel(np.asarray(whole) - part)
    if rest.size and rest.min() < -_CLOSE:
        at = int(np.argmin(rest))
        longest, total = (np.broadcast_to(np.ravel(v), rest.shape)[at] for v in (part, whole))
        raise ParameterError(
            f"The {name} delay is {longest:.12g} ms, and the whole delay {total:.12g} ms.",
            where=where,
            mend=_WHOLE,
        )


def _whole(steps: Any, dt: float) -> Any:
    """Whole delays in the types in which they are stored."""
    if np.size(steps) and not 1 <= np.min(steps) <= np.max(steps) <= MOST_STEPS:
        wrong = np.min(steps) if np.min(steps) < 1 else np.max(steps)
        raise ParameterError(
            f"The axonal and the dendritic delay are {int(wrong) * dt:.12g} ms together, "
            f"{int(wrong)} steps of {dt:g} ms.",
            mend=f"a whole delay has from 1 to {MOST_STEPS} steps: make one of the two longer"
            if wrong < 1
            else "make one of the two shorter, or dt larger",
        )
    if not np.ndim(steps):
        return int(steps)
    return steps.astype(np.uint8 if np.max(steps, initial=0) < 2**8 else np.uint16)
