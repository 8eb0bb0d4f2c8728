"""Separability, margins and the bound of Novikoff against closed forms and known data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris

from rheobase.errors import MissingExtraError, ParameterError
from rheobase.learn import separability

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])


def test_and_as_the_reference_has_it():
    # reference/analytic.json, "perceptron": R**2 = 3, gamma = 1/sqrt(3), the bound is 9.
    found = separability(CORNERS, [False, False, False, True])
    assert found.is_separable
    assert found.radius**2 == pytest.approx(3.0)
    assert found.margin == pytest.approx(1 / math.sqrt(3), rel=1e-12)
    assert found.bound == pytest.approx(9.0, rel=1e-12)
    np.testing.assert_allclose(found.weights, np.array([1, 1, -1]) / math.sqrt(3), rtol=1e-12)


def test_exclusive_or_has_no_plane():
    found = separability(CORNERS, [False, True, True, False])
    assert not found.is_separable
    assert found.weights is None
    assert found.margin == 0.0
    assert found.bound == math.inf


@given(st.integers(1, 30), st.integers(0, 2**32), st.floats(-7, 3))
def test_the_margin_between_two_examples(inputs, seed, width):
    # The widest gap is the distance of the origin from the line between one example, with its 1,
    # and the other one turned round.
    rng = np.random.default_rng(seed)
    one = rng.normal(size=inputs)
    other = one + 10.0**width * rng.normal(size=inputs)
    a, b = np.r_[one, 1.0], -np.r_[other, 1.0]
    part = np.clip(a @ (a - b) / ((a - b) @ (a - b)), 0, 1)
    due = np.linalg.norm((1 - part) * a + part * b)
    found = separability([one, other], [True, False])
    assert found.is_separable
    assert found.margin == pytest.approx(due, rel=1e-6)
    assert found.bound == pytest.approx((found.radius / found.margin) ** 2)
    again = separability(np.vstack([[one, other]] * 40), [True, False] * 40)
    assert again.margin == pytest.approx(due, rel=1e-6)


@given(st.integers(1, 6), st.integers(0, 2**32))
def test_weights_that_are_given_do_separate(inputs, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, inputs)) * 10.0 ** rng.uniform(-3, 3, inputs)
    is_first = x @ rng.normal(size=inputs) + 0.1 * rng.normal() > 0
    found = separability(x, is_first)
    signs = np.where(is_first, 1, -1)
    assert found.is_separable
    distances = signs * (x @ found.weights[:-1] + found.weights[-1])
    assert np.all(distances >= found.margin)
    assert np.min(distances) == pytest.approx(found.margin, rel=1e-6)
    # An example and its copy in the other class stop all planes.
    again = separability(np.vstack([x, x[:1]]), np.r_[is_first, ~is_first[:1]])
    assert not again.is_separable


def test_what_is_known_of_the_data():
    # Fisher's iris: setosa alone is separable. Wisconsin breast cancer: separable with all inputs,
    # as the data's own description says, by a gap that the two views of it agree on.
    flowers, kind = load_iris(return_X_y=True)
    assert [separability(flowers, kind == k).is_separable for k in range(3)] == [True, False, False]
    x, y = load_breast_cancer(return_X_y=True)
    one, other = separability(x, y == 1), separability(x, y == 0)
    assert one.is_separable
    assert one.margin == pytest.approx(other.margin, rel=1e-6)


def test_what_is_refused(monkeypatch):
    with pytest.raises(ParameterError, match="one class an example"):
        separability(CORNERS, [True])
    monkeypatch.setitem(__import__("sys").modules, "scipy.optimize", None)
    with pytest.raises(MissingExtraError, match="scipy"):
        separability(CORNERS, [True, True, True, False])
