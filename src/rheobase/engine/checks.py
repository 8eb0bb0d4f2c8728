"""The door of a run: what callers give, checked before anything is allocated or compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.calculus import depends, is_noise
from rheobase.compiler.step import Step
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.drive import count_columns
from rheobase.errors import ParameterError, UnitError, UnknownNameError, closest
from rheobase.model.expression import Symbol, names
from rheobase.model.model import Model
from rheobase.units.dimension import TIME
from rheobase.units.door import internal, measure

if TYPE_CHECKING:
    from rheobase.network.stimuli import Stimulus

DEFAULT_DT = 0.1
# Time is an integer: durations and delays are whole numbers of steps, up to the rounding of a
# division.
_CLOSE = 1e-6
# The clock is a signed integer of 64 bits.
_MOST_STEPS = 2**63


def as_model(model: Any) -> Model:
    """The model, or one that a zoo entry makes.

    Raises:
        ParameterError: when it is neither.
    """
    if isinstance(model, Model):
        return model
    try:
        made = model() if callable(model) else None
    except TypeError:
        made = None
    if not isinstance(made, Model):
        raise ParameterError(
            f"A model is due, not {type(model).__name__}.", mend="for example rb.LIF()"
        )
    return made


def time_step(model: Model, step: Step, dt: Any) -> float:
    """The time step in ms.

    Raises:
        UnitError: when it is not a time.
        ParameterError: when it is not positive.
    """
    if dt is None and step.method == "published" and model.published is not None:
        return model.published.dt * model.plain_time
    dt = dt if dt is not None else model.dt
    value = DEFAULT_DT if dt is None else milliseconds(model, dt, "dt")
    if not value > 0 or not np.isfinite(value):
        raise ParameterError(f"dt is {value:.12g} ms.", mend="a time step is positive")
    return value


def steps_of(model: Model, duration: Any, dt: float) -> int:
    """How many steps a duration is.

    Raises:
        UnitError: when it is not a time.
        ParameterError: when it is not a whole number of steps.
    """
    return _whole_steps(milliseconds(model, duration, "duration"), dt)


def steps_in(duration: Any, dt: float) -> int:
    """How many steps a duration of a network is.

    Raises:
        UnitError: when it is not a time.
        ParameterError: when it is not a whole number of steps.
    """
    value = internal(duration, TIME, "duration")
    if np.ndim(value):
        raise UnitError("duration is an array.", mend="give one time")
    return _whole_steps(float(value), dt)


def _whole_steps(value: float, dt: float) -> int:
    if not value > 0 or not np.isfinite(value):
        raise ParameterError(
            f"duration is {value:.12g} ms.", mend="a duration is positive and finite"
        )
    ratio = value / dt
    if not ratio < _MOST_STEPS:
        raise _too_long(f"The duration, {value:.12g} ms,", dt)
    steps = round(ratio)
    if steps < 1 or abs(ratio - steps) > _CLOSE * max(1.0, 1e-6 * ratio):
        below, above = int(ratio) * dt, (int(ratio) + 1) * dt
        raise ParameterError(
            f"The duration, {value:.12g} ms, is not a whole number of steps of dt = {dt:g} ms.",
            mend=f"run for {below:.12g} ms or {above:.12g} ms, or choose a dt that divides it",
        )
    return steps


def check_clock(done: int, steps: int, dt: float) -> None:
    """Refuse a run after which the clock would hold no more steps.

    Raises:
        ParameterError: naming how long it can be.
    """
    if done + steps >= _MOST_STEPS:
        raise _too_long(f"{steps * dt:.12g} ms after the {done * dt:.12g} ms that have run", dt)


def _too_long(what: str, dt: float) -> ParameterError:
    return ParameterError(
        f"{what} cannot be counted: the clock holds less than 2**63 steps of dt = {dt:g} ms.",
        mend=f"run for less than {_MOST_STEPS * dt:.3g} ms",
    )


def milliseconds(model: Model, value: Any, what: str) -> float:
    """A time in ms; a model without units takes plain numbers in its own unit of time.

    Raises:
        UnitError: when it is not one time.
    """
    number, dimension = measure(value, what, TIME)
    if dimension is None and model.is_plain:
        number = number * model.plain_time
    else:
        number = internal(value, TIME, what)
    if np.ndim(number):
        raise UnitError(f"{what} is an array.", mend="give one time")
    return float(number)


def first_values(model: Model, given: Any) -> dict[str, Any]:
    """First values that a caller gives, internal.

    Raises:
        UnknownNameError: for a name that is not a state.
        UnitError: for a bare number where a quantity is due.
        ParameterError: for values that are not finite, or have more than one axis.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ParameterError(
            f"initial is {given!r}.", mend="give first values by state: initial=dict(v=-70 * mV)"
        )
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in model.states:
            hint = closest(str(name), list(model.states))
            raise UnknownNameError(
                f"{model.title} has no state {name!r}.",
                mend=f"{hint}its states are {', '.join(model.states) or 'none'}",
            )
        number = np.asarray(model.to_internal(value, name), dtype=float)
        if number.ndim > 1 or number.size == 0 or not np.all(np.isfinite(number)):
            raise ParameterError(
                f"The first value of {name} is not one finite value a neuron: {value!r}.",
                mend="give one value, or one a neuron",
            )
        found[name] = number
    return found


