"""Expressions as polynomials over their names, to see when two of them are proportional."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from rheobase.model.expression import (
    Expression,
    Negative,
    Number,
    Operation,
    Symbol,
    divide,
    multiply,
    names,
    power,
)
from rheobase.records import EMPTY, Record

# A monomial: atoms (names, or whole subexpressions that are not polynomial) with integer powers.
# An atom is a number, its place in the list of its `Expansion`: expressions are slow to compare.
Monomial: TypeAlias = frozenset[tuple[int, int]]
_ONE: Monomial = frozenset()
_MOST_TERMS = 64
_CLOSE = 1e-12


class Polynomial(Record):
    """A sum of coefficient times monomial; no coefficient is zero."""

    terms: Mapping[Monomial, float] = EMPTY

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left, to rounding of what cancelled."""
        return not self.terms

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
        return Polynomial({m: c * factor for m, c in self.terms.items() if c * factor})

    def times(self, other: Polynomial) -> Polynomial:
        """The product."""
        product = Polynomial()
        for m, a in self.terms.items():
            row = {_joined(m, n): a * b for n, b in other.terms.items() if a * b}
            product = product.plus(Polynomial(row), 1)
        return product

    def ratio(self, other: Polynomial) -> tuple[float, Monomial] | None:
        """`self / other`, when that is one coefficient and monomial; None when it is not."""
        if len(self.terms) != len(other.terms) or not self.terms:
            return None
        monomial, coefficient = next(iter(other.terms.items()))
        for first in self.terms:
            quotient = _joined(first, _inverted(monomial))
            factor = self.terms[first] / coefficient
            scaled = {_joined(m, quotient): c * factor for m, c in other.terms.items()}
            if scaled.keys() == self.terms.keys() and all(
                abs(scaled[m] - c) <= _CLOSE * abs(c) for m, c in self.terms.items()
            ):
                return factor, quotient
        return None


class Expansion:
    """Expressions as polynomials, named expressions written out; each is expanded once.

    Args:
        definitions: the named expressions, each after those it needs.
    """

    def __init__(self, definitions: Mapping[str, Expression]) -> None:
        self.definitions = definitions
        self._known: dict[str, Polynomial] = {}
        self._numbers: dict[Expression, int] = {}
        self._atoms: list[Expression] = []

    def of(self, expression: Expression) -> Polynomial:
        """The polynomial; what is not polynomial, or too long, becomes an atom."""
        self._prepare(set(names(expression)) & self.definitions.keys())
        return self._of(expression)

    def ratio(self, expression: Expression, other: Polynomial) -> Expression | None:
        """`expression / other`, when that is one coefficient and monomial; None when it is not."""
        found = self.of(expression).ratio(other)
        if found is None:
            return None
        top: Expression = Number(found[0])
        bottom: Expression = Number(1.0)
        for atom, exponent in sorted(found[1]):
            part = power(self._atoms[atom], Number(float(abs(exponent))))
            if exponent > 0:
                top = multiply(top, part)
            else:
                bottom = multiply(bottom, part)
        return divide(top, bottom)

    def _atom(self, expression: Expression) -> Polynomial:
        number = self._numbers.setdefault(expression, len(self._atoms))
        if number == len(self._atoms):
            self._atoms.append(expression)
        return Polynomial({frozenset({(number, 1)}): 1.0})

    def _prepare(self, wanted: set[str]) -> None:
        """Expand definitions in their order, so that a long chain needs no deep recursion."""
        missing, pending = set[str](), wanted - self._known.keys()
        while pending:
            missing |= pending
            needed = set().union(*(names(self.definitions[name]) for name in pending))
            pending = (needed & self.definitions.keys()) - self._known.keys() - missing
        if missing:
            for name, value in self.definitions.items():
                if name in missing:
                    self._known[name] = self._of(value)

    def _of(self, expression: Expression) -> Polynomial:
        found = self._expanded(expression)
        is_fit = found is not None and len(found.terms) <= _MOST_TERMS
        if found is None or not is_fit:
            return self._atom(expression)
        return found

    def _expanded(self, expression: Expression) -> Polynomial | None:
        match expression:
            case Number(value):
                return Polynomial({_ONE: value} if value else {})
            case Symbol(name) if name in self.definitions:
                return self._known[name]
            case Negative(operand):
                return self._of(operand).scaled(-1.0)
            case Operation("+", left, right):
                return self._of(left).plus(self._of(right), 1.0)
            case Operation("-", left, right):
                return self._of(left).plus(self._of(right), -1.0)
            case Operation("*", left, right):
                return _product(self._of(left), self._of(right))
            case Operation("/", left, right):
                a, b = self._of(left), self._of(right)
                if len(b.terms) == 1:
                    ((monomial, coefficient),) = b.terms.items()
                    return a.times(Polynomial({_inverted(monomial): 1.0 / coefficient}))
            case Operation("**", base, Number(exponent)) if exponent in (2.0, 3.0):
                factor = self._of(base)
                square = _product(factor, factor)
                return square if exponent == 2.0 or square is None else _product(square, factor)
        return None


def _product(left: Polynomial, right: Polynomial) -> Polynomial | None:
    if len(left.terms) * len(right.terms) > _MOST_TERMS:
        return None
    return left.times(right)


def _joined(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, exponent in right:
        powers[atom] = powers.get(atom, 0) + exponent
    return frozenset((atom, exponent) for atom, exponent in powers.items() if exponent)


def _inverted(monomial: Monomial) -> Monomial:
    return frozenset((atom, -exponent) for atom, exponent in monomial)
