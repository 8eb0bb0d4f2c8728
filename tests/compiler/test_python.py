"""The python target: readable, exact, and nothing but what it says."""

import ast
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, fma, select
from rheobase.compiler.targets import arithmetic, python

floats = st.floats(allow_subnormal=True)
integers = st.integers(-(2**63), 2**63 - 1)


def test_the_text_is_readable():
    b = Builder("leak", inline=False)
    n, decay, v, spiked = (
        b.scalar("n", "i64"),
        b.scalar("decay"),
        b.array("v"),
        b.array("s", "bool"),
    )
    with b.loop("i", 0, n, vector=True) as i:
        after = b.let("after", v[i] * decay + 0.5)
        with b.when(after >= 1.0):
            b.store(v, i, 0.0)
        with b.otherwise():
            b.store(v, i, after)
        b.store(spiked, i, select(after >= 1.0, after > 0.0, False))
    assert python.emit([b.function()]) == (
        "def leak(n, decay, v, s):\n"
        "    for i in range(0, n):\n"
        "        after = (float(v[i]) * decay) + 0.5\n"
        "        if after >= 1.0:\n"
        "            v[i] = 0.0\n"
        "        else:\n"
        "            v[i] = after\n"
        "        s[i] = (after > 0.0) if (after >= 1.0) else False\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "def f():\n    return ().__class__",
        "def f(x):\n    return x.__class__",
        "def f():\n    return open('x')",
        "def f():\n    return [i for i in range(3)]",
        "def f():\n    return (lambda: 1)()",
        "def f():\n    return __builtins__",
        "def f(g):\n    return g()",
    ],
)
def test_a_stranger_in_the_text_is_refused(text):
    with pytest.raises(ValueError, match="may not"):
        python._refuse_strangers(ast.parse(text), {"f"})


def test_reading_outside_or_before_writing_raises():
    b = Builder("outside", "f64")
    x, i = b.array("x"), b.scalar("i", "i64")
    b.result(x[i])
    run = python.load([b.function()])["outside"]
    assert run(np.ones(3), 2) == 1.0
    for index in (-1, 3):
        with pytest.raises(IndexError):
            run(np.ones(3), index)
    b = Builder("unwritten", "f64")
    b.result(b.local("room", "f64", 2)[0])
    with pytest.raises(TypeError):
        python.load([b.function()])["unwritten"]()


def test_deep_expressions_load():
    b = Builder("deep", "f64")
    x = total = b.scalar("x")
    for _ in range(120):
        total = x + total
    b.result(total)
    assert python.load([b.function()])["deep"](1.0) == 121.0


def test_a_while_condition_is_evaluated_anew():
    b = Builder("countdown", "i64")
    x, turns = b.variable("x", b.scalar("start", "i64")), b.variable("turns", 0, "i64")
    square = x * x
    with b.repeat(square + square > 8):
        b.assign(x, x - 1)
        b.assign(turns, turns + 1)
    b.result(turns)
    assert python.load([b.function()])["countdown"](10) == 8


@given(floats, floats, floats)
def test_fma_rounds_once(a, b, c):
    got = arithmetic.fma_f64(a, b, c)
    if all(map(math.isfinite, (a, b, c))):
        exact = Fraction(a) * Fraction(b) + Fraction(c)
        if exact:
            try:
                want = float(exact)
            except OverflowError:
                want = math.inf if exact > 0 else -math.inf
            assert got == want
        else:
            assert got == 0.0
            assert math.copysign(1, got) == math.copysign(1, a * b + c) or a * b + c != 0.0
    elif math.isfinite(a) and math.isfinite(b):
        assert got == c or math.isnan(c)
    else:
        np.testing.assert_equal(got, a * b + c)


@given(st.fractions())
def test_f32_rounds_once(value):
    got = arithmetic.f32(value)
    assert got == float(np.float32(got))
    error = abs(Fraction(got) - value)
    for side in (-np.inf, np.inf):
        neighbour = float(np.nextafter(np.float32(got), np.float32(side)))
        assert error <= abs(Fraction(neighbour) - value)


@given(floats, st.sampled_from([8, 16, 32, 64]))
def test_truncation_saturates(value, bits):
    got = arithmetic.truncate(value, bits)
    half = 2 ** (bits - 1)
    if math.isnan(value):
        assert got == 0
    else:
        bounded = min(max(value, -float(half)), float(half))
        assert got == min(int(bounded), half - 1)


@given(integers, integers.filter(bool))
def test_integer_division_truncates(a, b):
    quotient, remainder = arithmetic.idiv(a, b), arithmetic.irem(a, b)
    assert a == quotient * b + remainder
    assert abs(remainder) < abs(b)
    assert remainder == 0 or (remainder < 0) == (a < 0)


@given(floats, floats)
def test_division_is_that_of_ieee(a, b):
    with np.errstate(all="ignore"):
        want = float(np.float64(a) / np.float64(b))
    got = arithmetic.divide(a, b)
    np.testing.assert_equal(got, want)
    assert math.isnan(want) or math.copysign(1, got) == math.copysign(1, want)


@given(floats)
def test_rounding_to_whole_numbers_is_that_of_numpy(value):
    for ours, theirs in (
        (arithmetic.floor, np.floor),
        (arithmetic.ceil, np.ceil),
        (arithmetic.round_even, np.round),
    ):
        np.testing.assert_equal(ours(value), float(theirs(value)))
        assert math.copysign(1, ours(value)) == math.copysign(1, float(theirs(value)))


def test_wide_integers_become_narrow_floats_in_one_rounding():
    b = Builder("narrow", "f32")
    b.result(Cast(b.scalar("x", "i64"), "f32"))
    run = python.load([b.function()])["narrow"]
    halfway = 2**60 + 2**36  # halfway between two floats of 32 bits
    assert run(halfway + 1) == 2.0**60 + 2.0**37
    assert run(halfway) == 2.0**60


def test_float_fma_in_32_bits(both):
    b = Builder("narrow_fma", "f32")
    b.result(fma(*(b.scalar(name, "f32") for name in "abc")))
    runs = both(b.function())
    rng = np.random.default_rng(6)
    for a, c, d in rng.normal(size=(200, 3)).astype(np.float32).tolist():
        exact = Fraction(a) * Fraction(c) + Fraction(d)
        assert [run(a, c, d) for run in runs] == [arithmetic.f32(exact)] * 2
