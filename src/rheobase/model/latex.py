"""Expressions and models as LaTeX, in the author's own form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rheobase.model.equations import Equation, Update
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
from rheobase.model.functions import FUNCTIONS

_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega",
}  # fmt: skip
_RELATIONS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}
# How tightly the outermost operator binds.
_CONDITION, _SUM, _PRODUCT, _POWER, _CALL, _ATOM = range(6)


def name_latex(name: str) -> str:
    """A name as printed: ``tau_m`` is a Greek letter with a subscript, ``dv/dt`` a derivative."""
    if name.endswith("/dt"):
        return rf"\frac{{d{name_latex(name[1:-3])}}}{{dt}}"
    head, *tail = [part for part in name.split("_") if part] or ["_"]
    match = re.fullmatch(r"([A-Za-z]+?)(\d+)", head)
    if match and not tail:
        head, tail = match.group(1), [match.group(2)]
    base = _word(head)
    return rf"{base}_{{{','.join(map(_word, tail))}}}" if tail else base


def _word(word: str) -> str:
    if word in _GREEK:
        return rf"\{word}"
    if word in ("inf", "infinity"):
        return r"\infty"
    if len(word) == 1 or word.isdigit():
        return word.replace("_", r"\_")
    return rf"\mathrm{{{word}}}"


def expression_latex(expression: Expression) -> str:
    """An expression as LaTeX source."""
    return _print(expression)[0]


def equation_latex(left: Expression, right: Expression) -> str:
    """An equation, aligned at its sign."""
    return rf"{expression_latex(left)} &= {expression_latex(right)}"


def model_latex(
    equations: Iterable[Equation], spike: Expression | None, reset: Iterable[Update]
) -> str:
    """A model's equations, spike condition and reset."""
    lines = [equation_latex(e.left, e.right) for e in equations]
    source = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
    if spike is None:
        return source
    source += f"\n\\text{{spike when }} {expression_latex(spike)}"
    for update in reset:
        arrow = rf"{name_latex(update.name)} \leftarrow {expression_latex(update.result)}"
        source += f", \\quad {arrow}"
    return source


def _print(expression: Expression) -> tuple[str, int]:
    """The source, and how tightly its outermost operator binds."""
    match expression:
        case Number():
            return _number(expression)
        case Symbol(name):
            return name_latex(name), _CALL if name.endswith("/dt") else _ATOM
        case Negative(operand):
            return f"-{_at_least(operand, _PRODUCT, after=True)}", _SUM
        case Operation(op, left, right):
            return _operation(op, left, right)
        case Comparison(op, left, right):
            return f"{_print(left)[0]} {_RELATIONS[op]} {_print(right)[0]}", _CONDITION
        case Logical("not", (operand,)):
            return rf"\neg \left({_print(operand)[0]}\right)", _ATOM
        case Logical(op, operands):
            sign = r" \wedge " if op == "and" else r" \vee "
            return sign.join(map(_condition, operands)), _CONDITION
        case Apply(function, arguments):
            return _apply(function, arguments)


def _operation(op: str, left: Expression, right: Expression) -> tuple[str, int]:
    if op in "*/":
        units = _units(right)
        if units is not None:
            powers = units if op == "*" else [(name, -power) for name, power in units]
            return rf"{_leading(left)}\,{_units_latex(powers)}", _PRODUCT
    if op == "/" and isinstance(left, Negative):
        return f"-{_operation(op, left.operand, right)[0]}", _SUM
    if op == "/":
        return rf"\frac{{{_print(left)[0]}}}{{{_print(right)[0]}}}", _CALL
    if op == "**":
        units = _units(Operation(op, left, right))
        if units is not None:
            return _units_latex(units), _PRODUCT
        return f"{_at_least(left, _ATOM)}^{{{_print(right)[0]}}}", _POWER
    if op == "*":
        return rf"{_leading(left)} \, {_at_least(right, _PRODUCT, after=True)}", _PRODUCT
    tight = _PRODUCT if op == "-" else _SUM
    return f"{_at_least(left, _SUM)} {op} {_at_least(right, tight, after=True)}", _SUM


def _leading(expression: Expression) -> str:
    """The first factor of a product, whose minus sign needs no parentheses."""
    source, found = _print(expression)
    is_signed = source.startswith("-") and not _is_sum(expression)
    return source if is_signed or found >= _PRODUCT else rf"\left({source}\right)"


def _is_sum(expression: Expression) -> bool:
    return isinstance(expression, Operation) and expression.op in "+-"


def _at_least(expression: Expression, rank: int, after: bool = False) -> str:
    source, found = _print(expression)
    loose = found < rank or (after and source.startswith("-"))
    return rf"\left({source}\right)" if loose else source


def _condition(expression: Expression) -> str:
    source = _print(expression)[0]
    is_joined = isinstance(expression, Logical) and expression.op != "not"
    return rf"\left({source}\right)" if is_joined else source


def _number(number: Number) -> tuple[str, int]:
    if _is_unit(number):
        return _units_latex([(number.text, 1)]), _ATOM
    text = number.text or f"{number.value:g}"
    if text == "pi":
        return r"\pi", _ATOM
    mantissa, _, exponent = text.lower().partition("e")
    if exponent:
        return rf"{mantissa} \times 10^{{{int(exponent)}}}", _PRODUCT
    return mantissa, _SUM if mantissa.startswith("-") else _ATOM


def _is_unit(expression: Expression) -> bool:
    return isinstance(expression, Number) and expression.text.isalpha() and expression.text != "pi"


def _units(expression: Expression) -> list[tuple[str, int]] | None:
    """The names and powers of an expression made of units alone; None for any other."""
    match expression:
        case Number(text=text) if _is_unit(expression):
            return [(text, 1)]
        case Operation("*" | "/" as op, left, right):
            above, below = _units(left), _units(right)
            if above is None or below is None:
                return None
            sign = 1 if op == "*" else -1
            return above + [(name, sign * power) for name, power in below]
        case Operation("**", base, exponent):
            names, sign = _units(base), 1
            if isinstance(exponent, Negative):
                exponent, sign = exponent.operand, -1
            if names is None or not isinstance(exponent, Number) or exponent.value % 1:
                return None
            return [(name, power * sign * int(exponent.value)) for name, power in names]
    return None


def _units_latex(units: list[tuple[str, int]]) -> str:
    return r"\,".join(
        _unit_name(name) if power == 1 else f"{_unit_name(name)}^{{{power}}}"
        for name, power in units
    )


def _unit_name(name: str) -> str:
    """A unit as print has it, with its Greek letters."""
    if name.endswith("ohm"):
        prefix = name.removesuffix("ohm")
        return (rf"\mathrm{{{prefix}}}" if prefix else "") + r"\Omega"
    if name[0] == "u" and len(name) > 1:
        return rf"\mu\mathrm{{{name[1:]}}}"
    return r"\%" if name == "percent" else rf"\mathrm{{{name}}}"


def _apply(function: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
    inside = [_print(a)[0] for a in arguments]
    if function == "where":
        condition, chosen, other = inside
        rows = rf"{chosen} & {condition} \\ {other} & \text{{else}}"
        return rf"\begin{{cases}}{rows}\end{{cases}}", _CALL
    form = FUNCTIONS[function].latex
    if form:
        return form.format(inside[0]), _CALL
    name = rf"\{function}" if function != "clip" else r"\mathrm{clip}"
    return rf"{name}\left({', '.join(inside)}\right)", _CALL
