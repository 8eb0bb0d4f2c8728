"""The same spikes to the last bit, however a network is run, divided, recorded or put together."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, kHz, ms, mV, nS, pA, pF

MOMENTS = 60 * ms
NOISY = rb.Model(
    "tau * dv/dt = -v + mu + I + sigma*sqrt(2*tau)*xi",
    spike="v > 1", reset="v = 0", refractory="t_ref",
    parameters=dict(tau=10.0, mu=0.9, sigma=0.3, t_ref=1.0), inputs=["I"],
)  # fmt: skip
LIF = rb.Model(
    "C * dv/dt = g_L*(V_L - v) + I",
    spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(
        C=200 * pF, g_L=10 * nS, V_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=2 * ms
    ),
    inputs=dict(I=pA),
)  # fmt: skip
POPULATIONS = ("adex", "drive", "given", "iz", "lif", "noisy")


def populations(net):
    """What adds each population, by name."""
    noise = rb.noise(100 * pA, 5 * ms, mean=500 * pA)
    ticks = np.arange(1, 600, 7) * 0.1
    spread = dict(v=rb.uniform(-60 * mV, -50 * mV))
    return {
        "adex": lambda: net.add(rb.AdEx(), 40, name="adex", method="adaptive", I=noise),
        "drive": lambda: net.add(rb.Poisson(4 * kHz), 70, name="drive"),
        "given": lambda: net.add(rb.SpikeTimes(ticks * ms, np.arange(86) % 5), 5, name="given"),
        "iz": lambda: net.add(rb.Izhikevich(), 33, name="iz", I=rb.step(6.0, 5 * ms)),
        "lif": lambda: net.add(LIF, 70, name="lif", method="exponential_euler", initial=spread),
        "noisy": lambda: net.add(NOISY, 50, name="noisy", initial=dict(v=rb.uniform(0, 1))),
    }


def projections(net):
    """What makes each projection; delays of one, of each, and of 0.3 ms or more."""
    fast = rb.Exponential(5 * ms, name="fast")
    gate = rb.Exponential(8 * ms, reversal=-80 * mV, name="gate")
    slow = rb.Alpha(3 * ms, name="slow")
    late = rb.uniform(0.3 * ms, 4 * ms)
    rows = (
        # One to one without rings, and the same source through lists of spikes.
        ("a", "drive", "lif", fast, rb.one_to_one(), 12 * pA, 0.4 * ms),
        ("b", "drive", "adex", rb.Delta("v"), rb.bernoulli(0.2), 0.02 * mV, late),
        ("c", "lif", "lif", gate, rb.fixed_indegree(8), rb.uniform(0.1 * nS, 1 * nS), late),
        ("d", "lif", "adex", slow, rb.fixed_outdegree(9), rb.normal(20 * pA, 5 * pA), 1.5 * ms),
        ("e", "adex", "iz", rb.Delta("v"), rb.bernoulli(0.3), 0.7, late),
        ("f", "iz", "noisy", rb.Exponential(2.0, name="plain"), rb.fixed_total(300), 0.2, late),
        ("g", "noisy", "noisy", rb.Delta("v"), rb.small_world(6, 0.2), rb.normal(0, 0.1), late),
        ("h", "given", "lif", fast, rb.all_to_all(), rb.uniform(1 * pA, 9 * pA), late),
        ("i", "noisy", "iz", rb.Delta("u"), rb.bernoulli(0.2), -0.1, 0.3 * ms),
        ("j", "lif", "lif", fast, rb.bernoulli(0.1, autapses=False), 5 * pA, 0.3 * ms),
    )

    def one(name, pre, post, synapse, rule, weight, delay):
        return lambda: net.connect(pre, post, synapse, rule, weight, delay, name=name)

    return {row[0]: one(*row) for row in rows}


def made(threads=1, seed=4, order=None):
    net = rb.Network(seed=seed, dt=0.1 * ms, threads=threads)
    for makers in (populations(net), projections(net)):
        names = list(makers)
        if order is not None:
            names = [names[k] for k in np.random.default_rng(order).permutation(len(names))]
        for name in names:
            makers[name]()
    net.record("drive")
    net.record("given")
    return net


def spikes(*recs):
    """Ticks and neurons of every population, of one run or of several in a row."""
    found = {}
    for name in (name for name in POPULATIONS if name in recs[0]):
        trains = [rec[name].spikes for rec in recs]
        ticks = np.concatenate([one.t.internal for one in trains])
        found[name] = ticks, np.concatenate([one.i for one in trains])
    return found


def assert_same(one, other, names=POPULATIONS):
    for name in names:
        for a, b in zip(one[name], other[name], strict=True):
            assert np.array_equal(a, b), name


def states(net):
    """All that the simulation keeps between steps."""
    return {part.name: part.state() for part in net._simulation.parts}


@pytest.fixture(scope="module")
def whole():
    net = made()
    found = spikes(net.run(MOMENTS))
    assert all(len(t) > 40 for t, _ in found.values()), {k: len(t) for k, (t, _) in found.items()}
    return net, found


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 4, 4])
def test_threads_and_repeats_change_nothing(whole, threads):
    net = made(threads)
    rec = net.run(MOMENTS)
    assert rec.provenance["threads"] == threads
    assert_same(spikes(rec), whole[1])
    for name, arrays in states(whole[0]).items():
        for key, values in states(net)[name].items():
            assert np.array_equal(values, arrays[key]), (name, key)


def test_another_seed_is_another_run(whole):
    other = spikes(made(seed=5).run(MOMENTS))
    for name in set(POPULATIONS) - {"given"}:
        assert not np.array_equal(whole[1][name][0], other[name][0])


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_making_changes_nothing(whole, order):
    assert_same(spikes(made(2, order=order).run(MOMENTS)), whole[1])


@pytest.mark.parametrize("cuts", [(30,), (0.1, 0.2, 0.4), (1.7, 25.6, 25.7, 58.3), (25.6, 51.2)])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_in_parts_is_one_run(whole, cuts, threads):
    # The smallest delay is three steps: parts do not end where slices do.
    net = made(threads)
    recs = [net.run(round(b - a, 6) * ms) for a, b in zip((0, *cuts), (*cuts, 60), strict=True)]
    assert_same(spikes(*recs), whole[1])
    assert recs[-1].start.internal == pytest.approx(cuts[-1])


def test_parts_of_a_step_each():
    net, parts = made(2), made(2)
    expected = spikes(net.run(4 * ms))
    assert_same(spikes(*(parts.run(0.1 * ms) for _ in range(40))), expected)


@pytest.mark.parametrize("threads", [1, 3])
def test_recorders_change_nothing(whole, threads):
    net = made(threads)
    net.record("adex", ["v", "w", "I_slow"], subset=[39, 0, 17], every=3)
    net.record("lif", ["v", "I_fast", "g_gate", "I"])
    net.record("noisy", "rate")
    net.record("noisy", "spikes", subset=[])
    net.record("iz", ["v", "u"], every=7)
    net.record("iz", "spikes", subset=[3, 32])
    rec = net.run(MOMENTS)
    found = spikes(rec)
    assert_same(found, whole[1], ["adex", "drive", "given", "lif"])
    assert found["noisy"][0].size == 0
    assert rec.counts["noisy"].sum() == len(whole[1]["noisy"][0])
    chosen = np.isin(whole[1]["iz"][1], [3, 32])
    assert np.array_equal(found["iz"][0], whole[1]["iz"][0][chosen])
    assert np.array_equal(found["iz"][1], whole[1]["iz"][1][chosen])


def test_sources_that_nobody_records_send_the_same(whole):
    net = made()
    net.record("drive", subset=[])
    net.record("given", subset=[])
    found = spikes(net.run(MOMENTS))
    assert not {"drive", "given"} & found.keys()
    assert_same(found, whole[1], ["adex", "iz", "lif", "noisy"])


def test_a_subset_of_samples_is_a_part_of_all():
    whole, part, cut = made(), made(2), made(2)
    whole.record("lif", ["v", "I_fast"])
    whole.record("adex", "v")
    for net in (part, cut):
        net.record("lif", "v", subset=[69, 3, 16], every=4)
        net.record("lif", "I_fast", subset=[5], every=6)
        net.record("adex", "v", subset=slice(15, 33), every=0.4 * ms)
    full, some = whole.run(20 * ms), part.run(20 * ms)
    v, current = np.asarray(full["lif"]["v"]), np.asarray(full["lif"]["I_fast"])
    # There is a sample in every step that both intervals ask for: every second one.
    assert np.array_equal(np.asarray(some["lif"]["v"]), v[::2, [69, 3, 16]])
    assert np.array_equal(np.asarray(some["lif"]["I_fast"]), current[::2, [5]])
    assert np.array_equal(np.asarray(some["adex"]["v"]), np.asarray(full["adex"]["v"])[::4, 15:33])
    assert some["adex"].t.internal == pytest.approx(full["adex"].t.internal[::4])
    first, second = cut.run(7.3 * ms), cut.run(12.7 * ms)
    for name, value in (("lif", "v"), ("lif", "I_fast"), ("adex", "v")):
        joined = np.concatenate([np.asarray(rec[name][value]) for rec in (first, second)])
        assert np.array_equal(joined, np.asarray(some[name][value]))


@pytest.mark.parametrize("threads", [1, 2])
def test_streaming_changes_nothing(whole, tmp_path, threads):
    net = made(threads)
    recs = [net.run(T * ms, stream=tmp_path / str(T)) for T in (23.7, 36.3)]
    # What a run returns reads its own part of the stream.
    assert_same(spikes(*recs), whole[1])
    assert_same(spikes(*(rb.load(tmp_path / str(T)) for T in (23.7, 36.3))), whole[1])


def test_the_python_target_spikes_the_same():
    expected = spikes(made().run(1 * ms))
    found = spikes(made().run(1 * ms, target="python"))
    assert_same(found, expected)
    assert sum(len(t) for t, _ in found.values()) > 200


def test_a_population_more_changes_nothing(whole):
    net = made(2)
    net.add(LIF, 17, name="k", I=300 * pA)
    net.add(rb.Poisson(90 * Hz), 9, name="z")
    net.connect("z", "k", rb.Delta("v"), rb.all_to_all(), 0.1 * mV, 0.1 * ms)
    assert_same(spikes(net.run(MOMENTS)), whole[1])
