"""Bins: every time in exactly one, whatever rounding does to its edges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rheobase.analysis.times import bin_edges, bin_of


@given(st.integers(1, 400), st.integers(1, 40), st.sampled_from([0.1, 0.05, 0.01, 0.025, 1 / 3]))
def test_times_on_the_grid_fall_into_the_bin_that_starts_there(steps, width, dt):
    """The k-th step is in bin k // width in whole numbers; floats k * dt have to say the same."""
    where = np.arange(steps + 1)
    inside, bins = bin_of(where * dt, 0.0, steps * dt, width * dt)
    assert inside.tolist() == where.tolist()
    last = -(-steps // width) - 1
    assert bins.tolist() == np.minimum(where // width, last).tolist()


@given(st.floats(-100, 100), st.floats(0.5, 200), st.floats(0.1, 50))
def test_edges_cover_the_span_in_equal_steps(start, span, width):
    edges = bin_edges(start, start + span, width)
    assert edges[0] == start
    assert edges[-1] == start + span
    steps = np.diff(edges)
    np.testing.assert_allclose(steps[:-1], width, rtol=1e-6)
    assert 0 < steps[-1] <= width * (1 + 1e-6)


def test_times_outside_are_in_no_bin():
    inside, bins = bin_of(np.array([-1.0, 5.0, 11.0]), 0.0, 10.0, 5.0)
    assert inside.tolist() == [1]
    assert bins.tolist() == [1]
