"""Rheobase: the smallest steady current that makes a neuron fire. Lapicque (1907)."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.calculus import inlined, total_derivative
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.checks import milliseconds
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.engine.rest import environment, initial_values
from rheobase.engine.simulate import simulate
from rheobase.errors import ParameterError
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.network.stimuli import ramp
from rheobase.protocols.current import one_second
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity

# Currents tried side by side in one run; each round narrows the bracket by as much.
_SIDE_BY_SIDE = 33
_REPETITIVE_TAIL = 0.2
# No bracket is narrower than this fraction of the first.
_FINEST = 1e-12
# A first search upwards tries so many currents at a time: a current far too strong may well be one
# at which the equations cannot be integrated.
_UPWARDS = 11


def rheobase(
    model: Model,
    protocol: str = "step",
    *,
    repetitive: bool = True,
    duration: Any = None,
    low: Any = None,
    high: Any = None,
    tolerance: float = 1e-5,
    input: str | None = None,
    dt: Any = None,
    method: str | None = None,
) -> Any:
    """The smallest current that makes the neuron fire.

    Args:
        model: the neuron.
        protocol: ``"step"``: a constant current switched on at time 0 from the initial state,
            searched by bisection; ``"ramp"``: a current that grows linearly from `low` to `high`
            over the duration, and the answer is its value at the first spike.
        repetitive: for a step, whether the neuron must go on firing to the end of the duration (it
            fires in the last fifth of it), or one spike is enough.
        duration: of the step or of the ramp; 1 s by default.
        low: a current at which it does not fire (zero by default).
        high: a current at which it fires, or the end of the ramp; searched upwards by default.
        tolerance: the width of the final bracket, relative to the answer.
        input: the input that takes the current.
        dt: the time step.
        method: the integration scheme.

    Returns:
        The current, in the unit of the input: the upper end of the bracket, at which the neuron
        fires.

    Raises:
        ParameterError: when no current is found that makes it fire, or it fires at `low` already.
    """
    name = current_input(model, input)
    refuse_several(model)
    if model.spike is None:
        raise ParameterError(
            f"{model.title} has no spike condition.", mend='give it spike="v > V_T"'
        )
    if duration is None:
        duration = one_second()
    else:
        duration = as_quantity(milliseconds(model, duration, "duration"), TIME)
    search = _Search(model, name, duration, repetitive, {"dt": dt, "method": method})
    if not 0.0 < tolerance < 1.0:
        raise ParameterError(f"tolerance is {tolerance!r}.", mend="give a number between 0 and 1")
    bottom = 0.0 if low is None else float(model.to_internal(low, name))
    top = None if high is None else float(model.to_internal(high, name))
    if protocol not in ("step", "ramp"):
        raise ParameterError(f"There is no protocol {protocol!r}.", mend='use "step" or "ramp"')
    if top is not None and not top > bottom:
        raise ParameterError(
            f"high is {_shown(model, top, name)} and low is {_shown(model, bottom, name)}.",
            mend="high must be larger",
        )
    if protocol == "ramp":
        return _ramp(search, bottom, top)
    if search.fires(np.array([bottom]))[0]:
        raise ParameterError(
            f"{model.title} fires at {_shown(model, bottom, name)} already.",
            mend="give a smaller current as low=",
        )
    lower, upper = search.bracket(bottom, top)
    least = _FINEST * (upper - lower)  # about a rheobase of zero, nothing is relatively narrow
    while upper - lower > max(least, tolerance * max(abs(lower), abs(upper))):
        lower, upper = search.narrow(lower, upper)
    return _shown(model, upper, name)


class _Search:
    """Runs that ask at which of many currents a neuron fires."""

    def __init__(
        self, model: Model, name: str, duration: Any, repetitive: bool, options: dict[str, Any]
    ):
        self.model, self.name, self.duration = model, name, duration
        self.repetitive, self.options = repetitive, options

    def fires(self, currents: np.ndarray) -> np.ndarray:
        """Whether the neuron fires at each of the currents (internal)."""
        given = self.model.from_internal(currents, self.name)
        options = {**self.options, self.name: given}
        rec = simulate(self.model, self.duration, n=len(currents), record=None, **options)
        spikes, n = rec.spikes, len(currents)
        if not self.repetitive:
            return np.asarray(spikes.count() > 0)
        late = spikes.t.internal >= (1.0 - _REPETITIVE_TAIL) * float(spikes.duration.internal)
        return np.bincount(spikes.i[late], minlength=n) > 0

    def scale(self) -> float:
        """The current that changes the potential by about 1 mV in a millisecond."""
        values = initial_values(self.model, 1, {})
        known = environment(
            self.model,
            {
                **self.model.parameters,
                **dict.fromkeys(self.model.inputs, 0.0),
                **dict.fromkeys(self.model.noises, 0.0),
                **values,
                "t": 0.0,
            },
        )
        watched = names(inlined(self.model, self.model.spike)) if self.model.spike else set()
        gains = [0.0]
        for state in self.model.states:
            gain = total_derivative(self.model, self.model.derivatives[state], self.name)
            if state in watched:
                gains.append(float(np.max(np.abs(np.asarray(evaluate(gain, known))))))
        return 1.0 / max(gains) if max(gains) > 0 else 1.0

    def bracket(self, bottom: float, top: float | None) -> tuple[float, float]:
        """Neighbouring currents of which the upper makes the neuron fire and the lower does not."""
        if top is None:
            steps = np.geomspace(1e-3, 300.0, _SIDE_BY_SIDE) * self.scale()
        else:
            steps = np.linspace(0.0, top - bottom, _SIDE_BY_SIDE)[1:]
        currents = np.concatenate([[bottom], bottom + steps])
        return self._first(currents)

    def narrow(self, lower: float, upper: float) -> tuple[float, float]:
        """A bracket narrower by the number of currents tried side by side."""
        return self._first(np.linspace(lower, upper, _SIDE_BY_SIDE))

    def _first(self, currents: np.ndarray) -> tuple[float, float]:
        fires = np.zeros(len(currents) - 1, dtype=bool)
        for first in range(0, len(fires), _UPWARDS):
            part = slice(first, first + _UPWARDS)
            fires[part] = self.fires(currents[1:][part])
            if np.any(fires):
                break
        else:
            most = _shown(self.model, currents[-1], self.name)
            how = "repetitively " if self.repetitive else ""
            raise ParameterError(
                f"{self.model.title} does not fire {how}at any current up to {most}.",
                mend="give a larger high=, or repetitive=False if one spike is enough",
            )
        k = int(np.argmax(fires))
        return float(currents[k]), float(currents[k + 1])


def _ramp(search: _Search, bottom: float, top: float | None) -> Any:
    """The current at the first spike of a slow ramp."""
    model, name = search.model, search.name
    if top is None:
        raise ParameterError("A ramp needs its last current.", mend="give high=")
    first, last = (model.from_internal(v, name) for v in (bottom, top))
    drive = ramp(first, last, 0 * search.duration, search.duration)
    options = {**search.options, name: drive}
    rec = simulate(model, search.duration, record=None, spike_times="interpolated", **options)
    if rec.spikes.total == 0:
        raise ParameterError(
            f"{model.title} does not fire on the ramp up to {_shown(model, top, name)}.",
            mend="give a larger high=, or a longer duration=",
        )
    share = float(rec.spikes.t.internal[0]) / float(rec.spikes.duration.internal)
    return _shown(model, bottom + share * (top - bottom), name)


def _shown(model: Model, value: float, name: str) -> Any:
    return model.from_internal(float(value), name)
