"""What does not fit in memory is refused before it is allocated, wherever it is first known."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit import making, sizes_drawn
from rheobase.errors import MemoryDemandError
from rheobase.units import ms, nS, pA

MIB = 2**20
FAST = rb.Exponential(5 * ms, name="fast")


@pytest.fixture
def machine(monkeypatch):
    """Says how much memory there is from now on."""

    def has(size):
        for module in ("sizes", "sizes_drawn"):
            monkeypatch.setattr(f"rheobase.engine.circuit.{module}.memory", lambda: float(size))

    return has


@pytest.fixture
def nothing_allocated(monkeypatch):
    """Lets rings, and what threads have of rows, not be allocated."""

    def never(*_, **__):
        raise AssertionError("something was allocated")

    def refuse():
        for module in ("learning.projection.divided", "wiring.divided", "part.aligned"):
            monkeypatch.setattr(f"rheobase.engine.circuit.{module}", never)

    return refuse


def connected(delay, threads=1, n=1000, rule=None, weight=1 * pA, synapse=FAST, **how):
    net = rb.Network(dt=0.1 * ms, threads=threads)
    net.add(rb.LIF(), n, name="p", I=300 * pA)
    rule = rb.one_to_one() if rule is None else rule
    net.connect("p", "p", synapse, rule, weight, delay, name="c", **how)
    return net


def refused(call, *arguments, **options):
    with pytest.raises(MemoryDemandError, match="GiB, and this machine has") as found:
        call(*arguments, **options)
    assert found.value.mend
    return str(found.value)


DELAYS = {
    "unbounded": rb.clipped(rb.normal(300 * ms, 50 * ms), low=0.1 * ms),
    "computed": "300*ms + 0*ms*i_pre",
}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("kind", DELAYS)
def test_rings_count_as_soon_as_delays_are_drawn(kind, threads, machine, nothing_allocated):
    machine(20 * MIB)  # the rings take 23 MiB and more
    net = connected(DELAYS[kind], threads)
    nothing_allocated()
    assert "the ring buffers of 'p'" in refused(net.run, 1 * ms)
    machine(60 * MIB)
    with pytest.raises(AssertionError, match="something was allocated"):
        net.run(1 * ms)  # what fits is not refused


def test_rings_of_threads_without_neurons_are_not_taken(machine):
    net = connected(300 * ms, threads=60, n=20)
    machine(8 * MIB)  # two threads have neurons, and rings of 0.4 MiB each
    assert "the ring buffers of 'p'" in refused(net.run, 1 * ms)  # all have room, of 22 MiB
    machine(30 * MIB)
    net.run(1 * ms)


def test_outputs_that_are_kept_count_as_soon_as_delays_are_drawn(machine):
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.RateNeuron(), 1000, name="p")
    net.connect("p", "p", rb.Graded(), rb.one_to_one(), 0.1, "500*ms + 0*ms*i_pre")
    machine(40 * MIB)
    assert "the ring buffers of 'p'" in refused(net.run, 1 * ms)
    machine(60 * MIB)
    net.run(1 * ms)


def test_lists_of_spikes_are_short_however_long_the_delays_are(monkeypatch):
    monkeypatch.setattr(making, "_MOST_LISTED", 100_000)
    for n, steps in ((10, 3000), (1000, 100), (30_000, 8)):
        net = connected(300 * ms, n=n)
        net.run(0.1 * ms)
        assembly = net._simulation.assembly
        assert assembly.length == steps
        assert len(assembly.parts[0].arrays["ordered"]) <= 2 * (n * steps + 31)


WEIGHTS = rb.uniform(0 * pA, 40 * pA)
PROJECTIONS = {
    "static": dict(weight=WEIGHTS),
    "stdp": dict(weight=WEIGHTS, plasticity=rb.PairSTDP(w_max=50 * pA)),
    "receptors": dict(synapse=rb.NMDAKinetics(), weight=rb.uniform(0 * nS, 2 * nS)),
}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("kind", PROJECTIONS)
def test_where_a_slice_ends_is_seen_in_no_result(kind, threads, monkeypatch):
    found = []
    for most, fewest in ((2**24, 8), (1, 7), (1, 1)):
        monkeypatch.setattr(making, "_MOST_LISTED", most)
        monkeypatch.setattr(making, "_FEWEST_STEPS", fewest)
        delay, rule = rb.uniform(3 * ms, 9 * ms), rb.bernoulli(0.3)
        net = connected(delay, threads, 60, rule, **PROJECTIONS[kind])
        net.add(rb.LIF(), 60, name="q", I=260 * pA)
        net.connect("p", "q", FAST, rule, WEIGHTS, 5 * ms)
        net.connect("q", "p", FAST, rule, WEIGHTS, 4 * ms)
        spikes = net.run(200 * ms)
        states = net._simulation.parts[0].arrays["state_v"].copy()
        found.append((net._simulation.assembly.length, spikes["p"].spikes.i, states))
    lengths, neurons, states = zip(*found, strict=True)
    assert lengths[0] > lengths[1] > lengths[2] == 1
    assert len(neurons[0]) > 100
    for k in (1, 2):
        np.testing.assert_array_equal(neurons[k], neurons[0])
        np.testing.assert_array_equal(states[k], states[0])


def test_what_the_latest_spikes_need_room_for_counts(machine, nothing_allocated):
    net = rb.Network(dt=0.1 * ms, threads=1)
    net.add(rb.LIF(), 10_000, name="many")
    net.add(rb.LIF(), 1, name="one")
    net.connect(
        "many", "one", FAST, rb.all_to_all(), 1 * pA, 300 * ms,
        plasticity=rb.PairSTDP(w_max=5 * pA),
    )  # fmt: skip
    machine(100 * MIB)  # the room is of 4 x 10,000 x 3,000 bytes
    nothing_allocated()
    assert "the latest spikes of 'many'" in refused(net.run, 1 * ms)


KINDS = {
    "rows": {},
    "receptors": dict(synapse=rb.NMDAKinetics(), weight=1 * nS),
    "learning": dict(plasticity=rb.PairSTDP(w_max=5 * pA), delay=rb.uniform(1 * ms, 3 * ms)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_thread_has_of_its_own_counts_for_each(kind, machine, nothing_allocated):
    def network(threads):
        given = {"delay": 1 * ms, **KINDS[kind]}
        return connected(threads=threads, n=20_000, **given)

    machine(40 * MIB)
    network(1).run(0.1 * ms)
    many = network(200)
    nothing_allocated()
    assert "the projection 'c'" in refused(many.run, 0.1 * ms)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_reckoned_of_threads_is_what_they_take(kind, monkeypatch):
    reckoned = []
    monkeypatch.setattr(sizes_drawn, "refuse", lambda demands: reckoned.append(demands))
    taken = []
    for threads in (2, 12):
        net = connected(**{"delay": 1 * ms, **KINDS[kind]}, threads=threads, n=5000)
        net.run(0.1 * ms)
        (wiring,) = net._simulation.assembly.wirings
        taken.append(wiring.nbytes)
    (few,), (many,) = ([d.size for d in r if "projection" in d.what] for r in reckoned[1::2])
    assert many - few == pytest.approx(taken[1] - taken[0], rel=0.35)


RULES = [rb.all_to_all(), rb.fixed_indegree(500), rb.bernoulli(0.5), rb.fixed_total(500_000)]


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_what_grows_is_refused_before_it_is_drawn(rule, multapses, machine, monkeypatch):
    def never(*_, **__):
        raise AssertionError("something was drawn")

    net = connected(1 * ms)
    net.run(1 * ms)
    machine(20 * MIB)
    with monkeypatch.context() as patched:
        patched.setattr("rheobase.engine.circuit.synapses.rewiring.wire", never)
        text = refused(net.grow, "c", rule, multapses=multapses)
    assert "the projection 'c' as it grows" in text
    # Nothing has changed, and less than that grows.
    assert len(net.synapses("c")) == 1000
    assert net.grow("c", rb.fixed_indegree(3), multapses=multapses) == 3000
    net.run(1 * ms)


def test_what_grows_is_refused_where_its_delays_need_longer_rings(machine):
    net = connected(1 * ms)
    net.run(1 * ms)
    machine(30 * MIB)
    text = refused(net.grow, "c", rb.fixed_indegree(1), delay="500*ms + 0*ms*i_pre")
    assert "the ring buffers of 'p'" in text
    assert len(net.synapses("c")) == 1000
    net.run(1 * ms)


def test_a_checkpoint_with_fewer_synapses_than_were_drawn_fits_where_they_do(tmp_path, machine):
    net = connected(1 * ms, rule=rb.all_to_all(), weight=rb.uniform(0 * pA, 1 * pA))
    net.run(1 * ms)
    net.prune("c", slice(0, 999_000 - 1000))
    path = net.save(tmp_path / "few")
    machine(5 * MIB)  # all of them would take 6 MB
    rb.Network.restore(path).run(1 * ms)
