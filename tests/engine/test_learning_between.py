"""Synapses between events: equations that are linear, over any number of steps."""

import numpy as np
import pytest
from scipy.linalg import expm

import rheobase as rb
from rheobase.engine.circuit.learning import rules
from rheobase.units import ms, mV

from .learning_cases import CELL, DT, Case, assert_same, check, state_of, typed


@pytest.mark.parametrize(
    ("name", "epoch", "axonal"),
    [
        ("gated", 1, None),
        ("gated", 64, 1.0),
        ("gated cascade", 2, 1.0),
        ("gated cascade", 64, None),
    ],
)
def test_many_epochs(name, epoch, axonal, monkeypatch):
    """A tree begins anew after so many steps, with every synapse brought up to date."""
    monkeypatch.setattr(rules, "_MOST_TICKS_OF_FLOWS", epoch)
    case = Case(name, 6, axonal, threads=2, steps=140)
    net = case.network()
    recordings = case.run(net, pieces=(64, 65))
    check(case, recordings, net)
    again = case.network(1)
    assert_same(state_of(again, case.run(again)), state_of(net, recordings))


STIFF = {
    "alike": (5.0, 5.0, 5.0),
    "nearly alike": (5.0, 5.0 * (1 + 1e-9), 5.0 * (1 - 1e-7)),
    "far apart": (0.2, 5.0, 4000.0),
    "slow": (3e5, 4e5, 5e5),
}
GAPS = np.array([0, 3, 255, 4095, 4096, 33_000])


@pytest.mark.parametrize("taus", STIFF.values(), ids=STIFF)
def test_a_cascade_is_exact_whatever_its_rates_and_however_long_it_rests(taus):
    """Up to rounding: of the fastest rate, so many of its time constants."""
    names = [f"t{k}" for k in range(3)]
    rule = rb.LearningRule(
        "da/dt = -a/t0\ndb/dt = (a - b)/t1\ndc/dt = (b + k - c)/t2",
        on_pre="a += 1; b += 0.5; k += 0.25; c += 2", on_post="a += 0; b += 0; c += 0; k += 0",
        parameters=dict(zip(names, np.array(taus) * ms, strict=True)),
        initial=dict(k=0), transmits="w*c",
    )  # fmt: skip
    net = rb.Network(dt=DT * ms)
    last = GAPS.max() + 2
    source = net.add(rb.SpikeTimes((last - GAPS) * DT * ms, np.arange(6)), 6, name="source")
    cell = net.add(CELL, 1, name="cell", method="euler")
    net.connect(source, cell, rb.Delta("g"), rb.all_to_all(), 1 * mV, DT * ms, plasticity=rule,
                name="c")  # fmt: skip
    net.run(last * DT * ms)
    t0, t1, t2 = taus
    matrix = np.array(
        [[-1 / t0, 0, 0, 0], [1 / t1, -1 / t1, 0, 0], [0, 1 / t2, -1 / t2, 1 / t2], [0] * 4]
    )
    table = net.synapses("c")
    for place, gap in zip(table.pre, GAPS, strict=True):
        expected = expm(matrix * gap * DT) @ [1, 0.5, 2, 0.25]
        found = [table[name][place] for name in "abc"]
        np.testing.assert_allclose(found, expected[:3], rtol=1e-11, atol=1e-13)


def test_an_event_finds_what_a_reader_would():
    """The kernel's own way through its tables, against that of reading."""
    text = "da/dt = -a/(3*ms)\ndb/dt = (a - b)/(3*ms)"
    events = "a += 1; b += 0.1; seen = b"

    def network(times):
        net = rb.Network(dt=DT * ms)
        source = net.add(rb.SpikeTimes(times * DT * ms, np.zeros(len(times), int)), 1, name="pre")
        cell = net.add(CELL, 1, name="cell", method="euler")
        rule = typed(text, on_pre=events, on_post="a += 0; b += 0", initial=dict(seen=0))
        net.connect(source, cell, rb.Delta("g"), rb.all_to_all(), 1 * mV, DT * ms,
                    plasticity=rule, name="c")  # fmt: skip
        return net

    times = np.array([3, 20, 4371, 36_000])
    for count in range(1, len(times)):
        before, after = network(times[:count]), network(times[: count + 1])
        for net in (before, after):
            net.run(times[count] * DT * ms)
        read = before.synapses("c")["b"][0] + 0.1
        assert after.synapses("c")["seen"][0] == pytest.approx(read, rel=1e-12)


