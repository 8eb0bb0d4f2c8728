"""One source sends one set of spikes, whoever listens and however it is stored."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, ms, mV

# Drawn in groups, near the limit on both sides of it, and a neuron at a time.
RATES = [3.0, 150.0, 160.0, 2000.0]


def heard(rate, threads, **how):
    """The spikes of a source, and the jumps that they make in neurons that never fire."""
    net = rb.Network(seed=5, threads=threads)
    source = net.add(rb.Poisson(rate * Hz), 300, name="source")
    counter = rb.Model("dv/dt = 0*v/ms", spike="v > 1*volt", reset="v = 0*mV")
    target = net.add(counter, 300, name="target", initial=dict(v=0 * mV))
    net.connect(source, target, rb.Delta(), rb.one_to_one(), 1 * mV, 1 * ms, **how)
    net.record(source, "spikes")
    net.record(target, "v", every=20 * ms)
    rec = net.run(200 * ms)
    sent, i = rec["source"].spikes.t.internal, rec["source"].spikes.i
    return np.bincount(i[sent < 199.05], minlength=300), np.asarray(rec["target"]["v"] / mV)[-1]


@pytest.mark.parametrize("rate", RATES)
def test_what_arrives_is_what_was_sent(rate):
    found = []
    for how in ({}, {"plasticity": rb.LearningRule(on_pre="k += 1", initial={"k": 0})}):
        for threads in (1, 2):
            sent, arrived = heard(rate, threads, **how)
            assert sent.sum() > 100
            np.testing.assert_allclose(arrived, sent, atol=1e-6)
            found.append(sent)
    assert all(np.array_equal(one, found[0]) for one in found)