def whole_number(value: Any, name: str, least: int, most: float = np.inf) -> int:
    """A whole number that a caller gives, from `least` to below `most`.

    Raises:
        ParameterError: when it is not one, or out of range.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value < most:
        due = f" from {least} to {most - 1}" if isinstance(most, int) else f", {least} or more"
        raise ParameterError(f"{name} is {_short(value)}.", mend=f"give a whole number{due}")
    return int(value)


def population_size(
    model: Model, n: int | None, stimuli: Mapping[str, Stimulus], start: Mapping[str, Any]
) -> int:
    """How many neurons there are, on which everything given must agree.

    Raises:
        ParameterError: naming what disagrees.
    """
    found: dict[int, str] = {}
    for name, value in {**model.parameters, **start}.items():
        if np.ndim(value) and np.size(value) > 1:
            found.setdefault(np.size(value), name)
    for name, stimulus in stimuli.items():
        for size in count_columns(stimulus) - {1}:
            found.setdefault(size, f"the current {name}")
    if n is not None:
        found.setdefault(whole_number(n, "n", 1, 2**31), "n")
    if len(found) > 1:
        listed = ", ".join(f"{name} is for {size}" for size, name in found.items())
        raise ParameterError(
            f"The number of neurons is not one: {listed}.", mend="give arrays of one length"
        )
    return next(iter(found), 1)


def record_names(model: Model, record: Any) -> tuple[str, ...]:
    """What to record.

    Raises:
        UnknownNameError: for a name the model does not have, or a parameter.
    """
    if record is None:
        return ()
    known = [*model.states, *model.definitions, *model.inputs]
    if record == "v" and "v" not in known:
        return model.outputs or model.states
    wanted = (record,) if isinstance(record, str) else record
    if not isinstance(wanted, Iterable):
        raise ParameterError(
            f"record is {record!r}.", mend='give names to record: record=["v", "w"], or None'
        )
    listed = list(wanted)
    for name in listed:
        if not isinstance(name, str) or name not in known:
            hint = closest(str(name), known)
            raise UnknownNameError(
                f"{model.title} has no {name!r} to record.",
                mend=f"{hint}it has {', '.join(known)}",
            )
        if name in model.definitions and any(map(is_noise, depends(model, Symbol(name)))):
            raise ParameterError(
                f"{name!r} holds white noise, which has no value at an instant.",
                mend="record a state that the noise acts on",
            )
    return tuple(dict.fromkeys(listed))


def record_subset(subset: Any, n: int) -> np.ndarray:
    """Which neurons to record.

    Raises:
        ParameterError: for an index that is not a neuron.
    """
    try:
        chosen = np.asarray(list(subset) if isinstance(subset, Iterable) else [subset, "?"])
    except ValueError:  # rows of different lengths
        chosen = np.array(["?"])
    if chosen.size and (chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= n):
        raise ParameterError(
            f"subset names neurons that are not there: {_short(subset)}.",
            mend=f"use whole numbers from 0 to {n - 1}",
        )
    return chosen.astype(np.int64)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def check_refractory(
    model: Model, step: Step, dt: float, on_grid: bool, networked: bool = False
) -> None:
    """A refractory period holds something, and on the grid it is a whole number of steps.

    Args:
        model: the model, with its parameters.
        step: its step.
        dt: the step's length.
        on_grid: whether spikes are at the ends of steps.
        networked: whether it is of a network, where spike times are never interpolated.

    Raises:
        ParameterError: naming both.
    """
    if model.refractory is None:
        return
    if not model.held:
        raise ParameterError(
            f"The refractory period of {model.called} holds no state.",
            mend="let the reset set a state of the spike condition: reset='v = V_R'",
        )
    if not on_grid or not names(model.refractory) <= model.parameters.keys():
        return
    period = np.asarray(evaluate(model.refractory, model.parameters)) * model.plain_time
    ratio = period / dt
    wrong = np.abs(ratio - np.round(ratio)) > _CLOSE * np.maximum(1.0, 1e-6 * np.abs(ratio))
    if np.any(wrong):
        longest = np.max(period[wrong] if period.ndim else period)
        change = "choose a dt that divides it"
        if period.ndim:
            change = "give each neuron a whole number of steps"
        mend = 'method="adaptive"'
        if step.method == "exact" and not networked:
            mend = 'spike_times="interpolated"'
        raise ParameterError(
            f"The refractory period, {longest:.12g} ms, is not a whole number of steps of "
            f"dt = {dt:g} ms.",
            mend=f"{change}, or {mend}",
        )
