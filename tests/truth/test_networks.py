"""Rates of published networks, within the bands of what NEST and Brian 2 give for them.

Brette et al., Simulation of networks of spiking neurons, J. Comput. Neurosci. 23 (2007), benchmarks
1 and 2: Brian 2 fires at 18.1 to 20.6 Hz (conductances) and 5.5 to 5.6 Hz (currents), from 0.2 s
on. Brunel, J. Comput. Neurosci. 8 (2000), figure 8: NEST fires at 37.35 Hz in the asynchronous
irregular state and at 332.7 Hz in the synchronous regular one, from 0.2 s on.
"""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, ms, mV

SETTLED, MEASURED = 200 * ms, 800 * ms


def brette(seed, receptors, weights, method, first):
    model = rb.Model(
        "tau * dv/dt = (E_L - v) + I",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=dict(
            tau=20 * ms, E_L=first["E_L"], V_T=-50 * mV, V_R=-60 * mV, t_ref=5 * ms
        ),
        inputs=dict(I=mV),
    )  # fmt: skip
    net = rb.Network(seed=seed, dt=0.1 * ms)
    initial = dict(v=rb.uniform(-60 * mV, -50 * mV)) | first["initial"]
    for name, n, releases in (("exc", 3200, "glutamate"), ("inh", 800, "GABA")):
        net.add(model, n, name=name, releases=releases, initial=initial, method=method)
    for name, receptor, weight in zip(("exc", "inh"), receptors, weights, strict=True):
        net.connect(name, ["exc", "inh"], receptor, rb.bernoulli(0.02), weight, 0.1 * ms)
    return net


def coba(seed):
    return brette(
        seed,
        (
            rb.Exponential(5 * ms, reversal=0 * mV, name="exc"),
            rb.Exponential(10 * ms, reversal=-80 * mV, name="inh"),
        ),
        (0.6, 6.7),
        "exponential_euler",
        dict(E_L=-60 * mV, initial=dict(g_exc=rb.normal(4, 1.5), g_inh=rb.normal(20, 12))),
    )


def cuba(seed):
    return brette(
        seed,
        (rb.Exponential(5 * ms, name="exc"), rb.Exponential(10 * ms, name="inh")),
        (1.62 * mV, -9 * mV),
        "exact",
        dict(E_L=-49 * mV, initial={}),
    )


def rate(rec):
    spikes = sum(rec[name].spikes.total for name in ("exc", "inh"))
    neurons = sum(rec[name].spikes.n for name in ("exc", "inh"))
    return spikes / neurons / rec.duration.internal * 1000


@pytest.mark.parametrize(
    ("make", "expected", "band"), [(coba, 19.0, 2.0), (cuba, 5.5, 0.5)], ids=["COBA", "CUBA"]
)
def test_the_networks_of_brette_fire_as_in_brian_2(make, expected, band):
    found = []
    for seed in (1, 2, 3):
        net = make(seed)
        net.run(SETTLED)
        found.append(rate(net.run(MEASURED)))
    assert np.mean(found) == pytest.approx(expected, abs=band)
    assert found[0] != found[1]


def brunel(g, eta, seed=1):
    model = rb.Model(
        "tau * dv/dt = -v",
        spike="v >= V_T", reset="v = V_R", refractory="t_ref",
        parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms),
    )  # fmt: skip
    net = rb.Network(seed=seed, dt=0.1 * ms)
    jump, weight, delay = rb.Delta("v"), 0.1 * mV, 1.5 * ms
    outside = eta * 20 / (0.1 * 20) * 1000 * Hz
    for name, n in (("exc", 10_000), ("inh", 2500)):
        net.add(model, n, name=name)
        net.add(rb.Poisson(outside), n, name=f"to {name}")
        net.connect(f"to {name}", name, jump, rb.one_to_one(), weight, delay)
    both = ["exc", "inh"]
    net.connect("exc", both, jump, rb.fixed_indegree(1000, multapses=True), weight, delay)
    net.connect("inh", both, jump, rb.fixed_indegree(250, multapses=True), -g * weight, delay)
    return net


def test_the_irregular_network_of_brunel_fires_as_in_nest():
    net = brunel(5, 2)
    net.run(SETTLED)
    rec = net.run(200 * ms)
    assert rate(rec) == pytest.approx(37.35, abs=2.0)
    cv = rec["exc"].spikes.cv()
    assert 0.3 < np.nanmean(cv) < 0.55


def test_the_regular_network_of_brunel_fires_as_in_nest():
    net = brunel(3, 2)
    net.run(SETTLED)
    rec = net.run(200 * ms)
    assert rate(rec) == pytest.approx(332.7, abs=2.0)
    cv = rec["exc"].spikes.cv()
    assert np.nanmean(cv) < 0.05
