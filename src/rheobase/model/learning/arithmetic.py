"""The value of an expression of numbers and parameters, where plain arithmetic is all it needs."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from rheobase.model.expression import Expression, Negative, Number, Operation, Symbol

_ARITHMETIC: Mapping[str, Callable[[float, float], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def value_of(expression: Expression, values: Mapping[str, float]) -> float | None:
    """An expression of numbers and named values; None where it needs more than arithmetic."""
    match expression:
        case Number(value):
            return value
        case Symbol(name):
            return values.get(name)
        case Negative(operand):
            inner = value_of(operand, values)
            return None if inner is None else -inner
        case Operation(op, left, right):
            return _combined(op, value_of(left, values), value_of(right, values))
    return None


def _combined(op: str, a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return None
    try:
        result = _ARITHMETIC[op](a, b)
    except ArithmeticError:
        return None
    return result if isinstance(result, float) else None
