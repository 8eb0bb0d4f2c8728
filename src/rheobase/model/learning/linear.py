"""Expressions that are linear in some names, taken apart."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from rheobase.model.expression import (
    ONE,
    Expression,
    Negative,
    Operation,
    Symbol,
    add,
    divide,
    literal,
    multiply,
    names,
    negate,
)

# The coefficient of each name, and what has none under the empty one.
Terms: TypeAlias = dict[str, Expression]
FREE = ""


class NonlinearError(Exception):
    """Not linear in the names that were asked for."""


def terms(expression: Expression, over: Collection[str]) -> Terms:
    """The coefficient of each of some names in an expression that is linear in them.

    Raises:
        NonlinearError: for one that is not.
    """
    if names(expression).isdisjoint(over):
        return {} if literal(expression) == 0 else {FREE: expression}
    match expression:
        case Symbol(name):
            return {name: ONE}
        case Negative(operand):
            return {name: negate(value) for name, value in terms(operand, over).items()}
        case Operation("+" | "-" as op, left, right):
            found = terms(left, over)
            for name, value in terms(right, over).items():
                signed = value if op == "+" else negate(value)
                found[name] = add(found[name], signed) if name in found else signed
            return found
        case Operation("*", left, right):
            factor, rest = (left, right) if names(left).isdisjoint(over) else (right, left)
            if names(factor).isdisjoint(over):
                return {name: multiply(factor, v) for name, v in terms(rest, over).items()}
        case Operation("/", left, right) if names(right).isdisjoint(over):
            return {name: divide(value, right) for name, value in terms(left, over).items()}
    raise NonlinearError
