"""Random small networks against plain Python: the same spikes and the same bits of every state."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.units import ms

from .brute import DT, Cells, Edges, Given, network, record_all, run

STEPS = 70
CURRENT = "dv/dt = (drive - v + I)/tau"
CONDUCTANCE = "dv/dt = (drive - v + I)/tau - 0.01*v*v*v"
RECEPTORS = {
    "fast": rb.Exponential(2.0, name="fast"),
    "slow": rb.Alpha(3.0, name="slow"),
    "gate": rb.Exponential(4.0, reversal=-0.5, name="gate"),
}
LINEAR = ("fast", "slow")


@st.composite
def networks(draw):
    """Parts and projections; what is not of structure comes from a seed."""
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    parts = []
    for k in range(draw(st.integers(1, 4))):
        n = draw(st.sampled_from([1, 2, 7, 17, 40]))
        method = draw(st.sampled_from(["exact", "euler", "exponential_euler", "rk4"]))
        labels = [*LINEAR] if method == "exact" else [*RECEPTORS]
        parameters = dict(
            tau=float(numbers.uniform(2, 9)), drive=float(numbers.uniform(0.7, 1.6)),
            V_T=1.0, V_R=float(numbers.uniform(-0.2, 0.3)), t_ref=0.1 * int(numbers.integers(30)),
        )  # fmt: skip
        text = CURRENT if method == "exact" else CONDUCTANCE
        first = numbers.uniform(-0.3, 1.0, n)
        parts.append(
            Cells(f"p{k}", text, parameters, first, method, {r: RECEPTORS[r] for r in labels})
        )
    neurons = list(parts)
    if draw(st.booleans()):
        n, count = draw(st.sampled_from([1, 5, 33])), draw(st.integers(0, 60))
        ticks = numbers.integers(1, STEPS + 10, count)
        parts.append(Given("q", n, ticks, numbers.integers(0, n, count)))
    projections, used = [], {p.name: set() for p in neurons}
    for k in range(draw(st.integers(1, 6))):
        pre, post = draw(st.sampled_from(parts)), draw(st.sampled_from(neurons))
        receptor = draw(st.sampled_from(["", *post.receptors]))
        count = int(numbers.integers(1, 4 * (pre.n + post.n)))
        weight = float(numbers.normal(0, 0.3))
        kind = draw(st.sampled_from(["one", "each", "float32", "float64"]))
        if kind != "one":
            weight = numbers.normal(0, 0.3, count)
        if receptor == "gate":
            weight = np.abs(weight)
        delay = int(numbers.integers(1, 21))
        if draw(st.booleans()):
            delay = numbers.integers(1, 21, count)
        projections.append(
            Edges(
                f"w{(7 * k) % 11}", pre.name, post.name, receptor,
                numbers.integers(0, pre.n, count), numbers.integers(0, post.n, count),
                weight, delay, kind if kind.startswith("float") else None,
            )
        )  # fmt: skip
        used[post.name].add(receptor)
    for cells in neurons:  # a receptor that nothing reaches is not there
        labels = [r for r in cells.receptors if r in used[cells.name]]
        cells.__init__(
            cells.name, cells.text, cells.parameters, cells.initial, cells.method,
            {r: RECEPTORS[r] for r in labels},
        )  # fmt: skip
    return parts, projections


def assert_same(net, parts, names, spikes, traces, target, cuts=(STEPS,)):
    recs = [net.run((b - a) * DT * ms, target=target) for a, b in zip((0, *cuts), cuts)]  # noqa: B905
    for part in parts:
        found = [
            (round(t / DT), int(i))
            for rec in recs
            for t, i in zip(rec[part.name].spikes.t.internal, rec[part.name].spikes.i, strict=True)
        ]
        assert found == spikes[part.name]
        for state in names.get(part.name, ()):
            ours = np.concatenate(
                [np.asarray(rec[part.name][state])[bool(k) :] for k, rec in enumerate(recs)]
            )
            assert np.array_equal(ours, traces[part.name][state]), (part.name, state)


@settings(max_examples=18)
@given(networks(), st.sampled_from([1, 2, 3]), st.integers(1, STEPS - 1))
def test_random_networks_have_the_bits_of_plain_python(made, threads, cut):
    parts, projections = made
    spikes, traces = run(parts, projections, STEPS)
    net = network(parts, projections, threads)
    names = record_all(net)
    assert_same(net, parts, names, spikes, traces, "llvm", (cut, STEPS))


@settings(max_examples=3)
@given(networks())
def test_the_python_target_has_them_too(made):
    parts, projections = made
    spikes, traces = run(parts, projections, 25)
    net = network(parts, projections)
    names = record_all(net)
    assert_same(net, parts, names, within(spikes, 25), traces, "python", (25,))


def within(spikes, steps):
    return {name: [s for s in found if s[0] <= steps] for name, found in spikes.items()}


@settings(max_examples=3)
@given(networks(), st.randoms())
def test_the_order_of_making_changes_nothing(made, shuffle):
    parts, projections = made
    order = list(range(len(parts)))
    shuffle.shuffle(order)
    spikes, traces = run(parts, projections, STEPS)
    net = network(parts, projections, 2, order)
    assert_same(net, parts, record_all(net), spikes, traces, "llvm")
