"""Poisson processes in a network: what is recorded is what arrives, and its law is Poisson's."""

import math

import numpy as np
import pytest
from scipy import stats

import rheobase as rb
from rheobase.units import Hz, kHz, ms

DT = 0.1
COUNTER = rb.Model("dx/dt = 0*x")


def ticks_of(spikes):
    return np.rint(spikes.t.internal / DT).astype(int)


def network(rate, n, rule, delay=7, weight=1.0, threads=1, seed=3):
    net = rb.Network(seed=seed, dt=DT * ms, threads=threads)
    net.add(rb.Poisson(rate), n, name="p")
    net.add(COUNTER, n, name="x")
    net.connect("p", "x", rb.Delta("x"), rule, weight, delay * (DT * ms))
    net.record("x", "x")
    return net


def courses(rec):
    return np.asarray(rec["x"]["x"])


def courses_of(spikes, rows, delay, weight=1.0):
    """What the recorded spikes bring to neurons of their own, from every tick on."""
    ticks = ticks_of(spikes) + delay
    found = np.zeros((rows, spikes.n))
    inside = ticks < rows
    np.add.at(found, (ticks[inside], spikes.i[inside]), 1.0)
    return np.cumsum(found, axis=0) * weight


RATES = {
    "one rate": 2 * kHz,
    "a high rate": 90 * kHz,
    "a rate each": np.linspace(0, 4, 301) * kHz,
    "a step": rb.step(2 * kHz, 5 * ms, 20 * ms),
    "a sine": rb.sine(500 * Hz, 20 * Hz) + 300 * Hz,
    "nothing": 0 * Hz,
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("threads", [1, 3])
def test_what_arrives_is_what_is_recorded(rate, threads):
    n = 301
    # One to one without lists of spikes, if the rate is constant; the same through lists; and
    # through one to one where nobody asks for the spikes.
    found = {}
    for name, rule in (("direct", rb.one_to_one()), ("lists", rb.edges(range(n), range(n)))):
        net = network(RATES[rate], n, rule, threads=threads)
        net.record("p")
        rec = net.run(30 * ms)
        found[name] = courses(rec)
        expected = courses_of(rec["p"].spikes, 301, 7, 1.0)
        assert np.array_equal(found[name], expected)
    assert np.array_equal(found["direct"], found["lists"])
    unseen = network(RATES[rate], n, rb.one_to_one()).run(30 * ms)
    assert "p" not in unseen
    assert np.array_equal(courses(unseen), found["direct"])
    assert found["direct"].any() == (rate != "nothing")


def test_one_source_drives_populations_directly_and_by_lists():
    net = network(3 * kHz, 50, rb.one_to_one(), delay=1, weight=0.25)
    net.add(COUNTER, 50, name="y")
    net.add(COUNTER, 50, name="z")
    net.connect("p", "y", rb.Delta("x"), rb.one_to_one(), np.arange(50) / 4, 20 * DT * ms)
    net.connect("p", "z", rb.Delta("x"), rb.fixed_indegree(2), 1.0, 0.3 * ms)
    net.connect("p", "z", rb.Delta("x"), rb.one_to_one(), 2.0, 0.5 * ms)
    for name in "pyz":
        net.record(name, "spikes" if name == "p" else "x")
    rec = net.run(20 * ms)
    spikes = rec["p"].spikes
    assert np.array_equal(courses(rec), courses_of(spikes, 201, 1, 0.25))
    expected = courses_of(spikes, 201, 20) * (np.arange(50) / 4)
    assert np.array_equal(np.asarray(rec["y"]["x"]), expected)
    wiring = next(w for w in net._simulation.assembly.wirings if w.target.name == "z")
    each = courses_of(spikes, 201, 3)
    both = 2.0 * courses_of(spikes, 201, 5)
    np.add.at(both.T, wiring.rows.targets.astype(int), each.T[wiring.rows.sources()])
    assert np.array_equal(np.asarray(rec["z"]["x"]), both)


def test_runs_in_parts_get_the_same_arrivals():
    whole = courses(network(2 * kHz, 40, rb.one_to_one()).run(20 * ms))
    net = network(2 * kHz, 40, rb.one_to_one())
    parts = [courses(net.run(T * ms)) for T in (0.3, 12.1, 7.6)]
    joined = np.concatenate([part[bool(k) :] for k, part in enumerate(parts)])
    assert np.array_equal(joined, whole)


@pytest.mark.parametrize("mean", [0.003, 0.2, 1.7, 12.0])
def test_the_counts_of_arrivals_are_poisson(mean):
    net = network(mean / DT * 1000 * Hz, 1000, rb.one_to_one(), seed=8)
    counts = np.diff(courses(net.run(20 * ms)), axis=0)[7:].ravel().astype(int)
    n = counts.size
    assert counts.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / n))
    assert counts.var() == pytest.approx(mean, abs=4.5 * math.sqrt((mean + 2 * mean**2) / n))
    nothing = math.exp(-mean)
    spread = math.sqrt(nothing * (1 - nothing) / n)
    assert np.mean(counts == 0) == pytest.approx(nothing, abs=4.5 * spread)
    most = int(stats.poisson.isf(20 / n, mean)) + 1
    seen = np.bincount(np.minimum(counts, most), minlength=most + 1)
    law = stats.poisson.pmf(np.arange(most + 1), mean)
    law[-1] = 1 - law[:-1].sum()
    enough = law * n >= 5
    seen = [*seen[enough], seen[~enough].sum()]
    law = np.array([*law[enough], law[~enough].sum()])
    keep = law > 0
    assert stats.chisquare(np.array(seen)[keep], law[keep] * n).pvalue > 1e-4


