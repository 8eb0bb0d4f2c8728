"""The Chebyshev series of half a step of gap junctions, and how its nodes lie in memory."""

import numpy as np
import pytest
from numpy.polynomial.chebyshev import chebval

from rheobase.compiler.kernels.gap import LANES
from rheobase.engine.circuit.gap_layout import laid_out
from rheobase.engine.circuit.gap_series import series


@pytest.mark.parametrize("bound, most", [(1e-8, 2), (0.02, 5), (1, 11), (100, 59), (1e4, 539)])
def test_the_series_is_exact_to_rounding(bound, most):
    found = series(bound)
    assert len(found) <= most
    z = np.concatenate([np.geomspace(1e-14, 1, 500) * bound, np.linspace(1e-3, 1, 500) * bound])
    value = chebval(2 * z / bound - 1, found)
    assert z * value == pytest.approx(-np.expm1(-z), abs=2e-13 * max(1, bound / 1000))


def test_what_is_very_stiff_is_damped_to_nothing():
    found = series(1e6)
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
