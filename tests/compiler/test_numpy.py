"""The array reference: every listed function and operation, against its definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.equations import read_condition
from rheobase.model.functions import FUNCTIONS
from rheobase.model.parse import parse_expression

finite = st.floats(-30.0, 30.0)
DEFINITIONS = {
    "exp": math.exp,
    "expm1": math.expm1,
    "exprel": lambda x: math.expm1(x) / x if x else 1.0,
    "log": lambda x: math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan),
    "log1p": lambda x: math.log1p(x) if x > -1 else (-math.inf if x == -1 else math.nan),
    "log10": lambda x: math.log10(x) if x > 0 else (-math.inf if x == 0 else math.nan),
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "logistic": lambda x: 1 / (1 + math.exp(-x)),
    "abs": abs,
    "sign": lambda x: float(np.sign(x)),
    "floor": math.floor,
    "heaviside": lambda x: 1.0 if x >= 0 else 0.0,
    "positive": lambda x: max(x, 0.0),
    "max": max,
    "min": min,
    "clip": lambda x, low, high: low if x < low else high if x > high else x,
    "where": lambda c, a, b: a if c else b,
}


def test_every_listed_function_is_tried_here():
    assert set(DEFINITIONS) == set(FUNCTIONS)


@given(st.sampled_from(sorted(set(FUNCTIONS) - {"where"})), finite, finite, finite)
def test_functions_are_what_their_names_say(name, x, y, z):
    arguments = "xyz"[: FUNCTIONS[name].arguments]
    expression = parse_expression(f"{name}({', '.join(arguments)})")
    found = evaluate(expression, dict(x=x, y=y, z=z))
    values = dict(zip("xyz", (x, y, z), strict=True))
    expected = DEFINITIONS[name](*(values[a] for a in arguments))
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-300, nan_ok=True)


@given(finite, finite)
def test_conditions_and_choices(x, y):
    assert bool(evaluate(read_condition("x > y and not x > 3 or y == 2"), dict(x=x, y=y))) == (
        (x > y and not x > 3) or y == 2
    )
    chosen = evaluate(parse_expression("where(x < y, x, y)"), dict(x=x, y=y))
    assert chosen == min(x, y)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"where", "clip"}))
def test_no_function_hides_a_nan(name):
    others = ", 1.0" * (FUNCTIONS[name].arguments - 1)
    assert np.isnan(evaluate(parse_expression(f"{name}(x{others})"), dict(x=np.nan)))
    if others:
        assert np.isnan(evaluate(parse_expression(f"{name}(1.0, x)"), dict(x=np.nan)))


def test_a_clip_hides_no_nan_of_its_argument():
    assert np.isnan(evaluate(parse_expression("clip(x, 0, 1)"), dict(x=np.nan)))


def test_arrays_broadcast_and_nothing_warns():
    x = np.array([-1.0, 0.0, 1.0, 800.0])
    for name in FUNCTIONS:
        if FUNCTIONS[name].arguments == 1:
            found = evaluate(parse_expression(f"{name}(x)"), dict(x=x))
            alone = [evaluate(parse_expression(f"{name}(x)"), dict(x=v)) for v in x]
            assert np.array_equal(found, alone, equal_nan=True)
    assert evaluate(parse_expression("x/y"), dict(x=x, y=0.0)).tolist()[::3] == [-np.inf, np.inf]
    assert np.isnan(evaluate(parse_expression("x/y"), dict(x=0.0, y=0.0)))


def test_the_tails_are_not_lost():
    assert evaluate(parse_expression("logistic(x)"), dict(x=-700.0)) == pytest.approx(
        np.exp(-700.0), rel=1e-14
    )
    assert evaluate(parse_expression("exprel(x)"), dict(x=1e-10)) == pytest.approx(
        1 + 5e-11, rel=1e-16
    )
    assert evaluate(parse_expression("exprel(x)"), dict(x=-800.0)) == pytest.approx(1 / 800)
    assert evaluate(parse_expression("exprel(x)"), dict(x=0.0)) == 1.0
