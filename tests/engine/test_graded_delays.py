"""Dense graded projections with a delay for each synapse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit.graded.projection import GradedWiring
from rheobase.units import ms

from .graded_cases import DT, Group, Link, network, replay

STEPS = 60


def _case(n: int, density: float, low: int, high: int, other: int = 40) -> Any:
    """Two populations, a projection between them of any density, and one back with one delay."""
    rng = np.random.default_rng([n, low, high])
    groups = [
        Group(k, "tanh", np.full(k, 10.0), rng.normal(size=k), rng.normal(size=k))
        for k in (n, other)
    ]
    sources, targets = np.nonzero(rng.random((other, n)) < density)
    weights = rng.normal(size=len(sources)) / np.sqrt(density * other)
    delays = rng.integers(low, high + 1, size=len(sources))
    back = np.nonzero(np.ones((n, other)))
    own = rng.normal(size=len(back[0])) / np.sqrt(n)
    one = np.full(len(own), high)
    return groups, [Link(1, 0, sources, targets, weights, delays), Link(0, 1, *back, own, one)]


def _bits(net: rb.Network, pieces: tuple[int, ...] = (STEPS,)) -> list[bytes]:
    found = [net.run(k * DT * ms) for k in pieces][-1]
    return [np.asarray(found[name]["v"])[-1].tobytes() for name in ("p0", "p1")]


# Slices of one step, of a few, of one lane more than there are, and of many; more delays than a
# byte holds; outputs that stand across the end of their row.
RANGES = [(0, 3), (1, 16), (3, 4), (8, 30), (20, 255), (20, 256), (5, 300)]


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize("density", [0.5, 1.0])
def test_they_are_those_of_numpy(low: int, high: int, density: float) -> None:
    """More targets than a block, the last of them not full."""
    groups, links = _case(531, density, low, high)
    found = network(groups, links).run(STEPS * DT * ms)
    for k, v in enumerate(replay(groups, links, STEPS)):
        np.testing.assert_allclose(found[f"p{k}"]["v"], v, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(0, 3), (1, 16), (8, 30)])
def test_threads_pieces_and_recorders_change_no_bit(low: int, high: int) -> None:
    case = _case(300, 0.7, low, high)
    whole = _bits(network(*case))
    assert _bits(network(*case, threads=3)) == whole
    assert _bits(network(*case), (1, 2, 1, 7, 30, 19)) == whole
    assert _bits(network(*case, record=("v", "r", "I")), (20, 40)) == whole


@pytest.mark.parametrize("shortest", [0, 1, 2, 5])
def test_another_slice_changes_no_bit(shortest: int) -> None:
    """A projection of weight 0 and a short delay cuts the run into other slices."""
    case = _case(300, 1.0, 9, 30)
    net = network(*case)
    net.connect(
        net["p0"], net["p0"], synapse=rb.Graded(), rule=rb.one_to_one(), weight=0.0,
        delay=shortest * DT * ms, name="z",
    )  # fmt: skip
    assert _bits(net) == _bits(network(*case))


def test_the_python_target_agrees() -> None:
    case = _case(20, 1.0, 1, 9, other=5)
    slow = network(*case).run(12 * DT * ms, target="python")
    quick = network(*case).run(12 * DT * ms)
    for name in ("p0", "p1"):
        np.testing.assert_allclose(slow[name]["v"], quick[name]["v"], rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("density", "high", "dense"), [(1.0, 16, True), (0.1, 16, False), (1.0, 256, False)]
)
def test_no_row_is_looked_up_where_all_pairs_are_there(
    density: float, high: int, dense: bool
) -> None:
    """Rows by source take several times as long where nearly every pair has a synapse."""
    net = network(*_case(64, density, 1, high))
    net.run(DT * ms)
    assert net._simulation is not None
    first = net._simulation.assembly.wirings[0]
    assert isinstance(first, GradedWiring) and first.target.name == "p0"
    assert first.is_dense == dense
