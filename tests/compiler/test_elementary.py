"""The elementary functions against 60 digits: at most 2 ulp, and right at every edge."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rheobase.compiler.kernels.elementary import FUNCTIONS
from rheobase.compiler.kernels.elementary.trigonometric import LARGEST_ANGLE

REFERENCE = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "exprel": lambda x: mpmath.expm1(x) / x if x else mpmath.mpf(1),
    "exprel_reciprocal": lambda x: x / mpmath.expm1(x) if x else mpmath.mpf(1),
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "log10": mpmath.log10,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "arctan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "power": mpmath.power,
}
UNARY = [name for name in FUNCTIONS if name != "power"]
# The bound held is tighter than the 2 ulp promised, so that a loss shows.
BOUNDS = {name: 1.0 for name in ("log", "log1p", "log10", "sin", "cos", "tan", "power")} | {
    "exp": 1.1,
    "expm1": 1.5,
    "logistic": 1.6,
    "tanh": 1.6,
}
INF, NAN, TINY, HUGE = math.inf, math.nan, 5e-324, 1.7976931348623157e308
EDGES = {
    "exp": {0: 1, INF: INF, -INF: 0, 709.79: INF, -746: 0, -745.13: TINY, TINY: 1},
    "expm1": {-0.0: -0.0, INF: INF, -INF: -1, 709.79: INF, TINY: TINY, -TINY: -TINY, -50: -1},
    "exprel": {0: 1, INF: INF, -INF: 0, 717: INF, TINY: 1, -TINY: 1},
    "exprel_reciprocal": {0: 1, INF: 0, -INF: INF, 800: 0, TINY: 1, -HUGE: HUGE},
    "logistic": {0: 0.5, INF: 1, -INF: 0, 40: 1, -745.13: TINY, -800: 0},
    "log": {0: -INF, 1: 0, INF: INF, -1: NAN, -INF: NAN, -TINY: NAN},
    "log1p": {-0.0: -0.0, -1: -INF, -1.5: NAN, INF: INF, TINY: TINY, -INF: NAN},
    "log10": {0: -INF, 1: 0, INF: INF, -1: NAN, **{10.0**k: k for k in range(23)}},
    "sin": {-0.0: -0.0, TINY: TINY, INF: NAN, -INF: NAN, 2 * LARGEST_ANGLE: NAN},
    "cos": {0: 1, TINY: 1, INF: NAN, -INF: NAN, -2 * LARGEST_ANGLE: NAN},
    "tan": {-0.0: -0.0, TINY: TINY, INF: NAN, -INF: NAN, 2 * LARGEST_ANGLE: NAN},
    "arctan": {-0.0: -0.0, INF: math.pi / 2, -INF: -math.pi / 2, TINY: TINY, HUGE: math.pi / 2},
    "sinh": {-0.0: -0.0, INF: INF, -INF: -INF, 711: INF, -711: -INF, TINY: TINY},
    "cosh": {0: 1, INF: INF, -INF: INF, 711: INF, -711: INF, TINY: 1},
    "tanh": {-0.0: -0.0, INF: 1, -INF: -1, 22: 1, -400: -1, TINY: TINY, -TINY: -TINY},
}


@pytest.fixture(scope="module")
def run(over, compiled):
    """Every function as a native vector loop over arrays."""
    loops = {name: compiled(over(function)) for name, function in FUNCTIONS.items()}

    def apply(name, *arguments):
        arrays = [np.ascontiguousarray(a, dtype=np.float64) for a in arguments]
        out = np.empty_like(arrays[0])
        loops[name](out.size, *arrays, out)
        return out

    return apply


def ulps(got, name, *arguments):
    """The distance from the exact value in units of the last place of the nearest double."""
    with mpmath.workdps(60):
        want = REFERENCE[name](*(mpmath.mpf(float(a)) for a in arguments))
        nearest = float(want)
        if not math.isfinite(nearest) or not math.isfinite(got):
            largest = mpmath.mpf(2) ** 1024 * (1 - mpmath.mpf(2) ** -54)
            near_the_end = abs(abs(want) / largest - 1) < mpmath.mpf(2) ** -52
            return 0.0 if got == nearest or near_the_end else math.inf
        return float(abs(mpmath.mpf(float(got)) - want) / mpmath.mpf(math.ulp(nearest)))


def samples(name, rng, n=700):
    def spread(low, high):
        return 2.0 ** rng.uniform(low, high, n) * rng.choice([-1, 1], n)

    if name in ("log", "log10"):
        near_one = 1 + spread(-52, -2)
        return np.abs(np.concatenate([spread(-1074, 1024), rng.uniform(0.5, 2, n), near_one]))
    if name == "log1p":
        large = np.abs(spread(0, 1024))
        return np.concatenate([rng.uniform(-1, 1, n), spread(-1074, -0.001), large])
    if name in ("sin", "cos", "tan"):
        near_zeros = np.round(spread(0, 26)) * (np.pi / 2)
        return np.concatenate([rng.uniform(-7, 7, n), spread(-1074, 27), near_zeros])
    if name == "arctan":
        return np.concatenate([rng.uniform(-4, 4, n), spread(-1074, 1024)])
    return np.concatenate(
        [
            rng.uniform(-2, 2, n),
            rng.uniform(-40, 40, n),
            rng.uniform(-765, 765, n),
            spread(-1074, 10),
        ]
    )


@pytest.mark.parametrize("name", UNARY)
def test_within_the_bound(run, name):
    x = samples(name, np.random.default_rng(11))
    errors = [ulps(got, name, value) for got, value in zip(run(name, x), x, strict=True)]
    assert max(errors) <= BOUNDS.get(name, 1.9)


def test_power_within_the_bound(run):
    rng = np.random.default_rng(12)
    n = 500
    x = np.concatenate([rng.uniform(0, 10, n), 2.0 ** rng.uniform(-1074, 1024, n)])
    y = np.concatenate([rng.uniform(-10, 10, n), rng.uniform(-1.05, 1.05, n)])
    x = np.concatenate([x, 1 + rng.uniform(-1e-6, 1e-6, n), -rng.integers(1, 40, n)])
    y = np.concatenate([y, rng.uniform(-7e8, 7e8, n), rng.integers(-180, 180, n)])
    errors = [ulps(*case) for case in zip(run("power", x, y), ["power"] * 4 * n, x, y, strict=True)]
    assert max(errors) <= BOUNDS["power"]


def test_power_is_exact_where_it_can_be(run):
    x, y = map(np.ravel, np.meshgrid(np.arange(-40.0, 41.0), np.arange(0.0, 10.0)))
    exact = np.array([float(int(a) ** int(b)) for a, b in zip(x, y, strict=True)])
    small = np.abs(exact) < 2.0**53
    np.testing.assert_array_equal(run("power", x, y)[small], exact[small])
    np.testing.assert_array_equal(run("power", x[small] ** 2, 0.5 + 0 * x[small]), abs(x[small]))


def test_power_has_the_cases_of_c(run):
    special = [0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, INF, -INF, NAN, TINY, -TINY, HUGE, -HUGE]
    special += [2.0**53, 2.0**53 + 2, -(2.0**53) + 1, 1e18, 4503599627370497.0, 2.5, -2.5]
    x, y = map(np.ravel, np.meshgrid(special, special))
    got = run("power", x, y)
    with np.errstate(all="ignore"):
        want = np.power(x, y)
    np.testing.assert_allclose(got, want, rtol=4e-16, atol=0)
    there = ~np.isnan(want)
    np.testing.assert_array_equal(np.signbit(got)[there], np.signbit(want)[there])


@pytest.mark.parametrize("name", UNARY)
def test_edges(run, name):
    x = np.array([*EDGES[name], NAN], dtype=float)
    want = np.array([*EDGES[name].values(), NAN], dtype=float)
    got = run(name, x)
    np.testing.assert_allclose(got, want, rtol=2.3e-16, atol=0)
    numbers = ~np.isnan(want)
    np.testing.assert_array_equal(np.signbit(got)[numbers], np.signbit(want)[numbers])


@pytest.mark.parametrize("name", UNARY)
def test_both_zeros(run, name):
    plus, minus = run(name, [0.0, -0.0])
    odd = plus == 0.0
    assert plus == minus
    assert (math.copysign(1, plus), math.copysign(1, minus)) == (
        (1, -1) if odd else (math.copysign(1, plus),) * 2
    )


@settings(max_examples=300)
@given(st.floats(), st.sampled_from(UNARY))
@example(1.0986122886681098, "exprel")
@example(0.36065082357275724, "expm1")
@example(709.782712893384, "exp")
@example(6381956970095103 * 2.0**-26, "sin")
def test_any_number_within_the_bound(run, x, name):
    got = float(run(name, [x])[0])
    below = {"log": 0.0, "log10": 0.0, "log1p": -1.0}.get(name, -math.inf)
    if math.isnan(x) or x < below or (name in ("sin", "cos", "tan") and abs(x) > LARGEST_ANGLE):
        assert math.isnan(got)
    elif math.isfinite(x) and x != below:
        assert ulps(got, name, x) <= 2.0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lanes_remainder_scalar_and_python_have_the_same_bits(
    run, over, compiled, interpreted, name
):
    rng = np.random.default_rng(13)
    count = len(FUNCTIONS[name].parameters)
    x = [np.concatenate([[0.0, -0.0, INF, -INF, NAN, HUGE], rng.normal(0, 5, 58)])] * count
    whole = run(name, *x)
    for n in range(1, 41):
        np.testing.assert_array_equal(run(name, *(part[:n] for part in x)), whole[:n])
    scalar, slow = np.empty(64), np.empty(64)
    compiled(over(FUNCTIONS[name], vector=False))(64, *x, scalar)
    np.testing.assert_array_equal(scalar, whole)
    interpreted(over(FUNCTIONS[name]))(64, *x, slow)
    # The python target's fma is exact; the machine's is where it has one.
    np.testing.assert_array_max_ulp(slow[~np.isnan(slow)], whole[~np.isnan(slow)], 2)
    np.testing.assert_array_equal(np.isnan(slow), np.isnan(whole))
