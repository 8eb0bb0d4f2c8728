"""Transfer functions against mpmath, to machine precision: values, slopes, inverses; as text."""

import math
import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import EquationError, ParameterError, UnknownNameError
from rheobase.model.differentiate import differentiate
from rheobase.model.evaluate import evaluate
from rheobase.zoo.transfer import TRANSFERS, expression, tabulated, transfer
from rheobase.zoo.transfer_function import read

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny
# Values of parameters other than the defaults.
GIVEN = {
    "threshold_linear": {"threshold": 0.3, "gain": 1.7, "maximum": 5.0},
    "naka_rushton": {"maximum": 3.0, "half": 1.3, "exponent": 2.5},
}


def exact(name):
    """The function as its definition has it, in 60 digits."""
    p = {key: mpmath.mpf(value) for key, value in GIVEN.get(name, {}).items()}
    return {
        "identity": lambda x: x,
        "relu": lambda x: max(x, mpmath.mpf(0)),
        "threshold_linear": lambda x: min(max(p["gain"] * (x - p["threshold"]), 0), p["maximum"]),
        "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
        "tanh": mpmath.tanh,
        "step": lambda x: mpmath.mpf(x >= 0),
        "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
        "exponential": mpmath.exp,
        "naka_rushton": lambda x: (
            p["maximum"] * x ** p["exponent"] / (p["half"] ** p["exponent"] + x ** p["exponent"])
            if x > 0
            else mpmath.mpf(0)
        ),
    }[name]


def made(name):
    return transfer(name, **GIVEN.get(name, {}))


def sample():
    rng = np.random.default_rng(5)
    near = rng.uniform(-40, 40, 60)
    small = np.exp(rng.uniform(-30, 0, 30)) * rng.choice([-1, 1], 30)
    return np.r_[near, small, -700.0, 700.0, -300.5, 300.5, 0.0, 1.0, -1.0]


def close(found, due, digits):
    """Within so many units in the last place; what is below the least normal number may be lost."""
    return abs(mpmath.mpf(float(found)) - due) <= digits * EPS * abs(due) + TINY


@pytest.mark.parametrize("name", TRANSFERS)
def test_values_have_all_their_digits(name):
    f = made(name)
    with mpmath.workdps(700):  # the tails of 1/(1 + exp(700)) cancel in fewer
        for x in sample():
            due = exact(name)(mpmath.mpf(float(x)))
            # The difference x - threshold is rounded, which the threshold magnifies.
            digits = 8 if name != "threshold_linear" else 8 * (1 + 1 / max(abs(x - 0.3), 1e-9))
            assert close(f.value(x), due, digits), x


@pytest.mark.parametrize(
    "name", sorted(TRANSFERS.keys() - {"identity", "relu", "threshold_linear", "step"})
)
def test_slopes_have_all_their_digits(name):
    f = made(name)
    with mpmath.workdps(700):
        for x in sample()[::3]:
            if name == "naka_rushton" and x <= 0:
                assert f.derivative(x) == 0
                continue
            due = mpmath.diff(exact(name), mpmath.mpf(float(x)), h=mpmath.mpf(10) ** -200)
            assert close(f.derivative(x), due, 16), x


def test_slopes_of_lines_and_steps():
    x = np.array([-2.0, 0.0, 0.2, 3.0, 10.0])
    np.testing.assert_array_equal(transfer("identity").derivative(x), np.ones(5))
    np.testing.assert_array_equal(transfer("relu").derivative(x), [0, 1, 1, 1, 1])
    np.testing.assert_array_equal(transfer("step").derivative(x), np.zeros(5))
    np.testing.assert_array_equal(made("threshold_linear").derivative(x), [0, 0, 0, 1.7, 0])
    np.testing.assert_array_equal(transfer("step").value([-1e-300, 0, 1e-300]), [0, 1, 1])


@pytest.mark.parametrize("name", [n for n in TRANSFERS if n != "step"])
def test_inverses_are_as_exact_as_their_argument(name):
    f = made(name)
    low, high = f.bounds()
    rng = np.random.default_rng(6)
    span = (max(low, -50.0), min(high, 50.0))
    values = np.r_[rng.uniform(*span, 60), span[0] + (span[1] - span[0]) * np.logspace(-12, -1, 30)]
    values = values[(values > low) & (values < high)]
    assert len(values) > 80
    with mpmath.workdps(60):
        for y in values:
            x = f.inverse(y)
            back = exact(name)(mpmath.mpf(float(x)))
            slope = float(f.derivative(x))
            # An error of a few digits of x, or of y itself, and nothing more.
            assert abs(back - mpmath.mpf(float(y))) <= 8 * EPS * (abs(y) + abs(slope * x)), y


@pytest.mark.parametrize("name", [n for n in TRANSFERS if transfer(n).slope])
def test_slopes_that_are_given_are_those_of_the_text(name):
    f = made(name)
    x = np.array([-6.0, -0.7, 0.3, 1.1, 5.0])
    by_rule = evaluate(differentiate(read(f.text), "x"), {"x": x})
    np.testing.assert_allclose(f.derivative(x), by_rule, rtol=1e-10)


