"""The edges: clocks past 2^31 and 2^32 steps, 65,536 neurons, places past 2^31, many parts."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.connectivity import Rows
from rheobase.engine.connectivity.rows import starts_of, target_type
from rheobase.units import kHz, ms

from .brute import Cells, Edges, Given, network, record_all

DT = 0.1
STARTS = (2**31 - 25, 2**32 - 25, 2**40 + 3)
MODEL = dict(tau=7.0, drive=1.9, V_T=1.0, V_R=0.3, t_ref=0.5)


def started(net, clock):
    """The network as if it had run for so many steps."""
    net._made(None).clock = clock
    return net


def small(threads=1, shift=0):
    rng = np.random.default_rng(1)
    receptors = {"fast": rb.Exponential(2.0, name="fast")}
    text = "dv/dt = (drive - v + I)/tau"
    parts = [
        Cells(name, text, MODEL, rng.uniform(-0.3, 1, n), "exact", receptors)
        for name, n in (("a", 20), ("b", 35))
    ]
    ticks = rng.integers(1, 60, 40)
    parts.append(Given("q", 9, ticks + shift, rng.integers(0, 9, 40)))
    ends = [("a", "b", 3), ("b", "a", rng.integers(2, 20, 60)), ("q", "b", rng.integers(1, 9, 60))]
    projections = [
        Edges(
            f"w{k}", pre, post, "fast", rng.integers(0, 9, 60), rng.integers(0, 20, 60),
            rng.normal(0, 0.3, 60), delay,
        )
        for k, (pre, post, delay) in enumerate(ends)
    ]  # fmt: skip
    net = network(parts, projections, threads)
    record_all(net)
    return net


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("threads", [1, 2])
def test_spikes_and_states_do_not_know_how_late_it_is(start, threads):
    early = small().run(60 * DT * ms)
    late = started(small(threads, start), start).run(60 * DT * ms)
    for name in "abq":
        ticks = np.rint(late[name].spikes.t.internal / DT).astype(np.int64)
        expected = np.rint(early[name].spikes.t.internal / DT).astype(np.int64)
        assert expected.size > 5
        assert np.array_equal(ticks - start, expected)
        assert np.array_equal(late[name].spikes.i, early[name].spikes.i)
    for name in "ab":
        for state in ("v", "fast"):
            found = early[name].names
            assert state in found or f"I_{state}" in found
        for state in early[name].names:
            assert np.array_equal(np.asarray(late[name][state]), np.asarray(early[name][state]))
    assert late["a"].t.internal[0] == pytest.approx(start * DT)


def noisy(start, rule):
    net = rb.Network(seed=5, dt=DT * ms)
    net.add(rb.Model("dx/dt = 0*x"), 40, name="x")
    net.add(rb.Poisson(5 * kHz), 40, name="p")
    net.add(rb.Model("dw/dt = xi"), 40, name="w")
    net.record("p")
    net.record("x", "x")
    net.record("w", "w")
    net.connect("p", "x", rb.Delta("x"), rule, 1.0, 0.7 * ms)
    rec = started(net, start).run(50 * DT * ms)
    ticks = np.rint(rec["p"].spikes.t.internal / DT).astype(np.int64) - start
    noise = np.diff(np.asarray(rec["w"]["w"]), axis=0)
    return ticks, rec["p"].spikes.i, np.asarray(rec["x"]["x"]), noise


@pytest.mark.parametrize("start", STARTS)
def test_random_numbers_have_a_counter_of_64_bits(start):
    # The first steps after 2^31 or 2^32 do not repeat those of the beginning, direct or by lists.
    ticks, neurons, arrived, noise = noisy(start, rb.one_to_one())
    listed = noisy(start, rb.edges(range(40), range(40)))
    assert np.array_equal(ticks, listed[0])
    assert np.array_equal(neurons, listed[1])
    sent = np.zeros((51, 40))
    inside = ticks + 7 <= 50
    np.add.at(sent, (ticks[inside] + 7, neurons[inside]), 1.0)
    # The direct path goes on with what was sent before the clock was set.
    assert np.array_equal(arrived[7:] - arrived[7], np.cumsum(sent, axis=0)[7:] - sent[:8].sum(0))
    assert np.array_equal(listed[2], np.cumsum(sent, axis=0))
    for other in {0, 2**31, 2**32, start % 2**32, start % 2**31} - {start}:
        again = noisy(other, rb.one_to_one())
        for lag in range(-25, 26):
            mine, theirs = noise[max(0, lag) : 50 + min(0, lag)], again[3][max(0, -lag) :]
            assert not np.any(np.all(mine == theirs[: len(mine)], axis=1)) or (start + lag == other)


def test_the_last_neuron_of_16_bits_is_reached():
    for n, kind in ((65_536, np.uint16), (65_537, np.int32)):
        assert target_type(n) == kind
        net = rb.Network(dt=DT * ms, threads=2)
        times = rb.SpikeTimes([0.1, 0.2, 0.3] * ms, [0, 1, 2])
        net.add(times, 3, name="s")
        net.add(rb.Model("dx/dt = 0*x"), n, name="x")
        targets = np.array([0, 1, 32_767, 32_768, 65_534, 65_535, n - 1])
        pre = np.repeat([0, 1, 2], len(targets))
        weight = 1.0 + np.arange(len(pre))
        delay = (1 + np.arange(len(pre)) % 5) * (DT * ms)
        net.connect(
            "s", "x", rb.Delta("x"), rb.edges(pre, np.tile(targets, 3)), weight, delay, name="w"
        )  # fmt: skip
        net.run(1 * ms)
        (wiring,) = net._simulation.assembly.wirings
        assert wiring.rows.targets.dtype == kind
        expected = np.zeros(n)
        np.add.at(expected, np.tile(targets, 3), weight)
        state = next(p for p in net._simulation.parts if p.name == "x").state()["state_x"]
        assert np.array_equal(state, expected)


@pytest.mark.parametrize("n", [65_536, 65_537])
def test_every_neuron_of_a_large_population_is_reached(n):
    net = rb.Network(dt=DT * ms, threads=2)
    net.add(rb.SpikeTimes([0.1] * ms), 1, name="s")
    net.add(rb.Model("dx/dt = 0*x", spike="x > 0.5", reset="x = 0"), n, name="x")
    net.add(rb.Model("dy/dt = 0*y"), 1, name="y")
    net.connect("s", "x", rb.Delta("x"), rb.all_to_all(), 1.0, 0.2 * ms)
    net.connect("x", "y", rb.Delta("y"), rb.all_to_all(), 1.0, 0.2 * ms)
    net.record("y", "y")
    rec = net.run(1 * ms)
    assert np.array_equal(rec["x"].spikes.i, np.arange(n))
    assert np.asarray(rec["y"]["y"])[-1, 0] == n


@pytest.mark.parametrize("longest", [255, 256, 65_535])
def test_delays_at_the_edges_of_their_types(longest):
    net = rb.Network(dt=DT * ms)
    net.add(rb.SpikeTimes([0.1, 0.2] * ms, [0, 1]), 2, name="s")
    net.add(rb.Model("dx/dt = 0*x"), 3, name="x")
    delay = np.array([1, longest - 1, longest])
    net.connect(
        "s", "x", rb.Delta("x"), rb.edges([0, 1, 1], [0, 1, 2]), 1.0, delay * (DT * ms)
    )  # fmt: skip
    net.record("x", "x")
    x = np.asarray(net.run((longest + 5) * DT * ms)["x"]["x"])
    assert [int(np.argmax(x[:, k] > 0)) for k in range(3)] == [2, longest + 1, longest + 2]
    assert np.array_equal(x[-1], [1, 1, 1])


def test_places_of_synapses_are_counted_in_64_bits():
    # 2^31 synapses do not fit into a test: what counts them, and what adds to a place, is 64 bits.
    rows = Rows(starts_of(np.full(3, 2**30, np.int64)), np.empty(0, np.uint16))
    assert rows.count == 3 * 2**30 > 2**31
    assert rows.starts.dtype == np.int64
    from rheobase.compiler.kernels.exchange import Form, deliver, divide_rows

    for function in (*map(deliver, (Form(), Form("i32", "f32", "i16"))), divide_rows("i16")):
        types = {p.name: p.type for p in function.parameters}
        starts = [types[name] for name in ("rows", "starts", "places", "edges") if name in types]
        assert set(starts) == {"i64"}
        scalars = ("first", "last", "part", "parts", "turns", "stride", "turn", "owners")
        assert {types[name] for name in scalars if name in types} <= {"i64"}


def test_a_network_of_many_projections():
    def spikes(threads, target):
        net = rb.Network(seed=3, threads=threads)
        model = rb.Model("dv/dt = (1.2 - v + I)/10", spike="v > 1", reset="v = 0", inputs=["I"])
        parts = [net.add(model, 2, f"p{k}") for k in range(15)]
        decay = rb.Exponential(3.0, name="e")
        delay = rb.uniform(0.1 * ms, 2 * ms)
        net.connect(parts, parts, decay, rb.bernoulli(0.5), rb.normal(0, 0.1), delay)
        recording = net.run(30 * ms, target=target)
        return [recording[part.name].spikes for part in parts]

    expected = spikes(1, "python")
    assert sum(one.total for one in expected) > 20
    for threads in (1, 2):
        for found, one in zip(spikes(threads, "llvm"), expected, strict=True):
            assert np.array_equal(found.i, one.i)
            assert np.array_equal(found.t.magnitude, one.t.magnitude)
