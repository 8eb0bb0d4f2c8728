"""What cannot be is refused: at once where it is said, and before anything is allocated."""

import numpy as np
import pytest
import scipy.sparse

import rheobase as rb
from rheobase.errors import (
    MemoryDemandError,
    ParameterError,
    SchemeError,
    UnitError,
    UnknownNameError,
)
from rheobase.units import Hz, ms, mV, nS, pA, pF, second

LIF = rb.Model(
    "C * dv/dt = g_L*(V_L - v) + I",
    spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(
        C=200 * pF, g_L=10 * nS, V_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=2 * ms
    ),
    inputs=dict(I=pA),
)  # fmt: skip
PLAIN = rb.Model("dv/dt = (1.5 - v + I)/10", spike="v > 1", reset="v = 0", inputs=["I"])
FAST = rb.Exponential(5 * ms, name="fast")


def network(n=10, **how):
    net = rb.Network(dt=0.1 * ms, **how)
    net.add(LIF, n, name="a")
    net.add(LIF, n, name="b")
    return net


def refused(error, match, call, *arguments, **options):
    with pytest.raises(error, match=match) as found:
        call(*arguments, **options)
    assert found.value.mend
    return str(found.value)


@pytest.mark.parametrize(
    ("delay", "match"),
    [
        (0.05 * ms, "0.05 ms, is shorter than dt = 0.1 ms"),
        (0 * ms, "shorter than dt"),
        (-1 * ms, "shorter than dt"),
        (0.25 * ms, "0.25 ms, is not a whole number of steps"),
        (7 * second, "at most 65535 steps"),
        (float("nan") * ms, "not finite"),
        (rb.uniform(0.01 * ms, 0.05 * ms), "shorter than dt"),
        (None, "There is no delay"),
    ],
)
def test_a_delay_is_a_whole_number_of_steps(delay, match):
    net = network()
    text = refused(ParameterError, match, net.connect, "a", "b", FAST, rb.all_to_all(), pA, delay)
    assert "from a to b" in text
    assert not net.projections
    assert not net["b"].incoming


def test_a_drawn_delay_that_is_too_short_names_its_projection():
    net = network()
    late = rb.normal(0.5 * ms, 1 * ms)
    net.connect("a", "b", FAST, rb.all_to_all(), 1 * pA, late, name="quick")
    text = refused(ParameterError, "below one step of 0.1 ms", net.run, 1 * ms)
    assert "quick" in text


@pytest.mark.parametrize(
    ("rule", "match"),
    [
        (rb.fixed_indegree(11), "11"),
        (rb.fixed_outdegree(11), "11"),
        (rb.fixed_total(101), "101"),
        (rb.small_world(4, 0.1), "small_world"),
        (rb.edges([0, 10], [0, 0]), "10"),
        (rb.edges([0, 0], [3, 3], multapses=False), "twice|more than once|multapses"),
        (rb.distance("exp(-distance/(1*mm))"), "position"),
        (scipy.sparse.eye_array(3, 10), "shape"),
        (rb.bernoulli, "not yet called"),
        ("all", "rule"),
    ],
)
def test_a_rule_that_cannot_be_met_is_refused(rule, match):
    net = network()
    text = refused(ParameterError, match, net.connect, "a", "b", FAST, rule, 1 * pA, 1 * ms)
    assert "from a to b" in text
    assert not net.projections


def test_one_to_one_needs_two_of_a_size():
    net = network()
    net.add(LIF, 9, name="c")
    refused(ParameterError, "9", net.connect, "a", "c", FAST, rb.one_to_one(), 1 * pA, 1 * ms)


@pytest.mark.parametrize(
    ("weight", "delay", "error"),
    [
        (1 * mV, 1 * ms, UnitError),
        (1.0, 1 * ms, UnitError),
        (1 * pA, 1 * mV, UnitError),
        (1 * pA, 1.0, UnitError),
        (rb.normal(1 * mV, 1 * mV), 1 * ms, UnitError),
        (np.ones((10, 9)) * pA, 1 * ms, ParameterError),
        (np.full((10, 10), np.inf) * pA, 1 * ms, ParameterError),
        ("tau_pre", 1 * ms, UnknownNameError),
    ],
)
def test_a_weight_has_its_unit_and_shape(weight, delay, error):
    net = network()
    text = refused(error, None, net.connect, "a", "b", FAST, rb.all_to_all(), weight, delay)
    assert "a to b" in text
    assert not net.projections


