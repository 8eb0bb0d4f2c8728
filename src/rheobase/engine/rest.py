"""The resting state: where every derivative vanishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import jacobian
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import NumericalError, ParameterError, UnknownNameError, closest
from rheobase.model.expression import Expression, literal, names
from rheobase.model.model import Model

_MOST_STEPS = 200
_CLOSE = 1e-12


def resting_state(model: Model, **inputs: Any) -> dict[str, Any]:
    """The fixed point of a model under constant inputs, found by Newton's method from `initial`.

    Solves f(x) = 0 with the symbolic Jacobian; quadratic convergence to rounding. Under a strong
    input the fixed point may be unstable, and the neuron never rest there: `phase_plane` says.

    Args:
        model: the neuron.
        inputs: constant values of the inputs, quantities; zero by default.

    Returns:
        The value of each state, with its unit; one a neuron where parameters are arrays.

    Raises:
        NumericalError: when no fixed point is found from the initial values.
        UnknownNameError: for an input that the model does not have.
    """
    for name in inputs:
        if name not in model.inputs:
            hint = closest(name, list(model.inputs))
            raise UnknownNameError(
                f"{model.title} has no input {name!r}.",
                mend=f"{hint}its inputs are {', '.join(model.inputs) or 'none'}",
            )
    if not model.states:
        raise ParameterError(
            f"{model.title} has no states, so it has no resting state.",
            mend="its output follows its inputs at once",
        )
    values = {name: model.to_internal(value, name) for name, value in inputs.items()}
    arrays = {**model.parameters, **values}
    sizes = {name: np.size(v) for name, v in arrays.items() if np.ndim(v)}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} is for {size}" for name, size in sizes.items())
        raise ParameterError(
            f"The number of neurons is not one: {listed}.", mend="give arrays of one length"
        )
    n = next(iter(sizes.values()), 1)
    found = solve_rest(model, initial_values(model, n, {}), values)
    return {s: model.from_internal(v if sizes else v[0], s) for s, v in found.items()}


def initial_values(model: Model, n: int, given: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """First values of every state, internal, one a neuron.

    Args:
        model: the neuron; its `initial` may name parameters, other states and named expressions.
        n: how many neurons.
        given: values that replace the model's own.

    Raises:
        ParameterError: when the initial expressions need one another.
    """
    values: dict[str, Any] = {**model.parameters, **dict.fromkeys(model.inputs, 0.0), "t": 0.0}
    values |= {s: v for s, v in given.items()}
    pending = {s: e for s, e in model.initial.items() if s not in given} | dict(model.definitions)
    while pending:
        ready = [k for k, e in pending.items() if _known(e, values)]
        if not ready:
            break
        for name in ready:
            values[name] = evaluate(pending.pop(name), values)
    stuck = [s for s in model.states if s in pending]
    if stuck:
        raise ParameterError(
            f"The first values of {', '.join(stuck)} need one another.",
            mend="give at least one of them as a number in initial=",
        )
    return {
        s: np.array(np.broadcast_to(np.asarray(values[s], dtype=float), (n,))) for s in model.states
    }


def solve_rest(
    model: Model, start: Mapping[str, np.ndarray], inputs: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """The fixed points nearest to `start`, one a neuron, internal values.

    Raises:
        NumericalError: when Newton's method does not converge.
    """
    states, n = model.states, len(next(iter(start.values())))
    slopes = jacobian(model)
    x = np.stack([np.asarray(start[s], dtype=float) for s in states])
    fixed = {**model.parameters, **dict.fromkeys(model.inputs, 0.0), **inputs, "t": 0.0}
    fixed |= dict.fromkeys(model.noises, 0.0)
    going = np.ones(n, dtype=bool)
    for _ in range(_MOST_STEPS):
        with np.errstate(all="ignore"):
            change = _newton_step(model, slopes, fixed, x)
        if change is None:
            break
        # Steps longer than 10 mV leave the region where the linearisation says anything.
        scale = 10.0 / np.maximum(10.0, np.abs(change).max(axis=0))
        # A neuron that has arrived stays, so that its bits do not depend on the others.
        x = np.where(going, x - change * scale, x)
        if not np.all(np.isfinite(x)):
            break
        going &= np.any(np.abs(change) > _CLOSE * (1.0 + np.abs(x)), axis=0)
        if not np.any(going):
            return dict(zip(states, x, strict=True))
    raise NumericalError(
        f"No resting state of {model.called} was found from its initial values.",
        mend="give initial= values nearer to rest, or a smaller input",
    )


def _newton_step(
    model: Model,
    slopes: Mapping[tuple[str, str], Expression],
    fixed: Mapping[str, Any],
    x: np.ndarray,
) -> np.ndarray | None:
    """What to subtract from the states, shape (states, n); None where the Jacobian is singular."""
    states, n = model.states, x.shape[1]
    values = environment(model, {**fixed, **dict(zip(states, x, strict=True))})
    f = np.stack([np.broadcast_to(evaluate(model.derivatives[s], values), (n,)) for s in states])
    matrix = np.empty((n, len(states), len(states)))
    for (i, j), expression in slopes.items():
        matrix[:, states.index(i), states.index(j)] = evaluate(expression, values)
    for k, state in enumerate(states):
        if literal(model.derivatives[state]) == 0:
            matrix[:, k, k] = 1.0  # nothing moves it: it rests wherever it is
    try:
        return np.asarray(np.linalg.solve(matrix, f.T[..., None])[..., 0].T)
    except np.linalg.LinAlgError:
        return None


def environment(model: Model, values: dict[str, Any]) -> dict[str, Any]:
    """States, inputs and parameters, with every named expression evaluated."""
    for name, expression in model.definitions.items():
        values[name] = evaluate(expression, values)
    return values


def _known(expression: Expression, values: Mapping[str, Any]) -> bool:
    return names(expression) <= values.keys()
