"""Exact propagators for linear models, whose inputs are parabolas over the step.

See `compiler/propagator.py`. Rotter and Diesmann (1999) brought the method to neurons. White noise
that moves a state which no other one reads is exact in law too: over a step of h such a state with
ds/dt = a s + ... + g xi takes up a normal number of variance g^2 (exp(2 a h) - 1)/(2 a).
"""

import math

from rheobase.compiler.calculus import depends, folded, inlined, is_linear, total_derivative
from rheobase.compiler.propagator import propagate
from rheobase.compiler.step import Step
from rheobase.errors import SchemeError
from rheobase.model.expression import (
    ZERO,
    Apply,
    Expression,
    Number,
    Symbol,
    add,
    multiply,
    substitute,
)
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """The exact propagator of a linear model.

    Raises:
        SchemeError: when the model is not linear with constant coefficients, or has white noise of
            which more than one state takes up the same.
    """
    silent = _silent(model) if model.noises else model
    if not is_linear(silent):
        raise SchemeError(
            f"{model.title} is not linear with constant coefficients: it has no exact propagator.",
            mend="use method='adaptive' or 'rk4'",
        )
    whole = propagate(silent, [model.states], model.inputs)
    after = dict(whole.after)
    for noise in model.noises:
        state, spread = _taken_up(model, silent, noise)
        after[state] = add(after[state], multiply(spread, Symbol(noise)))
    return Step(
        model,
        "exact",
        order=math.inf,
        after=after,
        held=whole.held,
        prepare=whole.prepare,
        prepared=whole.prepared,
        noises=model.noises,
    )


def _silent(model: Model) -> Model:
    """The model without its noise."""
    nothing: dict[str, Expression] = dict.fromkeys(model.noises, ZERO)
    found = model._copy()
    found._put(
        definitions={k: folded(substitute(v, nothing)) for k, v in model.definitions.items()},
        derivatives={k: folded(substitute(v, nothing)) for k, v in model.derivatives.items()},
    )
    return found


def _taken_up(model: Model, silent: Model, noise: str) -> tuple[str, Expression]:
    """The state that a noise moves, and the standard deviation of what it takes up in a step.

    Raises:
        SchemeError: where others move with it, or by an amount that changes.
    """
    gains = {
        s: folded(inlined(model, total_derivative(model, slope, noise)))
        for s, slope in model.derivatives.items()
    }
    moved = [s for s, gain in gains.items() if gain != ZERO]
    readers = [
        s for s, slope in silent.derivatives.items() if set(moved) & depends(silent, slope) - {s}
    ]
    if len(moved) != 1 or readers or depends(model, gains[moved[0]]) - {*model.parameters}:
        raise SchemeError(
            f"The white noise {noise} of {model.called} moves more than one state, or by an amount "
            "that changes: its step is not exact.",
            mend="use method='euler_maruyama'",
        )
    state = moved[0]
    rate = folded(inlined(silent, total_derivative(silent, silent.derivatives[state], state)))
    h = Symbol("dt")
    grown = Apply("exprel", (multiply(multiply(Number(2.0), rate), h),))
    return state, multiply(gains[state], Apply("sqrt", (multiply(h, grown),)))
