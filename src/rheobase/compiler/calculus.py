"""Derivatives and linearity of a model's right-hand sides, through its named expressions."""

from __future__ import annotations

from rheobase.model.differentiate import differentiate
from rheobase.model.expression import (
    ZERO,
    Apply,
    Comparison,
    Expression,
    add,
    multiply,
    names,
    substitute,
    walk,
)
from rheobase.model.model import Model

# Functions whose derivative is zero where they have one, though they are not constant.
_STEPS = ("floor", "heaviside", "sign")


def total_derivative(model: Model, expression: Expression, name: str) -> Expression:
    """d(expression)/d(name), with named expressions counted as functions of `name`."""
    result = differentiate(expression, name)
    for definition in names(expression) & model.definitions.keys():
        inner = total_derivative(model, model.definitions[definition], name)
        if inner != ZERO:
            result = add(result, multiply(differentiate(expression, definition), inner))
    return result


def inlined(model: Model, expression: Expression) -> Expression:
    """The expression with every named expression written out."""
    while names(expression) & model.definitions.keys():
        expression = substitute(expression, model.definitions)
    return expression


def depends(model: Model, expression: Expression) -> set[str]:
    """The names an expression depends on, through named expressions."""
    found = set(names(expression))
    pending = found & model.definitions.keys()
    while pending:
        name = pending.pop()
        new = names(model.definitions[name]) - found
        found |= new
        pending |= new & model.definitions.keys()
    return found - model.definitions.keys()


def jacobian(model: Model) -> dict[tuple[str, str], Expression]:
    """The symbolic Jacobian: entry (i, j) is the derivative of state i's slope by state j."""
    return {
        (i, j): total_derivative(model, model.derivatives[i], j)
        for i in model.states
        for j in model.states
    }


def jumps(expression: Expression, moving: set[str]) -> bool:
    """Whether a step or a condition in an expression moves: its derivatives do not show it."""
    return any(
        names(node) & moving
        for node in walk(expression)
        if isinstance(node, Comparison) or (isinstance(node, Apply) and node.function in _STEPS)
    )


def is_noise(name: str) -> bool:
    """Whether a name stands for white noise."""
    return name == "xi" or name.startswith("xi_")


def is_linear(model: Model) -> bool:
    """Whether the derivatives are affine in states and inputs with constant coefficients."""
    if not model.states or model.noises:
        return False
    moving = {*model.states, *model.inputs, "t"}
    for slope in model.derivatives.values():
        if "t" in depends(model, slope) or jumps(inlined(model, slope), moving):
            return False
        for name in (*model.states, *model.inputs):
            if depends(model, total_derivative(model, slope, name)) & moving:
                return False
    return True
