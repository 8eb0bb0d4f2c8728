"""A network is run, saved and copied by one at a time, and what runs is not copied."""

import copy
import pickle
import threading

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import MemoryDemandError, ParameterError
from rheobase.units import ms, mV, pA

COPIES = [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))]  # noqa: S301


def network():
    net = rb.Network(seed=1)
    exc = net.add(rb.LIF(), 20, "exc", I=rb.noise(100 * pA, 5 * ms, mean=300 * pA))
    net.connect(exc, exc, rb.Delta(), rb.bernoulli(0.3), 0.5 * mV, 1 * ms)
    return net


def stamps(recording):
    return recording.spikes.t.magnitude, recording.spikes.i


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_of_a_network_that_never_ran_is_another_network(copied):
    net = network()
    other = copied(net)
    other.add(rb.LIF(), 3, "more")
    assert "more" not in net and other["exc"] is not net["exc"]
    mine, others = stamps(net.run(50 * ms)), stamps(copied(network()).run(50 * ms))
    assert len(mine[0])
    assert all(map(np.array_equal, mine, others))
    other.run(10 * ms)


@pytest.mark.parametrize("copied", COPIES)
def test_a_network_that_ran_is_not_copied(copied, tmp_path):
    net = network()
    net.run(10 * ms)
    with pytest.raises(ParameterError, match="cannot be copied") as caught:
        copied(net)
    assert "net.save" in caught.value.mend and "restore" in caught.value.mend
    restored = rb.Network.restore(net.save(tmp_path / "net"))
    twice = copied(restored), restored, net
    found = [stamps(one.run(50 * ms)) for one in twice]
    assert len(found[0][0])
    for other in found[1:]:
        assert all(map(np.array_equal, found[0], other))


def test_nobody_saves_copies_or_runs_a_network_that_is_running(tmp_path):
    net = network()
    net.run(1 * ms)
    entered, leave = threading.Event(), threading.Event()
    advance = net._simulation.run

    def held(*given):
        entered.set()
        assert leave.wait(20)
        return advance(*given)

    net._simulation.run = held
    thread = threading.Thread(target=net.run, args=(1 * ms,))
    thread.start()
    try:
        assert entered.wait(20)
        for act in (
            lambda: net.save(tmp_path / "net"),
            lambda: net.run(1 * ms),
            *(lambda copied=copied: copied(net) for copied in COPIES),
        ):
            with pytest.raises(ParameterError, match="running already, in another thread"):
                act()
        assert not (tmp_path / "net").exists()
    finally:
        leave.set()
        thread.join()
    net.save(tmp_path / "net")
    assert rb.Network.restore(tmp_path / "net").run(1 * ms).start.magnitude == 2


# ---------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("duration", "cause"),
    [
        (1e300, "2\\*\\*63 steps"),
        (2.0**63 * 0.1, "2\\*\\*63 steps"),
        (np.inf, "inf ms"),
        (np.nan, "nan ms"),
        (-1.0, "-1 ms"),
        (0.0, "0 ms"),
    ],
)
def test_a_duration_that_cannot_be_is_refused(duration, cause):
    with pytest.raises(ParameterError, match=cause):
        network().run(duration * ms)
    with pytest.raises(ParameterError, match=cause):
        rb.simulate(rb.LIF(), duration * ms, dt=0.1 * ms, record=None)
    with pytest.raises(ParameterError):
        rb.simulate(rb.LIF(), 1e300 * ms, dt=1e-300 * ms, record=None)


def test_the_clock_counts_what_has_run():
    net = network()
    net.run(1 * ms)
    net._simulation.clock = 2**63 - 20
    with pytest.raises(ParameterError, match="the clock holds"):
        net.run(2 * ms)


def test_counts_that_cannot_fit_are_refused():
    net = network()
    net.record("exc", "rate")
    with pytest.raises(MemoryDemandError):
        net.run(1e16 * ms)


def test_a_first_value_of_what_is_drawn_is_refused_when_it_is_added():
    net = rb.Network()
    drawn = {"V_L": rb.uniform(-80 * mV, -70 * mV)}
    with pytest.raises(ParameterError, match="computed from V_L, which is itself drawn"):
        net.add(rb.LIF(), 10, "a", parameters=drawn, initial={"v": "V_L + 1*mV"})
    assert "a" not in net
    net.add(rb.LIF(), 10, "a", parameters=drawn, initial={"v": "V_R + 1*mV"})
    net.run(1 * ms)


def test_a_rule_of_many_edges_has_a_short_text():
    assert repr(rb.edges(range(10**5), range(10**5))) == "<Edges: 100,000 synapses>"
