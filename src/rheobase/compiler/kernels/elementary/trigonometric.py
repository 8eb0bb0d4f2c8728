"""sin, cos, tan and arctan, branch-free.

The angle is reduced as Cody and Waite (1980) do: x = n pi/2 + r with n whole, pi/2 given in five
parts, the first four of 26 bits, so that n times each is exact. That holds 2 ulp up to |x| = 2^27
(1.3e8); beyond it, and for infinity, the result is NaN: a phase that grew so far is no phase any
more, and a run stops on NaN with a word about it.
"""

from __future__ import annotations

import math
from functools import partial

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Bits, Function, Value, fma, primitive, select
from rheobase.compiler.kernels.elementary.exponential import ROUNDER
from rheobase.compiler.kernels.elementary.polynomial import two_chains
from rheobase.records import Record

LARGEST_ANGLE = 2.0**27
TWO_OVER_PI = float.fromhex("0x1.45f306dc9c883p-1")
HALF_PI_PARTS = tuple(
    float.fromhex(part)
    for part in (
        "0x1.921fb5p+0",
        "0x1.110b46p-26",
        "0x1.1a6263p-54",
        "0x1.8a2e03p-81",
        "0x1.c1cd129024e09p-107",
    )
)
# (sin(r)/r - 1)/r^2 and (cos(r) - 1 + r^2/2)/r^4 in r^2 for |r| <= pi/4, and (atan(t)/t - 1)/t^2 in
# t^2 for |t| <= tan(pi/8): minimax (Remez), 3e-18, 5e-20 and 1e-18.
SIN = (
    -0.16666666666666632,
    0.00833333333332242,
    -0.00019841269829812456,
    2.755731369359315e-06,
    -2.505075838690243e-08,
    1.589681191858717e-10,
)
COS = (
    0.0416666666666666,
    -0.0013888888888874133,
    2.4801587289487676e-05,
    -2.755731435395973e-07,
    2.0875723500054755e-09,
    -1.1359659844083537e-11,
)
ARCTAN = (
    -0.333333333333332,
    0.19999999999954074,
    -0.14285714280247488,
    0.11111110786076239,
    -0.09090897834435904,
    0.07692061597737335,
    -0.06663119901759362,
    0.05848005190580008,
    -0.050398278622563006,
    0.03807785303759515,
    -0.01792174761308776,
)
TAN_PI_8, TAN_3_PI_8 = 0.41421356237309503, 2.414213562373095
QUARTER_PI = (math.pi / 4, float.fromhex("0x1.1a62633145c07p-55"))


class Angle(Record):
    """x = n pi/2 + r + r_low; the low bits of `turns` are those of n."""

    turns: Value
    r: Value
    r_low: Value


def two_sum(b: Builder, x: Value, y: Value) -> tuple[Value, Value]:
    """Write x + y and what it rounds off (Knuth)."""
    total = b.let("total", x + y)
    back = b.let("back", total - x)
    return total, b.let("lost", (x - (total - back)) + (y - back))


def reduce_angle(b: Builder, x: Value) -> Angle:
    """Write the reduction of an angle."""
    shifted = b.let("shifted", fma(x, TWO_OVER_PI, ROUNDER))
    n = b.let("n", shifted - ROUNDER)
    first, second, third, fourth, fifth = HALF_PI_PARTS
    near = b.let("near", fma(n, -second, fma(n, -first, x)))
    r, lost = two_sum(b, near, b.let("third", n * -third))
    r, lost_again = two_sum(b, r, b.let("fourth", n * -fourth))
    low = b.let("low", fma(n, -fifth, lost + lost_again))
    total = b.let("r", r + low)
    return Angle(b.let("turns", Bits(shifted, "i64")), total, b.let("r_low", (r - total) + low))


def sine_pair(b: Builder, r: Value, r_low: Value) -> tuple[Value, Value]:
    """Write sin(r + r_low) for |r| <= pi/4, as a large and a small part."""
    z = b.let("z", r * r)
    small = fma(r * z, two_chains(b, z, SIN), r_low * fma(z, -0.5, 1.0))
    return r, b.let("sine_rest", small)