def test_dale_names_the_population_and_what_it_releases():
    net = rb.Network(dt=0.1 * ms)
    net.add(LIF, 4, name="pyramids", releases="glutamate")
    net.add(LIF, 4, name="baskets", releases="GABA")
    gaba = rb.Exponential(10 * ms, reversal=-80 * mV, name="shunt")
    ampa = rb.Exponential(10 * ms, reversal=0 * mV, name="drive")
    rule = rb.all_to_all()
    for pre, synapse, weight, words in (
        ("pyramids", FAST, -1 * pA, ["pyramids", "glutamate"]),
        ("baskets", FAST, 1 * pA, ["baskets", "GABA"]),
        ("pyramids", gaba, 1 * nS, ["pyramids", "glutamate", "shunt"]),
        ("baskets", ampa, 1 * nS, ["baskets", "GABA", "drive"]),
        ("pyramids", FAST, np.array([[1.0, 1, 1, -1]] * 4) * pA, ["pyramids", "glutamate"]),
    ):
        text = refused(ParameterError, None, net.connect, pre, "baskets", synapse, rule, weight, ms)
        assert all(word in text for word in words)
    assert not net.projections


@pytest.mark.parametrize("rule", [rb.all_to_all(), rb.one_to_one()])
def test_dale_holds_for_drawn_weights(rule):
    net = rb.Network(dt=0.1 * ms)
    net.add(LIF, 40, name="pyramids", releases="glutamate")
    net.add(LIF, 40, name="baskets")
    net.connect("pyramids", "baskets", FAST, rule, rb.normal(1 * pA, 2 * pA), 1 * ms, name="on")
    text = refused(ParameterError, None, net.run, 1 * ms)
    assert "pyramids" in text
    assert "glutamate" in text
    assert "on" in text


def test_dale_holds_for_what_poisson_sources_bring_directly():
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.Poisson(9 * Hz), 40, name="fibres", releases="glutamate")
    net.add(LIF, 40, name="cells")
    weight = rb.normal(1 * pA, 2 * pA)
    net.connect("fibres", "cells", FAST, rb.one_to_one(), weight, 1 * ms)
    assert "fibres" in refused(ParameterError, None, net.run, 1 * ms)


@pytest.mark.parametrize("kind", ["weights", "rings", "traces", "delays"])
def test_what_does_not_fit_is_refused_before_it_is_allocated(kind, monkeypatch):
    def never(*_, **__):
        raise AssertionError("something was allocated")

    n = 10**6
    net = rb.Network(dt=0.1 * ms)
    net.add(PLAIN, n, name="many")
    fast, duration = rb.Exponential(5.0, name="fast"), 1 * ms
    if kind == "weights":
        net.connect("many", "many", fast, rb.all_to_all(), rb.normal(1.0, 0.1), 1 * ms)
    if kind == "delays":
        net.connect("many", "many", fast, rb.all_to_all(), 1.0, rb.uniform(1 * ms, 2 * ms))
    if kind == "rings":
        for k in range(3):
            synapse = rb.Exponential(5.0, name=f"fast{k}")
            net.connect("many", "many", synapse, rb.one_to_one(), 1.0, 6 * second)
    if kind == "traces":
        net.record("many", "v")
        duration = 1e4 * ms
    if kind != "traces":
        monkeypatch.setattr("rheobase.engine.circuit.making.wire", never)
        monkeypatch.setattr("rheobase.engine.circuit.part.aligned", never)
    text = refused(MemoryDemandError, r"[\d.]+ GiB, and this machine has", net.run, duration)
    assert kind == "traces" or "many" in text


def test_a_network_needs_populations():
    refused(ParameterError, "no populations", rb.Network().run, 1 * ms)


