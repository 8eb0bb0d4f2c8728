"""The door of a run: what callers give, checked before anything is allocated or compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.compiler.step import Step
from rheobase.engine.drive import count_columns
from rheobase.errors import ParameterError, UnitError, UnknownNameError, closest
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.network.stimuli import Stimulus
from rheobase.units.dimension import TIME
from rheobase.units.door import internal, measure

DEFAULT_DT = 0.1
# Time is an integer: durations and delays are whole numbers of steps, up to the rounding of a division.
_CLOSE = 1e-6


def as_model(model: Any) -> Model:
    """The model, or one that a zoo entry makes.

    Raises:
        ParameterError: when it is neither.
    """
    if isinstance(model, Model):
        return model
    made = model() if callable(model) else None
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
    value = DEFAULT_DT if dt is None else _time(model, dt, "dt")
    if not value > 0 or not np.isfinite(value):
        raise ParameterError(f"dt is {value:g} ms.", mend="a time step is positive")
    return value


def steps_of(model: Model, duration: Any, dt: float) -> int:
    """How many steps a duration is.

    Raises:
        UnitError: when it is not a time.
        ParameterError: when it is not a whole number of steps.
    """
    value = _time(model, duration, "duration")
    if not value > 0 or not np.isfinite(value):
        raise ParameterError(f"duration is {value:g} ms.", mend="a duration is positive")
    ratio = value / dt
    steps = round(ratio)
    if steps < 1 or abs(ratio - steps) > _CLOSE * max(1.0, 1e-6 * ratio):
        below, above = int(ratio) * dt, (int(ratio) + 1) * dt
        raise ParameterError(
            f"The duration, {value:g} ms, is not a whole number of steps of dt = {dt:g} ms.",
            mend=f"run for {below:g} ms or {above:g} ms, or choose a dt that divides it",
        )
    return steps


def _time(model: Model, value: Any, what: str) -> float:
    """A time in ms; a model without units takes plain numbers in its own unit of time."""
    number, dimension = measure(value, what)
    if dimension is None and model.is_plain:
        number = number * model.plain_time
    else:
        number = internal(value, TIME, what)
    if np.ndim(number):
        raise UnitError(f"{what} is an array.", mend="give one time")
    return float(number)


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
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 1:
            raise ParameterError(f"n is {n!r}.", mend="give a whole number of neurons, 1 or more")
        found.setdefault(int(n), "n")
    if len(found) > 1:
        listed = ", ".join(f"{name} is for {size}" for size, name in found.items())
        raise ParameterError(
            f"The number of neurons is not one: {listed}.", mend="give arrays of one length"
        )
    return next(iter(found), 1)


def record_names(model: Model, record: str | Iterable[str] | None) -> tuple[str, ...]:
    """What to record.

    Raises:
        UnknownNameError: for a name the model does not have, or a parameter.
    """
    if record is None:
        return ()
    known = [*model.states, *model.definitions, *model.inputs]
    if record == "v" and "v" not in known:
        return model.outputs or model.states
    wanted = (record,) if isinstance(record, str) else tuple(record)
    for name in wanted:
        if name not in known:
            hint = closest(str(name), known)
            raise UnknownNameError(
                f"{model.title} has no {name!r} to record.",
                mend=f"{hint}it has {', '.join(known)}",
            )
    return tuple(dict.fromkeys(wanted))


def record_subset(subset: Iterable[int] | None, n: int) -> np.ndarray:
    """Which neurons to record.

    Raises:
        ParameterError: for an index that is not a neuron.
    """
    if subset is None:
        return np.arange(n)
    chosen = np.asarray(list(subset))
    if chosen.size and (chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= n):
        raise ParameterError(
            f"subset names neurons that are not there: {list(chosen[:6])}.",
            mend=f"use whole numbers from 0 to {n - 1}",
        )
    return chosen.astype(np.int64)


def check_refractory(model: Model, dt: float) -> None:
    """On the grid a refractory period is a whole number of steps.

    Raises:
        ParameterError: naming both.
    """
    if model.refractory is None or not names(model.refractory) <= model.parameters.keys():
        return
    from rheobase.compiler.targets.numpy import evaluate

    period = np.asarray(evaluate(model.refractory, model.parameters)) * model.plain_time
    ratio = period / dt
    if np.any(np.abs(ratio - np.round(ratio)) > _CLOSE):
        raise ParameterError(
            f"The refractory period, {np.max(period):g} ms, is not a whole number of steps of "
            f"dt = {dt:g} ms.",
            mend='choose a dt that divides it, or spike_times="interpolated"',
        )