def test_neurons_and_steps_are_independent():
    counts = np.diff(courses(network(8 * kHz, 400, rb.one_to_one()).run(40 * ms)), axis=0)[7:]
    z = (counts - 0.8) / math.sqrt(0.8)
    bound = 4.5 / math.sqrt(z.size)
    for lag in (1, 2, 8, 16):
        assert abs(np.mean(z[lag:] * z[:-lag])) < bound
        assert abs(np.mean(z[:, lag:] * z[:, :-lag])) < bound
    assert (counts.sum(axis=0).var() / counts.sum(axis=0).mean()) == pytest.approx(1, abs=0.35)


def test_a_rate_in_time_is_followed():
    net = rb.Network(seed=2, dt=DT * ms)
    net.add(rb.Poisson(rb.sine(400 * Hz, 25 * Hz) + 300 * Hz), 4000, name="p")
    net.record("p")
    rec = net.run(80 * ms)
    counts = np.bincount(ticks_of(rec["p"].spikes), minlength=801)[1:]
    # The mean number in a step is the integral of the rate, where it is above zero.
    fine = (np.arange(80_000) + 0.5) / 100 * DT
    rate = np.maximum(300 + 400 * np.sin(2 * np.pi * 0.025 * fine), 0.0) * 1e-3
    expected = rate.reshape(800, 100).mean(axis=1) * DT * 4000
    assert np.all(counts[expected < 1e-9] == 0)
    blocks = counts.reshape(40, 20).sum(axis=1), expected.reshape(40, 20).sum(axis=1)
    assert blocks[0] == pytest.approx(blocks[1], abs=4.5 * math.sqrt(blocks[1].max()))
    assert counts.sum() == pytest.approx(expected.sum(), abs=4.5 * math.sqrt(expected.sum()))


def test_a_step_of_the_rate_begins_in_its_own_step():
    net = rb.Network(seed=2, dt=DT * ms)
    net.add(rb.Poisson(rb.step(50 * kHz, 1 * ms, 3 * ms)), 500, name="p")
    net.record("p")
    ticks = ticks_of(net.run(5 * ms)["p"].spikes)
    # Spikes of the step from 1 to 1.1 ms are sent at its end; the rate is 0 after 3 ms.
    assert set(ticks) == set(range(11, 31))


def test_two_sources_of_one_rate_differ():
    net = rb.Network(seed=2, dt=DT * ms)
    for name in ("p", "q"):
        net.add(rb.Poisson(1 * kHz), 100, name=name)
        net.record(name)
    rec = net.run(50 * ms)
    assert not np.array_equal(rec["p"].spikes.i[:50], rec["q"].spikes.i[:50])
    a, b = (np.bincount(ticks_of(rec[name].spikes), minlength=501) for name in "pq")
    assert abs(np.corrcoef(a[1:], b[1:])[0, 1]) < 4.5 / math.sqrt(500)
