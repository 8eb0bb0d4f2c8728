"""Ways to evaluate a polynomial in the loop language."""

from __future__ import annotations

from collections.abc import Sequence

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Operand, Value, fma


def horner(x: Value, coefficients: Sequence[float]) -> Operand:
    """The polynomial with these coefficients, constant term first: the fewest operations."""
    total: Operand = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = fma(total, x, coefficient)
    return total


def estrin(b: Builder, x: Value, coefficients: Sequence[float]) -> Operand:
    """The same polynomial by halves: few operations more, but a chain of only log2(n) of them."""
    terms: list[Operand] = list(coefficients)
    power = x
    while len(terms) > 1:
        pairs = [fma(terms[k + 1], power, terms[k]) for k in range(0, len(terms) - 1, 2)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        if len(terms) > 1:
            power = b.let("power", power * power)
    return terms[0]


def two_chains(b: Builder, x: Value, coefficients: Sequence[float]) -> Value:
    """The same polynomial as even and odd terms: one operation more, a chain half as long."""
    square = b.let("square", x * x)
    return fma(horner(square, coefficients[1::2]), x, horner(square, coefficients[0::2]))
