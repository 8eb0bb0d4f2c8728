"""Every spike reaches every synapse of its neuron once: what is sent arrives or is under way."""

import numpy as np
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.units import Hz, mm, ms

# Fires by itself, and counts in x what arrives: no decay, no threshold, no refractory period.
COUNTER = rb.Model("dv/dt = 0.2\ndx/dt = 0*x", spike="v > 1", reset="v = 0")
STEPS = 260
DT = 0.1


def network(threads):
    net = rb.Network(seed=9, dt=DT * ms, threads=threads)
    for name, n in (("a", 37), ("b", 50)):
        rng = np.random.default_rng(n)
        net.add(
            COUNTER, n, name=name, initial=dict(v=rng.uniform(0, 1, n)), method="euler",
            positions=rng.uniform(0, 1, (n, 2)) * mm,
        )  # fmt: skip
    net.add(rb.Poisson(300 * Hz), 24, name="p")
    ticks = np.arange(1, STEPS, 3)
    net.add(rb.SpikeTimes(ticks * (DT * ms), ticks % 5), 5, name="s")
    net.record("p")
    net.record("s")
    return net


def rules(pre, post, same, placed):
    """Every rule that two views of these sizes can take, and how many synapses it makes, if set."""
    pairs, own = pre * post, min(pre, post) if same else 0
    found = {
        "all": (rb.all_to_all(), pairs),
        "some": (rb.bernoulli(0.3), None),
        "none": (rb.bernoulli(0.0), 0),
        "in": (rb.fixed_indegree(min(3, pre)), min(3, pre) * post),
        "in again": (rb.fixed_indegree(7, multapses=True), 7 * post),
        "out": (rb.fixed_outdegree(min(4, post)), min(4, post) * pre),
        "out again": (rb.fixed_outdegree(9, multapses=True), 9 * pre),
        "total": (rb.fixed_total(pairs // 2), pairs // 2),
        "total again": (rb.fixed_total(77, multapses=True), 77),
        "listed": (rb.edges(np.arange(40) % pre, np.arange(40) % 3 % post), 40),
        "matrix": (
            scipy.sparse.eye_array(pre, post, k=1, format="csr"),
            max(0, min(pre, post - 1)),
        ),
    }
    if placed:
        found["near"] = (rb.distance("exp(-distance/(300*um))", autapses=False), None)
    if pre == post:
        found["one"] = (rb.one_to_one(), pre)
    if same and pre == post:
        found["one, no self"] = (rb.one_to_one(autapses=False), 0)
        found["all, no self"] = (rb.all_to_all(autapses=False), pairs - own)
        if pre > 6:
            found["ring"] = (rb.small_world(4, 0.3), 4 * pre)
    return found


@st.composite
def views(draw, net, among):
    population = net.populations[draw(st.sampled_from(among))]
    n = population.n
    kind = draw(st.sampled_from(["all", "slice", "mask", "index"]))
    if kind == "all":
        return population[:]
    if kind == "slice":
        return population[n // 4 : n : draw(st.integers(1, 3))]
    if kind == "mask":
        return population[np.arange(n) % 3 != 1]
    return population[draw(st.permutations(range(n)))[: draw(st.integers(1, n))]]


@settings(max_examples=20)
@given(st.data())
def test_what_is_sent_arrives_or_is_under_way(data):
    net = network(data.draw(st.sampled_from([1, 2, 3])))
    due = []
    for k in range(data.draw(st.integers(1, 5))):
        pre = data.draw(views(net, ["a", "b", "p", "s"]))
        post = data.draw(views(net, ["a", "b"]))
        same = pre.population is post.population and np.array_equal(pre.index, post.index)
        choices = rules(len(pre), len(post), same, not pre.population.is_source)
        rule, count = choices[data.draw(st.sampled_from(sorted(choices)))]
        delay = data.draw(st.integers(1, 30))
        net.connect(pre, post, rb.Delta("x"), rule, 1.0, delay * (DT * ms), name=f"w{k}")
        due.append((pre, post, count, delay))
    rec = net.run(STEPS * DT * ms)
    parts = {part.name: part for part in net._simulation.parts}
    wirings = {w.name: w for w in net._simulation.assembly.wirings}
    arrived = {name: np.zeros(parts[name].n) for name in "ab"}
    under_way = {name: np.zeros(parts[name].n) for name in "ab"}
    for k, (pre, post, count, delay) in enumerate(due):
        synapses = synapses_of(net, f"w{k}", wirings)
        sources, targets = synapses
        if count is not None:
            assert len(sources) == count
        assert set(sources) <= set(pre.index.tolist())
        assert set(targets) <= set(post.index.tolist())
        spikes = rec[pre.name].spikes
        ticks = np.rint(spikes.t.internal / DT).astype(int)
        for found, chosen in (
            (arrived, ticks + delay <= STEPS),
            (under_way, ticks + delay > STEPS),
        ):
            sent = np.bincount(spikes.i[chosen], minlength=pre.population.n)
            np.add.at(found[post.name], targets, sent[sources].astype(float))
    for name in "ab":
        arrays = parts[name].state()
        assert np.array_equal(arrays["state_x"], arrived[name])
        total = arrays["ring_x"].sum() if "ring_x" in arrays else 0.0
        assert total == under_way[name].sum()


def synapses_of(net, name, wirings):
    """The source and target of every synapse of a projection."""
    if name in wirings:
        rows = wirings[name].rows
        return rows.sources().astype(int), rows.targets.astype(int)
    projection = net.projections[name]
    if type(projection.rule).__name__ == "OneToOne" and projection.pre.name == "p":
        return projection.pre.index, projection.post.index
    return np.empty(0, int), np.empty(0, int)


@settings(max_examples=5)
@given(st.integers(0, 2**32), st.sampled_from([1, 2]))
def test_weights_and_delays_of_each_synapse_arrive_once(seed, threads):
    # Weights are powers of two of the place of the synapse, so a sum says which ones arrived.
    rng, net = np.random.default_rng(seed), network(threads)
    count = 45
    pre, post = rng.integers(0, 5, count), np.repeat([3, 20, 49], 15)
    weight, delay = 2.0 ** (np.arange(count) % 15), rng.integers(1, 100, count)
    net.connect(
        "s", "b", rb.Delta("x"), rb.edges(pre, post), weight, delay * (DT * ms), name="w"
    )  # fmt: skip
    net.record("b", "x")
    rec = net.run(STEPS * DT * ms)
    x, spikes = np.asarray(rec["b"]["x"]), rec["s"].spikes
    expected = np.zeros_like(x)
    for tick, neuron in zip(np.rint(spikes.t.internal / DT).astype(int), spikes.i, strict=True):
        for k in np.flatnonzero((pre == neuron) & (tick + delay <= STEPS)):
            expected[tick + delay[k], post[k]] += weight[k]
    assert np.array_equal(x, np.cumsum(expected, axis=0))
