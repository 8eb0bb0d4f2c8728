"""x to the power y: the logarithm in some 65 bits, times y, and its exponential.

Between roundings, numbers are pairs (high, low) whose sum is meant. The low part of a product comes
from an fma; on a machine without one it is lost, and with it some digits for large |y log x|.
"""

from __future__ import annotations

import math

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Bits, Function, Value, fma, logical_shift, primitive, select
from rheobase.compiler.kernels.elementary.exponential import (
    EXP_TAIL,
    LN2_HIGH,
    LN2_LOW,
    LOG2_E,
    ROUNDER,
    at_least,
    at_most,
    scale,
)
from rheobase.compiler.kernels.elementary.logarithm import split
from rheobase.compiler.kernels.elementary.polynomial import two_chains

# ((2 atanh(s)/s - 2)/s^2 - 2/3)/s^2 in s^2 for |s| <= 0.1716: minimax of degree 6 (Remez), 2e-20.
ATANH_TAIL = (
    0.4000000000000226,
    0.2857142857009756,
    0.2222222252029603,
    0.18181784333388318,
    0.15386758931856911,
    0.13256779452334852,
    0.13196693107301785,
)
TWO_THIRDS = (float.fromhex("0x1.5555555555555p-1"), float.fromhex("0x1.5555555555555p-55"))
# ln 2 with a first part of 42 bits: exact when multiplied by an exponent.
LN2_FIRST, LN2_REST = (
    float.fromhex("0x1.62e42fefa38p-1"),
    float.fromhex("0x1.ef35793c7673p-45"),
)

Pair = tuple[Value, Value]


def _atanh_pair(b: Builder, m: Value) -> Pair:
    """log(m) = 2 atanh(s), s = (m - 1)/(m + 1), as a pair, for m in [sqrt(1/2), sqrt(2))."""
    f = b.let("f", m - 1.0)
    below = b.let("below", m + 1.0)
    below_low = b.let("below_low", m - (below - 1.0))
    inverse = b.let("inverse", 1.0 / below)
    s = b.let("s", f * inverse)
    s_low = b.let("s_low", fma(s * -1.0, below_low, fma(s * -1.0, below, f)) * inverse)
    z = b.let("z", s * s)
    z_low = b.let("z_low", fma(s, s, z * -1.0) + s * s_low * 2.0)
    tail = b.let("atanh_tail", z * two_chains(b, z, ATANH_TAIL))
    c = b.let("c", tail + TWO_THIRDS[0])
    c_low = b.let("c_low", (TWO_THIRDS[0] - c) + tail + TWO_THIRDS[1])
    d = b.let("d", z * c)
    d_low = b.let("d_low", fma(z, c, d * -1.0) + fma(z, c_low, z_low * c))
    e = b.let("e", s * d)
    e_low = b.let("e_low", fma(s, d, e * -1.0) + fma(s, d_low, s_low * d))
    twice = b.let("twice", s * 2.0)
    high = b.let("log_m", twice + e)
    return high, b.let("log_m_low", (twice - high) + e + fma(s_low, 2.0, e_low))


def write_log_pair(b: Builder, x: Value) -> Pair:
    """Write log(x) of a positive finite number as a pair."""
    parts = split(b, x)
    high, low = _atanh_pair(b, parts.m)
    whole = b.let("whole", parts.k * LN2_FIRST)
    total = b.let("log_x", whole + high)
    return total, b.let("log_x_low", (whole - total) + high + fma(parts.k, LN2_REST, low))


def write_exp_pair(b: Builder, high: Value, low: Value) -> Value:
    """Write exp(high + low) of a pair with |high| <= 800, or NaN, rounded all but correctly."""
    shifted = b.let("shifted", fma(high, LOG2_E, ROUNDER + 2046.0))
    n = b.let("n", shifted - (ROUNDER + 2046.0))
    front = b.let("front", fma(n, -LN2_HIGH, high))
    rear = b.let("rear", fma(n, -LN2_LOW, low))
    r = b.let("r", front + rear)
    r_low = b.let("r_low", (front - r) + rear)
    tail = b.let("exp_tail", fma(r * r, two_chains(b, r, EXP_TAIL), r_low))
    one = b.let("one_and_r", r + 1.0)
    rest = b.let("rest", (1.0 - one) + r + tail)
    bits = b.let("exp_bits", Bits(shifted, "i64"))
    half = b.let("half", logical_shift(bits, 1))
    first = b.let("first", scale(half))
    return b.let("power", fma(rest, first, one * first) * scale(bits - half))


@written_once
def power() -> Function:
    """The cases follow C99: 0, infinity, NaN, and a negative base with a whole exponent."""
    b = Builder("power", "f64")
    x, y = b.scalar("x"), b.scalar("y")
    size = b.let("size", primitive("fabs", x))
    log_x, log_x_low = write_log_pair(b, size)
    product = b.let("product", y * log_x)
    product_low = fma(y, log_x, product * -1.0) + y * log_x_low
    small = primitive("fabs", product) <= 800.0
    low = b.let("product_low", select(small, product_low, 0.0))
    clamped = b.let("clamped", at_most(at_least(product, -800.0), 800.0))
    result = b.let("size_of_power", write_exp_pair(b, clamped, low))

    edge = select(size.equals(0.0), math.inf, 0.0)
    at_edge = size.equals(0.0) | size.equals(math.inf)
    result = b.let("edged", select(at_edge, select(y < 0.0, edge, size), result))
    result = b.let("unit", select(size.equals(1.0), 1.0, result))

    whole = b.let("whole_y", primitive("floor", y).equals(y))
    half_y = b.let("half_y", y * 0.5)
    odd = b.let("odd", whole & primitive("floor", half_y).differs(half_y))
    signed = b.let("signed", select(odd, primitive("copysign", result, x), result))
    invalid = (x < 0.0) & (size < math.inf) & ~whole
    valid = select(invalid, math.nan, signed)
    valid = select(x.differs(x) | y.differs(y), x + y, valid)
    b.result(select(y.equals(0.0) | x.equals(1.0), 1.0, valid))
    return b.function()
