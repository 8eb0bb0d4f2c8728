"""An expression as the text that reads back as it."""

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


def worded(expression: Expression) -> str:
    """The text of an expression, every operation in parentheses."""
    match expression:
        case Number(value, _, text):
            return text or repr(value)
        case Symbol(name):
            return name
        case Negative(operand):
            return f"(-{worded(operand)})"
        case Operation(op, left, right) | Comparison(op, left, right):
            return f"({worded(left)} {op} {worded(right)})"
        case Apply(function, arguments):
            return f"{function}({', '.join(map(worded, arguments))})"
        case Logical("not", (operand,)):
            return f"(not {worded(operand)})"
        case Logical(op, operands):
            return f"({f' {op} '.join(map(worded, operands))})"
