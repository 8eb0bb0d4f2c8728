"""Networks with electrical synapses: the same bits, however they are run, divided or recorded."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, kHz, ms, mV, nS, pA, um

from .checkpoint_cases import arrays, assert_equal
from .test_network_determinism import LIF, NOISY, assert_same, states

MOMENTS = 40 * ms
NAMES = ("adex", "hh", "iz", "lif", "noisy")


def made(threads=1, seed=4, order=None):
    """Junctions within and between populations of five models, chemical synapses beside them."""
    net = rb.Network(seed=seed, dt=0.1 * ms, threads=threads)
    noise, spread = rb.noise(100 * pA, 5 * ms, mean=600 * pA), rb.uniform(-60 * mV, -50 * mV)
    spots = np.random.default_rng(3).uniform(0, 100, (150, 2)) * um
    populations = [
        lambda: net.add(rb.AdEx(), 40, name="adex", method="adaptive", I=noise),
        lambda: net.add(rb.TraubMiles(), 30, name="hh", method="adaptive", I=200 * pA),
        lambda: net.add(rb.Izhikevich(), 33, name="iz", I=rb.step(9.0, 2 * ms)),
        lambda: net.add(
            LIF, 150, name="lif", method="exponential_euler", I=190 * pA, initial=dict(v=spread),
            positions=spots,
        ),
        lambda: net.add(NOISY, 50, name="noisy", I=0.3, initial=dict(v=rb.uniform(0, 1))),
        lambda: net.add(rb.Poisson(2 * kHz), 30, name="drive"),
    ]  # fmt: skip
    near, fast = rb.distance("exp(-distance/(20*um))", autapses=False), rb.Exponential(5 * ms)
    pair = rb.bernoulli(0.1, autapses=False)
    junctions = [
        lambda: net.gap_junction("lif", "lif", near, rb.uniform(0.1 * nS, 2 * nS), name="near"),
        lambda: net.gap_junction("adex", "lif", rb.bernoulli(0.05), 1 * nS, rectification=0.2),
        lambda: net.gap_junction("hh", "adex", rb.fixed_indegree(2), "0.5*nS + 0.1*nS*i_pre"),
        lambda: net.gap_junction("hh", "hh", pair, 3 * nS),
        lambda: net.gap_junction("iz", "noisy", rb.bernoulli(0.1), 1e-4),
        lambda: net.gap_junction("noisy", "noisy", rb.small_world(4, 0.1), 0.05, 0.0),
        lambda: net.connect("lif", "hh", fast, rb.bernoulli(0.1), 3 * pA, 0.7 * ms),
        lambda: net.connect("drive", "adex", fast, rb.bernoulli(0.2), 9 * pA, 0.3 * ms),
    ]
    for makers in (populations, junctions):
        ways = list(makers)
        if order is not None:
            ways = [ways[k] for k in np.random.default_rng(order).permutation(len(ways))]
        for make in ways:
            make()
    return net


def spikes(*recs):
    """Ticks and neurons of every population, of one run or of several in a row."""
    found = {}
    for name in NAMES:
        trains = [rec[name].spikes for rec in recs]
        ticks = np.concatenate([one.t.internal for one in trains])
        found[name] = ticks, np.concatenate([one.i for one in trains])
    return found


@pytest.fixture(scope="module")
def whole():
    net = made()
    found = spikes(net.run(MOMENTS))
    assert all(len(found[name][0]) > 20 for name in NAMES), {
        k: len(t) for k, (t, _) in found.items()
    }
    return net, found


def assert_states(one, other):
    for name, values in states(one).items():
        for key, array in states(other)[name].items():
            assert np.array_equal(values[key], array), (name, key)


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 4])
def test_threads_and_repeats_change_nothing(whole, threads):
    net = made(threads)
    rec = net.run(MOMENTS)
    assert rec.provenance["threads"] == threads
    assert_same(spikes(rec), whole[1], NAMES)
    assert_states(net, whole[0])


def test_the_junctions_matter(whole):
    net = made()
    net.gap_junctions.clear()
    found = spikes(net.run(MOMENTS))
    for name in NAMES:
        assert not np.array_equal(found[name][0], whole[1][name][0]), name


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_making_changes_nothing(whole, order):
    assert_same(spikes(made(2, order=order).run(MOMENTS)), whole[1], NAMES)


@pytest.mark.parametrize("cuts", [(20,), (0.1, 0.2, 0.4), (1.7, 25.6, 25.7)])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_in_parts_is_one_run(whole, cuts, threads):
    net = made(threads)
    recs = [net.run(round(b - a, 6) * ms) for a, b in zip((0, *cuts), (*cuts, 40), strict=True)]
    assert_same(spikes(*recs), whole[1], NAMES)
    assert_states(net, whole[0])


@pytest.mark.parametrize("threads", [1, 3])
def test_recorders_change_nothing(whole, threads):
    net = made(threads)
    net.record("adex", ["v", "w", "I"], subset=[39, 0, 17], every=3)
    net.record("lif", ["v", "I"])
    net.record("hh", ["v", "m"], every=7)
    net.record("iz", ["v", "u"])
    net.record("noisy", "rate")
    assert_same(spikes(net.run(MOMENTS)), whole[1], NAMES)
    assert_states(net, whole[0])


def test_samples_are_the_states_at_their_time():
    """Whatever is sampled in the middle of a run is what a run that ends there leaves."""
    net = made(2)
    for name in ("adex", "lif", "hh"):
        net.record(name, "v")
    rec, parts = net.run(3 * ms), made()
    for tick in range(0, 31):
        if tick:
            parts.run(0.1 * ms)
        else:
            parts._made(None)
        for name in ("adex", "lif", "hh"):
            state = next(p for p in parts._simulation.parts if p.name == name).arrays["state_v"]
            assert np.array_equal(np.asarray(rec[name]["v"])[tick], state), (name, tick)


def test_the_python_target_does_the_same():
    one, other = made(), made()
    assert_same(spikes(one.run(1 * ms, target="python")), spikes(other.run(1 * ms)), NAMES)
    assert_states(one, other)


@pytest.mark.parametrize("threads", [1, 4])
def test_a_checkpoint_goes_on(whole, tmp_path, threads):
    first, path = made(), tmp_path / "net.npz"
    for name in ("lif", "iz"):
        first.record(name, "v", every=5)
    first.run(13.7 * ms)
    first.save(path)
    again = rb.Network.restore(path, threads=threads)
    assert again.to_dict()["gap_junctions"] == first.to_dict()["gap_junctions"]
    one, other = first.run(26.3 * ms), again.run(26.3 * ms)
    assert_equal(arrays(one), arrays(other))
    assert_states(again, whole[0])


def test_a_description_runs_the_same(whole):
    net = rb.Network.from_dict(made().to_dict())
    assert_same(spikes(net.run(MOMENTS)), whole[1], NAMES)


def smooth(threads=1):
    """Junctions between cells whose own course is followed within the step."""
    net = rb.Network(seed=6, dt=0.05 * ms, threads=threads)
    spread = rb.uniform(-65 * mV, -55 * mV)
    net.add(rb.TraubMiles(), 40, name="hh", method="rk4", I=rb.sine(500 * pA, 80 * Hz))
    net.add(rb.AdEx(), 90, name="adex", method="adaptive", I=1500 * pA, initial=dict(v=spread))
    pair = rb.bernoulli(0.05, autapses=False)
    net.gap_junction("adex", "adex", pair, rb.uniform(1 * nS, 9 * nS))
    net.gap_junction("hh", "adex", rb.bernoulli(0.03), 2 * nS, rectification=0.3)
    net.connect("adex", "hh", rb.Delta(), rb.bernoulli(0.1), 0.2 * mV, 0.3 * ms)
    return net


@pytest.mark.parametrize("threads", [1, 3])
def test_slopes_depend_on_no_threads_parts_or_checkpoints(tmp_path, threads):
    once, path = smooth(), tmp_path / "net.npz"
    whole = once.run(12 * ms)
    assert once._simulation.assembly.coupling.plan.sloped
    assert whole["adex"].spikes.total > 50 and whole["hh"].spikes.total > 20
    net = smooth(threads)
    parts = [net.run(3.05 * ms), net.run(4 * ms)]
    net.save(path)
    again = rb.Network.restore(path, threads=4 - threads)
    for other in (net, again):
        recs = [*parts, other.run(4.95 * ms)]
        for name in ("hh", "adex"):
            due = whole[name].spikes
            found = [rec[name].spikes for rec in recs]
            assert np.array_equal(np.concatenate([s.i for s in found]), due.i)
            assert np.array_equal(np.concatenate([s.t.internal for s in found]), due.t.internal)
        assert_states(other, once)


def test_slopes_are_the_same_in_python():
    one, other = smooth(), smooth()
    one.run(0.5 * ms, target="python"), other.run(0.5 * ms)
    assert_states(one, other)
