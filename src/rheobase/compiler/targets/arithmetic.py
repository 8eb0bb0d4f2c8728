"""The arithmetic of machines for the `python` target: IEEE 754 floats and integers that wrap.

Python's own raises where a machine gives infinity or NaN, and its integers have no end. A float of
either width is a Python float here, an integer of any width a Python int.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction


def divide(a: float, b: float) -> float:
    """The quotient a / b, infinite or NaN where b is zero."""
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def idiv(a: int, b: int) -> int:
    """The quotient of integers, truncated towards zero."""
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def irem(a: int, b: int) -> int:
    """The remainder that belongs to `idiv`: it has the sign of a."""
    return a - b * idiv(a, b)


def _wrap(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return ((value + half) & (2 * half - 1)) - half


def i64(value: int) -> int:
    """The low 64 bits, as a signed integer."""
    return _wrap(value, 64)


def i32(value: int) -> int:
    """The low 32 bits, as a signed integer."""
    return _wrap(value, 32)


def i16(value: int) -> int:
    """The low 16 bits, as a signed integer."""
    return _wrap(value, 16)


def i8(value: int) -> int:
    """The low 8 bits, as a signed integer."""
    return _wrap(value, 8)


def truncate(value: float, bits: int) -> int:
    """A float as an integer of so many bits: towards zero, at most the nearest bound, NaN as 0."""
    if math.isnan(value):
        return 0
    half = 1 << (bits - 1)
    if abs(value) >= half:
        return half - 1 if value > 0.0 else -half
    return int(value)


def f32(value: float | Fraction) -> float:
    """The nearest float of 32 bits, rounded once, of a float, an int or a fraction."""
    double = value if isinstance(value, float) else _to_odd(Fraction(value))
    try:
        (result,) = struct.unpack("<f", struct.pack("<f", double))
    except OverflowError:
        return math.copysign(math.inf, double)
    return float(result)


def _to_odd(exact: Fraction) -> float:
    """A neighbouring double, the odd one where inexact, so that rounding on comes out right."""
    double = _nearest(exact)
    if math.isinf(double) or Fraction(double) == exact:
        return double
    if as_i64(double) & 1 == 0:
        double = math.nextafter(double, math.inf if exact > Fraction(double) else -math.inf)
    return double


def _nearest(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _exact_fma(a: float, b: float, c: float) -> Fraction | float:
    """The sum a b + c: exact, or a double where infinity, NaN or the sign of zero decides."""
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        finite = math.isfinite(a) and math.isfinite(b)  # then a * b cannot matter but by overflow
        return c if finite else a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact:
        return exact
    if a == 0.0 or b == 0.0:
        return a * b + c
    return 0.0  # a b = -c exactly


def fma_f64(a: float, b: float, c: float) -> float:
    """The sum a b + c, rounded once."""
    result = _exact_fma(a, b, c)
    return result if isinstance(result, float) else _nearest(result)


def fma_f32(a: float, b: float, c: float) -> float:
    """The sum a b + c, rounded once to 32 bits."""
    return f32(_exact_fma(a, b, c))


def sqrt(value: float) -> float:
    """The square root, NaN below zero."""
    return math.sqrt(value) if value >= 0.0 else math.nan


def floor(value: float) -> float:
    """The largest whole number not above."""
    return math.copysign(float(math.floor(value)), value) if math.isfinite(value) else value


def ceil(value: float) -> float:
    """The smallest whole number not below."""
    return math.copysign(float(math.ceil(value)), value) if math.isfinite(value) else value


def round_even(value: float) -> float:
    """The nearest whole number, the even one of two."""
    return math.copysign(float(round(value)), value) if math.isfinite(value) else value


def copysign(size: float, sign: float) -> float:
    """The size of one with the sign of the other."""
    return math.copysign(size, sign)


def as_i64(value: float) -> int:
    """The pattern of a double as an integer."""
    return int(struct.unpack("<q", struct.pack("<d", value))[0])


def as_f64(value: int) -> float:
    """The double with this pattern."""
    return float(struct.unpack("<d", struct.pack("<q", value))[0])


def as_i32(value: float) -> int:
    """The pattern of a 32-bit float as an integer."""
    return int(struct.unpack("<i", struct.pack("<f", value))[0])


def as_f32(value: int) -> float:
    """The 32-bit float with this pattern."""
    return float(struct.unpack("<f", struct.pack("<i", value))[0])


def meet(parties: int) -> None:
    """Wait for the other threads, of which there are none here."""
    if parties > 1:
        raise ValueError(f"plain Python runs a kernel in one thread, not in {parties}")


def at(index: int) -> int:
    """An index that must not be negative: Python would count it from the end."""
    if index < 0:
        raise IndexError(f"index {index} is below 0")
    return index
