r"""Removable 0/0: x/(1 - exp(-x)) and its kin, made exact at the singular point.

Textbooks print the opening rate of a channel as a (v - v0) / (1 - exp(-(v - v0)/k)), which is 0/0
at v0. Its limit is finite, because (e^z - 1)/z -> 1. Wherever a product or quotient has a factor
`e^z - 1` (in any of the ways it is written) on one side of the fraction line and a factor
proportional to `z` on the other, the two are replaced by `exprel(z) = (e^z - 1)/z`, which is exact
everywhere. The author's text is kept for LaTeX; only what is computed changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from itertools import islice

from rheobase.model.expression import (
    Apply,
    Expression,
    Negative,
    Number,
    Operation,
    Symbol,
    divide,
    has_exponential,
    multiply,
    names,
    negate,
    rebuild,
    walk,
)
from rheobase.model.polynomial import Expansion, Polynomial
from rheobase.records import Record

_MOST_FACTORS = 32
_MOST_NODES = 60
_LARGEST_POWER = 4.0


class _Shifted(Record):
    """`scale * (exp(argument) - 1)`."""

    scale: Expression
    argument: Expression


class _Fraction(Record):
    """A chain of products and quotients: its factors above and below the line, and its sign."""

    above: list[Expression]
    below: list[Expression]
    sign: int = 1

    def times(self, other: _Fraction, power: int = 1) -> _Fraction:
        """The product, or with power -1 the quotient."""
        upper, lower = (other.above, other.below)[::power]
        return _Fraction(self.above + upper, self.below + lower, self.sign * other.sign)

    def repeated(self, times: int) -> _Fraction:
        """The fraction to a positive whole power."""
        return _Fraction(self.above * times, self.below * times, self.sign**times)


def _product(left: _Fraction | None, right: _Fraction | None, power: int) -> _Fraction | None:
    """`left * right**power`; None when it has too many factors to look at."""
    if left is None or right is None:
        return None
    product = left.times(right, power)
    return product if len(product.above) + len(product.below) <= _MOST_FACTORS else None


class SafeExpressions:
    """Rewrites the expressions of one model.

    Args:
        definitions: named expressions, each after those it needs, so that `x / (1 - E)` with a line
            ``E = exp(-x)`` is recognised too.
        varying: names whose value changes during a run, which must not end up in a denominator.

    Attributes:
        definitions: the named expressions, rewritten.
    """

    def __init__(self, definitions: Mapping[str, Expression], varying: Set[str]) -> None:
        self.varying = varying
        self.expansion = Expansion(definitions)
        self.definitions: dict[str, Expression] = {}
        # Of the named expressions with an exponential in them, directly or through others: whether
        # they are k exp(z), or k (exp(z) - 1), or a sum, or a fraction with such a factor.
        self._exponentials: dict[str, tuple[Expression, Expression] | None] = {}
        self._shifted: dict[str, _Shifted | None] = {}
        self._sums: dict[str, list[tuple[int, Expression]] | None] = {}
        self._fractions: dict[str, _Fraction] = {}
        for name, value in definitions.items():
            self.definitions[name] = self.rewritten(value)
            if self._has_exponential(value):
                self._know(name, self.definitions[name])

    def _know(self, name: str, value: Expression) -> None:
        found = self._exponential(value)
        # What a textbook writes is short; what grows from line to line is left alone.
        self._exponentials[name] = found if found and _is_short(found[0]) else None
        is_sum = self._exponentials[name] is None and not isinstance(value, (Apply, Symbol))
        self._sums[name] = self._terms(value) if is_sum else [(1, Symbol(name))]
        shifted = self._exponential_minus_one(value)
        self._shifted[name] = shifted if shifted and _is_short(shifted.scale) else None
        fraction = self._fraction(value) if _is_chain(value) else None
        if fraction and any(map(self._exponential_minus_one, fraction.above + fraction.below)):
            self._fractions[name] = fraction

    def rewritten(self, expression: Expression) -> Expression:
        """The expression with every removable 0/0 of the exponential kind written with `exprel`."""
        if not self._has_exponential(expression):
            return expression
        return self._rewritten(expression)

    def _has_exponential(self, expression: Expression) -> bool:
        return has_exponential(expression) or any(
            isinstance(node, Symbol) and node.name in self._exponentials
            for node in walk(expression)
        )

    def _rewritten(self, expression: Expression) -> Expression:
        if not _is_chain(expression):
            return rebuild(expression, self._rewritten)
        fraction = self._fraction(expression)
        changed = False
        if fraction is not None:
            while self._cancel(fraction.above, fraction.below) or self._cancel(
                fraction.below, fraction.above
            ):
                changed = True
        if fraction is None or not changed:
            return self._inside(expression)
        above = [self._rewritten(factor) for factor in fraction.above]
        below = [self._rewritten(factor) for factor in fraction.below]
        return _assembled(_Fraction(above, below, fraction.sign))

    def _inside(self, expression: Expression) -> Expression:
        """The factors of a chain rewritten, the chain left as it is."""
        step = self._inside if _is_chain(expression) else self._rewritten
        return rebuild(expression, step)

    def _fraction(self, expression: Expression) -> _Fraction | None:
        """The factors of a chain, named fractions that can be 0/0 written out; None if too many."""
        match expression:
            case Symbol(name) if name in self._fractions:
                return self._fractions[name].times(_Fraction([], []))
            case Negative(operand):
                return _product(_Fraction([], [], -1), self._fraction(operand), 1)
            case Operation("*" | "/" as op, left, right):
                power = 1 if op == "*" else -1
                return _product(self._fraction(left), self._fraction(right), power)
            case Operation("**", base, exponent) if _small_power(exponent):
                power = _small_power(exponent)
                one, whole = self._fraction(base), _Fraction([], [])
                return _product(whole, one and one.repeated(abs(power)), 1 if power > 0 else -1)
        return _Fraction([expression], [])

    def _cancel(self, linear: list[Expression], exponential: list[Expression]) -> bool:
        """Replace one `e^z - 1` on one side, and `k z` on the other, by exprel(z) and k."""
        for i, factor in enumerate(exponential):
            found = self._exponential_minus_one(factor)
            if found is None:
                continue
            z = self.expansion.of(found.argument)
            if z.is_constant:
                continue
            for places, rest in self._proportional(linear, z):
                linear[:] = [f for j, f in enumerate(linear) if j not in places]
                linear.extend(rest)
                exponential[i : i + 1] = [found.scale, Apply("exprel", (found.argument,))]
                return True
        return False

    def _proportional(
        self, factors: list[Expression], z: Polynomial
    ) -> Iterable[tuple[set[int], list[Expression]]]:
        """Which factors are k z, and what is left: one, one `e^kz - 1`, or all their product."""
        for j, factor in enumerate(factors):
            ratio = self._ratio(factor, z)
            if ratio is not None:
                yield {j}, [ratio]
        for j, factor in enumerate(factors):
            other = self._exponential_minus_one(factor)
            ratio = None if other is None else self._ratio(other.argument, z)
            if other is not None and ratio is not None:
                yield {j}, [ratio, other.scale, Apply("exprel", (other.argument,))]
        whole: Expression = Number(1.0)
        for factor in factors:
            whole = multiply(whole, factor)
        ratio = self._ratio(whole, z)
        if ratio is not None:
            yield set(range(len(factors))), [ratio]

    def _ratio(self, expression: Expression, z: Polynomial) -> Expression | None:
        """`expression / z` when nothing that varies is below the line; None otherwise."""
        ratio = self.expansion.ratio(expression, z)
        if isinstance(ratio, Operation) and ratio.op == "/" and names(ratio.right) & self.varying:
            return None
        return ratio

    def _exponential_minus_one(self, factor: Expression) -> _Shifted | None:
        """`scale, z` when the factor is scale * (exp(z) - 1), however it is written."""
        match factor:
            case Apply("expm1", (argument,)):
                return _Shifted(Number(1.0), argument)
            case Symbol(name):
                return self._shifted.get(name)
            case Negative(operand):
                found = self._exponential_minus_one(operand)
                return found and _Shifted(negate(found.scale), found.argument)
            case Operation("*", left, right):
                for one, other in ((left, right), (right, left)):
                    found = self._exponential_minus_one(one)
                    if found:
                        return _Shifted(multiply(other, found.scale), found.argument)
                return None
            case Operation("/", left, right):
                found = self._exponential_minus_one(left)
                return found and _Shifted(divide(found.scale, right), found.argument)
        return self._vanishing_sum(factor)

    def _vanishing_sum(self, factor: Expression) -> _Shifted | None:
        """`k exp(z) - k`, whichever way round and wherever its terms are named."""
        terms = self._terms(factor)
        if terms is None or len(terms) < 2:
            return None
        found: tuple[int, Expression, Expression] | None = None
        constant = Polynomial()
        for sign, term in terms:
            exponential = self._exponential(term)
            if exponential is None:
                constant = constant.plus(self.expansion.of(term), sign)
            elif found is None:
                found = (sign, *exponential)
            else:
                return None
        if found is None:
            return None
        sign, coefficient, argument = found
        weight = self.expansion.of(coefficient).scaled(sign)
        if weight.is_zero or not constant.plus(weight, 1).is_zero:
            return None  # c + k exp(z) vanishes at z = 0 only when c = -k
        return _Shifted(coefficient if sign > 0 else negate(coefficient), argument)

    def _terms(self, expression: Expression) -> list[tuple[int, Expression]] | None:
        """The signed terms of a sum, named sums with an exponential written out."""
        match expression:
            case Operation("+" | "-" as op, left, right):
                a, b = self._terms(left), self._terms(right)
                if a is None or b is None or len(a) + len(b) > _MOST_FACTORS:
                    return None
                return a + [(s if op == "+" else -s, term) for s, term in b]
            case Negative(operand):
                inner = self._terms(operand)
                return None if inner is None else [(-s, term) for s, term in inner]
            case Symbol(name) if name in self._sums:
                return self._sums[name]
        return [(1, expression)]

    def _exponential(self, term: Expression) -> tuple[Expression, Expression] | None:
        """`coefficient, z` when a term is coefficient * exp(z)."""
        match term:
            case Apply("exp", (argument,)):
                return Number(1.0), argument
            case Symbol(name):
                return self._exponentials.get(name)
            case Negative(operand):
                found = self._exponential(operand)
                return found and (negate(found[0]), found[1])
            case Operation("*", left, right):
                for one, other in ((left, right), (right, left)):
                    found = self._exponential(one)
                    if found:
                        return multiply(other, found[0]), found[1]
            case Operation("/", left, right):
                found = self._exponential(left)
                if found:
                    return divide(found[0], right), found[1]
                found = self._exponential(right)
                return found and (divide(left, found[0]), negate(found[1]))
        return None


def _is_short(expression: Expression) -> bool:
    return sum(1 for _ in islice(walk(expression), _MOST_NODES + 1)) <= _MOST_NODES


def _is_chain(expression: Expression) -> bool:
    match expression:
        case Negative() | Operation("*" | "/"):
            return True
        case Operation("**", _, exponent):
            return _small_power(exponent) != 0
    return False


def _small_power(exponent: Expression) -> int:
    """A small whole exponent; 0 for every other one."""
    match exponent:
        case Number(value) if value == int(value) and 1.0 <= value <= _LARGEST_POWER:
            return int(value)
        case Negative(operand):
            return -_small_power(operand)
    return 0


def _assembled(fraction: _Fraction) -> Expression:
    """The fraction, its literals gathered in one coefficient, divided last by what is `exprel`."""
    value = float(fraction.sign)
    top: Expression = Number(1.0)
    bottom: Expression = Number(1.0)
    last: list[Expression] = []
    for factors, power in ((fraction.above, 1), (fraction.below, -1)):
        for factor in factors:
            for part, s in _flat(factor):
                gathered = _gathered(value, part, s * power)
                if gathered is not None:
                    value = gathered
                elif s * power > 0:
                    top = multiply(top, part)
                elif isinstance(part, Apply) and part.function == "exprel":
                    last.append(part)
                else:
                    bottom = multiply(bottom, part)
    result = divide(multiply(Number(value), top), bottom)
    for part in last:
        result = divide(result, part)
    return result


def _gathered(value: float, part: Expression, power: int) -> float | None:
    """A coefficient with one more literal; None where there is none, or it has no such product."""
    if not isinstance(part, Number) or part.value == 0:
        return None
    result = value * part.value if power > 0 else value / part.value
    return result if math.isfinite(result) and result else None


def _flat(expression: Expression) -> list[tuple[Expression, int]]:
    """The factors of a chain of products and quotients, with the power 1 or -1 of each."""
    match expression:
        case Negative(operand):
            return [(Number(-1.0), 1), *_flat(operand)]
        case Operation("*", left, right):
            return _flat(left) + _flat(right)
        case Operation("/", left, right):
            return _flat(left) + [(part, -power) for part, power in _flat(right)]
    return [(expression, 1)]
