"""exp and its relatives, branch-free, so that a loop over them becomes SIMD.

All rest on one reduction (Cody and Waite, 1980): x = n ln 2 + r with n whole, |r| <= ln(2)/2, then
exp(r) = 1 + r + r^2 q(r). The polynomial q is the minimax fit to (e^r - 1 - r)/r^2 there, with the
error weighted by |r| (Remez exchange in 50 digits): 1.8e-17 of expm1(r) for degree 9, which is
enough for exp, and 2.6e-19 for degree 10.
"""

from __future__ import annotations

from collections.abc import Sequence

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import (
    Bits,
    Function,
    Value,
    as_value,
    fma,
    logical_shift,
    primitive,
    select,
)
from rheobase.compiler.kernels.elementary.polynomial import two_chains
from rheobase.records import Record

LOG2_E = 1.4426950408889634
# ln 2 in two parts; the first has 32 bits, so that n times it is exact with or without an fma.
LN2_HIGH = float.fromhex("0x1.62e42feep-1")
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
EXP_TAIL = (
    0.5000000000000006,
    0.16666666666666685,
    0.04166666666657362,
    0.008333333333314593,
    0.0013888888932379333,
    0.00019841269903024991,
    2.4801504445284208e-05,
    2.7557227962354928e-06,
    2.762632679196914e-07,
    2.511446950861798e-08,
)
EXPM1_TAIL = (
    0.5,
    0.16666666666666677,
    0.0416666666666667,
    0.008333333333321615,
    0.0013888888888866824,
    0.00019841269886158354,
    2.480158736057884e-05,
    2.7557244182080592e-06,
    2.7557242743774646e-07,
    2.51090448417572e-08,
    2.092444731958839e-09,
)
# (e^x - 1)/x for |x| <= 1/2, minimax in relative error: 1.9e-17.
EXPREL_NEAR = (
    1.0,
    0.5000000000000001,
    0.16666666666667207,
    0.041666666666659885,
    0.008333333333079026,
    0.001388888889031714,
    0.00019841270277478647,
    2.4801586138483075e-05,
    2.7556981468796797e-06,
    2.7557668728891006e-07,
    2.5172501354510764e-08,
    2.08767135793074e-09,
)
NEAR = 0.5
# Adding 1.5 * 2^52 leaves a number rounded to a whole one, in the low bits of its pattern.
ROUNDER = 1.5 * 2.0**52


def at_least(x: Value, bound: float) -> Value:
    """`max(x, bound)` that lets NaN through."""
    return select(x < bound, bound, x)


def at_most(x: Value, bound: float) -> Value:
    """`min(x, bound)` that lets NaN through."""
    return select(x > bound, bound, x)


class Reduced(Record):
    """x = n ln 2 + r + r_low, with the whole number n also in the low bits of `shifted`."""

    shifted: Value
    n: Value
    r: Value
    tail: Value


def reduce(b: Builder, x: Value, bias: int, coefficients: Sequence[float]) -> Reduced:
    """Write the reduction of x; `bias` is added to the exponent that `shifted` holds."""
    shifted = b.let("shifted", fma(x, LOG2_E, ROUNDER + bias))
    n = b.let("n", shifted - (ROUNDER + bias))
    r = b.let("r", fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x)))
    tail = b.let("tail", two_chains(b, r, coefficients))
    return Reduced(shifted, n, r, tail)


def scale(bits: Value) -> Bits:
    """2^(k - 1023) from the k in the low bits of an i64."""
    return Bits(bits << 52, "f64")


def reciprocal(power: Value) -> Bits:
    """1 / power of a normal power of two, exactly: the exponent changes its sign."""
    return Bits(as_value(2046 << 52, "i64") - Bits(power, "i64"), "f64")


def write_exp(b: Builder, x: Value, exponent: int = 0) -> Value:
    """Write exp(x) * 2^exponent with one rounding where the result is subnormal.

    The scale is put on in two halves: 2^1024 and 2^-1074 have no pattern of their own.
    """
    x = b.let("x", at_most(at_least(x, -746.0), 711.0))
    parts = reduce(b, x, 2046 + exponent, EXP_TAIL)
    n_bits = b.let("bits", Bits(parts.shifted, "i64"))
    half = b.let("half", logical_shift(n_bits, 1))
    low, high = b.let("low", scale(half)), scale(n_bits - half)
    correction = fma(parts.r * parts.r, parts.tail, parts.r)
    return b.let("exp", fma(correction, low, low) * high)


@written_once
def exp() -> Function:
    """The exponential, to the last subnormal number."""
    b = Builder("exp", "f64")
    b.result(write_exp(b, b.scalar("x")))
    return b.function()


