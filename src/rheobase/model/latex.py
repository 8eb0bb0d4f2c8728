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
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda",
    "Sigma", "Phi", "Psi", "Omega",
}  # fmt: skip
_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 4, "**": 3}


def name_latex(name: str) -> str:
    """A name as printed: ``tau_m`` is a Greek letter with a subscript, ``dv/dt`` a derivative."""
    if name.endswith("/dt"):
        return rf"\frac{{d{name_latex(name[1:-3])}}}{{dt}}"
    head, _, tail = name.partition("_")
    match = re.fullmatch(r"([A-Za-z]+?)(\d+)", head)
    if match and not tail:
        head, tail = match.groups()
    base = rf"\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    if not tail:
        return base
    parts = [
        name_latex(p) if p in _GREEK or len(p) == 1 else rf"\mathrm{{{p}}}" for p in tail.split("_")
    ]
    return rf"{base}_{{{','.join(parts)}}}"


def expression_latex(expression: Expression) -> str:
    """An expression as LaTeX source."""
    return _print(expression)[0]


def equation_latex(left: Expression, right: Expression) -> str:
    """An equation, aligned at its sign."""
    return rf"{expression_latex(left)} &= {expression_latex(right)}"


def _number(number: Number) -> str:
    text = number.text or f"{number.value:g}"
    if re.match(r"[A-Za-z]", text):
        return rf"\,\mathrm{{{text}}}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _print(expression: Expression) -> tuple[str, int]:
    """The source and how tightly its outermost operator binds (5 is an atom)."""
    match expression:
        case Number():
            return _number(expression), 5
        case Symbol(name):
            return name_latex(name), 5
        case Negative(operand):
            return f"-{_at_least(operand, 2)}", 1
        case Operation("/", left, right):
            return rf"\frac{{{_print(left)[0]}}}{{{_print(right)[0]}}}", 4
        case Operation("**", left, right):
            return f"{_at_least(left, 5)}^{{{_print(right)[0]}}}", 3
        case Operation(op, left, right):
            rank = _RANK[op]
            sign = r" \, " if op == "*" else f" {op} "
            tight = rank + 1 if op == "-" else rank
            return f"{_at_least(left, rank)}{sign}{_at_least(right, tight, after=True)}", rank
        case Comparison(op, left, right):
            return f"{_print(left)[0]} {_RELATIONS[op]} {_print(right)[0]}", 0
        case Logical("not", (operand,)):
            return rf"\lnot\left({_print(operand)[0]}\right)", 5
        case Logical(op, operands):
            sign = r" \land " if op == "and" else r" \lor "
            return sign.join(rf"\left({_print(o)[0]}\right)" for o in operands), 0
        case Apply(function, arguments):
            return _apply(function, arguments), 5


def _at_least(expression: Expression, rank: int, after: bool = False) -> str:
    source, found = _print(expression)
    loose = found < rank or (after and source.startswith("-"))
    return rf"\left({source}\right)" if loose else source


def _apply(function: str, arguments: tuple[Expression, ...]) -> str:
    inside = [_print(a)[0] for a in arguments]
    if function == "where":
        return (
            rf"\begin{{cases}}{inside[1]} & {inside[0]} \\ {inside[2]} & \text{{else}}\end{{cases}}"
        )
    form = FUNCTIONS[function].latex
    if form:
        return form.format(inside[0])
    return rf"\{function if function != 'clip' else 'mathrm{clip}'}\left({', '.join(inside)}\right)"


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
