"""The value of an expression, by NumPy, one operation at a time: what every target is held to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.model.expression import (
    Apply,
    Comparison,
    Expression,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
)


def _exprel(x: Any) -> Any:
    """(e^x - 1)/x, and 1 at zero."""
    x = np.asarray(x, dtype=float)
    safe = np.where(x == 0, 1.0, x)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(x == 0, 1.0, np.expm1(safe) / safe)[()]


def _logistic(x: Any) -> Any:
    """1/(1 + e^-x), with neither tail lost."""
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0 / (1.0 + small), small / (1.0 + small))[()]


def _clip(x: Any, low: Any, high: Any) -> Any:
    """A number between two bounds, of which the lower one prevails."""
    return np.where(np.less(x, low), low, np.where(np.greater(x, high), high, x))[()]


_FUNCTIONS: dict[str, Any] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "exprel": _exprel,
    "log": np.log,
    "log1p": np.log1p,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "logistic": _logistic,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "heaviside": lambda x: np.heaviside(x, 1.0),
    "positive": lambda x: np.maximum(x, 0.0),
    "max": np.maximum,
    "min": np.minimum,
    "clip": _clip,
    "where": np.where,
}
_OPERATIONS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.float_power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}


def evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    """The value of an expression.

    Args:
        expression: what to evaluate.
        values: floats or arrays by name, broadcast against one another.

    Returns:
        A float or an array; overflow and 0/0 give inf and nan, silently, as in a compiled kernel.
    """
    with np.errstate(all="ignore"):
        return _evaluate(expression, values)


def _evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    match expression:
        case Number(value):
            return value
        case Symbol(name):
            return values[name]
        case Negative(operand):
            return np.negative(_evaluate(operand, values))
        case Operation(op, left, right) | Comparison(op, left, right):
            return _OPERATIONS[op](_evaluate(left, values), _evaluate(right, values))
        case Logical("not", (operand,)):
            return np.logical_not(_evaluate(operand, values))
        case Logical(op, operands):
            result = _evaluate(operands[0], values)
            for operand in operands[1:]:
                result = _OPERATIONS[op](result, _evaluate(operand, values))
            return result
        case Apply(function, arguments):
            return _FUNCTIONS[function](*(_evaluate(a, values) for a in arguments))
