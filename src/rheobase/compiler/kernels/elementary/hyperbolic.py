"""tanh, sinh and cosh, from the exponentials."""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Function, fma, primitive, select
from rheobase.compiler.kernels.elementary.exponential import at_most, write_exp, write_expm1
from rheobase.compiler.kernels.elementary.polynomial import two_chains

# (sinh(x)/x - 1)/x^2 as a polynomial in x^2 for |x| <= 1: minimax of degree 6 (Remez), 9e-20.
SINH = (
    0.16666666666666669,
    0.008333333333333137,
    0.00019841269841438521,
    2.755731915506167e-06,
    2.5052123443710005e-08,
    1.6057236722077737e-10,
    7.759424951072208e-13,
)


@written_once
def tanh() -> Function:
    """With t = exp(2|x|) - 1, tanh|x| is t/(t + 2) below 1 and 1 - 2/(t + 2) above."""
    b = Builder("tanh", "f64")
    x = b.scalar("x")
    twice = b.let("twice", at_most(primitive("fabs", x) * 2.0, 64.0))
    t = write_expm1(b, twice)
    near = b.let("near", twice < 2.0)
    under = b.let("under", t.sum + 2.0)
    ratio = b.let("ratio", select(near, t.sum, 2.0) / under)
    # What t and t + 2 rounded off; 1/(t + 2) = (1 - ratio)/2.
    rest = b.let("rest", t.rest)
    error = rest - ratio * ((2.0 - under) + t.sum + rest)
    below = fma(error, fma(ratio, -0.5, 0.5), ratio)
    b.result(primitive("copysign", select(near, below, 1.0 - ratio), x))
    return b.function()


@written_once
def sinh() -> Function:
    """The polynomial below 1; above it h - 1/(4h) with h = exp|x|/2, which overflows in time."""
    b = Builder("sinh", "f64")
    x = b.scalar("x")
    size = b.let("size", primitive("fabs", x))
    half = b.let("half_exp", write_exp(b, size, exponent=-1))
    square = b.let("x_square", x * x)
    near = fma(square * size, two_chains(b, square, SINH), size)
    far = half - 0.25 / half
    b.result(primitive("copysign", select(size < 1.0, near, far), x))
    return b.function()


@written_once
def cosh() -> Function:
    """With h = exp(|x|)/2 it is h + 1/(4h)."""
    b = Builder("cosh", "f64")
    x = b.scalar("x")
    half = b.let("half_exp", write_exp(b, b.let("size", primitive("fabs", x)), exponent=-1))
    b.result(half + 0.25 / half)
    return b.function()
