"""Expressions: a small typed tree that keeps the author's form and computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from rheobase.records import Record, replace
from rheobase.units.dimension import NONE, Dimension

Place: TypeAlias = tuple[str, int]  # the line of text, and the column in it


class Number(Record, aside=("text", "place")):
    """A literal, or a unit written as a factor (`mV` is a number with a dimension)."""

    value: float
    dimension: Dimension = NONE
    text: str = ""
    place: Place | None = None


class Symbol(Record, aside=("place",)):
    """A name: state, parameter, input, named expression, `t`, `xi`, or a derivative `dv/dt`."""

    name: str
    place: Place | None = None


class Negative(Record, aside=("place",)):
    """Unary minus."""

    operand: Expression
    place: Place | None = None


class Operation(Record, aside=("place",)):
    """A binary operation: `+ - * / **`."""

    op: str
    left: Expression
    right: Expression
    place: Place | None = None


class Apply(Record, aside=("place",)):
    """A listed function of its arguments (see `functions.py`)."""

    function: str
    arguments: tuple[Expression, ...]
    place: Place | None = None


class Comparison(Record, aside=("place",)):
    """A condition: `< <= > >= == !=` of two expressions."""

    op: str
    left: Expression
    right: Expression
    place: Place | None = None


class Logical(Record, aside=("place",)):
    """A condition made of conditions: `and`, `or` of several, `not` of one."""

    op: str
    operands: tuple[Expression, ...]
    place: Place | None = None


Expression: TypeAlias = Number | Symbol | Negative | Operation | Apply | Comparison | Logical
ZERO, ONE = Number(0.0), Number(1.0)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression, in the order they are written."""
    if isinstance(expression, (Number, Symbol)):
        return ()
    if isinstance(expression, (Operation, Comparison)):
        return (expression.left, expression.right)
    if isinstance(expression, Negative):
        return (expression.operand,)
    return expression.arguments if isinstance(expression, Apply) else expression.operands


def rebuild(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same node over changed parts; the very same object when no part changed."""
    match expression:
        case Number() | Symbol():
            return expression
        case Negative(operand):
            new = change(operand)
            return expression if new is operand else replace(expression, operand=new)
        case Operation(_, left, right) | Comparison(_, left, right):
            a, b = change(left), change(right)
            same = a is left and b is right
            return expression if same else replace(expression, left=a, right=b)
        case Apply(_, arguments):
            news = tuple(map(change, arguments))
            same = all(n is o for n, o in zip(news, arguments, strict=True))
            return expression if same else replace(expression, arguments=news)
        case Logical(_, operands):
            news = tuple(map(change, operands))
            same = all(n is o for n, o in zip(news, operands, strict=True))
            return expression if same else replace(expression, operands=news)


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node, a parent before its parts, in the order they are written."""
    pending = [expression]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def has_exponential(expression: Expression) -> bool:
    """Whether the exponential, or that less 1, of anything is in it."""
    return any(isinstance(n, Apply) and n.function in ("exp", "expm1") for n in walk(expression))


def names(expression: Expression) -> frozenset[str]:
    """The names an expression mentions; they are found once and kept with the node."""
    kept = expression.__dict__
    if "_names" not in kept:
        own = (expression.name,) if isinstance(expression, Symbol) else ()
        kept["_names"] = frozenset(own).union(*map(names, children(expression)))
    found: frozenset[str] = kept["_names"]
    return found


def substitute(expression: Expression, values: Mapping[str, Expression]) -> Expression:
    """The expression with names replaced by expressions."""
    if isinstance(expression, Symbol):
        return values.get(expression.name, expression)
    return rebuild(expression, lambda part: substitute(part, values))


def literal(expression: Expression) -> float | None:
    """The value of an expression that is written in numbers alone; None for any other."""
    match expression:
        case Number(value, dimension) if dimension.is_none:
            return value
        case Negative(operand):
            inner = literal(operand)
            return None if inner is None else -inner
        case Operation(op, left, right) if op != "**":
            a, b = literal(left), literal(right)
            if a is None or b is None or (op == "/" and not b):
                return None
            return {"+": a + b, "-": a - b, "*": a * b, "/": a / (b or 1.0)}[op]
    return None


# Constructors for derived expressions. They fold zeros, ones and literals, which an author would
# never have written; text that an author did write is never passed through them.


def add(left: Expression, right: Expression) -> Expression:
    """The sum, folded."""
    if left == ZERO:
        return right
    if right == ZERO:
        return left
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value + right.value, left.dimension)
    if isinstance(right, Negative):
        return Operation("-", left, right.operand)
    return Operation("+", left, right)


def subtract(left: Expression, right: Expression) -> Expression:
    """The difference, folded."""
    if right == ZERO:
        return left
    if left == ZERO:
        return negate(right)
    if left == right:
        return ZERO
    if isinstance(right, Negative):
        return add(left, right.operand)
    return Operation("-", left, right)


def negate(operand: Expression) -> Expression:
    """Minus the operand, folded."""
    if isinstance(operand, Negative):
        return operand.operand
    if isinstance(operand, Number):
        return replace(operand, value=0.0 - operand.value, text="")
    return Negative(operand)


def multiply(left: Expression, right: Expression) -> Expression:
    """The product, folded."""
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    if right == ONE:
        return left
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.value * right.value, left.dimension.times(right.dimension))
    if isinstance(left, Negative):
        return negate(multiply(left.operand, right))
    if isinstance(right, Negative):
        return negate(multiply(left, right.operand))
    return Operation("*", left, right)


def divide(left: Expression, right: Expression) -> Expression:
    """The quotient, folded."""
    if left == ZERO:
        return ZERO
    if right == ONE:
        return left
    if isinstance(left, Negative):
        return negate(divide(left.operand, right))
    return Operation("/", left, right)


def power(base: Expression, exponent: Expression) -> Expression:
    """The power, folded."""
    if exponent == ONE:
        return base
    if exponent == ZERO:
        return ONE
    return Operation("**", base, exponent)