def test_weights_that_relax_keep_their_sign():
    """Of a law that fixes it, between events too."""
    rule = rb.LearningRule(
        "dw/dt = (rest - w)/(5*ms)", on_pre="w += 0.1*mV", parameters=dict(rest=-2 * mV)
    )
    net = rb.Network(dt=DT * ms)
    pre = net.add(rb.SpikeTimes([1, 9] * ms, [0, 0]), 1, name="pre", releases="glutamate")
    cell = net.add(CELL, 1, name="cell", method="euler")
    con = net.connect(pre, cell, rb.Delta("v"), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule)
    net.record(cell, "v")
    v = np.ravel(net.run(20 * ms)["cell"]["v"].value_in(mV))
    assert v.max() > 0.1
    assert v.min() >= 0
    np.testing.assert_array_equal(net.synapses(con)["w"].value_in(mV), [0.0])


def test_a_rule_without_units_of_time():
    """The unit of time of a neuron without units is that of what its synapses do."""
    from rheobase.units import second

    model = rb.Model("dv/dt = -v\ndg/dt = 0", spike="v > 1", reset="v = 0", time=second)
    rule = rb.LearningRule("dc/dt = (1 - c)/tau\nde/dt = (c - e)/tau", on_pre="c += 1; e += 1",
                           on_post="c += 0; e += 0", parameters=dict(tau=0.5))  # fmt: skip
    net = rb.Network(dt=1 * ms)
    pre = net.add(rb.SpikeTimes([2] * ms, [0]), 1, name="pre")
    cell = net.add(model, 1, name="cell")
    net.connect(pre, cell, rb.Delta("g"), rb.all_to_all(), 1, 1 * ms, plasticity=rule, name="c")
    net.run(1002 * ms)
    matrix = np.array([[-2, 0, 2], [2, -2, 0], [0, 0, 0]])
    first = expm(matrix * 0.002) @ [0, 0, 1] + [1, 1, 0]
    expected = expm(matrix * 1.0) @ first
    table = net.synapses("c")
    np.testing.assert_allclose([table["c"][0], table["e"][0]], expected[:2], rtol=1e-12)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("axonal", [None, 0.5 * ms])
def test_a_weight_that_moves_by_itself_alone(axonal, threads):
    """A rule needs no events: spikes find, and transmit, what its equation leaves."""
    own = rb.LearningRule("dw/dt = (w0 - w)/(9*ms)", parameters=dict(w0=1 * mV))
    arrivals = np.array([3.5, 20.5, 41.5])
    net = rb.Network(threads=threads, dt=DT * ms)
    pre = net.add(rb.SpikeTimes(arrivals * ms, np.zeros(3, int)), 1, name="pre")
    cells = net.add(CELL, 5, name="cells", method="euler")
    net.connect(pre, cells, rb.Delta("g"), rb.all_to_all(), 3 * mV, 1 * ms, plasticity=own,
                axonal=axonal, name="c")  # fmt: skip
    net.record("c", "w", every=0.5 * ms)
    rec = net.run(50 * ms).projections["c"]
    expected = 1 + 2 * np.exp(-rec.t.value_in(ms) / 9)
    np.testing.assert_allclose(rec["w"].value_in(mV), np.tile(expected[:, None], 5), rtol=1e-12)
    # With statements that change nothing it is the same rule.
    beside = rb.LearningRule(own.text, on_pre="w = w", parameters=dict(w0=1 * mV))
    found = []
    for rule in (own, beside):
        net = rb.Network(threads=threads, dt=DT * ms)
        pre = net.add(rb.SpikeTimes(arrivals * ms, np.zeros(3, int)), 1, name="pre")
        cells = net.add(CELL, 5, name="cells", method="euler")
        net.connect(pre, cells, rb.Delta("g"), rb.all_to_all(), 3 * mV, 1 * ms, plasticity=rule,
                    axonal=axonal)  # fmt: skip
        net.record(cells, "g")
        found.append(np.asarray(net.run(50 * ms)["cells"]["g"].value_in(mV)))
    assert np.ptp(found[0]) > 1
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)
