"""Derivatives and linearity of a model's right-hand sides, through its named expressions."""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.model.differentiate import differentiate
from rheobase.model.expression import (
    ONE,
    ZERO,
    Apply,
    Comparison,
    Expression,
    Negative,
    Operation,
    Symbol,
    add,
    children,
    divide,
    multiply,
    names,
    negate,
    power,
    substitute,
    subtract,
    walk,
)
from rheobase.model.model import Model

# Functions whose derivative is zero where they have one, though they are not constant.
_STEPS = ("floor", "heaviside", "sign")
_FOLDERS = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}


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


def folded(expression: Expression) -> Expression:
    """The expression with what zeros and ones in it make superfluous taken out."""
    match expression:
        case Negative(operand):
            return negate(folded(operand))
        case Operation(op, left, right) if op in _FOLDERS:
            return _FOLDERS[op](folded(left), folded(right))
    return expression


def is_proportional(model: Model, slope: Expression, state: str) -> bool:
    """Whether a slope is the state times a coefficient that does not depend on it."""
    own = total_derivative(model, slope, state)
    if state in depends(model, own):
        return False
    return folded(substitute(inlined(model, slope), {state: ZERO})) == ZERO


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
    return _affine(model, {*model.states, *model.inputs}) == model.states


def linear_states(model: Model) -> tuple[str, ...]:
    """The most states that are affine in one another, with constant coefficients, and in no more.

    No other state, input, time or noise reaches them, so they have a propagator of their own.
    """
    found = model.states
    while (kept := _affine(model, set(found))) != found:
        found = kept
    return found


def _affine(model: Model, movers: set[str]) -> tuple[str, ...]:
    """Which of the movers are states with a slope affine in the movers, and constant otherwise."""
    others = {*model.states, *model.inputs, *model.noises, "t"}
    degrees = dict.fromkeys(others, _NONLINEAR) | dict.fromkeys(movers, 1)
    for name, definition in model.definitions.items():
        degrees[name] = _degree(definition, degrees)
    return tuple(
        s for s in model.states if s in movers and _degree(model.derivatives[s], degrees) <= 1
    )


def connected(model: Model, states: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The states in groups, such that no state depends on one of another group."""
    groups: list[set[str]] = []
    for state in states:
        near = {state} | depends(model, model.derivatives[state]) & set(states)
        near.update(*(group for group in groups if group & near))
        groups = [*(group for group in groups if not group & near), near]
    return [tuple(s for s in states if s in group) for group in groups]


# Constant, affine, and all that is more.
_NONLINEAR = 2


def _degree(expression: Expression, degrees: Mapping[str, int]) -> int:
    """0 for an expression that does not move, 1 for an affine one, 2 for any other."""
    match expression:
        case Symbol(name):
            return degrees.get(name, 0)
        case Negative(operand):
            return _degree(operand, degrees)
        case Operation(op, left, right):
            a, b = _degree(left, degrees), _degree(right, degrees)
            if op in "+-":
                return max(a, b)
            if op == "*":
                return min(a + b, _NONLINEAR)
            if op == "/" and not b:
                return a
            one = op == "**" and right == ONE
            return a if one else _NONLINEAR if a or b else 0
        case Apply("where", (condition, chosen, other)) if not _degree(condition, degrees):
            return max(_degree(chosen, degrees), _degree(other, degrees))
    parts = [_degree(part, degrees) for part in children(expression)]
    return _NONLINEAR if any(parts) else 0
