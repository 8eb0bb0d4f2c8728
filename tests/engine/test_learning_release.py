"""How many quanta are released: their distribution, and that no two draws know of one another."""

import numpy as np
import pytest
from scipy import stats

import rheobase as rb
from rheobase.units import ms, mV

from .learning_cases import CELL, DT

SYNAPSES, SPIKES = 60, 200
AT = 3 * np.arange(1, SPIKES + 1)
Q = 0.25


def released(sites, p, threads=1, seed=1, rule=None):
    """Quanta of every spike, shape (spikes, synapses), and the table of synapses."""
    net = rb.Network(dt=DT * ms, seed=seed, threads=threads)
    ticks, who = np.repeat(AT, SYNAPSES), np.tile(np.arange(SYNAPSES), SPIKES)
    source = net.add(rb.SpikeTimes(ticks * DT * ms, who), SYNAPSES, name="source")
    cells = net.add(CELL, SYNAPSES, name="cells", method="euler")
    rule = rb.QuantalRelease(sites, p) if rule is None else rule
    con = net.connect(
        source, cells, rb.Delta("g"), rb.one_to_one(), Q * mV, DT * ms, plasticity=rule
    )
    net.record(cells, "g")
    g = net.run((AT[-1] + 2) * DT * ms)["cells"]["g"].value_in(mV)
    quanta = (g[AT + 1] - g[AT]) / Q
    assert np.allclose(quanta, np.rint(quanta), atol=1e-6)
    return np.rint(quanta).astype(int), net.synapses(con)


def fits(counts, law, n):
    """Chi-square of a sample of counts, cells of few expected ones joined."""
    expected = law.pmf(np.arange(n + 1)) * counts.size
    observed = np.bincount(counts.ravel(), minlength=n + 1)
    keep = expected >= 5
    pairs = [(observed[keep], expected[keep]), ([observed[~keep].sum()], [expected[~keep].sum()])]
    f, e = (np.concatenate(part) for part in zip(*pairs, strict=True))
    f, e = f[e > 0], e[e > 0]
    return stats.chisquare(f, e * f.sum() / e.sum()).pvalue if len(f) > 1 else 1.0


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (5, 0.4), (5, 0.93), (40, 0.1), (12, 0.5)])
def test_mean_variance_and_law(n, p):
    quanta, _ = released(n, p)
    size, variance = quanta.size, n * p * (1 - p)
    assert abs(quanta.mean() - n * p) < 3 * np.sqrt(variance / size)
    fourth = stats.binom(n, p).moment(0) and float(stats.binom(n, p).stats(moments="k")) + 3
    error = variance * np.sqrt((fourth - 1) / size)
    assert abs(quanta.var() - variance) < 3 * error
    assert fits(quanta, stats.binom(n, p), n) > 0.001


@pytest.mark.parametrize(("n", "p", "only"), [(7, 0.0, 0), (7, 1.0, 7), (2500, 1.0, 2500)])
def test_certain_releases(n, p, only):
    assert (released(n, p)[0] == only).all()


def test_more_sites_than_a_number_could_hold():
    """0.5^2500 is 0 in a computer: sites are drawn in parts."""
    n, p = 2500, 0.5
    quanta, _ = released(n, p)
    assert abs(quanta.mean() - n * p) < 3 * np.sqrt(n * p * (1 - p) / quanta.size)
    scaled = (quanta - n * p) / np.sqrt(n * p * (1 - p))
    assert abs(scaled.var() - 1) < 3 * np.sqrt(2 / quanta.size)
    assert stats.kstest(scaled.ravel(), "norm").statistic < 0.02


def test_failures_are_counted():
    quanta, table = released(2, 0.3)
    np.testing.assert_array_equal(table["failures"], (quanta == 0).sum(axis=0))
    np.testing.assert_array_equal(table["k"], quanta[-1])


def dependence(one, other):
    """The probability of a table of pairs under independence."""
    return stats.chi2_contingency(np.histogram2d(one.ravel(), other.ravel(), 4)[0]).pvalue


def test_synapses_and_ticks_are_independent():
    quanta, _ = released(3, 0.5)
    assert dependence(quanta[1:], quanta[:-1]) > 0.001
    assert dependence(quanta[:, 1:], quanta[:, :-1]) > 0.001
    other, _ = released(3, 0.5, seed=2)
    assert dependence(quanta, other) > 0.001


def test_two_numbers_of_one_spike_and_two_spikes_of_one_tick_are_independent():
    rule = rb.LearningRule(
        on_pre="k = binomial(3, 0.5); j = binomial(3, 0.5)", transmits="w*(k + 10*j)"
    )
    both, _ = released(0, 0, rule=rule)
    assert dependence(both % 10, both // 10) > 0.001
    net = rb.Network(dt=DT * ms)
    who = np.repeat(np.arange(2000), 2)
    source = net.add(rb.SpikeTimes(np.full(4000, 0.5) * ms, who), 2000, name="source")
    cells = net.add(CELL, 2000, name="cells", method="euler")
    # The first number that is drawn counts a hundred times as much as the second.
    twice = rb.LearningRule(
        on_pre="m = 100*k*n; k = binomial(3, 0.5); n += 1",
        transmits="w*(k + m)",
        initial=dict(n=0, m=0),
    )
    net.connect(source, cells, rb.Delta("g"), rb.one_to_one(), 1 * mV, DT * ms, plasticity=twice)
    net.record(cells, "g")
    g = np.rint(net.run(2 * ms)["cells"]["g"].value_in(mV)[-1]).astype(int)
    # g = k1 + (k2 + 100 k1)
    first, sums = g // 100, g % 100
    assert set(first) == {0, 1, 2, 3}
    assert dependence(first, sums - first) > 0.001


def test_releases_do_not_repeat_what_drew_the_synapses():
    """The numbers that drew the weights of a projection are others than those of its releases."""
    net = rb.Network(dt=DT * ms, seed=3)
    source = net.add(rb.SpikeTimes(np.zeros(3000) * ms, np.arange(3000)), 3000, name="source")
    cells = net.add(CELL, 3000, name="cells", method="euler")
    con = net.connect(
        source, cells, rb.Delta("g"), rb.one_to_one(), rb.uniform(1 * mV, 2 * mV), DT * ms,
        plasticity=rb.QuantalRelease(3, 0.5),
    )  # fmt: skip
    net.run(1 * ms)
    table = net.synapses(con)
    assert dependence(table["w"].value_in(mV), table["k"]) > 0.001


def test_any_number_of_threads_draws_the_same():
    quanta, _ = released(5, 0.4)
    for threads in (2, 4):
        np.testing.assert_array_equal(released(5, 0.4, threads)[0], quanta)