def cosine_pair(b: Builder, r: Value, r_low: Value) -> tuple[Value, Value]:
    """Write cos(r + r_low) for |r| <= pi/4, as a large and a small part."""
    z = b.let("z", r * r)
    half = b.let("half", z * 0.5)
    large = b.let("cosine", 1.0 - half)
    small = fma(z * z, two_chains(b, z, COS), r * r_low * -1.0)
    return large, b.let("cosine_rest", ((1.0 - large) - half) + small)


def _known(x: Value, result: Value) -> Value:
    return select(primitive("fabs", x) <= LARGEST_ANGLE, result, math.nan)


def quadrant(b: Builder, turns: Value, sine: Value, cosine: Value) -> Value:
    """Write the sine of an angle whose whole quarter turns are `turns`."""
    chosen = b.let("chosen", select((turns & 1).equals(1), cosine, sine))
    return Bits(Bits(chosen, "i64") ^ ((turns & 2) << 62), "f64")


def _sine(name: str, quarters: int) -> Function:
    """The sine of x and so many quarter turns."""
    b = Builder(name, "f64")
    x = b.scalar("x")
    angle = reduce_angle(b, x)
    sine, sine_low = sine_pair(b, angle.r, angle.r_low)
    cosine, cosine_low = cosine_pair(b, angle.r, angle.r_low)
    turns = b.let("quarters", angle.turns + quarters)
    result = quadrant(b, turns, sine + sine_low, cosine + cosine_low)
    if quarters == 0:
        result = select(x.equals(0.0), x, result)  # keeps the sign of zero
    b.result(_known(x, result))
    return b.function()


sin = written_once(partial(_sine, "sin", 0))
cos = written_once(partial(_sine, "cos", 1))


@written_once
def tan() -> Function:
    """sin/cos or -cos/sin, both as pairs, with one division and one correction."""
    b = Builder("tan", "f64")
    x = b.scalar("x")
    angle = reduce_angle(b, x)
    sine, sine_low = sine_pair(b, angle.r, angle.r_low)
    cosine, cosine_low = cosine_pair(b, angle.r, angle.r_low)
    odd = b.let("odd", (angle.turns & 1).equals(1))
    above, above_low = select(odd, -cosine, sine), select(odd, -cosine_low, sine_low)
    below, below_low = select(odd, sine, cosine), select(odd, sine_low, cosine_low)
    top = b.let("top", above + above_low)
    top_low = b.let("top_low", (above - top) + above_low)
    base = b.let("base", below + below_low)
    base_low = b.let("base_low", (below - base) + below_low)
    inverse = b.let("inverse", 1.0 / base)
    ratio = b.let("ratio", top * inverse)
    left = fma(-ratio, base, top) + fma(-ratio, base_low, top_low)
    b.result(_known(x, select(x.equals(0.0), x, fma(left, inverse, ratio))))
    return b.function()


@written_once
def arctan() -> Function:
    """atan|x| = c + atan(t), with c in 0, pi/4, pi/2 such that |t| <= tan(pi/8)."""
    b = Builder("arctan", "f64")
    x = b.scalar("x")
    size = b.let("size", primitive("fabs", x))
    far, middle = b.let("far", size > TAN_3_PI_8), b.let("middle", size > TAN_PI_8)
    above = select(far, -1.0, select(middle, size - 1.0, size))
    below = select(far, size, select(middle, size + 1.0, 1.0))
    steps = b.let("steps", select(far, 2.0, select(middle, 1.0, 0.0)))
    t = b.let("t", above / below)
    z = b.let("z", t * t)
    small = fma(t * z, two_chains(b, z, ARCTAN), steps * QUARTER_PI[1])
    result = fma(steps, QUARTER_PI[0], small + t)
    b.result(primitive("copysign", result, x))
    return b.function()
