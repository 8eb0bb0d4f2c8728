"""Symbolic derivatives of expressions."""

from __future__ import annotations

from functools import cache

from rheobase.model.expression import (
    ONE,
    ZERO,
    Apply,
    Comparison,
    Expression,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
    add,
    divide,
    literal,
    multiply,
    names,
    negate,
    power,
    substitute,
    subtract,
)
from rheobase.model.functions import EXPREL_RECIPROCAL_SLOPE, FUNCTIONS
from rheobase.model.parse import parse_expression


def differentiate(expression: Expression, name: str) -> Expression:
    """The partial derivative of an expression with respect to a name, other names held fixed.

    Steps (`heaviside`, `sign`, `floor`, conditions) count as locally constant.
    """
    match expression:
        case Symbol(n):
            return ONE if n == name else ZERO
        case Number() | Comparison() | Logical():
            return ZERO
        case Negative(operand):
            return negate(differentiate(operand, name))
        case Operation(op, left, right):
            return _operation(op, left, right, name)
        case Apply(function, arguments):
            return _apply(function, arguments, name)


def _operation(op: str, left: Expression, right: Expression, name: str) -> Expression:
    d_left, d_right = differentiate(left, name), differentiate(right, name)
    if op == "+":
        return add(d_left, d_right)
    if op == "-":
        return subtract(d_left, d_right)
    if op == "*":
        return add(multiply(d_left, right), multiply(left, d_right))
    if op == "/" and isinstance(right, Apply) and right.function == "exprel":
        return _over_exprel(left, d_left, right, name)
    if op == "/":
        first = divide(d_left, right)
        return subtract(first, divide(multiply(left, d_right), power(right, Number(2.0))))
    if name not in names(right):
        exponent = Number(right.value - 1) if isinstance(right, Number) else subtract(right, ONE)
        slope = multiply(right, power(left, exponent))
        value = literal(right)
        if value is not None and 0.0 < value < 1.0:  # as the slope of sqrt
            slope = Apply("where", (Comparison("==", left, ZERO), ZERO, slope))
        return multiply(slope, d_left)
    logarithm = multiply(d_right, Apply("log", (left,)))
    inner = add(logarithm, divide(multiply(right, d_left), left))
    return multiply(Operation("**", left, right), inner)


def _over_exprel(left: Expression, d_left: Expression, right: Apply, name: str) -> Expression:
    """The derivative of `left / exprel(z)`, finite where exprel overflows."""
    (argument,) = right.arguments
    slope = substitute(_reciprocal_rule(), {"x": argument})
    inner = multiply(slope, differentiate(argument, name))
    return add(divide(d_left, right), multiply(left, inner))


def _apply(function: str, arguments: tuple[Expression, ...], name: str) -> Expression:
    if function == "where":
        condition, chosen, other = arguments
        slopes = (differentiate(chosen, name), differentiate(other, name))
        if slopes == (ZERO, ZERO):
            return ZERO
        return Apply("where", (condition, *slopes))
    total: Expression = ZERO
    bindings = dict(zip("xyz", arguments, strict=False))
    for rule, argument in zip(_rules(function), arguments, strict=True):
        inner = differentiate(argument, name)
        if inner != ZERO:
            total = add(total, multiply(substitute(rule, bindings), inner))
    return total


@cache
def _rules(function: str) -> tuple[Expression, ...]:
    return tuple(parse_expression(text) for text in FUNCTIONS[function].derivatives)


@cache
def _reciprocal_rule() -> Expression:
    return parse_expression(EXPREL_RECIPROCAL_SLOPE)
