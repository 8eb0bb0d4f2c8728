"""Neurons of one population that hear different numbers of synapses, or weights."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.reduction.afferents import groups
from rheobase.units import Hz, ms, mV

NEURON = rb.Model(
    "tau * dv/dt = -v", spike="v > V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms),
)  # fmt: skip
JUMP = rb.Delta("v")
SOURCES, TARGETS = 300, 3000
_LISTED = np.random.default_rng(5)
RULES = {
    "all to all": rb.all_to_all(),
    "bernoulli": rb.bernoulli(0.2),
    "indegree": rb.fixed_indegree(60),
    "indegree again": rb.fixed_indegree(60, multapses=True),
    "outdegree": rb.fixed_outdegree(600),
    "total": rb.fixed_total(180_000),
    "total again": rb.fixed_total(180_000, multapses=True),
    "edges": rb.edges(
        _LISTED.integers(SOURCES, size=150_000), _LISTED.binomial(TARGETS - 1, 0.4, 150_000)
    ),
}


@pytest.mark.parametrize("weight", [0.1 * mV, rb.normal(0.1 * mV, 0.05 * mV)], ids=str)
@pytest.mark.parametrize("rule", RULES)
def test_the_variance_between_targets(rule, weight):
    """Of what sources of different rates send them, drawn as a network draws them."""
    net = rb.Network(seed=2)
    source, cells = net.add(rb.Poisson(10 * Hz), SOURCES, "source"), net.add(NEURON, TARGETS, "to")
    con = net.connect(source, cells, JUMP, RULES[rule], weight, 1 * ms, precision="float64")
    (afferent,) = groups(net)[0]["to"].afferents
    net.run(0.1 * ms)
    drawn = net.synapses(con)
    rates = np.random.default_rng(1).lognormal(0.0, 0.7, SOURCES)
    pushes = np.asarray(drawn["w"].value_in(mV)) * rates[drawn.pre]
    heard = np.bincount(drawn.post, pushes, minlength=TARGETS)
    by_square, by_mean = afferent.scatter
    expected = by_square * np.mean(rates**2) + by_mean * np.mean(rates) ** 2
    # Of a variance from 3,000 values: five standard errors.
    assert heard.var() == pytest.approx(expected, rel=5 * np.sqrt(2 / TARGETS), abs=1e-9)


def test_rates_of_neurons_that_hear_different_numbers():
    """Of unconnected neurons: the mean rate, and how rates differ, against a simulation."""
    net = rb.Network(seed=1, dt=0.05 * ms)
    cells, source = net.add(NEURON, 1500, "cells"), net.add(rb.Poisson(50 * Hz), 2000, "source")
    net.connect(source, cells, JUMP, rb.bernoulli(0.1), 0.1 * mV, 1 * ms)
    (point,) = rb.mean_field(net).fixed_points
    spread = 20 * 0.05 * 0.1 * np.sqrt(200 * 0.9)
    assert point.spread["cells"].value_in(mV) == pytest.approx(spread)
    net.run(100 * ms)
    rates = net.run(4000 * ms)["cells"].spikes.rate().value_in(Hz)
    theory, deviation = (float(p["cells"].value_in(Hz)) for p in (point.rates, point.deviation))
    assert theory == pytest.approx(rates.mean(), rel=0.04)
    counting = rates.mean() / 4  # of Poisson spikes; these are no more irregular
    low, high = np.sqrt(max(rates.var() - counting, 0)), rates.std()
    assert 0.95 * low < deviation < 1.05 * high
    alike = rb.mean_field(net, alike=True).rates["cells"].value_in(Hz)
    assert abs(alike - rates.mean()) > 3 * abs(theory - rates.mean())


def test_where_all_hear_as_much_nothing_differs():
    """The published theory, whatever is asked for."""
    net = rb.Network(seed=1)
    cells, source = net.add(NEURON, 1000, "cells"), net.add(rb.Poisson(9000 * Hz), 1000, "source")
    net.connect(source, cells, JUMP, rb.one_to_one(), 0.1 * mV, 1 * ms)
    net.connect(cells, cells, JUMP, rb.fixed_indegree(50), -0.2 * mV, 1 * ms)
    (alike,), (point,) = (rb.mean_field(net, alike=a).fixed_points for a in (True, False))
    assert point.rates["cells"].value_in(Hz) == pytest.approx(
        alike.rates["cells"].value_in(Hz), rel=1e-9
    )
    assert point.deviation["cells"].value_in(Hz) == pytest.approx(0, abs=1e-4)


def test_a_recurrent_network_of_random_indegrees():
    """Means, and how rates differ, reproduce themselves; both fit the simulation."""
    net = rb.Network(seed=1)
    exc, inh = (net.add(NEURON, n, name) for n, name in ((4000, "E"), (1000, "I")))
    net.connect(exc, [exc, inh], JUMP, rb.bernoulli(0.1), 0.1 * mV, 1.5 * ms)
    net.connect(inh, [exc, inh], JUMP, rb.bernoulli(0.1), -0.5 * mV, 1.5 * ms)
    for target in (exc, inh):
        source = net.add(rb.Poisson(20_000 * Hz), target.n, f"drive of {target.name}")
        net.connect(source, target, JUMP, rb.one_to_one(), 0.1 * mV, 1.5 * ms)
    (point,) = rb.mean_field(net).fixed_points
    assert point.stable
    net.run(200 * ms)
    rates = net.run(1000 * ms)["E"].spikes.rate().value_in(Hz)
    theory, deviation = (float(p["E"].value_in(Hz)) for p in (point.rates, point.deviation))
    assert theory == pytest.approx(rates.mean(), rel=0.06)
    assert deviation == pytest.approx(rates.std(), rel=0.2)
