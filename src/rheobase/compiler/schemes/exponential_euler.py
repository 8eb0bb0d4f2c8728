"""Exponential Euler with frozen coefficients (Rush and Larsen 1978). Order 1.

    x' = x + h f exprel(h J),   J = df/dx of that state alone,   exprel(z) = (e^z - 1)/z

which is x' = x e^(h J) where the slope is f = J x.

A gate relaxes exactly towards its present steady state, so large steps stay stable; but because the
coefficients are frozen over the step it is less accurate than its stability suggests, and it is
never the default.

States that are linear with constant coefficients in one another, and in nothing else, are no part
of this: they are advanced by their exact propagator. Such is a synapse whose conductance rises and
decays; of a state that only decays the form above is exact already. All other states see the values
that these have at the start of the step, as they see those of any state.
"""

from rheobase.compiler.calculus import (
    connected,
    is_proportional,
    linear_states,
    total_derivative,
)
from rheobase.compiler.propagator import propagate
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
    """Exponential Euler on a model, with exact propagators where states are linear together."""
    groups = [group for group in connected(model, linear_states(model)) if len(group) > 1]
    linear = propagate(model, groups, inputs=())
    after = {
        state: linear.after[state] if state in linear.after else _relaxed(model, state)
        for state in model.states
    }
    return Step(
        model,
        "exponential_euler",
        order=1,
        body=model.definitions,
        after=after,
        held=linear.held,
        prepare=linear.prepare if groups else None,
        prepared=linear.prepared,
    )


def _relaxed(model: Model, state: str) -> Expression:
    """The next value of a state whose coefficients are frozen."""
    slope = model.derivatives[state]
    own = total_derivative(model, slope, state)
    exponent = _times_step(model, own)
    if is_proportional(model, slope, state):
        return multiply(Symbol(state), Apply("exp", (exponent,)))
    change = multiply(_times_step(model, slope), Apply("exprel", (exponent,)))
    return add(Symbol(state), change)


def _times_step(model: Model, slope: Expression) -> Expression:
    """H times a slope; what the slope is divided by divides h once for all, if it is constant."""
    h = Symbol("dt")
    match slope:
        case Operation("/", above, below) if names(below) <= model.parameters.keys():
            return multiply(above, divide(h, below))
        case Negative(operand):
            return negate(_times_step(model, operand))
    return multiply(h, slope)
