"""Euler-Maruyama for stochastic equations after Ito: x' = x + h f + sum_k g_k sqrt(h) N_k.

Strong order 1/2, and 1 where the noise is additive. Maruyama (1955).
"""

from rheobase.compiler.calculus import depends, inlined, jumps, total_derivative
from rheobase.compiler.step import Step
from rheobase.errors import SchemeError
from rheobase.model.expression import (
    ZERO,
    Apply,
    Expression,
    Symbol,
    add,
    multiply,
    names,
    substitute,
)
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """Euler-Maruyama on a model.

    Raises:
        SchemeError: when a slope is not linear in its white noise.
    """
    h = Symbol("dt")
    silent: dict[str, Expression] = dict.fromkeys(model.noises, ZERO)
    quiet = {name: substitute(value, silent) for name, value in model.definitions.items()}
    after: dict[str, Expression] = {}
    is_additive = True
    for state, slope in model.derivatives.items():
        value = add(Symbol(state), multiply(h, substitute(slope, silent)))
        for noise in model.noises:
            gain = total_derivative(model, slope, noise)
            is_additive &= not depends(model, gain) & {*model.states, *model.inputs}
            whole = inlined(model, slope)
            if names(inlined(model, gain)) & set(model.noises) or jumps(whole, {noise}):
                raise SchemeError(
                    f"The equation of {state} is not linear in {noise}.",
                    mend="multiply white noise by an expression without noise, and add it",
                )
            value = add(value, multiply(multiply(gain, Apply("sqrt", (h,))), Symbol(noise)))
        after[state] = value
    order = 1.0 if is_additive else 0.5
    return Step(model, "euler_maruyama", order=order, body=quiet, after=after, noises=model.noises)
