"""Graded projections against NumPy, and what nothing may depend on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.units import ms

from .graded_cases import DT, Group, Link, drawn_groups, drawn_links, network, replay

STEPS = 60


def _close(found: Any, expected: list[np.ndarray]) -> None:
    for k, v in enumerate(expected):
        np.testing.assert_allclose(found[f"p{k}"]["v"], v, rtol=0, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_networks_are_those_of_numpy(seed: int) -> None:
    """Any sizes, densities and delays, from 0 on."""
    rng = np.random.default_rng(seed)
    groups = drawn_groups(rng, int(rng.integers(1, 4)), 40)
    links = drawn_links(rng, groups, int(rng.integers(1, 5)), int(rng.choice([0, 1, 5, 30])))
    threads = int(rng.choice([1, 2, 3]))
    found = network(groups, links, threads).run(STEPS * DT * ms)
    _close(found, replay(groups, links, STEPS))


@pytest.mark.parametrize("density", [0.1, 1.0])
@pytest.mark.parametrize("delay", [0, 1, 7, 25])
def test_more_neurons_than_a_block(density: float, delay: int) -> None:
    """Blocks of targets, the last of them not full, and sources that are no whole number of 16."""
    rng = np.random.default_rng(3)
    groups = [_group(rng, 300), _group(rng, 531)]
    links = [_link(rng, groups, 0, 1, density, delay), _link(rng, groups, 1, 0, density, delay)]
    _close(network(groups, links).run(STEPS * DT * ms), replay(groups, links, STEPS))


def _group(rng: np.random.Generator, n: int) -> Group:
    return Group(n, "tanh", np.full(n, 10.0), rng.normal(size=n), rng.normal(size=n))


def _link(
    rng: np.random.Generator, groups: list[Group], pre: int, post: int, density: float, delay: int
) -> Link:
    sources, targets = np.nonzero(rng.random((groups[pre].n, groups[post].n)) < density)
    weights = rng.normal(size=len(sources)) / np.sqrt(density * groups[pre].n)
    return Link(pre, post, sources, targets, weights, np.full(len(sources), delay))


def _mixed(threads: int | None = 1, record: Any = ("v",)) -> rb.Network:
    """Dense and sparse, one delay and many, and loops of all of them."""
    rng = np.random.default_rng(5)
    groups = [_group(rng, 270), _group(rng, 90)]
    links = [
        _link(rng, groups, 0, 0, 1.0, 4),
        _link(rng, groups, 0, 1, 0.1, 3),
        _link(rng, groups, 1, 0, 0.1, 6)._replace(delays=rng.integers(2, 40, 5000)),
        _link(rng, groups, 1, 1, 0.6, 9),
    ]
    many = links[2]
    links[2] = many._replace(delays=many.delays[: len(many.sources)])
    return network(groups, links, threads, record)


def _bits(recordings: list[Any]) -> list[bytes]:
    """The last sample of every population."""
    last = recordings[-1]
    return [np.asarray(last[name]["v"])[-1].tobytes() for name in ("p0", "p1")]


@pytest.fixture(scope="module")
def whole() -> list[bytes]:
    return _bits([_mixed().run(STEPS * DT * ms)])


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_no_bit(threads: int, whole: list[bytes]) -> None:
    assert _bits([_mixed(threads).run(STEPS * DT * ms)]) == whole


def test_pieces_change_no_bit(whole: list[bytes]) -> None:
    """Pieces shorter than a slice, of one step, and longer."""
    net = _mixed()
    assert _bits([net.run(k * DT * ms) for k in (1, 2, 1, 7, 30, 19)]) == whole


def test_recorders_change_no_bit(whole: list[bytes]) -> None:
    """An input that is recorded is gathered once more at the end of a run."""
    net = _mixed(record=("v", "r", "I"))
    assert _bits([net.run(20 * DT * ms), net.run(40 * DT * ms)]) == whole


def test_another_slice_changes_no_bit() -> None:
    """A projection of weight 0 and a short delay cuts the run into other slices."""
    found = []
    for delay in (None, 0, 1, 2):
        rng = np.random.default_rng(7)
        groups = [_group(rng, 300)]
        net = network(groups, [_link(rng, groups, 0, 0, 1.0, 10)])
        if delay is not None:
            p = net["p0"]
            how: dict[str, Any] = {"rule": rb.one_to_one(), "weight": 0.0, "name": "z"}
            net.connect(p, p, synapse=rb.Graded(), delay=delay * DT * ms, **how)
        found.append(np.asarray(net.run(STEPS * DT * ms)["p0"]["v"]).tobytes())
    assert len(set(found)) == 1


@pytest.mark.parametrize("threads", [1, 3])
def test_a_checkpoint_goes_on(threads: int, whole: list[bytes], tmp_path: Path) -> None:
    net = _mixed()
    net.run(23 * DT * ms)
    path = net.save(tmp_path / "saved.rb")
    restored = rb.Network.restore(path, threads=threads)
    assert _bits([restored.run((STEPS - 23) * DT * ms)]) == whole
    assert _bits([net.run((STEPS - 23) * DT * ms)]) == whole


def test_a_checkpoint_with_no_delay_goes_on(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    groups = [_group(rng, 20)]
    net = network(groups, [_link(rng, groups, 0, 0, 0.3, 0)])
    net.run(1 * ms)
    restored = rb.Network.restore(net.save(tmp_path / "saved.rb"))
    one, other = net.run(1 * ms), restored.run(1 * ms)
    assert np.array_equal(one["p0"]["v"], other["p0"]["v"])


def test_a_description_comes_back() -> None:
    net = _mixed()
    again = rb.Network.from_dict(net.to_dict())
    assert again.to_dict() == net.to_dict()
    one, other = net.run(3 * ms), again.run(3 * ms)
    assert np.array_equal(one["p1"]["v"], other["p1"]["v"])


def test_the_order_of_making_changes_no_bit() -> None:
    found = []
    for turned in (False, True):
        rng = np.random.default_rng(9)
        groups = [_group(rng, 50), _group(rng, 60)]
        links = [_link(rng, groups, a, b, 0.5, 3) for a, b in ((0, 1), (1, 0), (0, 0), (1, 1))]
        net = rb.Network(dt=DT * ms)
        order = [1, 0] if turned else [0, 1]
        for k in order:
            g = groups[k]
            net.add(rb.RateNeuron("tanh"), g.n, name=f"p{k}", initial={"v": g.first})
            net.record(f"p{k}", "v")
        for k in reversed(range(4)) if turned else range(4):
            link = links[k]
            net.connect(
                f"p{link.pre}", f"p{link.post}", synapse=rb.Graded(), weight=link.weights,
                rule=rb.edges(link.sources, link.targets), delay=0.3 * ms, name=f"c{k}",
            )  # fmt: skip
        found.append(np.asarray(net.run(5 * ms)["p0"]["v"]).tobytes())
    assert found[0] == found[1]


def test_the_python_target_agrees() -> None:
    found = []
    for target in ("llvm", "python"):
        rng = np.random.default_rng(4)
        groups = [_group(rng, 20), _group(rng, 9)]
        links = [_link(rng, groups, 0, 1, 1.0, 3), _link(rng, groups, 1, 0, 0.2, 2)]
        net = network(groups, links)
        found.append(np.asarray(net.run(1.2 * ms, target=target)["p0"]["v"]))
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-13)


def _rewired(net: rb.Network, change: str) -> None:
    table = net.synapses("c")
    if change == "prune":
        gone = np.zeros(len(table.pre), bool)
        gone[::3] = True
        assert net.prune("c", gone) == gone.sum()
    else:
        assert net.grow("c", rb.edges([0, 1, 2], [5, 5, 6]), weight=0.7, delay=0.5 * ms) == 3


@pytest.mark.parametrize("change", ["prune", "grow"])
def test_synapses_go_and_come_between_runs(change: str) -> None:
    """What was sent before is still there for those that stay, and for those that come."""
    rng = np.random.default_rng(11)
    groups = [_group(rng, 20)]
    sources, targets = np.nonzero(rng.random((20, 20)) < 0.2)
    keep = ~((targets == 5) | (targets == 6))
    link = Link(0, 0, sources[keep], targets[keep], rng.normal(size=keep.sum()), np.array([0]))
    link = link._replace(delays=rng.integers(3, 12, len(link.sources)))
    again = rb.Network(dt=DT * ms)
    g = groups[0]
    p = again.add(
        rb.RateNeuron("tanh"), 20, name="p0", parameters={"b": g.b}, initial={"v": g.first}
    )
    again.connect(
        p, p, rb.Graded(), rb.edges(link.sources, link.targets), weight=link.weights,
        delay=link.delays * DT * ms, name="c",
    )  # fmt: skip
    again.record(p, "v")
    again.run(25 * DT * ms)
    _rewired(again, change)
    found = np.asarray(again.run(20 * DT * ms)["p0"]["v"])
    # The same by hand: the weights that change do so at tick 25.
    after = link
    if change == "prune":
        order = np.lexsort((link.targets, link.sources))
        after = Link(0, 0, *(np.delete(part[order], np.s_[::3]) for part in link[2:]))
    else:
        more = (np.array([0, 1, 2]), np.array([5, 5, 6]), np.full(3, 0.7), np.full(3, 5))
        after = Link(0, 0, *(np.concatenate(two) for two in zip(link[2:], more, strict=True)))
    v = list(replay(groups, [link], 25)[0])
    r = [np.tanh(one) for one in v]
    for k in range(25, 45):
        flow = np.zeros(20)
        sent = np.array(
            [r[max(0, k - d)][s] for s, d in zip(after.sources, after.delays, strict=True)]
        )
        np.add.at(flow, after.targets, after.weights * sent)
        target = flow + g.b
        v.append(target + (v[-1] - target) * np.exp(-DT / g.tau))
        r.append(np.tanh(v[-1]))
    np.testing.assert_allclose(found, v[25:], rtol=0, atol=1e-12)


def test_growing_longer_delays_than_what_is_kept_is_refused() -> None:
    net = network([_group(np.random.default_rng(1), 9)], [], record=("v",))
    p = net["p0"]
    net.connect(p, p, rb.Graded(), rb.one_to_one(), 0.2, 1 * ms, name="c")
    net.run(5 * ms)
    with pytest.raises(rb.RheobaseError, match="is kept for"):
        net.grow("c", rb.edges([0], [3]), weight=0.1, delay=9 * ms)
    net.run(1 * ms)
