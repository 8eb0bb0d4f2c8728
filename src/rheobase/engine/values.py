"""What a population's kernel is given before it begins: constants, and the states at time 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.step import Step
from rheobase.engine.rest import initial_values, solve_rest
from rheobase.errors import ParameterError
from rheobase.model.model import Model


def starting_values(model: Model, n: int, start: dict[str, Any]) -> dict[str, np.ndarray]:
    """The state at time 0, one a neuron; neurons that are all alike are put at rest once."""
    rests = model.at_rest and model.states and not start
    alike = 1 if rests and model.size is None else n
    first = initial_values(model, alike, start)
    if rests:
        first = solve_rest(model, first, {})
    return {s: np.array(np.broadcast_to(v, (n,))) for s, v in first.items()}


def constant_values(
    model: Model, step: Step, dt_ms: float, n: int
) -> tuple[dict[str, Any], frozenset[str]]:
    """Parameters, prepared constants and dt, internal, and which of them are arrays."""
    values: dict[str, Any] = {
        k: (v[0] if np.ndim(v) and np.size(v) == 1 else v) for k, v in model.parameters.items()
    }
    for name, value in values.items():
        if np.ndim(value) and np.shape(value) != (n,):
            raise ParameterError(
                f"Parameter {name} has {np.size(value)} values for {n} neurons.",
                mend="give one value, or one a neuron",
            )
    values["dt"] = dt_ms / model.plain_time
    if step.prepare is not None:
        values |= step.prepare(values, values["dt"])
    return values, frozenset(k for k, v in values.items() if np.ndim(v))
