"""Exponential Euler with frozen coefficients (Rush and Larsen 1978). Order 1.

    x' = x + h f exprel(h J),   J = df/dx of that state alone,   exprel(z) = (e^z - 1)/z

which is x' = x e^(h J) where the slope is f = J x.

A gate relaxes exactly towards its present steady state, so large steps stay stable; but because the
coefficients are frozen over the step it is less accurate than its stability suggests, and it is
never the default.
"""

from rheobase.compiler.calculus import is_proportional, total_derivative
from rheobase.compiler.step import Step
from rheobase.model.expression import Apply, Expression, Symbol, add, multiply
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """Exponential Euler on a model."""
    h = Symbol("dt")
    after: dict[str, Expression] = {}
    for state, slope in model.derivatives.items():
        own = total_derivative(model, slope, state)
        if is_proportional(model, slope, state):
            after[state] = multiply(Symbol(state), Apply("exp", (multiply(h, own),)))
            continue
        growth = Apply("exprel", (multiply(h, own),))
        after[state] = add(Symbol(state), multiply(multiply(h, slope), growth))
    return Step(model, "exponential_euler", order=1, body=model.definitions, after=after)
