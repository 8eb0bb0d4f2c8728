"""Multivariate polynomials over an expression's names, to see when two expressions are proportional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rheobase.model.expression import (
    Expression,
    Negative,
    Number,
    Operation,
    Symbol,
    divide,
    multiply,
    power,
)

# A monomial: atoms (names, or whole subexpressions that are not polynomial) with integer powers.
Monomial: TypeAlias = tuple[tuple[Expression, int], ...]
_MOST_TERMS = 64
_CLOSE = 1e-12


@dataclass(frozen=True)
class Polynomial:
    """A sum of coefficient times monomial."""

    terms: dict[Monomial, float] = field(default_factory=dict)

    @property
    def is_zero(self) -> bool:
        """Whether every coefficient vanishes, to rounding of what cancelled."""
        return all(abs(c) < _CLOSE for c in self.terms.values())

    @property
    def is_constant(self) -> bool:
        """Whether it mentions no atom."""
        return all(not monomial for monomial in self.terms)

    def plus(self, other: Polynomial, sign: float) -> Polynomial:
        """`self + sign * other`."""
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            old = terms.get(monomial, 0.0)
            new = old + sign * coefficient
            if abs(new) <= _CLOSE * max(abs(old), abs(coefficient)):
                terms.pop(monomial, None)
            else:
                terms[monomial] = new
        return Polynomial(terms)

    def scaled(self, factor: float) -> Polynomial:
        """`factor * self`."""
        return Polynomial({m: c * factor for m, c in self.terms.items()})

    def times(self, other: Polynomial) -> Polynomial:
        """The product."""
        product = Polynomial()
        for m, a in self.terms.items():
            product = product.plus(
                Polynomial({_join(m, n): a * b for n, b in other.terms.items()}), 1
            )
        return product

    def ratio(self, other: Polynomial) -> Expression | None:
        """`self / other` as an expression, when that is one monomial; None when it is not."""
        if len(self.terms) != len(other.terms) or not self.terms:
            return None
        for first in self.terms:
            quotient = _join(first, _invert(next(iter(other.terms))))
            factor = self.terms[first] / next(iter(other.terms.values()))
            scaled = {_join(m, quotient): c * factor for m, c in other.terms.items()}
            if scaled.keys() == self.terms.keys() and all(
                abs(scaled[m] - c) <= _CLOSE * abs(c) for m, c in self.terms.items()
            ):
                return _monomial_expression(factor, quotient)
        return None


def polynomial(expression: Expression, definitions: Mapping[str, Expression]) -> Polynomial:
    """An expression as a polynomial; what is not polynomial becomes an atom."""
    match expression:
        case Number(value):
            unit = () if not expression.text.isidentifier() else ((expression, 1),)
            return Polynomial({unit: 1.0 if unit else value} if value else {})
        case Symbol(name) if name in definitions:
            return polynomial(definitions[name], definitions)
        case Negative(operand):
            return polynomial(operand, definitions).scaled(-1.0)
        case Operation("+", left, right):
            return polynomial(left, definitions).plus(polynomial(right, definitions), 1.0)
        case Operation("-", left, right):
            return polynomial(left, definitions).plus(polynomial(right, definitions), -1.0)
        case Operation("*", left, right):
            a, b = polynomial(left, definitions), polynomial(right, definitions)
            if len(a.terms) * len(b.terms) <= _MOST_TERMS:
                return a.times(b)
        case Operation("/", left, right):
            a, b = polynomial(left, definitions), polynomial(right, definitions)
            if len(b.terms) == 1:
                ((monomial, coefficient),) = b.terms.items()
                return a.times(Polynomial({_invert(monomial): 1.0 / coefficient}))
        case Operation("**", base, Number(exponent)) if exponent in (2.0, 3.0):
            factor = polynomial(base, definitions)
            if len(factor.terms) ** int(exponent) <= _MOST_TERMS:
                square = factor.times(factor)
                return square if exponent == 2.0 else square.times(factor)
    return Polynomial({((expression, 1),): 1.0})


def _join(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for atom, exponent in right:
        powers[atom] = powers.get(atom, 0) + exponent
    return tuple(sorted(((a, e) for a, e in powers.items() if e), key=lambda pair: repr(pair[0])))


def _invert(monomial: Monomial) -> Monomial:
    return tuple((atom, -exponent) for atom, exponent in monomial)


def _monomial_expression(factor: float, monomial: Monomial) -> Expression:
    top: Expression = Number(factor)
    bottom: Expression = Number(1.0)
    for atom, exponent in monomial:
        part = power(atom, Number(float(abs(exponent))))
        if exponent > 0:
            top = multiply(top, part)
        else:
            bottom = multiply(bottom, part)
    return divide(top, bottom)