class Difference(Record):
    """exp(x) - 1 = (sum + rest) factor; `rest` is what the sum rounds off, for who wants it."""

    sum: Value
    rest: Value
    factor: Value


def write_expm1(b: Builder, x: Value, most: int | None = None) -> Difference:
    """Write exp(x) - 1 for x >= -64 or NaN.

    The factor is 2^(n - most) where n exceeds `most`, else 1: past it the -1 no longer counts, and
    the caller may divide before it multiplies, so that nothing overflows too soon.
    """
    parts = reduce(b, x, 1023, EXPM1_TAIL)
    kept, factor = parts.shifted, as_value(1.0, "f64")
    if most is not None:
        kept = b.let("kept", at_most(parts.shifted, ROUNDER + 1023.0 + most))
        excess = parts.shifted - kept + (ROUNDER + 1023.0)
        factor = b.let("factor", scale(Bits(excess, "i64")))
    power = b.let("power_of_two", scale(Bits(kept, "i64")))
    # 2^n (1 + r + tail) - 1: the two large terms first, and what their sum rounds off.
    large = b.let("large", power - 1.0)
    high = b.let("high", fma(power, parts.r, large))
    lost = fma(power, parts.r, large - high)
    low = fma(parts.n, -LN2_LOW, fma(parts.n, -LN2_HIGH, x) - parts.r)
    tail = fma(parts.r * parts.r, parts.tail, low)
    small = b.let("small", fma(power, tail, lost))
    total = b.let("total", high + small)
    return Difference(total, (high - total) + small, factor)


@written_once
def expm1() -> Function:
    """exp(x) - 1; it keeps the sign of zero."""
    b = Builder("expm1", "f64")
    x = b.scalar("x")
    inside = b.let("inside", at_most(at_least(x, -64.0), 711.0))
    difference = write_expm1(b, inside, 1000)
    b.result(primitive("copysign", difference.sum * difference.factor, x))
    return b.function()


@written_once
def exprel_near() -> Function:
    """Exprel for |x| <= 1/2 alone: a third of the work. No other x may come here."""
    b = Builder("exprel_near", "f64")
    b.result(two_chains(b, b.scalar("x"), EXPREL_NEAR))
    return b.function()


@written_once
def exprel() -> Function:
    """(exp(x) - 1)/x; near zero it has the very bits of `exprel_near`."""
    b = Builder("exprel", "f64")
    x = b.let("below", at_most(b.scalar("x"), 760.0))
    difference = write_expm1(b, b.let("inside", at_least(x, -64.0)), 1000)
    near = b.let("near", two_chains(b, x, EXPREL_NEAR))
    b.result(select(primitive("fabs", x) <= NEAR, near, difference.sum / x * difference.factor))
    return b.function()


@written_once
def exprel_reciprocal() -> Function:
    """x/(exp(x) - 1), the heart of every Hodgkin-Huxley rate, so kept to the fewest operations.

    exp(x) - 1 is formed 2^-128 times too small, which costs nothing and lets it grow past the
    largest double; x is made as much smaller, exactly.
    """
    b = Builder("exprel_reciprocal", "f64")
    x = b.let("below", at_most(b.scalar("x"), 760.0))
    inside = b.let("inside", at_least(x, -64.0))
    parts = reduce(b, inside, 1023 - 128, EXP_TAIL)
    power = b.let("power_of_two", scale(Bits(parts.shifted, "i64")))
    # What rounding takes from r and from the sum of the large terms counts here: it is given back.
    low = fma(parts.n, -LN2_LOW, fma(parts.n, -LN2_HIGH, inside) - parts.r)
    tail = fma(parts.r * parts.r, parts.tail, low)
    large = b.let("large", power - 2.0**-128)
    high = b.let("high", fma(power, parts.r, large))
    lost = fma(power, parts.r, large - high)
    difference = b.let("difference", high + fma(power, tail, lost))
    is_tiny = primitive("fabs", x) < 2.0**-54  # where it rounds to 1
    b.result(select(is_tiny, 1.0, x * 2.0**-128 / difference))
    return b.function()


@written_once
def logistic() -> Function:
    """1/(1 + e) for x >= 0 and e/(1 + e) below, with e = exp(-|x|), and one Newton correction."""
    b = Builder("logistic", "f64")
    x = b.scalar("x")
    e = b.let("e", write_exp(b, b.let("below", -primitive("fabs", x))))
    left = b.let("left", x < 0.0)
    above = b.let("above", select(left, e, 1.0))
    under = b.let("under", e + 1.0)
    ratio = b.let("ratio", above / under)
    lost = (1.0 - under) + e
    remainder = fma(-ratio, lost, fma(-ratio, under, above))
    b.result(fma(remainder, select(left, 1.0 - ratio, ratio), ratio))
    return b.function()