@pytest.mark.parametrize(
    ("duration", "error"),
    [
        (-1 * ms, ParameterError),
        (0 * ms, ParameterError),
        (1.05 * ms, ParameterError),
        (float("nan") * ms, ParameterError),
        (10.0, UnitError),
        (1 * mV, UnitError),
    ],
)
def test_a_duration_is_a_positive_number_of_steps(duration, error):
    net = network()
    refused(error, "duration", net.run, duration)
    net.run(1 * ms)
    refused(error, "duration", net.run, duration)


def test_what_is_recorded_is_there():
    net = network()
    text = refused(UnknownNameError, "'c'", net.record, "c", "v")
    assert "a" in text
    net.record("a", "I_fast")
    text = refused(UnknownNameError, "'a' has no 'I_fast'", net.run, 1 * ms)
    net.connect("b", "a", FAST, rb.one_to_one(), 1 * pA, 1 * ms)
    assert net.run(1 * ms)["a"]["I_fast"].shape == (11, 10)
    for subset in ([10], [-11], "all", [0.5]):
        refused(ParameterError, None, network().record, "a", "v", subset=subset)


def test_a_network_that_has_run_is_closed_and_says_so():
    net = network()
    net.run(1 * ms)
    for call in (
        lambda: net.add(LIF, 3, name="late"),
        lambda: net.connect("a", "b", FAST, rb.all_to_all(), 1 * pA, 1 * ms),
        lambda: net.record("a", "v"),
    ):
        refused(ParameterError, "has run already", call)
    assert list(net.populations) == ["a", "b"]
    assert not net.projections
    net.run(1 * ms)


def test_another_target_is_refused_in_a_later_run_too():
    net = network()
    refused(ParameterError, "no target 'fortran'", net.run, 1 * ms, target="fortran")
    net.run(1 * ms)
    refused(ParameterError, "fortran", net.run, 1 * ms, target="fortran")
    refused(ParameterError, "python", net.run, 1 * ms, target="python")


def test_a_method_that_does_not_suit_names_its_population():
    net = rb.Network(dt=0.1 * ms)
    net.add(LIF, 2, name="here", method="exact")
    gaba = rb.Exponential(10 * ms, reversal=-80 * mV, name="shunt")
    net.connect("here", "here", gaba, rb.all_to_all(), 1 * nS, 1 * ms)
    assert "here" in refused(SchemeError, "not linear", net.run, 1 * ms)


@pytest.mark.parametrize("what", ["weight", "delay", "both", "matrix"])
def test_a_list_of_no_edges_is_a_list(what):
    net = network()
    weight = np.zeros(0) * pA if what in ("weight", "both") else 1 * pA
    delay = np.zeros(0) * ms if what in ("delay", "both") else 1 * ms
    rule = scipy.sparse.csr_array((10, 10)) if what == "matrix" else rb.edges([], [])
    net.connect("a", "b", FAST, rule, pA if what == "matrix" else weight, delay)
    net.record("b", "I_fast")
    assert not np.any(np.asarray(net.run(1 * ms)["b"]["I_fast"]))


def test_a_spike_at_the_beginning_is_sent():
    # Times are from 0 on: the first of them is not lost.
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.SpikeTimes([0, 0.02, 0.1] * ms, [0, 1, 0]), 2, name="s")
    net.add(rb.Model("dx/dt = 0*x"), 1, name="x")
    net.connect("s", "x", rb.Delta("x"), rb.all_to_all(), 1.0, 0.3 * ms)
    net.record("x", "x")
    net.record("s")
    rec = net.run(1 * ms)
    assert np.asarray(rec["x"]["x"]).ravel()[:6] == pytest.approx([0, 0, 0, 2, 3, 3])


def test_views_that_repeat_a_neuron_or_leave_the_population_are_refused():
    net = network()
    refused(ParameterError, None, lambda: net["a"][[0, 10]])
    refused(ParameterError, None, lambda: net["a"][np.ones(9, bool)])
    other = rb.Network()
    other.add(LIF, 10, name="a")
    refused(
        ParameterError, "another network", net.connect, other["a"], "b", FAST, rb.all_to_all(),
        1 * pA, 1 * ms,
    )  # fmt: skip
