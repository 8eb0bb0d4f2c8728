"""Distributions: their values, their bounds, their units, and what they refuse."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.errors import ParameterError, UnitError
from rheobase.model.distributions import (
    clipped,
    distribution_from,
    lognormal,
    normal,
    truncated,
    uniform,
)
from rheobase.units import internal, ms, mV, nS, pA
from rheobase.units.dimension import VOLTAGE


class Draws:
    """Random numbers of NumPy, fresh for every attempt and the same each time."""

    def __init__(self, count=20_000, seed=1):
        self.count, self.seed = count, seed

    def uniform(self, attempt):
        return np.random.default_rng([self.seed, 0, attempt]).random(self.count)

    def normal(self, attempt):
        return np.random.default_rng([self.seed, 1, attempt]).standard_normal(self.count)


def millivolts(value):
    return internal(value, VOLTAGE, "v")


def drawn(distribution, **draws):
    return distribution.internal(millivolts).sample(Draws(**draws))


def test_uniform_fills_its_range():
    values = drawn(uniform(-60 * mV, -50 * mV))
    assert values.min() >= -60 and values.max() <= -50
    # Standard errors: 2.9 / sqrt(20000) of the mean.
    assert abs(values.mean() + 55) < 0.1
    assert np.histogram(values, 10)[0].min() > 1800


def test_normal_has_its_moments():
    values = drawn(normal(5 * mV, 2 * mV))
    assert abs(values.mean() - 5) < 0.06 and abs(values.std() - 2) < 0.04


def test_lognormal_has_the_moments_of_the_values_themselves():
    values = drawn(lognormal(3 * mV, 1.5 * mV), count=200_000)
    assert values.min() > 0
    assert abs(values.mean() - 3) < 0.02 and abs(values.std() - 1.5) < 0.03


def test_clipped_puts_values_on_the_bounds():
    values = drawn(clipped(normal(0 * mV, 1 * mV), low=-1 * mV, high=1 * mV))
    assert values.min() == -1 and values.max() == 1
    assert 0.1 < np.mean(values == 1) < 0.22  # P(z > 1) is 0.159


def test_truncated_draws_again():
    values = drawn(truncated(normal(0 * mV, 1 * mV), low=0 * mV))
    assert values.min() > 0
    # The mean of a half-normal is sqrt(2 / pi).
    assert abs(values.mean() - np.sqrt(2 / np.pi)) < 0.02
    assert np.mean(values == 0) == 0


def test_one_value_does_not_depend_on_the_others():
    """Drawn again or not, a value is a function of its own random numbers."""
    many = drawn(truncated(normal(0 * mV, 1 * mV), low=1 * mV), count=500)

    class Some(Draws):
        def normal(self, attempt):
            return super().normal(attempt)[100:200]

    some = truncated(normal(0 * mV, 1 * mV), low=1 * mV).internal(millivolts).sample(Some(500))
    assert np.array_equal(many[100:200], some)


def test_bounded_distributions_nest():
    inner = truncated(normal(0 * mV, 1 * mV), low=0 * mV)
    both = clipped(inner, high=0.5 * mV)
    values = drawn(both)
    assert values.min() > 0 and values.max() == 0.5
    assert both.internal(millivolts).bounds == (0, 0.5)
    again = truncated(clipped(inner, high=0.5 * mV), low=0.2 * mV)
    assert drawn(again).min() >= 0.2


@given(st.floats(-50, 50), st.floats(0, 50))
def test_bounds_hold(low, width):
    distribution = uniform(low * mV, (low + width) * mV).internal(millivolts)
    least, most = distribution.bounds
    values = distribution.sample(Draws(50))
    assert least <= values.min() and values.max() <= most


@pytest.mark.parametrize(
    ("distribution", "bounds"),
    [
        (normal(0 * mV, 1 * mV), (-np.inf, np.inf)),
        (lognormal(2 * mV, 1 * mV), (0.0, np.inf)),
        (clipped(normal(0 * mV, 1 * mV), low=0 * mV), (0.0, np.inf)),
        (clipped(uniform(1 * mV, 2 * mV), low=5 * mV), (5.0, 5.0)),
        (clipped(uniform(1 * mV, 2 * mV), high=0 * mV), (0.0, 0.0)),
        (truncated(uniform(1 * mV, 3 * mV), low=2 * mV), (2.0, 3.0)),
    ],
)
def test_the_bounds(distribution, bounds):
    assert distribution.internal(millivolts).bounds == bounds


def test_units_are_converted():
    assert drawn(uniform(-0.06 * mV, -0.06 * mV))[0] == -0.06
    assert uniform("1 V", "2 V").internal(millivolts).bounds == (1000.0, 2000.0)


@pytest.mark.parametrize(
    "distribution",
    [
        uniform(-60 * mV, -50 * mV),
        uniform(0, 1),
        normal(0.1 * nS, 0.03 * nS),
        lognormal(2.5, 0.1),
        clipped(normal(1 * pA, 1 * pA), low=0 * pA),
        truncated(clipped(normal(1.5 * ms, 1 * ms), high=3 * ms), low=0.1 * ms, high=2 * ms),
    ],
)
def test_a_description_is_complete(distribution):
    text = json.dumps(distribution.describe(), allow_nan=False)
    again = distribution_from(json.loads(text))
    assert again.describe() == distribution.describe()
    assert type(again) is type(distribution)
    assert str(again) == str(distribution)


def test_they_print_as_they_are_written():
    text = str(truncated(normal(1.5 * ms, 0.5 * ms), low=0.1 * ms))
    assert text == "truncated(normal(1.5 ms, 0.5 ms), low=0.1 ms)"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: uniform(2 * mV, 1 * mV), ParameterError, "ends below"),
        (lambda: uniform(2 * mV, 1), UnitError, "bare number"),
        (lambda: uniform(2 * mV, 3 * pA), UnitError, "a current"),
        (lambda: uniform(2, np.nan), ParameterError, "high of uniform"),
        (lambda: uniform([1, 2], 3), ParameterError, "low of uniform"),
        (lambda: normal(2 * mV, -1 * mV), ParameterError, "negative"),
        (lambda: lognormal(0 * mV, 1 * mV), ParameterError, "positive"),
        (lambda: lognormal(1 * mV, -1 * mV), ParameterError, "negative"),
        (lambda: clipped(3 * mV, low=0 * mV), ParameterError, "distribution first"),
        (lambda: clipped(normal(0, 1)), ParameterError, "no bound"),
        (lambda: clipped(normal(0, 1), low=2, high=1), ParameterError, "lower value first"),
        (lambda: clipped(normal(0 * mV, 1 * mV), low=0 * pA), UnitError, "a current"),
        (lambda: clipped(normal(0 * mV, 1 * mV), low=0), UnitError, "bare number"),
        (lambda: truncated(uniform(0, 1), low=2), ParameterError, "inside the bounds"),
        (lambda: distribution_from({"kind": "cauchy"}), ParameterError, "no distribution"),
        (lambda: distribution_from({"kind": "uniform", "low": 1}), ParameterError, "described"),
    ],
)
def test_refusals(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_distribution_without_values_gives_up():
    hopeless = truncated(normal(0 * mV, 1 * mV), low=50 * mV)
    with pytest.raises(ParameterError, match="next to no values"):
        drawn(hopeless, count=3)
