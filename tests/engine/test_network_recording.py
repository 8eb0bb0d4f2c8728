"""Samples of a run: those that were asked for, at their times, in runs of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.units import Hz, ms

DT = 0.1
# After k steps v is k, to the last bit: a sample tells when it was taken.
RAMP = rb.Model("dv/dt = 8 + I\ntwice = 2*v", inputs=["I"])


def network(n=3, every=1, threads=1, what="v", **record):
    net = rb.Network(dt=0.125 * ms, threads=threads)
    net.add(RAMP, n, name="a", method="euler")
    net.record("a", what, every=every, **record)
    return net


@settings(max_examples=30)
@given(
    st.integers(1, 12),
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    st.sampled_from([1, 2]),
)
def test_every_sample_is_of_its_time(every, lengths, threads):
    net, clock = network(20, every, threads), 0
    for length in lengths:
        rec = net.run(length * 0.125 * ms)
        due = [k for k in range(clock, clock + length + 1) if k % every == 0]
        clock += length
        assert rec["a"].t.internal == pytest.approx(np.array(due) * 0.125)
        v = np.asarray(rec["a"]["v"])
        assert v.shape == (len(due), 20)
        assert np.array_equal(v, np.broadcast_to(np.array(due, float)[:, np.newaxis], v.shape))


def test_a_run_between_two_samples_has_none():
    net = network(every=10)
    for length, samples in ((3, 1), (3, 0), (3, 0), (3, 1)):
        rec = net.run(length * 0.125 * ms)
        assert np.asarray(rec["a"]["v"]).shape == (samples, 3)
        assert rec["a"].t.shape == (samples,)


def test_names_of_a_run_come_with_their_neurons():
    net = rb.Network(dt=0.125 * ms, threads=2)
    first = dict(v=np.arange(40.0))
    net.add(RAMP, 40, name="a", method="euler", initial=first, I=rb.step(8.0, 1 * ms))
    net.record("a", ["v", "twice"], subset=[33, 2])
    net.record("a", "I", subset=[5])
    rec = net.run(2 * ms)["a"]
    assert list(rec.neurons["v"]) == [33, 2]
    assert list(rec.neurons["I"]) == [5]
    v = np.asarray(rec["v"])
    expected = np.arange(17) + np.maximum(np.arange(17) - 8, 0)
    assert np.array_equal(v, expected[:, np.newaxis] + [33.0, 2.0])
    assert np.array_equal(np.asarray(rec["twice"]), 2 * v)
    assert np.asarray(rec["I"]).ravel() == pytest.approx([0.0] * 8 + [8.0] * 9)


def test_each_name_has_the_interval_that_was_asked_for():
    net = rb.Network(dt=0.125 * ms)
    net.add(RAMP, 2, name="a", method="euler")
    net.record("a", "v", every=4)
    net.record("a", "twice", every=6)
    rec = net.run(3 * ms)["a"]
    assert np.asarray(rec["v"]).shape[0] >= 7
    steps = rec.t.internal / 0.125
    assert np.array_equal(np.asarray(rec["v"])[:, 0], steps)
    assert np.array_equal(np.asarray(rec["twice"])[:, 0], 2 * steps)


def test_the_synaptic_input_is_what_flows():
    net = rb.Network(dt=DT * ms)
    lif = rb.Model("dv/dt = (I - v)/9", inputs=["I"])
    net.add(lif, 2, name="a", method="exponential_euler", initial=dict(v=0.25))
    net.add(rb.SpikeTimes([0.1] * ms), 1, name="s")
    gate = rb.Exponential(5.0, reversal=2.0, name="gate")
    net.connect("s", "a", gate, rb.all_to_all(), np.array([[1.0, 3.0]]), 0.2 * ms)
    net.record("a", ["v", "g_gate", "I_gate"])
    rec = net.run(1 * ms)["a"]
    v, g, current = (np.asarray(rec[name]) for name in ("v", "g_gate", "I_gate"))
    assert np.array_equal(g[:4], [[0, 0], [0, 0], [0, 0], [1.0, 3.0]])
    assert current == pytest.approx(g * (2.0 - v), rel=1e-14)


def test_rates_are_of_all_neurons_and_all_spikes():
    net = rb.Network(dt=DT * ms, seed=2, threads=2)
    net.add(rb.Poisson(700 * Hz), 60, name="p")
    net.record("p", "rate")
    net.record("p", "spikes", subset=[1, 17])
    rec = net.run(20 * ms)
    again = rb.Network(dt=DT * ms, seed=2)
    again.add(rb.Poisson(700 * Hz), 60, name="p")
    again.record("p")
    spikes = again.run(20 * ms)["p"].spikes
    ticks = np.rint(spikes.t.internal / DT).astype(int)
    assert np.array_equal(rec.counts["p"], np.bincount(ticks, minlength=201)[1:])
    assert set(rec["p"].spikes.i) == {1, 17}
    assert rec.total("p") == spikes.total > 700
    rate = rec.rate("p", 1 * ms)[1]
    expected = np.bincount((ticks - 1) // 10, minlength=20) / 60 * 1000
    assert rate.value_in(Hz) == pytest.approx(expected)


def test_spikes_of_nobody_and_of_a_rate_alone():
    net = rb.Network(dt=DT * ms)
    firing = rb.Model("dv/dt = 1", spike="v > 0.95", reset="v = 0")
    net.add(firing, 5, name="a", method="euler")
    net.add(firing, 5, name="b", method="euler")
    for name in "ab":
        net.record(name, "spikes", subset=[])
    net.record("b", "rate")
    rec = net.run(3 * ms)
    assert rec["a"].spikes.total == rec["b"].spikes.total == 0
    assert rec.counts["b"].sum() == rec.total("b") == 15
