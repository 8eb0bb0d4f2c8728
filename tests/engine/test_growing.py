"""Rules that count synapses bring as many as they say, between pairs that are not connected."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import ms, mV

N = 40


def made(p=0.5, autapses=True, seed=3, views=False):
    net = rb.Network(seed=seed)
    cells = net.add(rb.LIF(), N, name="cells")
    ends = (cells[:30], cells[10:]) if views else (cells, cells)
    rule = rb.bernoulli(p, autapses=autapses)
    net.connect(*ends, rb.Delta(), rule, 1 * mV, 1 * ms, name="c")
    return net


def pairs(table):
    return set(zip(table.pre.tolist(), table.post.tolist(), strict=True))


@pytest.mark.parametrize("views", [False, True])
@pytest.mark.parametrize("autapses", [False, True])
@pytest.mark.parametrize("rule", [rb.fixed_indegree, rb.fixed_outdegree])
def test_every_neuron_has_so_many_more(rule, autapses, views):
    net = made(autapses=autapses, views=views)
    before = net.synapses("c")
    assert net.grow("c", rule(5, autapses=autapses), rb.uniform(2 * mV, 3 * mV)) == (
        150 if views else 200
    )
    after = net.synapses("c")
    end = "post" if rule is rb.fixed_indegree else "pre"
    more = [np.bincount(getattr(t, end), minlength=N) for t in (before, after)]
    view = slice(10, None) if views and end == "post" else slice(30 if views else None)
    assert set((more[1] - more[0])[view]) == {5}
    assert len(pairs(after)) == len(after) and pairs(before) < pairs(after)
    if not autapses:
        assert np.all(after.pre != after.post)
    w = np.asarray(after["w"] / mV)
    assert (w >= 2).sum() == len(after) - len(before) and (w == 1).sum() == len(before)


def test_all_free_pairs_and_no_more():
    net = made()
    free = N * N - len(net.synapses("c"))
    assert net.grow("c", rb.fixed_total(free - 7)) == free - 7
    for rule, words in (
        (rb.fixed_total(8), "needs 8 pairs, and 7 are not connected yet"),
        (rb.fixed_indegree(8), "needs 8 more for each neuron, and neuron"),
        (rb.fixed_outdegree(8), "targets that it does not reach yet"),
    ):
        with pytest.raises(ParameterError, match=words):
            net.grow("c", rule)
    assert net.grow("c", rb.fixed_total(7)) == 7
    assert len(pairs(net.synapses("c"))) == N * N


def test_nearly_all_sources_of_a_target():
    """Where one target is reached by nearly all, more are drawn for it than the rule could give."""
    net = rb.Network(seed=1)
    cells = net.add(rb.LIF(), N, name="cells")
    net.connect(
        cells, cells, rb.Delta(), rb.edges(np.arange(1, 35), np.zeros(34, int)), 1 * mV, 1 * ms,
        name="c",
    )  # fmt: skip
    assert net.grow("c", rb.fixed_indegree(5, autapses=False)) == 5 * N
    assert len(pairs(net.synapses("c"))) == 34 + 5 * N


def test_free_pairs_are_drawn_alike():
    """Each free source of a target is as likely as another, whatever was connected before."""
    counts, draws = np.zeros((N, N)), 60
    for seed in range(draws):
        net = made(seed=seed, p=0.0)
        net.grow("c", rb.edges(np.arange(10), np.zeros(10, int)))
        net.grow("c", rb.fixed_indegree(6))
        table = net.synapses("c")
        np.add.at(counts, (table.pre, table.post), 1)
    counts[:10, 0] -= draws
    assert np.all(counts[:10, 0] == 0)
    # Of target 0 thirty sources are free, of the others all; each is a binomial number.
    p = np.full((N, N), 6 / N)
    p[:, 0] = 6 / 30
    cells = np.ones((N, N), bool)
    cells[:10, 0] = False
    squares = ((counts - draws * p) ** 2 / (draws * p * (1 - p)))[cells]
    assert abs(squares.sum() - squares.size) < 4 * np.sqrt(2 * squares.size)


def test_pairs_twice():
    net = made()
    with pytest.raises(ParameterError, match="may take a pair twice"):
        net.grow("c", rb.fixed_indegree(3, multapses=True))
    for rule in (rb.fixed_indegree(3, multapses=True), rb.fixed_outdegree(3)):
        assert net.grow("c", rule, multapses=True) == 3 * N
    assert net.grow("c", rb.fixed_indegree(0)) == 0
    assert net.grow("c", rb.fixed_total(0)) == 0
