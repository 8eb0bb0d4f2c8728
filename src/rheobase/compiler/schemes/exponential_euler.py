"""Exponential Euler with frozen coefficients (Rush and Larsen 1978). Order 1.

    x' = x + h f exprel(h J),   J = df/dx of that state alone,   exprel(z) = (e^z - 1)/z

which is x' = x e^(h J) where the slope is f = J x.

A gate relaxes exactly towards its present steady state, so large steps stay stable; but because the
coefficients are frozen over the step it is less accurate than its stability suggests, and it is
never the default.
"""

from rheobase.compiler.calculus import is_proportional, total_derivative
from rheobase.compiler.step import Step
from rheobase.model.expression import (
    Apply,
    Expression,
    Negative,
    Operation,
    Symbol,
    add,
    divide,
    multiply,
    names,
    negate,
)
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """Exponential Euler on a model."""
    after: dict[str, Expression] = {}
    for state, slope in model.derivatives.items():
        own = total_derivative(model, slope, state)
        exponent = _times_step(model, own)
        if is_proportional(model, slope, state):
            after[state] = multiply(Symbol(state), Apply("exp", (exponent,)))
            continue
        change = multiply(_times_step(model, slope), Apply("exprel", (exponent,)))
        after[state] = add(Symbol(state), change)
    return Step(model, "exponential_euler", order=1, body=model.definitions, after=after)


def _times_step(model: Model, slope: Expression) -> Expression:
    """H times a slope; what the slope is divided by divides h once for all, if it is constant."""
    h = Symbol("dt")
    match slope:
        case Operation("/", above, below) if names(below) <= model.parameters.keys():
            return multiply(above, divide(h, below))
        case Negative(operand):
            return negate(_times_step(model, operand))
    return multiply(h, slope)
