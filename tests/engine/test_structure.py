"""Synapses taken out and put in between runs."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, nS

RULES = {
    "static": None,
    "pair": rb.PairSTDP(4 * mV),
    "dopamine": rb.DopamineSTDP(4 * mV, tau_c=20 * ms),
    "depression": rb.TsodyksMarkram(0.5, 100 * ms),
}


def made(what="static", threads=1, delay=None, axonal=None, seed=1):
    net, rule = rb.Network(seed=seed, threads=threads), RULES[what]
    pre = net.add(rb.Poisson(25 * Hz), 100, name="pre")
    reward = net.add(rb.Poisson(20 * Hz), 5, name="reward")
    post = net.add(rb.LIF(), 80, name="post", initial=dict(v=rb.uniform(-65 * mV, -52 * mV)))
    how = {} if rule is None else {"plasticity": rule, "axonal": axonal}
    if rule is not None and rule.on_modulator:
        how["modulator"] = reward
    delay = rb.uniform(1 * ms, 3 * ms) if delay is None else delay
    weight = rb.uniform(1 * mV, 3 * mV)
    net.connect(pre, post, rb.Delta(), rb.bernoulli(0.5), weight, delay, name="c", **how)
    net.connect(post, post, rb.Delta(), rb.bernoulli(0.2), 0.2 * mV, delay, name="r", **how)
    return net


def spikes(rec):
    return rec["post"].spikes.t.internal, rec["post"].spikes.i


def assert_same(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("axonal", [None, 1.0, 0.5])
@pytest.mark.parametrize("what", RULES)
def test_what_goes_and_what_stays(what, axonal):
    if what == "static" and axonal is not None:
        axonal = None
    net = made(what, axonal=axonal)
    net.run(60 * ms)
    before = net.synapses("c")
    gone = np.asarray(before["w"] < 2 * mV)
    assert 100 < gone.sum() < len(before) - 100
    assert net.prune("c", gone) == gone.sum()
    after = net.synapses("c")
    for name in ("pre", "post"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name)[~gone])
    for name in before.values:
        np.testing.assert_array_equal(np.asarray(after[name]), np.asarray(before[name])[~gone])
    np.testing.assert_array_equal(np.asarray(after.delay), np.asarray(before.delay)[~gone])


@pytest.mark.parametrize("what", RULES)
def test_nothing_else_changes(what):
    """Taking out synapses that never send is as if they had never been there."""
    net, bare = made(what), made(what)
    for one in (net, bare):
        one.run(30 * ms)
    silent = np.asarray(net.synapses("c")["w"]) < 0
    assert net.prune("c", silent) == 0
    assert_same(spikes(net.run(40 * ms)), spikes(bare.run(40 * ms)))
    # Everything goes but what is under way, in both by another road.
    everything = np.ones(len(net.synapses("c")), bool)
    assert net.prune("c", everything) == everything.sum()
    assert len(net.synapses("c")) == 0
    rest = np.ones(len(bare.synapses("c")), bool)
    half = np.arange(len(rest)) % 2 == 0
    bare.prune("c", half)
    bare.prune("c", np.ones((~half).sum(), bool))
    assert_same(spikes(net.run(30 * ms)), spikes(bare.run(30 * ms)))


@pytest.mark.parametrize("what", RULES)
def test_threads_cuts_and_checkpoints(what, tmp_path):
    def altered(threads, cut):
        net = made(what, threads)
        net.run(41.3 * ms)
        net.prune("r", np.arange(len(net.synapses("r"))) % 3 == 0)
        came = net.grow("r", rb.bernoulli(0.1), 0.3 * mV, rb.uniform(1 * ms, 5 * ms))
        assert came > 100
        if cut:
            net.run(10 * ms)
            net.save(tmp_path / "c.zip")
            net = rb.Network.restore(tmp_path / "c.zip", threads=2)
        else:
            net.run(10 * ms)
        return (*spikes(net.run(50 * ms)), np.asarray(net.synapses("r")["w"]))

    whole = altered(1, False)
    assert len(whole[0]) > 20
    for threads, cut in ((2, False), (4, False), (1, True)):
        assert_same(altered(threads, cut), whole)


def test_what_grows_follows_its_rule_and_the_time():
    net, other = made(), made()
    for one in (net, other):
        one.run(5 * ms)
    before = net.synapses("r")
    count = net.grow("r", rb.bernoulli(0.3), weight=0.4 * mV, delay=2 * ms)
    after = net.synapses("r")
    free = 80 * 80 - len(before)
    assert abs(count - 0.3 * free) < 4 * np.sqrt(0.21 * free)
    assert len(after) == len(before) + count
    pairs = set(zip(after.pre.tolist(), after.post.tolist(), strict=True))
    assert len(pairs) == len(after)  # no pair twice
    new = np.isclose(np.asarray(after["w"] / mV), 0.4)
    assert new.sum() == count
    np.testing.assert_allclose(np.asarray(after.delay / ms)[new], 2.0)
    other.run(1 * ms)
    assert other.grow("r", rb.bernoulli(0.3)) != count  # another moment, other numbers
    again = made()
    again.run(5 * ms)
    assert again.grow("r", rb.bernoulli(0.3), weight=0.4 * mV, delay=2 * ms) == count
    assert_same([again.synapses("r").post], [after.post])


def test_a_pair_twice_only_where_it_is_asked_for():
    net = made()
    net.run(1 * ms)
    size = len(net.synapses("r"))
    assert net.grow("r", rb.all_to_all(), multapses=True) == 6400
    assert len(net.synapses("r")) == 6400 + size
    assert net.grow("r", rb.all_to_all()) == 0


def test_new_synapses_send_and_learn():
    net = rb.Network(seed=2)
    pre = net.add(rb.SpikeTimes([1.0, 30.0] * ms), 1, name="pre")
    post = net.add(rb.LIF(), 4, name="post")
    rule = rb.LearningRule(on_pre="w += 1*mV")
    net.connect(
        pre, post, rb.Delta(), rb.edges([0], [0]), 1 * mV, 2 * ms, plasticity=rule, name="c"
    )
    net.record(post, "v", every=1 * ms)
    net.run(20 * ms)
    assert net.grow("c", rb.edges([0, 0], [2, 3]), weight=[5.0, 7.0] * mV, delay=4 * ms) == 2
    np.testing.assert_allclose(np.asarray(net.synapses("c")["w"] / mV), [2, 5, 7])
    v = np.asarray(net.run(20 * ms)["post"]["v"] / mV)
    np.testing.assert_allclose(np.asarray(net.synapses("c")["w"] / mV), [3, 6, 8])
    np.testing.assert_allclose(v[12] - v[11], [3 * np.exp(-0.0), 0, 0, 0], atol=0.05)
    np.testing.assert_allclose((v[14] - v[13])[1:], [0, 6, 8], atol=0.05)


@pytest.mark.parametrize("what", RULES)
def test_the_first_synapses_grow_too(what):
    net, rule = rb.Network(seed=1), RULES[what]
    pre = net.add(rb.Poisson(200 * Hz), 20, name="pre")
    post = net.add(rb.LIF(), 10, name="post")
    how = {} if rule is None else {"plasticity": rule}
    if rule is not None and rule.on_modulator:
        how["modulator"] = pre
    nobody = rb.edges(np.zeros(0, int), np.zeros(0, int))
    net.connect(pre, post, rb.Delta(), nobody, 3 * mV, 2 * ms, name="c", **how)
    assert net.run(20 * ms)["post"].spikes.total == 0
    assert net.grow("c", rb.all_to_all()) == 200
    assert net.run(50 * ms)["post"].spikes.total > 10


@pytest.mark.parametrize("what", RULES)
def test_before_the_first_run(what):
    """What is pruned and grown then is there from the beginning; more can still be recorded."""

    def spiking(threads):
        net = made(what, threads)
        first = net.synapses("r")
        assert net.prune("r", first.pre % 2 == 0) > 100
        assert net.grow("r", rb.bernoulli(0.3), 0.3 * mV, 2 * ms) > 100
        net.record("post", "v", every=1 * ms)
        with pytest.raises(ParameterError, match="has its synapses already"):
            net.connect("pre", "post", rb.Delta(), rb.bernoulli(0.5), 1 * mV, 1 * ms)
        rec = net.run(60 * ms)
        assert rec["post"]["v"].shape == (61, 80)
        return (*spikes(rec), np.asarray(net.synapses("r")["w"]))

    whole = spiking(1)
    assert len(whole[0]) > 20
    assert_same(spiking(2), whole)


def test_memory_is_given_back():
    net = made("pair")
    net.run(1 * ms)
    net.prune("c", np.arange(len(net.synapses("c"))) >= 10)
    (small,) = (w for w in net._simulation.assembly.wirings if w.name == "c")
    assert small.rows.count == 10
    whole = [a for a in small.arrays.values() if a.base is not None]
    assert small.nbytes < 20_000
    assert all(a.base.nbytes < 20_000 for a in whole)


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ([True], "mask of c has the shape"),
        (np.zeros((2, 2), bool), "mask of c has the shape"),
        (None, "whole numbers"),
        (np.zeros(3), "whole numbers"),
        ("w < 1", "whole numbers"),
        ([0, 0], "a synapse twice"),
        ([10**6], "no synapse 1000000"),
        ([-(10**6)], "no synapse -1000000"),
        ([], "holds no synapse"),
        (slice(10**6, None), "holds no synapse"),
        (slice("a", None), "not a slice of synapses"),
    ],
)
def test_which_must_say_it_of_each(which, words):
    net = made()
    net.run(1 * ms)
    size = len(net.synapses("c"))
    with pytest.raises(ParameterError, match=words) as caught:
        net.prune("c", which)
    assert "in the projection 'c'" in caught.value.where and caught.value.mend
    assert len(net.synapses("c")) == size


def test_synapses_are_named_by_their_places():
    net, other = made(), made()
    first = net.synapses("c")
    places = np.array([7, 1, 2])
    assert net.prune("c", places.tolist()) == 3
    assert other.prune("c", np.isin(np.arange(len(first)), places)) == 3
    np.testing.assert_array_equal(net.synapses("c").post, np.delete(first.post, places))
    np.testing.assert_array_equal(net.synapses("c")["w"], other.synapses("c")["w"])
    left = len(net.synapses("c"))
    for which, places in ((slice(2, 9, 3), [2, 5, 8]), (-1, [left - 4]), (np.int64(4), [4])):
        before = net.synapses("c")
        assert net.prune("c", which) == len(places)
        np.testing.assert_array_equal(net.synapses("c").post, np.delete(before.post, places))


def test_what_cannot_grow_leaves_all_as_it_was():
    net = made()
    net.run(1 * ms)
    size = len(net.synapses("c"))
    with pytest.raises(UnitError):
        net.grow("c", rb.bernoulli(0.1), weight=1 * nS)
    with pytest.raises(ParameterError, match="delay"):
        net.grow("c", rb.bernoulli(0.1), delay=0.01 * ms)
    with pytest.raises(ParameterError, match="The rule is"):
        net.grow("c", 0.1)
    with pytest.raises(UnknownNameError, match="no projection"):
        net.grow("d", rb.bernoulli(0.1))
    assert len(net.synapses("c")) == size
    net.run(1 * ms)


def test_a_process_for_each_neuron_has_nothing_to_lose():
    net = rb.Network()
    source = net.add(rb.Poisson(5000 * Hz), 10, name="source")
    target = net.add(rb.LIF(), 10, name="target")
    net.connect(source, target, rb.Delta(), rb.one_to_one(), 0.1 * mV, 1 * ms, name="drive")
    net.run(1 * ms)
    assert len(net.synapses("drive")) == 10
    with pytest.raises(ParameterError, match="no synapses"):
        net.prune("drive", np.ones(10, bool))
