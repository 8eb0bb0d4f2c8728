"""Expressions as text that the language reads again, with no more parentheses than it needs."""

from __future__ import annotations

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

# What binds how tightly; a sign binds as a product does.
_SUM, _PRODUCT, _POWER, _WHOLE = 1, 2, 3, 4
_BINDS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def spelled(expression: Expression) -> str:
    """The text of an expression; parsing it gives the same operations on the same operands."""
    return _spelled(expression)[0]


def _spelled(expression: Expression) -> tuple[str, int]:
    """The text, and how tightly its last operation binds."""
    match expression:
        case Symbol(name):
            return name, _WHOLE
        case Number():
            return _number(expression)
        case Negative(operand):
            return f"-{_inside(operand, _POWER)}", _PRODUCT
        case Operation(op, left, right):
            binds = _BINDS[op]
            # Of equals the left comes first, but of powers: those are told apart on both sides.
            before = _inside(left, binds + (op == "**"))
            return f"{before} {op} {_inside(right, binds + 1)}", binds
        case Apply(function, arguments):
            return f"{function}({', '.join(map(spelled, arguments))})", _WHOLE
        case Comparison(op, left, right):
            return f"{spelled(left)} {op} {spelled(right)}", 0
        case Logical("not", operands):
            return f"not ({spelled(operands[0])})", 0
        case Logical(op, operands):
            return f" {op} ".join(f"({spelled(part)})" for part in operands), 0


def _number(number: Number) -> tuple[str, int]:
    if number.text:
        return number.text, _WHOLE
    if not number.dimension.is_none:
        raise TypeError("a quantity without its text")
    return (repr(number.value), _WHOLE) if number.value >= 0 else (repr(number.value), _PRODUCT)


def _inside(expression: Expression, least: int) -> str:
    text, binds = _spelled(expression)
    return text if binds >= least else f"({text})"


__all__ = ["spelled"]
