"""Every rule, weights and delays in every form: the synapses that are read are those that act."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

import rheobase as rb
from rheobase.units import ms, um

from .graded_cases import DT, Group, Link, replay

STEPS = 40
N = 24
RULES: dict[str, Any] = {
    "all_to_all": rb.all_to_all(),
    "all to all others": rb.all_to_all(autapses=False),
    "one_to_one": rb.one_to_one(),
    "bernoulli": rb.bernoulli(0.4),
    "nearly all": rb.bernoulli(0.9),
    "fixed_indegree": rb.fixed_indegree(5),
    "pairs connected twice": rb.fixed_indegree(30, multapses=True),
    "fixed_outdegree": rb.fixed_outdegree(3),
    "fixed_total": rb.fixed_total(50),
    "distance": rb.distance("exp(-distance/(100*um))"),
    "small_world": rb.small_world(4, 0.2),
}
VALUES: dict[str, tuple[Any, Any]] = {
    "one": (0.11, 0.4 * ms),
    "drawn": (rb.normal(0.0, 0.3), rb.uniform(0 * ms, 2 * ms)),
    "typed": ("0.3*cos(i_pre - 2*i_post)", "0.1*ms + 0.05*ms*i_pre"),
    "weights drawn": (rb.uniform(-0.2, 0.2), 0 * ms),
}


def _network(rule: Any, weight: Any, delay: Any, views: bool, **how: Any) -> rb.Network:
    net = rb.Network(seed=5, dt=DT * ms, threads=1)
    first = np.cos(np.arange(N))
    places = np.arange(N)[:, None] * 10.0 * um
    cells = net.add(
        rb.RateNeuron("tanh", tau=8 * ms, b=0.2), N, name="p0", initial={"v": first},
        positions=places,
    )  # fmt: skip
    pre, post = (cells[4:20], cells[::-1][2:18]) if views else (cells, cells)
    net.connect(pre, post, rb.Graded(), rule, weight, delay, name="c", **how)
    net.record(cells, "v")
    return net


def _check(net: rb.Network, precision: float = 1e-12) -> None:
    found = np.asarray(net.run(STEPS * DT * ms)["p0"]["v"])
    table = net.synapses("c")
    delays = np.rint(np.asarray(table.delay.magnitude) / DT).astype(int)
    link = Link(0, 0, table.pre, table.post, np.asarray(table["w"]), delays)
    group = Group(N, "tanh", np.full(N, 8.0), np.full(N, 0.2), np.cos(np.arange(N)))
    due = replay([group], [link], STEPS)[0]
    np.testing.assert_allclose(found, due, rtol=0, atol=precision)


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("rule", RULES)
def test_what_is_read_is_what_acts(rule: str, values: str) -> None:
    _check(_network(RULES[rule], *VALUES[values], views=False))


@pytest.mark.parametrize("rule", ["all_to_all", "one_to_one", "bernoulli"])
def test_between_views(rule: str) -> None:
    _check(_network(RULES[rule], *VALUES["drawn"], views=True))


@pytest.mark.parametrize("rule", ["all_to_all", "bernoulli"])
@pytest.mark.parametrize("delay", [0.3 * ms, rb.uniform(0.1 * ms, 1 * ms)])
def test_weights_of_32_bits(rule: str, delay: Any) -> None:
    """They are what is stored; sums are of 64 bits all the same."""
    net = _network(RULES[rule], rb.normal(0.0, 0.3), delay, views=False, precision="float32")
    _check(net)
    w = np.asarray(net.synapses("c")["w"])
    assert np.array_equal(w, w.astype(np.float32))


def test_a_matrix_is_of_sources_by_targets() -> None:
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(N, N)) / 5
    net = _network(rb.all_to_all(), matrix, 0.2 * ms, views=False)
    _check(net)
    table = net.synapses("c")
    assert np.array_equal(np.asarray(table["w"]), matrix[table.pre, table.post])


def test_a_sparse_matrix() -> None:
    matrix = sparse.random(N, N, 0.2, random_state=3)
    _check(_network(matrix, None, 0.5 * ms, views=False))


def test_a_long_delay_is_kept() -> None:
    """Slices end at 64 steps, whatever the delay."""
    net = _network(rb.all_to_all(), 0.1, 90 * ms, views=False)
    v = np.asarray(net.run(100 * ms)["p0"]["v"])
    mean = 0.1 * np.tanh(np.cos(np.arange(N))).sum()
    target = mean + 0.2
    t = np.arange(901) * DT
    due = target + (np.cos(np.arange(N)) - target) * np.exp(-t / 8.0)[:, None]
    np.testing.assert_allclose(v[:901], due, rtol=0, atol=1e-12)
    assert np.abs(v[1000] - v[900]).max() > 1e-3


def test_memory_that_cannot_be_had_is_refused_before_it_is_taken() -> None:
    net = rb.Network(dt=DT * ms)
    cells = net.add(rb.RateNeuron("tanh"), 3_000_000)
    net.connect(cells, cells, rb.Graded(), rb.all_to_all(), rb.normal(0.0, 1.0), 1 * ms)
    with pytest.raises(rb.RheobaseError, match="would take"):
        net.run(1 * ms)
