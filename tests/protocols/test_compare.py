"""Models of several levels under one stimulus."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase as rb
from rheobase.analysis.pictures.style import colour
from rheobase.errors import ParameterError, UnitError
from rheobase.protocols.compare import _distinct
from rheobase.protocols.compare_runs import SAMPLE, resting
from rheobase.units import Hz, V, cm, ms, mV, nS, pA, pF, uA

LIF = rb.LIF()


def curves_of(found):
    """The panels of f-I curves by what their axis says."""
    axes = found.plot().axes
    right = [ax for ax in axes if ax.get_gridspec() is not axes[0].get_gridspec()]
    return {ax.get_ylabel(): ax for ax in right}


THREE = {
    "LIF": rb.LIF(),
    "Izhikevich": rb.Izhikevich.preset("RS"),
    "AdEx": rb.AdEx.preset("tonic"),
}
RATE = rb.Model(
    "tau * dv/dt + v = I\nr = k * positive(v)", parameters=dict(tau=10 * ms, k=0.2 * Hz / pA),
    inputs=dict(I=pA), outputs=["r"], name="a rate neuron",
)  # fmt: skip


def test_a_model_is_as_far_from_itself_as_nothing():
    found = rb.compare([LIF, LIF], rb.noise(100 * pA, 10 * ms, mean=250 * pA), 1000 * ms)
    (one, first), (other, second) = found.report.items()
    assert (one, other) == ("LIF", "LIF #2")
    assert second["van Rossum distance"] == 0
    assert second["Gamma"] == pytest.approx(1)
    assert second["subthreshold deviation"].value_in(mV) == 0
    assert first["mean rate"] == second["mean rate"] > 5 * Hz
    assert "Gamma" not in first


def test_the_subthreshold_deviation_is_that_of_the_closed_form():
    """Two membranes of 20 and 10 ms, charged by 10 mV from rest at -70 and -60 mV."""
    slow = rb.LIF(C=200 * pF, g_L=10 * nS, V_L=-70 * mV)
    fast = rb.LIF(C=100 * pF, g_L=10 * nS, V_L=-60 * mV)
    found = rb.compare({"slow": slow, "fast": fast}, 100 * pA, 200 * ms)
    t = np.arange(0, 200 + SAMPLE / 2, SAMPLE)
    expected = 10 * np.sqrt(np.mean((np.exp(-t / 20) - np.exp(-t / 10)) ** 2))
    seen = found.report["fast"]["subthreshold deviation"].value_in(mV)
    assert seen == pytest.approx(expected, rel=1e-4)
    slow_alone = 10 * np.sqrt(np.mean((1 - np.exp(-t / 20)) ** 2))
    assert found.report["slow"]["subthreshold"].value_in(mV) == pytest.approx(slow_alone, rel=1e-4)
    assert [found.report[name]["rest"].value_in(mV) for name in found.report] == [-70, -60]


def test_spikes_are_left_out_below_threshold():
    """Of a Hodgkin-Huxley neuron what is left is far below the height of a spike, 100 mV."""
    found = rb.compare([rb.HodgkinHuxley(), LIF], 1.2, 500 * ms, scale="rheobase")
    squid = found.report["HodgkinHuxley"]
    assert squid["level"] == "conductance"
    assert found.runs[0].trace.max() > 20
    assert squid["mean rate"].value_in(Hz) > 40
    assert 1 < squid["subthreshold"].value_in(mV) < 15


def test_one_stimulus_in_the_unit_of_each():
    """Below their rheobases none of them fires for long, above all do."""
    low = rb.compare(THREE, 0.9, 500 * ms, scale="rheobase").report
    high = rb.compare(THREE, 1.5, 500 * ms, scale="rheobase").report
    for name in THREE:
        assert low[name]["mean rate"].value_in(Hz) <= 4
        assert high[name]["mean rate"].value_in(Hz) > 10
    each = rb.compare(THREE, rb.step(1.0), 200 * ms, scale=[300 * pA, 5.0, 300 * pA])
    alone = rb.simulate(THREE["LIF"], 200 * ms, I=300 * pA, record=None)
    assert np.array_equal(each.runs[0].spikes, alone.spikes.t.value_in(ms))
    several = rb.compare(THREE, [300 * pA, 5.0, 300 * pA], 200 * ms)
    assert [len(one.spikes) for one in several.runs] == [len(one.spikes) for one in each.runs]


def test_noise_is_the_same_for_all_and_depends_on_the_seed():
    """Models of different steps hear the same current."""
    wire = rb.Model("y = I", inputs=dict(I=pA), outputs=["y"], name="wire")
    late = rb.Model(
        "tau*dv/dt = I - v\ny = v", parameters=dict(tau=0.01 * ms), inputs=dict(I=pA),
        outputs=["y"], name="late",
    )  # fmt: skip
    stimulus = rb.noise(10 * pA, 5 * ms)
    runs = rb.compare([wire, late], stimulus, 300 * ms, seed=3).runs
    assert np.corrcoef(runs[0].trace[:-1], runs[1].trace[1:])[0, 1] > 0.999
    again = rb.compare([wire, late], stimulus, 300 * ms, seed=4).runs
    assert abs(np.corrcoef(runs[0].trace, again[0].trace)[0, 1]) < 0.5
    assert runs[0].level == "artificial" and runs[1].level == "rate"


def test_a_population_beside_a_rate_neuron():
    """Poisson counts: 2,000 neurons at 40 Hz in bins of 5 ms err by sqrt(40/(2,000 x 0.005)) Hz."""
    gain = rb.reduce(rb.LIF(), to="rate", noise=rb.noise(60 * pA, 5 * ms), currents=[0, 500] * pA,
                     n=500).model  # fmt: skip
    drive = rb.sine(50 * pA, 2 * Hz, offset=250 * pA) + rb.noise(60 * pA, 5 * ms)
    currents = np.array([0, 200, 300, 400]) * pA
    found = rb.compare({"many": LIF, "one": gain}, drive, 500 * ms, n=2000, currents=currents)
    report = found.report["one"]
    assert set(report) == {"level", "mean rate", "rate deviation"}
    late = slice(20, None)
    assert np.corrcoef(found.rates["many"][late], found.rates["one"][late])[0, 1] > 0.9
    assert np.all(np.abs(found.f_i["many"] - found.f_i["one"]) < 3)
    assert found.f_i["many"][0] == 0 and found.f_i["many"][-1] > 50
    upper, lower, right = found.plot().axes
    assert upper.get_ylabel() == "neuron"
    assert [line.get_label() for line in lower.lines] == ["many", "one"]
    assert right.get_ylabel() == "firing rate (Hz)"


def test_a_rate_neuron_alone_has_the_rate_of_its_closed_form():
    found = rb.compare([RATE, LIF], 300 * pA, 500 * ms, currents=[0, 100, 300] * pA)
    np.testing.assert_allclose(found.f_i["a rate neuron"], [0, 20, 60], atol=1e-9)
    curve = rb.fi_curve(LIF, [0, 100, 300] * pA)
    np.testing.assert_array_equal(found.f_i["LIF"], curve.steady_rate.value_in(Hz))
    begin = found.rates["a rate neuron"][0]
    t = np.arange(SAMPLE, 5 + SAMPLE / 2, SAMPLE)
    assert begin == pytest.approx(60 * np.mean(1 - np.exp(-t / 10)), rel=1e-6)


def test_artificial_neurons_take_part():
    """A constant stimulus: the output is there at once."""
    unit = rb.ArtificialNeuron(transfer="relu")
    plain = rb.Model("tau*dv/dt = I - v\nr = positive(v)", parameters=dict(tau=5.0), inputs=["I"],
                     outputs=["r"], time=ms, name="rate")  # fmt: skip
    found = rb.compare({"artificial": unit, "rate": plain}, 2.0, 100 * ms)
    assert np.all(found.runs[0].trace == 2.0)
    np.testing.assert_allclose(found.runs[1].trace[-1], 2.0, rtol=1e-6)
    t = np.arange(0, 100 + SAMPLE / 2, SAMPLE)
    missing = 2.0 * np.exp(-t / 5)
    rate = found.report["rate"]
    assert set(rate) == {"level", "mean output", "output deviation"}
    mean = 2.0 * (1 - 5 / 100 * (1 - np.exp(-100 / 5)))
    assert rate["mean output"] == pytest.approx(mean, rel=1e-4)
    assert rate["output deviation"] == pytest.approx(np.sqrt(np.mean(missing**2)), rel=1e-6)
    assert found.report["artificial"] == {"level": "artificial", "mean output": 2.0}
    assert "output deviation" in str(found)


def relaxing(unit, name):
    """A neuron whose output is a number of a unit, or a plain one."""
    parameters = {"tau": 5 * ms, "k": 1.0 if unit is None else 1.0 * unit}
    return rb.Model("tau*dx/dt = I - x\ny = k*x", parameters=parameters, inputs=["I"],
                    outputs=["y"], name=name)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "measure"),
    [
        (None, None, "output deviation"),
        (mV, mV, "output deviation"),
        (mV, V, "output deviation"),
        (Hz, Hz, "rate deviation"),
        (None, mV, None),
        (mV, Hz, None),
        (None, Hz, None),
    ],
)
def test_outputs_of_one_dimension_are_compared(one, other, measure):
    models = {"one": relaxing(one, "one"), "other": relaxing(other, "other")}
    found = rb.compare(models, [1.0, 3.0], 50 * ms, currents=[0.0, 1.0])
    deviations = {key for key in found.report["other"] if "deviation" in key}
    assert deviations == ({measure} if measure else set())
    for report in found.report.values():
        assert report.keys() & {"mean output", "mean rate"}
    if measure == "output deviation":
        t = np.arange(0, 50 + SAMPLE / 2, SAMPLE)
        ratio = 1.0 if one is other else 1e-3
        expected = (3.0 - ratio) * np.sqrt(np.mean((1 - np.exp(-t / 5)) ** 2))
        seen = found.report["other"][measure]
        seen = seen if other is None else seen.value_in(other)
        assert seen == pytest.approx(expected, rel=1e-6)
    last = 1000.0 if other is V else 1.0  # volts are shown as millivolts
    np.testing.assert_allclose(found.f_i["other"], [0.0, last], atol=1e-9)
    curves = curves_of(found)
    names = {None: "y", mV: "y (mV)", V: "y (mV)", Hz: "firing rate (Hz)"}
    assert list(curves) == list(dict.fromkeys([names[one], names[other]]))
    drawn = [line for ax in curves.values() for line in ax.lines]
    assert [line.get_label() for line in drawn] == ["one", "other"]
    assert [line.get_color() for line in drawn] == [colour(0), colour(1)]
    np.testing.assert_array_equal(drawn[1].get_ydata(), found.f_i["other"])
    labels = [ax.get_xlabel() for ax in curves.values()]
    assert labels == [""] * (len(curves) - 1) + ["input current"]


def test_outputs_below_zero_are_drawn_under_the_names_of_all():
    """What is of one unit has one axis; spikes and an output have two."""
    models = {"neuron": LIF, "tanh": rb.RateNeuron("tanh"), "membrane": relaxing(None, "m")}
    found = rb.compare(models, 0.0, 50 * ms, scale=[1 * pA, None, None], currents=[-2.0, 2.0])
    curves = curves_of(found)
    assert list(curves) == ["firing rate (Hz)", "r, y"]
    assert curves["firing rate (Hz)"].get_ylim()[0] == 0
    assert curves["r, y"].get_ylim()[0] < -2.0
    assert curves["r, y"].get_xlabel() == "stimulus"


@pytest.mark.parametrize(
    ("model", "stimulus"),
    [
        (rb.HodgkinHuxley(), 10 * uA / cm**2),
        (LIF, 100 * pA),
        (RATE, 100 * pA),
        (rb.RateNeuron("tanh"), 1.0),
        (rb.ArtificialNeuron(transfer="relu"), 1.0),
        (relaxing(mV, "in volts"), 1.0),
        (rb.Model("tau*dv/dt = I - v", parameters=dict(tau=5 * ms), inputs=["I"]), 1.0),
        (rb.Model("dv/dt = v + I", inputs=["I"], time=ms), 1.0),
    ],
)
def test_something_is_measured_at_every_level(model, stimulus):
    found = rb.compare([model, model], stimulus, 20 * ms)
    first, second = found.report.values()
    assert len(first) > 1
    assert [value for key, value in second.items() if "deviation" in key]


def test_a_rate_is_as_far_from_spikes_as_they_from_it():
    models = {"rate": RATE, "spikes": LIF}
    there = rb.compare(models, 300 * pA, 500 * ms).report["spikes"]
    back = rb.compare(models, 300 * pA, 500 * ms, reference="spikes").report["rate"]
    assert there["rate deviation"].value_in(Hz) == pytest.approx(
        back["rate deviation"].value_in(Hz), rel=1e-12
    )


@given(st.lists(st.sampled_from(["A", "A #2", "A #3", "A #2 #2", "B"]), min_size=1, max_size=7))
def test_titles_are_told_apart_whatever_they_are(titles):
    found = _distinct(titles)
    assert len(set(found)) == len(titles)
    assert all(name.startswith(title) for name, title in zip(found, titles, strict=True))
    for title in set(titles):
        assert found[titles.index(title)] == title


def test_no_model_is_lost():
    models = [relaxing(None, name) for name in ("A #2", "A", "A")]
    found = rb.compare(models, [1.0, 2.0, 3.0], 20 * ms)
    for names in (found.report, found.rates, [run.name for run in found.runs]):
        assert list(names) == ["A #2", "A", "A #3"]
    means = [one["mean output"] for one in found.report.values()]
    np.testing.assert_allclose(means, means[0] * np.array([1, 2, 3]))
    named = rb.compare({1: models[0], "1": models[1]}, [1.0, 2.0], 20 * ms)
    assert list(named.report) == ["1", "1 #2"]


def test_a_neuron_that_never_rests_begins_as_it_says():
    pacemaker = rb.Model("dv/dt = 1 + v**2 + I", spike="v > 20", reset="v = -20", inputs=["I"],
                         time=ms, name="pacemaker")  # fmt: skip
    assert resting(pacemaker) is None
    found = rb.compare([pacemaker], 0.0, 100 * ms).report["pacemaker"]
    assert "rest" not in found and found["mean rate"].value_in(Hz) > 100
    assert resting(LIF)["v"] == -70 * mV


def test_a_table_and_a_picture():
    found = rb.compare(THREE, rb.step(1.4, 50 * ms), 300 * ms, scale="rheobase",
                       currents=np.linspace(0, 2, 5))  # fmt: skip
    lines = str(found).splitlines()
    assert len(lines) == 4 and lines[0].split()[:3] == ["level", "mean", "rate"]
    assert [line.split()[0] for line in lines[1:]] == list(THREE)
    axes = found.plot().axes
    assert [ax.get_title(loc="left") for ax in axes[:3]] == list(THREE)
    assert axes[0].get_ylabel() == "v (mV)" and axes[2].get_xlabel() == "time (ms)"
    assert axes[3].get_xlabel() == "current / rheobase" and len(axes[3].lines) == 3
    ticks = [line for line in axes[0].lines if line.get_marker() == "|"]
    assert len(ticks[0].get_xdata()) == len(found.runs[0].spikes)


@pytest.mark.parametrize(
    ("models", "stimulus", "options", "says", "kind"),
    [
        ([], 1 * pA, {}, "no model", ParameterError),
        ([LIF], 1 * pA, dict(reference="LFI"), "no model 'LFI'", ParameterError),
        ([LIF], 1 * pA, dict(reference=1), "no model 1", ParameterError),
        ([LIF, LIF], [1 * pA], {}, "1 stimuli and 2 models", ParameterError),
        ([LIF, LIF], 1.0, dict(scale=[1 * pA]), "scale= has 1 values", ParameterError),
        ([LIF], 1 * pA, dict(scale="rheobase"), "has a unit", ParameterError),
        ([LIF], 1.0, dict(scale=1 * mV), "voltage", UnitError),
        ([LIF, THREE["Izhikevich"]], 1 * pA, {}, "(?s)RS.*scale=", UnitError),
        ([LIF], 1.0, dict(scale=1 * pA, currents=[1, 2] * pA), "has a unit", UnitError),
        ([LIF], 1 * pA, dict(bin=7 * ms), "do not fill", ParameterError),
        ([LIF], 1 * pA, dict(bin=0.25 * ms), "whole number of samples", ParameterError),
        ([LIF], 1 * pA, dict(n=0), "n is 0", ParameterError),
        ([LIF], 1 * pA, dict(tau=0 * ms), "tau", ParameterError),
        ([rb.LIF(g_L=[9, 10] * nS)], 1 * pA, {}, "for one neuron", ParameterError),
        ([RATE], 1.0, dict(scale="rheobase"), "no spike condition", ParameterError),
    ],
)
def test_what_does_not_fit_is_refused(models, stimulus, options, says, kind):
    with pytest.raises(kind, match=says):
        rb.compare(models, stimulus, 100 * ms, **options)
