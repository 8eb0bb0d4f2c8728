"""Spikes that are sent between runs: as if they had been known from the beginning."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import MemoryDemandError, ParameterError, UnitError
from rheobase.units import ms, mV, second

moments = np.array([0.0, 3.2, 3.2, 7.0, 15.4, 15.4, 21.3, 40.0])
owners = np.array([0, 1, 0, 2, 2, 2, 1, 0])


def made(known, threads=1, plastic=True):
    net = rb.Network(seed=3, threads=threads)
    first = moments <= known
    source = net.add(rb.SpikeTimes(moments[first] * ms, owners[first]), 40, name="source")
    target = net.add(rb.LIF(), 50, name="target", initial=dict(v=rb.uniform(-70 * mV, -55 * mV)))
    rule = rb.PairSTDP(w_max=30 * mV) if plastic else None
    net.connect(
        source, target, rb.Delta(), rb.all_to_all(), 12 * mV, rb.uniform(1 * ms, 3 * ms),
        plasticity=rule, name="c", axonal=0.5 if plastic else None,
    )  # fmt: skip
    net.record(source, "spikes")
    return net


def outcome(net, *recs):
    spikes = [
        (name, round(t, 6), i)
        for rec in recs
        for name in ("source", "target")
        for t, i in zip(rec[name].spikes.t.internal, rec[name].spikes.i, strict=True)
    ]
    return sorted(spikes), np.asarray(net.synapses("c")["w"])


@pytest.mark.parametrize("plastic", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
def test_it_is_as_if_they_had_been_known(threads, plastic):
    whole = made(np.inf, threads, plastic)
    spikes, weights = outcome(whole, whole.run(60 * ms))
    assert sum(name == "target" for name, *_ in spikes) > 20
    net = made(-1.0, threads, plastic)
    net.send("source", moments[:1] * ms, owners[:1])
    recs = []
    # Each time just before the next spike is due, and with all up to the next stop.
    for at, until in ((3.1, 15.3), (15.3, 39.9), (39.9, 60.0)):
        recs.append(net.run(at * ms - net.time))
        due = (moments > at) & (moments <= until)
        net.send(net["source"], moments[due] * ms, owners[due])
    recs.append(net.run(60 * ms - net.time))
    found, learned = outcome(net, *recs)
    assert found == spikes
    assert np.array_equal(learned, weights)
    assert net.time / ms == pytest.approx(60)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("plastic", [True, False])
@pytest.mark.parametrize("touched", ["set", "refused", "saved"])
def test_a_spike_at_0_can_be_sent_until_the_first_step(touched, plastic, threads, tmp_path):
    """Whatever was done with the network before: nothing has been sent yet."""
    whole = made(np.inf, threads, plastic)
    expected = outcome(whole, whole.run(60 * ms))
    assert ("source", 0.0, 0) in expected[0]
    net = made(-1.0, threads, plastic)
    if touched in ("set", "saved"):
        net.set_synapses("c", w=12 * mV)
    if touched == "saved":
        net = rb.Network.restore(net.save(tmp_path / "c"), threads=threads)
    if touched == "refused":
        net.record("target", "v")
        with pytest.raises(MemoryDemandError):
            net.run(1e9 * second)
    assert net.time / ms == 0
    net.send("source", moments * ms, owners)
    found = outcome(net, net.run(60 * ms))
    assert found[0] == expected[0]
    assert np.array_equal(found[1], expected[1])
    with pytest.raises(ParameterError, match=r"give times after net\.time"):
        net.send("source", 0 * ms, [0])


def test_a_checkpoint_holds_what_is_sent_and_not_yet_due(tmp_path):
    net = made(5.0)
    net.run(5 * ms)
    net.send("source", [30, 33.3] * ms, [4, 5])
    net.save(tmp_path / "c.zip")
    again = rb.Network.restore(tmp_path / "c.zip", threads=2)
    again.send("source", 50 * ms, [9])
    net.send("source", 50 * ms, [9])
    a, b = (outcome(n, n.run(50 * ms)) for n in (net, again))
    assert a[0] == b[0] and np.array_equal(a[1], b[1])
    assert ("source", 33.3, 5) in a[0] and ("source", 50.0, 9) in a[0]


def test_nobody_need_listen():
    net = rb.Network()
    net.add(rb.SpikeTimes(), 3, name="alone")
    net.run(1 * ms)
    net.send("alone", [5] * ms, [2])
    net.run(9 * ms)
    assert net.time / ms == pytest.approx(10)


@pytest.mark.parametrize(
    ("times", "neurons", "kind", "match"),
    [
        ([5.0] * ms, [0], ParameterError, r"at 5 ms, and the network has run 10 ms"),
        ([10.0] * ms, [0], ParameterError, "net.time"),
        ([11.0] * ms, [40], ParameterError, "of neuron 40, and there are 40"),
        ([11.0] * ms, [-1], ParameterError, "neuron -1"),
        ([11.0], [0], UnitError, "spike times"),
        ([11.0, 12.0] * ms, [0], ParameterError, "one neuron a spike"),
        ([np.nan] * ms, [0], ParameterError, "nan"),
        (1e30 * second, [0], ParameterError, "give times up to"),
    ],
)
def test_what_cannot_be_sent(times, neurons, kind, match):
    net = made(np.inf)
    net.run(10 * ms)
    before = len(net["source"].model.times)
    with pytest.raises(kind, match=match):
        net.send("source", times, neurons)
    assert len(net["source"].model.times) == before


def test_only_given_spikes_are_sent():
    net = made(np.inf)
    with pytest.raises(ParameterError, match="which fires by itself"):
        net.send("target", [11.0] * ms, [0])
