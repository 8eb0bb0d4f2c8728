"""The Chebyshev series of a step of gap junctions, and how its nodes lie in memory."""

import mpmath
import numpy as np
import pytest
from numpy.polynomial.chebyshev import chebval

from rheobase.compiler.kernels.gap_terms import LANES
from rheobase.engine.circuit.coupling.layout import laid_out
from rheobase.engine.circuit.coupling.series import bend, falling, remainder, series


def exact(function, z, leak=0.0):
    """The functions of a step with 60 digits."""
    with mpmath.workdps(60):
        z, leak = mpmath.mpf(float(z)), mpmath.mpf(float(leak))
        phi = lambda x: (1 - mpmath.exp(-x)) / x if x else mpmath.mpf(1)  # noqa: E731
        if function == "remainder":
            return float((1 - phi(leak + z) / phi(leak)) / z)
        return float((phi(z) / 2 - (phi(z) - mpmath.exp(-z)) / z) / z)


def remainder_of_a_leak(z):
    """Of the leak of a time constant of twenty steps."""
    return remainder(z, 0.05)


POINTS = np.concatenate([np.geomspace(1e-9, 1e5, 60), [0.9999, 1.0, 1.0001]])


@pytest.mark.parametrize("leak", [0.0, 1e-9, 0.01, 0.5, 1.0])
def test_what_is_left_of_the_mean_is_exact_to_rounding(leak):
    found = remainder(POINTS, leak)
    due = np.array([exact("remainder", z, leak) for z in POINTS])
    # Times the eigenvalue it is part of a voltage.
    assert found * POINTS == pytest.approx(due * POINTS, abs=4e-16)
    assert found == pytest.approx(due, rel=1e-14)


def test_what_a_slope_bends_is_exact_to_rounding():
    assert bend(POINTS) == pytest.approx([exact("bend", z) for z in POINTS], rel=1e-14, abs=1e-16)


@pytest.mark.parametrize("function", [falling, remainder_of_a_leak, bend])
@pytest.mark.parametrize("bound, most", [(1e-8, 2), (0.02, 6), (1, 12), (100, 60), (1e4, 540)])
def test_the_series_is_exact_to_rounding(function, bound, most):
    found = series(function, bound)
    assert len(found) <= most
    z = np.concatenate([np.geomspace(1e-14, 1, 500) * bound, np.linspace(1e-3, 1, 500) * bound])
    value = chebval(2 * z / bound - 1, found)
    assert z * value == pytest.approx(z * function(z), abs=2e-13 * max(1, bound / 1000))


def test_what_is_very_stiff_is_damped_to_nothing():
    found = series(falling, 1e6)
    z = np.linspace(10, 1e6, 4000)
    assert np.abs(1 - z * chebval(2 * z / 1e6 - 1, found)).max() < 1e-4
    assert len(found) < 6000


@pytest.mark.parametrize("n, threads", [(1, 1), (40, 3), (64, 1), (65, 4), (1000, 7)])
def test_the_layout_holds_every_junction_in_its_order(n, threads):
    rng = np.random.default_rng(n)
    row = np.sort(rng.integers(0, n, 5 * n))
    edges = {"row": row, "other": rng.integers(0, n, 5 * n)}
    edges |= {"below": rng.uniform(1, 2, 5 * n), "above": rng.uniform(1, 2, 5 * n)}
    arrays, stride = laid_out(n, edges, threads, True)
    assert stride >= n and sorted(arrays["place"]) == list(range(n))
    nodes, slots = arrays["chunk_node"], arrays["chunk_slot"]
    assert arrays["chunk_edges"][-1] == len(slots) and len(arrays["chunk_edges"]) == threads + 1
    assert nodes[arrays["chunk_edges"]].tolist() == arrays["node_edges"].tolist()
    for node in range(n):
        place = arrays["place"][node]
        chunk = np.searchsorted(nodes, place, side="right") - 1
        lane = place - nodes[chunk]
        assert 0 <= lane < LANES
        own = slots[chunk] + LANES * np.arange(arrays["chunk_width"][chunk]) + lane
        due = row == node
        used = own[: due.sum()]
        assert arrays["other"][used].tolist() == arrays["place"][edges["other"][due]].tolist()
        for name, key in (("weight_below", "below"), ("weight_above", "above")):
            assert arrays[name][used].tolist() == edges[key][due].tolist()
            assert not arrays[name][own[due.sum() :]].any()
        assert (arrays["other"][own[due.sum() :]] == place).all()
