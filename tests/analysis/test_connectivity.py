"""Connection matrices: sums of weights, or densities of pooled neurons."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

import rheobase.analysis.connectivity as connectivity
from rheobase.analysis import connectivity_matrix
from rheobase.errors import ParameterError
from rheobase.units import nS


@st.composite
def edges(draw):
    n_pre, n_post = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    count = draw(st.integers(0, 60))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return (
        rng.integers(0, n_pre, count), rng.integers(0, n_post, count), rng.normal(size=count),
        n_pre, n_post,
    )  # fmt: skip


@given(edges())
def test_scipy_agrees(given_edges):
    pre, post, weights, n_pre, n_post = given_edges
    expected = scipy.sparse.coo_array((weights, (pre, post)), shape=(n_pre, n_post)).toarray()
    found = connectivity_matrix(pre, post, weights, n_pre, n_post)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    counted = connectivity_matrix(pre, post, None, n_pre, n_post)
    assert counted.sum() == len(pre)


@given(edges(), st.integers(1, 15))
def test_pooled_entries_are_means_over_pairs(given_edges, bins):
    pre, post, weights, n_pre, n_post = given_edges
    whole = connectivity_matrix(pre, post, weights, n_pre, n_post)
    pooled = connectivity_matrix(pre, post, weights, n_pre, n_post, bins=bins)
    rows, columns = min(bins, n_pre), min(bins, n_post)
    assert pooled.shape == (rows, columns)
    row, column = np.arange(n_pre) * rows // n_pre, np.arange(n_post) * columns // n_post
    for r in range(rows):
        for c in range(columns):
            expected = whole[np.ix_(row == r, column == c)].mean()
            assert pooled[r, c] == pytest.approx(expected, abs=1e-12)


def test_a_pooled_bernoulli_network_shows_its_probability(monkeypatch):
    monkeypatch.setattr(connectivity, "_AT_ONCE", 10_000)
    rng = np.random.default_rng(0)
    n = 2000
    drawn = np.flatnonzero(rng.random(n * n) < 0.1)
    pre, post = (drawn // n).astype(np.uint16), (drawn % n).astype(np.uint16)
    pooled = connectivity_matrix(pre, post, None, n, n, bins=10)
    assert np.abs(pooled - 0.1).max() < 5 * np.sqrt(0.1 * 0.9 / 200**2)


def test_weights_keep_their_unit_and_one_stands_for_all():
    found = connectivity_matrix([0, 0, 1], [1, 1, 0], 2 * nS, 2, 2)
    assert found.unit == nS
    assert found.magnitude.tolist() == [[0, 4], [2, 0]]


def test_what_does_not_fit_is_refused():
    for arguments, cause in (
        (([0, 1], [0], None, 2, 2), "one of each"),
        (([0, 1], [0, 1], [1.0, 2.0, 3.0], 2, 2), "one of each"),
        (([0, 2], [0, 1], None, 2, 2), "presynaptic neurons are not"),
        (([0, 1], [0, -1], None, 2, 2), "postsynaptic neurons are not"),
        (([0.5], [0], None, 2, 2), "presynaptic neurons are not"),
        (([], [], None, 0, 2), "cannot be drawn"),
        (([0], [0], None, 100_000, 100_000), "cannot be drawn"),
    ):
        with pytest.raises(ParameterError, match=cause) as caught:
            connectivity_matrix(*arguments)
        assert caught.value.mend
