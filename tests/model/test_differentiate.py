"""Derivatives against finite differences."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.differentiate import differentiate
from rheobase.model.expression import ZERO, names, walk
from rheobase.model.functions import FUNCTIONS
from rheobase.model.parse import parse_expression

from .strategies import expressions


def value(expression, **values):
    return float(evaluate(expression, values))


def difference(expression, name, step, **values):
    """A central difference of the fourth order."""
    at = [
        value(expression, **values | {name: values[name] + k * step})
        for k in (-2.0, -1.0, 1.0, 2.0)
    ]
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * step)


def one_sided(expression, name, step, **values):
    """A difference of the fourth order that looks to one side only."""
    at = [value(expression, **values | {name: values[name] + k * step}) for k in range(5)]
    return (-25 * at[0] + 48 * at[1] - 36 * at[2] + 16 * at[3] - 3 * at[4]) / (12 * step)


# Aside from round numbers and from one another, where (1/x)**-1 or clip(x, y, y) has a value that
# only that one point has.
numbers = st.floats(min_value=-3, max_value=3).map(lambda x: round(x, 2))


@given(expressions, numbers, numbers, st.sampled_from(["x", "y"]))
def test_a_derivative_is_the_limit_of_differences(text, x, y, name):
    x, y = x + 0.0123, y + 0.00456
    expression = parse_expression(text)
    assume(name in names(expression))
    assume(all(math.isfinite(value(part, x=x, y=y)) for part in walk(expression)))
    slope = differentiate(expression, name)
    # Where the two sides disagree there is a kink, a jump or a pole, and no derivative to test.
    here = value(expression, x=x, y=y)
    right, left, centre = (
        one_sided(expression, name, 1e-3, x=x, y=y),
        one_sided(expression, name, -1e-3, x=x, y=y),
        difference(expression, name, 1e-3, x=x, y=y),
    )
    assume(all(map(math.isfinite, (here, right, left, centre))))
    scale = 1 + abs(centre) + abs(here)
    assume(scale < 1e6)
    assume(max(abs(right - centre), abs(left - centre)) < 1e-6 * scale)
    assert value(slope, x=x, y=y) == pytest.approx(centre, rel=1e-5, abs=1e-5 * scale)


POINTS = {
    "log": (0.3, 1.0, 7.5),
    "log10": (0.3, 1.0, 7.5),
    "sqrt": (0.3, 1.0, 7.5),
    "log1p": (-0.3, 0.0, 2.0),
    "floor": (-1.5, 0.3, 2.7),
    "sign": (-1.5, 0.3),
    "heaviside": (-1.5, 0.3),
    "positive": (-1.5, 0.3),
    "abs": (-1.5, 0.3),
}


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.arguments == 1])
def test_each_function_of_one_argument(name):
    slope = differentiate(parse_expression(f"{name}(3*x)"), "x")
    for x in POINTS.get(name, (-20.0, -1.3, -0.05, 0.0, 0.04, 0.4, 1.1)):
        expected = difference(parse_expression(f"{name}(x)"), "x", 1e-3, x=3 * x) * 3
        rounding = abs(value(parse_expression(f"{name}(x)"), x=3 * x)) * 1e-11
        assert value(slope, x=x) == pytest.approx(expected, rel=1e-7, abs=1e-9 + rounding)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("max(x, y)", (1.0, 2.0)),
        ("max(x, y)", (2.0, 1.0)),
        ("min(x**2, y)", (2.0, 1.0)),
        ("min(x**2, y)", (0.5, 1.0)),
        ("max(x, y, x*y)", (2.0, 3.0)),
        ("clip(x, y, 2)", (1.5, 1.0)),
        ("clip(x*y, -1, x)", (0.5, 4.0)),
        ("clip(x, y, 2)", (0.5, 1.0)),
        ("where(x < y, x**3, exp(x))", (0.5, 1.0)),
        ("where(x < y, x**3, exp(x))", (1.5, 1.0)),
        ("where(x < y and not x < 0, sin(x), y)", (0.5, 1.0)),
        ("x**y", (1.5, 2.5)),
        ("y**x", (1.5, 2.5)),
        ("x**x", (1.5, 2.5)),
        ("x**(2/3)", (1.5, 2.5)),
        ("2**-x", (1.5, 2.5)),
    ],
)
@pytest.mark.parametrize("name", ["x", "y"])
def test_functions_of_several_arguments(text, point, name):
    expression = parse_expression(text)
    at = dict(zip("xy", point, strict=True))
    expected = difference(expression, name, 1e-3, **at)
    assert value(differentiate(expression, name), **at) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "x", [-1e4, -800, -30, -1.5, -0.1, -1e-3, 0, 1e-9, 0.0999, 0.1, 1, 30, 700]
)
def test_the_slope_of_exprel_is_exact(x):
    with mpmath.workdps(60):
        z = mpmath.mpf(x)
        exact = (mpmath.exp(z) - mpmath.expm1(z) / z) / z if x else mpmath.mpf(1) / 2
        reciprocal = -exact * (z / mpmath.expm1(z)) ** 2 if x else -mpmath.mpf(1) / 2
    slope = differentiate(parse_expression("exprel(x)"), "x")
    assert value(slope, x=x) == pytest.approx(float(exact), rel=1e-14)
    slope = differentiate(parse_expression("1/exprel(x)"), "x")
    assert value(slope, x=x) == pytest.approx(float(reciprocal), rel=1e-12, abs=1e-300)


def test_a_rate_has_a_slope_however_far_the_voltage_goes():
    slope = differentiate(parse_expression("0.1*v/exprel(-0.1*v)"), "v")
    for v in (-1e4, 1e4):
        assert np.isfinite(value(slope, v=v))


@pytest.mark.parametrize("text", ["3", "y", "y**2 + exp(y)", "floor(x)", "sign(x)", "heaviside(x)"])
def test_what_does_not_change_has_no_slope(text):
    assert differentiate(parse_expression(text), "x") == ZERO


@pytest.mark.parametrize(
    ("text", "slope"), [("x", "1"), ("2*x + y", "2"), ("x*y", "y"), ("x/y", "1/y"), ("x**2", "2*x")]
)
def test_derivatives_stay_short(text, slope):
    assert differentiate(parse_expression(text), "x") == parse_expression(slope)
