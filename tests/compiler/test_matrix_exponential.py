"""The matrix exponential against SciPy's, and where its value is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import expm

from rheobase.compiler.matrix_exponential import matrix_exponential

sizes = st.integers(1, 7)
exponents = st.floats(-6.0, 1.5)
entries = st.floats(-1.0, 1.0)


@st.composite
def matrices(draw, sizes=sizes):
    d = draw(sizes)
    shape = (d, d)
    matrix = draw(arrays(float, shape, elements=entries)) * 10.0 ** draw(exponents)
    return matrix - draw(st.floats(0.0, 2.0)) * np.eye(d) * np.abs(matrix).sum()


def close(a, b, digits):
    """Agreement to `digits`, relative to the largest entry."""
    return np.abs(a - b).max() <= 10.0**-digits * max(np.abs(b).max(), 1e-300)


@given(matrices())
def test_it_agrees_with_scipy(a):
    # Both lose digits as a matrix grows: a relative change of 1e-16 of an entry is one of the
    # result.
    digits = 13 - max(0.0, np.log10(max(np.abs(a).sum(), 1.0)))
    assert close(matrix_exponential(a), expm(a), digits)


@given(st.lists(matrices(st.just(3)), min_size=1, max_size=4))
def test_a_batch_is_its_members_bit_for_bit(batch):
    together = matrix_exponential(np.stack(batch))
    assert all(
        np.array_equal(t, matrix_exponential(a)) for t, a in zip(together, batch, strict=True)
    )
    assert matrix_exponential(np.zeros((2, 0, 3, 3))).shape == (2, 0, 3, 3)


def test_equal_rates_are_no_special_case():
    for x in (1e-8, 0.1, 3.0):
        jordan = np.array([[-x, x, 0], [0, -x, x], [0, 0, -x]])
        exact = np.exp(-x) * np.array([[1, x, x * x / 2], [0, 1, x], [0, 0, 1]])
        assert matrix_exponential(jordan) == pytest.approx(exact, rel=2e-15, abs=1e-300)


def test_the_exponential_of_nothing_is_one():
    assert np.array_equal(matrix_exponential(np.zeros((4, 4))), np.eye(4))


def test_a_rotation_stays_one():
    for angle in (1.0, 10.0, 1000.0):
        turned = matrix_exponential(np.array([[0.0, -angle], [angle, 0.0]]))
        exact = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        assert turned == pytest.approx(np.array(exact), abs=1e-15 * max(angle, 4.0))


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6, 1e9, 1e12])
def test_a_large_coupling_does_not_cost_the_digits_of_the_rates(scale):
    # exp [[-1, c], [0, -2]]: squaring until c is small would leave nothing of the rates but
    # rounding.
    found = matrix_exponential(np.array([[-1.0, scale], [0.0, -2.0]]))
    exact = np.array([[np.exp(-1), scale * (np.exp(-1) - np.exp(-2))], [0.0, np.exp(-2)]])
    assert found == pytest.approx(exact, rel=4e-15, abs=0)


@pytest.mark.parametrize("rate", [-1.0, -50.0, -700.0, -1e4, -1e12, 700.0])
def test_one_by_one_is_the_exponential(rate):
    assert matrix_exponential(np.array([[rate]]))[0, 0] == pytest.approx(
        np.exp(rate), rel=3e-16 * max(4.0, abs(rate))
    )


def test_what_overflows_or_is_not_finite_is_not_finite():
    assert not np.isfinite(matrix_exponential(np.array([[800.0]])))
    assert not np.isfinite(matrix_exponential(np.array([[1e300]])))
    batch = np.array([[[np.nan]], [[np.inf]], [[-1.0]]])
    found = matrix_exponential(batch)[:, 0, 0]
    assert np.isnan(found[:2]).all()
    assert found[2] == pytest.approx(np.exp(-1.0), rel=1e-15)
