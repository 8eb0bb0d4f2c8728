r"""Removable 0/0: x/(1 - exp(-x)) and its kin, made exact at the singular point.

Textbooks print the opening rate of a channel as a (v - v0) / (1 - exp(-(v - v0)/k)), which is 0/0 at v0.
Its limit is finite, because (e^z - 1)/z -> 1. Wherever a product or quotient has a factor `e^z - 1` (in any
of the ways it is written) on one side of the fraction line and a factor proportional to `z` on the other,
the two are replaced by `exprel(z) = (e^z - 1)/z`, which is exact everywhere. The author's text is kept
for LaTeX; only what is computed changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from rheobase.model.expression import (
    Apply,
    Expression,
    Negative,
    Number,
    Operation,
    Symbol,
    divide,
    multiply,
    names,
    negate,
    rebuild,
)
from rheobase.model.polynomial import Polynomial, polynomial
from rheobase.units.dimension import NONE


def remove_singularities(
    expression: Expression, definitions: Mapping[str, Expression], varying: Set[str]
) -> Expression:
    """The expression with every removable 0/0 of the exponential kind rewritten with `exprel`.

    Args:
        expression: what to rewrite.
        definitions: named expressions that it may mention, so that `x / (1 - E)` with a line
            ``E = exp(-x)`` is recognised too.
        varying: names whose value changes during a run, which must not end up in a denominator.
    """
    rewritten = rebuild(expression, lambda part: remove_singularities(part, definitions, varying))
    if not isinstance(rewritten, Operation) or rewritten.op not in "*/":
        return rewritten
    above, below, sign = _factors(rewritten)
    changed = _cancel(above, below, definitions, varying)
    changed |= _cancel(below, above, definitions, varying)
    if not changed:
        return rewritten
    return _assemble(above, below, sign)


def _factors(expression: Expression) -> tuple[list[Expression], list[Expression], int]:
    """Numerator factors, denominator factors and sign of a chain of products and quotients."""
    match expression:
        case Negative(operand):
            above, below, sign = _factors(operand)
            return above, below, -sign
        case Operation("*", left, right):
            a, b, s = _factors(left)
            c, d, r = _factors(right)
            return a + c, b + d, s * r
        case Operation("/", left, right):
            a, b, s = _factors(left)
            c, d, r = _factors(right)
            return a + d, b + c, s * r
        case Operation("**", base, Negative(Number(1.0))):
            return [], [base], 1
    return [expression], [], 1


def _assemble(above: list[Expression], below: list[Expression], sign: int) -> Expression:
    """The fraction, its literals gathered in one coefficient."""
    value, dimension = float(sign), NONE
    sides: list[Expression] = []
    for factors, power in ((above, 1), (below, -1)):
        side: Expression = Number(1.0)
        for factor in factors:
            for part, s in _flat(factor):
                if isinstance(part, Number):
                    value = value * part.value if s * power > 0 else value / part.value
                    dimension = dimension.times(part.dimension.to_the(s * power))
                else:
                    side = multiply(side, part) if s > 0 else divide(side, part)
        sides.append(side)
    return divide(multiply(Number(value, dimension), sides[0]), sides[1])


def _flat(expression: Expression) -> list[tuple[Expression, int]]:
    """The factors of a chain of products and quotients, with the power 1 or -1 of each."""
    above, below, sign = _factors(expression)
    signed = [(Number(-1.0), 1)] if sign < 0 else []
    return [*signed, *((f, 1) for f in above), *((f, -1) for f in below)]


def _denominator(expression: Expression) -> Expression:
    is_quotient = isinstance(expression, Operation) and expression.op == "/"
    return expression.right if is_quotient else Number(1.0)  # type: ignore[union-attr]


def _cancel(
    linear_side: list[Expression],
    exponential_side: list[Expression],
    definitions: Mapping[str, Expression],
    varying: Set[str],
) -> bool:
    """Replace one `e^z - 1` on one side and a factor `k z` on the other by exprel(z) and k."""
    for i, factor in enumerate(exponential_side):
        found = _exponential_minus_one(factor, definitions)
        if found is None:
            continue
        scale, argument = found  # the factor is scale * (exp(argument) - 1)
        z = polynomial(argument, definitions)
        if z.is_constant:
            continue
        whole: Expression = Number(1.0)
        for other in linear_side:
            whole = multiply(whole, other)
        # One factor that is proportional to z, or else their whole product.
        for other, rest in [
            *((o, linear_side[:j] + linear_side[j + 1 :]) for j, o in enumerate(linear_side)),
            (whole, []),
        ]:
            ratio = polynomial(other, definitions).ratio(z)
            if ratio is None or names(_denominator(ratio)) & varying:
                continue
            linear_side[:] = [*rest, ratio]
            exponential_side[i] = multiply(scale, Apply("exprel", (argument,)))
            return True
    return False


def _exponential_minus_one(
    factor: Expression, definitions: Mapping[str, Expression]
) -> tuple[Expression, Expression] | None:
    """`scale, z` when the factor is scale * (exp(z) - 1), however it is written."""
    if isinstance(factor, Apply) and factor.function == "expm1":
        return Number(1.0), factor.arguments[0]
    terms = _terms(factor, definitions)
    exponentials = [(sign, term) for sign, term in terms if _exponential(term, definitions)]
    rest = [(sign, term) for sign, term in terms if not _exponential(term, definitions)]
    if len(exponentials) != 1 or not rest:
        return None
    sign, term = exponentials[0]
    found = _exponential(term, definitions)
    if found is None:
        return None
    coefficient, argument = found
    constant = Polynomial()
    for s, r in rest:
        constant = constant.plus(polynomial(r, definitions), s)
    weight = polynomial(coefficient, definitions).scaled(sign)
    if not constant.plus(weight, 1).is_zero or weight.is_zero:
        return None  # c + k exp(z) vanishes at z = 0 only when c = -k
    return (coefficient if sign > 0 else negate(coefficient)), argument


def _terms(
    expression: Expression, definitions: Mapping[str, Expression]
) -> list[tuple[int, Expression]]:
    """The signed terms of a sum, named sums and products written out."""
    match expression:
        case Operation("+", left, right):
            return _terms(left, definitions) + _terms(right, definitions)
        case Operation("-", left, right):
            return _terms(left, definitions) + [(-s, t) for s, t in _terms(right, definitions)]
        case Negative(operand):
            return [(-s, t) for s, t in _terms(operand, definitions)]
    return [(1, expression)]


def _exponential(
    term: Expression, definitions: Mapping[str, Expression]
) -> tuple[Expression, Expression] | None:
    """`coefficient, z` when a term is coefficient * exp(z)."""
    match term:
        case Apply("exp", (argument,)):
            return Number(1.0), argument
        case Symbol(name) if name in definitions:
            return _exponential(definitions[name], definitions)
        case Negative(operand):
            found = _exponential(operand, definitions)
            return found and (negate(found[0]), found[1])
        case Operation("*", left, right):
            for one, other in ((left, right), (right, left)):
                found = _exponential(one, definitions)
                if found:
                    return multiply(other, found[0]), found[1]
        case Operation("/", Number(1.0), Apply("exp", (argument,))):
            return Number(1.0), negate(argument)
        case Operation("/", left, right):
            found = _exponential(left, definitions)
            return found and (divide(found[0], right), found[1])
    return None
