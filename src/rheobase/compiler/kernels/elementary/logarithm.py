"""log, log1p and log10, branch-free.

x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1 and s = f/(2 + f): log(m) = 2 atanh(s), of which
2s = f - f^2/2 + s f^2/2 keeps the exact f in front. The rest is a minimax polynomial in s^2.
"""

from __future__ import annotations

import math

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Bits, Function, Operand, Value, fma, logical_shift, select
from rheobase.compiler.kernels.elementary.exponential import LN2_HIGH, LN2_LOW
from rheobase.compiler.kernels.elementary.polynomial import two_chains
from rheobase.records import Record

# (2 atanh(s)/s - 2)/s^2 as a polynomial in s^2 for |s| <= 0.1716: minimax (Remez), 3e-18.
ATANH = (
    0.6666666666666734,
    0.39999999999413777,
    0.28571428742620386,
    0.22222198546419306,
    0.18183565851947014,
    0.1531400833529006,
    0.1479640187514784,
)
# 1/ln 10 and log10(2), each as 32 or 40 bits, so that the first product is exact, and the rest.
LOG10_E_HIGH, LOG10_E_LOW = float.fromhex("0x1.bcb7b152p-2"), float.fromhex("0x1.b9438ca9aadd5p-36")
LOG10_2_HIGH, LOG10_2_LOW = (
    float.fromhex("0x1.34413509f6p-2"),
    float.fromhex("0x1.9fef311f12b36p-42"),
)
_ONE = 1023 << 52  # the pattern of 1.0
_ROOT_HALF = 0x3FE6A09E667F3BCD  # the pattern of sqrt(1/2)
_LARGE = 0x433 << 52  # the pattern of 2^52: with a whole number below it, the number plus 2^52


class Split(Record):
    """x = 2^k m with m in [sqrt(1/2), sqrt(2)); `field` is k + 1023 as an i64."""

    k: Value
    m: Value
    field: Value


def split(b: Builder, x: Value) -> Split:
    """Write the split of a positive number, subnormal ones included."""
    tiny = b.let("tiny", x < 2.0**-1022)
    bits = b.let("bits", Bits(select(tiny, x * 2.0**54, x), "i64"))
    raised = b.let("raised", bits + (_ONE - _ROOT_HALF))
    field = b.let("field", logical_shift(raised, 52))
    m = b.let("m", Bits((raised & ((1 << 52) - 1)) + _ROOT_HALF, "f64"))
    whole = Bits(field | _LARGE, "f64")
    k = b.let("k", whole - select(tiny, 2.0**52 + 1023 + 54, 2.0**52 + 1023))
    return Split(k, m, field)


class Mantissa(Record):
    """log(1 + f) = f - half_square + rest."""

    f: Value
    s: Value
    half_square: Value
    rest: Value


def write_mantissa(b: Builder, m: Value) -> Mantissa:
    """Write log(m) for m in [sqrt(1/2), sqrt(2))."""
    f = b.let("f", m - 1.0)
    s = b.let("s", f / (f + 2.0))
    z = b.let("z", s * s)
    half_square = b.let("half_square", f * f * 0.5)
    rest = s * fma(z, two_chains(b, z, ATANH), half_square)
    return Mantissa(f, s, half_square, b.let("rest", rest))


def at_the_edges(x: Value, result: Value) -> Value:
    """The logarithm of any number: infinite at 0 and infinity, NaN below 0 and for NaN."""
    finite = select(x < math.inf, result, x)
    return select(x > 0.0, finite, select(x.equals(0.0), -math.inf, math.nan))


def _natural(part: Mantissa, k: Value, correction: Operand) -> Value:
    low = part.rest + fma(k, LN2_LOW, correction)
    return fma(k, LN2_HIGH, part.f - (part.half_square - low))


@written_once
def log() -> Function:
    """The natural logarithm, and what IEEE 754 says at the edges."""
    b = Builder("log", "f64")
    x = b.scalar("x")
    parts = split(b, x)
    b.result(at_the_edges(x, _natural(write_mantissa(b, parts.m), parts.k, 0.0)))
    return b.function()


@written_once
def log1p() -> Function:
    """The log of u = 1 + x, plus what u rounded off divided by u."""
    b = Builder("log1p", "f64")
    x = b.scalar("x")
    u = b.let("u", x + 1.0)
    back = b.let("back", u - 1.0)
    lost = b.let("lost", (1.0 - (u - back)) + (x - back))
    parts = split(b, u)
    part = write_mantissa(b, parts.m)
    # Both in units of 2^k (which has no inverse in the end); 1/m = (1 - s)/(1 + s), of which three
    # terms are plenty.
    scaled = select(u < 2.0**1000, lost * Bits((2046 - parts.field) << 52, "f64"), 0.0)
    correction = b.let("correction", scaled * fma(part.s * part.s - part.s, 2.0, 1.0))
    result = select(x.equals(0.0), x, _natural(part, parts.k, correction))
    b.result(at_the_edges(u, result))
    return b.function()


@written_once
def log10() -> Function:
    """log(m) in two parts, the first of 32 bits, times 1/ln 10 in two parts."""
    b = Builder("log10", "f64")
    x = b.scalar("x")
    parts = split(b, x)
    part = write_mantissa(b, parts.m)
    head = b.let("head", part.f - part.half_square)
    high = b.let("high", Bits(Bits(head, "i64") & (-1 << 32), "f64"))
    low = b.let("low", (part.f - high) - part.half_square + part.rest)
    whole = b.let("whole", parts.k * LOG10_2_HIGH)
    front = b.let("front", high * LOG10_E_HIGH)
    total = b.let("total", whole + front)
    tail = fma(low + high, LOG10_E_LOW, fma(low, LOG10_E_HIGH, parts.k * LOG10_2_LOW))
    b.result(at_the_edges(x, total + (((whole - total) + front) + tail)))
    return b.function()
