"""What a network refuses when it is drawn names the place, the value with its unit, and a mend."""

import numpy as np
import pytest
from scipy import sparse

import rheobase as rb
from rheobase.errors import MemoryDemandError, ParameterError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, nS, pA, pF

MODEL = rb.Model(
    "C*dv/dt = -g*(v - E) + I",
    spike="v > V_T", reset="v = V_R", refractory="t_ref", inputs=dict(I=pA),
    parameters=dict(
        C=200 * pF, g=10 * nS, E=-70 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=2 * ms
    ),
    initial=dict(v="E"),
)  # fmt: skip
PLACE = "in the projection 'a->b', from a to b"


def run_one(**given):
    net = rb.Network(seed=1, dt=0.1 * ms)
    net.add(MODEL, 100, name="a", **given)
    return net.run(0.1 * ms)


def connected(weight=1 * pA, delay=1 * ms, rule=None, synapse=None, names=("a", "b"), **given):
    net = rb.Network(seed=1, dt=0.1 * ms)
    for name, n in zip(names, (10, 20), strict=True):
        net.add(MODEL, n, name=name)
    synapse = synapse or rb.Exponential(5 * ms)
    rule = rb.all_to_all() if rule is None else rule
    net.connect(*names, synapse, rule, weight=weight, delay=delay, **given)
    return net


def refused(kind, what):
    with pytest.raises(kind) as error:
        what()
    return error.value


@pytest.mark.parametrize(
    "drawn", [rb.uniform(1 * ms, 2 * ms), "1*ms + 0.011*ms*i", np.linspace(1, 2, 100) * ms]
)
def test_refractory_periods_off_the_grid_have_a_mend_that_works(drawn):
    error = refused(ParameterError, lambda: run_one(parameters=dict(t_ref=drawn)))
    assert 'method="adaptive"' in error.mend and "spike_times" not in str(error)
    assert "population 'a'" in error.where
    run_one(parameters=dict(t_ref=drawn), method="adaptive")


@pytest.mark.parametrize(
    ("name", "value", "unit", "written"),
    [
        ("C", rb.normal(200 * pF, 150 * pF), "pF", "C = normal(200 pF, 150 pF)"),
        ("C", "200*pF*(i - 3)", "-600 pF", "C = 200*pF*(i - 3)"),
        ("t_ref", rb.normal(1 * ms, 2 * ms), "ms", "t_ref = normal(1 ms, 2 ms)"),
    ],
)
def test_a_drawn_parameter_out_of_range_is_placed(name, value, unit, written):
    error = refused(ParameterError, lambda: run_one(parameters={name: value}))
    assert f"{unit}." in error.message and f"{name} is " in error.message
    assert error.where == f"  {written}\n  in the population 'a'"
    assert "rb.truncated" in error.mend


def test_a_distribution_that_reaches_too_far_is_shown_with_its_unit():
    wide = rb.uniform(-200 * pF, 150 * pF)
    message = refused(ParameterError, lambda: run_one(parameters=dict(C=wide))).message
    assert "C is -200 pF" in message and "uniform(-200 pF, 150 pF) reaches it" in message


@pytest.mark.parametrize("kind", ["parameters", "initial"])
def test_an_empty_truncation_of_a_population_is_placed(kind):
    name, unit = ("C", pF) if kind == "parameters" else ("v", mV)
    given = rb.truncated(rb.normal(0 * unit, 1 * unit), low=50 * unit)
    error = refused(ParameterError, lambda: run_one(**{kind: {name: given}}))
    written = f"  {name} = truncated(normal(0 {unit}, 1 {unit}), low=50 {unit})"
    assert error.where == f"{written}\n  in the population 'a'"


def test_a_computed_value_that_is_not_finite_is_placed():
    for kind, name in (("parameters", "C"), ("initial", "v")):
        text = "200*pF/i" if name == "C" else "1*mV/i"
        error = refused(ParameterError, lambda: run_one(**{kind: {name: text}}))  # noqa: B023
        assert error.where == f"  {text}\n  in the population 'a'"
    error = refused(ParameterError, lambda: connected("1*pA/i_pre").run(0.1 * ms))
    assert error.message == "The weight is inf for i_pre = 0."
    assert error.where == f"  1*pA/i_pre\n  {PLACE}"


@pytest.mark.parametrize("what", ["weight", "delay"])
def test_an_empty_truncation_of_a_projection_is_placed(what):
    unit = pA if what == "weight" else ms
    given = rb.truncated(rb.normal(0 * unit, 1 * unit), low=50 * unit)
    error = refused(ParameterError, lambda: connected(**{what: given}).run(0.1 * ms))
    written = f"  {what} = truncated(normal(0 {unit}, 1 {unit}), low=50 {unit})"
    assert error.where == f"{written}\n  {PLACE}"


