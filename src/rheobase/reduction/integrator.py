"""A model read as a leaky integrate-and-fire neuron: the numbers that its equations amount to."""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

import numpy as np

from rheobase.compiler.calculus import inlined, is_linear, total_derivative
from rheobase.engine.rest import environment
from rheobase.errors import ParameterError
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import Comparison, Expression, Symbol, names
from rheobase.model.model import Model
from rheobase.reduction.siegert import Threshold


class Integrator(NamedTuple):
    """A leaky integrate-and-fire neuron: tau dv/dt = rest - v + sum of gain * input.

    Numbers in the model's internal units, times in ms; arrays where parameters are arrays.

    Attributes:
        threshold: time constant, threshold, reset and refractory period.
        rest: where v settles without input.
        state: the name of v.
        gains: for each input, by how much one unit of it shifts where v settles.
    """

    threshold: Threshold
    rest: Any
    state: str
    gains: dict[str, Any]


def integrator(model: Model) -> Integrator:
    """The leaky integrate-and-fire neuron that a model is, however it is written.

    Raises:
        ParameterError: saying why it is none.
    """
    if len(model.states) != 1:
        _refuse(model, f"it has the states {', '.join(model.states) or '(none)'}")
    state = model.states[0]
    if model.noises:
        _refuse(model, "it has noise of its own", "give the noise as sigma=")
    if not is_linear(model):
        _refuse(model, f"d{state}/dt is not linear with constant coefficients")
    leak = leak_of(model)
    if np.any(leak >= 0):
        _refuse(model, f"{state} does not leak")
    scale = model.plain_time  # a plain model may count its time in seconds
    slope = model.derivatives[state]
    gains = {
        name: _number(model, total_derivative(model, slope, name), {}) / -leak
        for name in model.inputs
    }
    rest = _number(model, slope, {state: 0.0}) / -leak
    top, reset = _threshold(model, state), _reset(model, state)
    t_ref = 0.0 if model.refractory is None else _number(model, model.refractory, {})
    if np.any(reset >= top):
        _refuse(model, "its reset is not below its threshold")
    threshold = Threshold(-scale / leak, top, reset, scale * t_ref)
    return Integrator(threshold, rest, state, gains)


def leak_of(model: Model) -> Any:
    """Of a linear model with one state, by how much its slope falls as the state grows; negative.

    Per unit of the model's own time.
    """
    (state,) = model.states
    return _number(model, total_derivative(model, model.derivatives[state], state), {})


def _threshold(model: Model, state: str) -> Any:
    """The potential above which it fires: `v > ...`, or `... < v`."""
    match model.spike:
        case Comparison(op, Symbol(name), right) if op in (">", ">=") and name == state:
            top = right
        case Comparison(op, left, Symbol(name)) if op in ("<", "<=") and name == state:
            top = left
        case _:
            _refuse(model, f"its spike condition is not '{state} > ...'")
    if not _is_fixed(model, top):
        _refuse(model, "its threshold moves")
    return _number(model, top, {})


def _reset(model: Model, state: str) -> Any:
    if len(model.reset) != 1 or model.reset[0].op or model.reset[0].name != state:
        _refuse(model, f"its reset is not '{state} = ...'")
    value = model.reset[0].value
    if not _is_fixed(model, value):
        _refuse(model, "its reset depends on how it fired")
    return _number(model, value, {})


def _is_fixed(model: Model, expression: Expression) -> bool:
    moving = {*model.states, *model.inputs, *model.noises, "t"}
    return not names(inlined(model, expression)) & moving


def _number(model: Model, expression: Expression, given: dict[str, float]) -> Any:
    known = {**model.parameters, **dict.fromkeys((*model.states, *model.inputs, "t"), 0.0), **given}
    value = evaluate(expression, environment(model, known))
    return np.asarray(value, dtype=float) if np.ndim(value) else float(value)


def _refuse(model: Model, why: str, mend: str = "") -> NoReturn:
    raise ParameterError(
        f"{model.title} is not a leaky integrate-and-fire neuron: {why}.",
        mend=mend or "Siegert's formula holds for tau dv/dt = -v + input, a threshold and a reset",
    )