@pytest.mark.parametrize("name", TRANSFERS)
def test_a_model_computes_the_same(name):
    f = made(name)
    model = rb.Model(
        f"dv/dt = 0\n{f.equations('r', 'v')}", parameters=dict(f.parameters), outputs=("r",),
        initial={"v": 0.8},
    )  # fmt: skip
    r = rb.simulate(model, 0.2, record="r", dt=0.1)["r"]
    np.testing.assert_allclose(r, f.value(0.8), rtol=1e-14)


@given(st.data())
def test_a_table_is_interpolated(data):
    numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
    x = sorted(data.draw(st.sets(numbers, min_size=2, max_size=40)))
    y = data.draw(st.lists(numbers, min_size=len(x), max_size=len(x)))
    f = tabulated(x, y)
    where = np.r_[x, data.draw(st.lists(st.floats(-150, 150), min_size=1, max_size=9))]
    size = np.max(np.abs(y)) + 1e-300
    np.testing.assert_allclose(f.value(where), np.interp(where, x, y), rtol=0, atol=8 * EPS * size)
    np.testing.assert_array_equal(f.value(x[:-1]), y[:-1])


@pytest.mark.parametrize("order", [1, -1])
def test_a_table_that_is_monotone_is_inverted(order):
    rng = np.random.default_rng(2)
    x, y = np.sort(rng.normal(size=128)), np.sort(rng.normal(size=128))[::order]
    f = tabulated(x, y)
    where = rng.uniform(x[1], x[-2], 50)
    steepest = np.max(np.abs(np.diff(x) / np.diff(y)))
    np.testing.assert_allclose(f.inverse(f.value(where)), where, atol=20 * EPS * max(1, steepest))
    outside = f.derivative([x[0] - 1, x[-1] + 1])
    np.testing.assert_array_equal(outside, [0, 0])
    middle = (x[3] + x[4]) / 2
    assert f.derivative(middle) == pytest.approx((y[4] - y[3]) / (x[4] - x[3]))
    assert not tabulated([0, 1, 2], [0, 1, 0]).has_inverse


def test_an_expression_that_the_user_types():
    f = transfer("k*x/(1 + abs(x))", k=2.0)
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(f(x), 2 * x / (1 + np.abs(x)))
    np.testing.assert_allclose(f.derivative(x), 2 / (1 + np.abs(x)) ** 2)
    assert not f.has_inverse
    g = expression("k*x**3", inverse="sign(f)*(abs(f)/k)**(1/3)", k=2.0)
    np.testing.assert_allclose(g.inverse(g(x)), x, atol=1e-15)
    assert transfer("cos(pi*x)")(1.0) == -1.0
    assert transfer("2").value(np.zeros((2, 3))).shape == (2, 3)
    bounded = expression("top*x", inverse="f/top", image=(0, "top"), top=3.0)
    assert bounded.bounds() == (0.0, 3.0)


def test_shapes_names_and_pickles():
    f = transfer("sigmoid")
    assert f.name == "logistic"
    assert isinstance(f.value(0.0), float)
    assert f.value([[0.0, 1.0]]).shape == (1, 2)
    assert transfer(f) is f
    again = pickle.loads(pickle.dumps(made("naka_rushton")))  # noqa: S301
    assert again.value(2.0) == made("naka_rushton").value(2.0)
    assert math.isinf(transfer("softplus").bounds()[1])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: transfer("logistc"), ParameterError, "did you mean 'logistic'"),
        (lambda: transfer("relu", gain=2), ParameterError, "its parameters are: none"),
        (lambda: transfer(3), ParameterError, "expression over x"),
        (lambda: transfer(transfer("relu"), gain=1), ParameterError, "parameters already"),
        (lambda: transfer("x/y"), UnknownNameError, "'y'"),
        (lambda: transfer("k*x", k="no"), ParameterError, "k of a transfer"),
        (lambda: transfer("k*x", k=[1, 2]), ParameterError, "one finite number"),
        (lambda: transfer("x > 1"), EquationError, "where"),
        (lambda: transfer("__import__"), ParameterError, "no transfer function"),
        (lambda: transfer("x.real"), EquationError, r"\^"),
        (lambda: expression("x", inverse="x"), UnknownNameError, "f is the variable"),
        (lambda: expression("x", image=(0, "top")), ParameterError, "image="),
        (lambda: expression("f*x", f=2.0), ParameterError, "rename"),
        (lambda: transfer("threshold_linear", gain=-1), ParameterError, "positive"),
        (lambda: transfer("naka_rushton", exponent=0.5), ParameterError, "1 or more"),
        (lambda: tabulated([0, 0], [1, 2]), ParameterError, "do not increase"),
        (lambda: tabulated([0, 1], [1, 2, 3]), ParameterError, "as many values"),
        (lambda: tabulated(range(200), range(200)), ParameterError, "128"),
        (lambda: transfer("logistic").inverse([0.5, 1.0]), ParameterError, "below 1"),
        (lambda: transfer("relu").inverse(0.0), ParameterError, "above 0"),
        (lambda: transfer("step").inverse(0.5), ParameterError, "no inverse"),
        (lambda: transfer("tanh").value("wide"), ParameterError, "plain numbers"),
    ],
)
def test_what_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