@pytest.mark.parametrize("dt", [0.1, 0.25])
@pytest.mark.parametrize(
    ("delay", "mend"),
    [
        ("0.01*ms*(1 + i_pre)", "take an expression that is {dt} ms or more for every synapse"),
        (rb.normal(0.01 * ms, 0.01 * ms), "such as rb.clipped(..., low={dt} * ms)"),
    ],
)
def test_a_delay_that_came_out_too_short_is_shown_as_it_was_written(delay, mend, dt):
    net = rb.Network(seed=1, dt=dt * ms)
    net.add(MODEL, 10, name="a")
    net.add(MODEL, 20, name="b")
    net.connect("a", "b", rb.Exponential(5 * ms), rb.all_to_all(), 1 * pA, delay)
    error = refused(ParameterError, lambda: net.run(1 * ms))
    assert f"is below one step of {dt} ms" in error.message
    assert error.where == f"  delay = {delay}\n  {PLACE}"
    assert mend.format(dt=dt) in error.mend and error.mend.endswith("or a smaller dt")
    assert ("clipped" in error.mend) == ("clipped" in mend)


def test_an_empty_truncation_of_a_barrage_is_placed():
    net = rb.Network(seed=1, dt=0.1 * ms)
    net.add(rb.Poisson(50_000 * Hz), 5, name="a")
    net.add(MODEL, 5, name="b")
    given = rb.truncated(rb.normal(0 * pA, 1 * pA), low=50 * pA)
    net.connect("a", "b", rb.Exponential(5 * ms), rb.one_to_one(), given, 1 * ms)
    error = refused(ParameterError, lambda: net.run(0.1 * ms))
    assert "weight = truncated(" in error.where and PLACE in error.where


@pytest.mark.parametrize(
    ("weight", "precision"),
    [
        (rb.uniform(1e39 * pA, 2e39 * pA), None),
        (rb.uniform(-2e39 * pA, -1e39 * pA), "float32"),
        (np.full((10, 20), 1e39) * pA, "float32"),
        ("1e39*pA*(1 + i_pre)", None),
    ],
)
def test_weights_too_large_for_their_precision_are_refused_once(weight, precision):
    net = connected(weight, precision=precision)
    error = refused(ParameterError, lambda: net.run(0.1 * ms))
    assert "e+39 pA is too large for 32 bits" in error.message
    assert PLACE in error.where and error.mend == 'give precision="float64"'
    kept = connected(weight, precision="float64")
    kept.run(0.1 * ms)
    assert np.abs(kept.synapses("a->b")["w"].magnitude).min() >= 1e39


def test_an_array_of_large_weights_is_kept_in_64_bits():
    net = connected(np.full((10, 20), 1e39) * pA)
    net.run(0.1 * ms)
    assert (net.synapses("a->b")["w"].magnitude == 1e39).all()


def test_a_name_that_was_not_recorded_tells_where_it_is():
    net = rb.Network()
    net.add(MODEL, 3, name="a")
    net.record("a", ["v", "rate"])
    rec = net.run(1 * ms)
    mends = {k: refused(UnknownNameError, lambda: rec["a"][k]).mend  # noqa: B023
             for k in ("rate", "spikes", "I")}  # fmt: skip
    assert mends["rate"].endswith("rec.rate('a')") and len(rec.rate("a")) == 2
    assert ".spikes.t" in mends["spikes"]
    assert "net.record('a', 'I')" in mends["I"] and "record=" not in mends["I"]
    alone = rb.simulate(MODEL, 1 * ms)
    assert "record=[\"v\", 'I']" in refused(UnknownNameError, lambda: alone["I"]).mend


@pytest.mark.parametrize("length", [39, 40, 80])
def test_the_names_that_are_made_up_are_not_too_long(length):
    long = ("x" * length, "y" * length)
    net = connected(names=long)
    for _ in range(10):
        net.connect(*long, rb.Exponential(5 * ms), rb.all_to_all(),
                    weight=1 * pA, delay=1 * ms)  # fmt: skip
    names = list(net.projections)
    assert len(set(names)) == 11 and max(map(len, names)) <= 80
    assert all(name.startswith("xxx") and "y" in name for name in names)


def test_the_values_of_a_sparse_matrix_are_told_their_unit():
    matrix = sparse.csr_array(np.eye(10, 20))
    for synapse, unit in (
        (rb.Exponential(5 * ms), pA),
        (rb.Exponential(5 * ms, reversal=0 * mV), nS),
    ):
        error = refused(UnitError, lambda: connected(None, rule=matrix, synapse=synapse))  # noqa: B023
        assert error.mend.endswith(f"weight={unit}") and PLACE in error.where
        assert "1" in connected(unit, rule=matrix, synapse=synapse).summary()


def test_a_summary_shows_equal_values_once():
    text = str(connected(np.ones((10, 20)) * pA).summary())
    assert "1 pA" in text and "1 to 1" not in text


def test_a_model_without_a_name_is_called_so_within_a_sentence():
    synapse = rb.Exponential(5 * ms, into="J")
    error = refused(UnknownNameError, lambda: connected(synapse=synapse))
    assert "which the model does not have" in error.message


@pytest.mark.parametrize("value", [np.float64(np.inf), np.inf, np.float32(np.inf)])
def test_a_number_of_numpy_is_shown_as_a_number(value):
    assert "not finite: inf." in refused(ParameterError, lambda: connected(value * pA)).message


@pytest.mark.parametrize(
    ("weight", "mend"),
    [(1 * pA, "connect it more sparsely"), (rb.uniform(0 * pA, 1 * pA), "one weight and one")],
)
def test_what_does_not_fit_in_memory_has_a_mend_that_helps(weight, mend):
    net = rb.Network()
    net.add(MODEL, 10**6, name="z")
    net.connect("z", "z", rb.Exponential(5 * ms), rb.all_to_all(), weight, 1 * ms)
    assert mend in refused(MemoryDemandError, lambda: net.run(1 * ms)).mend


@pytest.mark.parametrize("weight", [rb.normal(0 * mV, 1 * mV), "(0.5 - i_pre)*mV"], ids=str)
@pytest.mark.parametrize("kind", [rb.bernoulli(0.9), rb.one_to_one()], ids=str)
def test_what_dales_law_forbids_is_placed_once(weight, kind):
    net = rb.Network(seed=1)
    net.add(rb.LIF(), 9, name="a", releases="glutamate")
    net.add(rb.LIF(), 9, name="b")
    net.connect("a", "b", rb.Delta(), kind, weight, 1 * ms)
    text = str(refused(ParameterError, lambda: net.run(0.1 * ms)))
    assert "Dale" in text
    assert text.count(PLACE) == 1


FAST = {
    "constant": 6e6 * Hz,
    "of each": [1.0, 6e6, 1.0] * Hz,
    "in time": rb.sine(1e7 * Hz, 100 * Hz),
}


@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize("rate", FAST)
def test_a_poisson_process_that_is_too_fast_is_named(rate, straight):
    net = rb.Network(seed=1)
    net.add(rb.Poisson(10 * Hz), 3, name="slow")
    net.add(rb.Poisson(FAST[rate]), 3, name="quick")
    net.add(MODEL, 3, name="cells")
    rule = rb.one_to_one() if straight else rb.all_to_all()
    net.connect("quick", "cells", rb.Exponential(5 * ms), rule, 1 * pA, 1 * ms)
    text = str(refused(ParameterError, lambda: net.run(10 * ms)))
    assert "at most 500 are drawn" in text
    assert text.count("in the population 'quick'") == 1


def test_samples_that_end_too_soon_are_placed():
    net = rb.Network(seed=1)
    net.add(MODEL, 3, name="calm")
    net.add(MODEL, 3, name="driven", I=rb.sampled([1.0, 2.0] * pA, 5 * ms))
    text = str(refused(ParameterError, lambda: net.run(50 * ms)))
    assert "The samples last until" in text
    assert "in the population 'driven'" in text


def test_times_in_messages_have_the_digits_that_matter():
    net = rb.Network(seed=1, dt=0.1 * ms)
    net.add(MODEL, 3, name="a")
    text = str(refused(ParameterError, lambda: net.run(136003.85 * ms)))
    assert "The duration, 136003.85 ms, is not a whole number" in text
    assert "run for 136003.8 ms or 136003.9 ms" in text
    assert "in 11.7 ms" in repr(net.run(11.7 * ms))
    assert "in 136003.8 ms from 11.7 ms" in repr(net.run(136003.8 * ms))
    rec = net.run(5 * ms)
    window = (1 * ms, 2 * ms)
    text = str(refused(ParameterError, lambda: rec.plot("raster", window=window)))
    assert "in a run from 136015.5 ms to 136020.5 ms" in text
    other = rb.Network(dt=0.1 * ms)
    other.add(MODEL, 3, name="a")
    text = str(refused(ParameterError, lambda: other.record("a", "v", every=3 * 0.117 * ms)))
    assert "every= is 0.351 ms, not a whole number" in text
