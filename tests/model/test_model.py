"""A model is a value: replaced, never changed; named, printed, copied, sent to another process."""

import copy
import pickle
import time

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import (
    EquationError,
    FrozenError,
    ParameterError,
    UnitError,
    UnknownNameError,
)
from rheobase.model import Model, Published
from rheobase.units import V, cm, mS, ms, mV, nA, nS, pA, pF, s, uA, uF
from rheobase.zoo import HodgkinHuxley


def pickled(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - its own bytes


@pytest.fixture
def lif():
    return Model(
        "C * dv/dt = -g_L * (v - V_L) + I\nleak = g_L * (v - V_L)",
        spike="v > V_T",
        reset="v = V_R",
        refractory="t_ref",
        parameters={"C": 200 * pF, "g_L": 10 * nS, "V_L": -70 * mV, "V_T": -50 * mV}
        | {"V_R": -65 * mV, "t_ref": 2 * ms},
        inputs={"I": pA},
        initial={"v": "V_L"},
        drive={"I": 300 * pA},
        name="my neuron",
    )


@pytest.fixture
def plain():
    return Model(
        "tau*dv/dt = -v + R*I", parameters={"tau": 10, "R": 2}, inputs=["I"],
        time=ms, display={"v": mV},
    )  # fmt: skip


def test_it_says_what_it_is(lif):
    assert lif.states == ("v",)
    assert lif.inputs == ("I",)
    assert lif.outputs == ("leak",)
    assert dict(lif.parameters) == {
        "C": 200.0, "g_L": 10.0, "V_L": -70.0, "V_T": -50.0, "V_R": -65.0, "t_ref": 2.0,
    }  # fmt: skip
    assert lif.size is None
    assert lif.title == "my neuron"
    assert repr(lif).splitlines() == [
        "<Model my neuron>",
        "    C * dv/dt = -g_L * (v - V_L) + I",
        "    leak = g_L * (v - V_L)",
    ]
    assert repr(lif.named("")).startswith("<Model>\n")


def test_replace_makes_another(lif):
    other = lif.replace(V_T=-0.048 * V, C="0.1 nF")
    assert other.parameters["V_T"] == -48.0
    assert other.parameters["C"] == 100.0
    assert lif.parameters["V_T"] == -50.0
    assert other.unit_of("V_T") == V
    assert lif.unit_of("V_T") == mV
    assert other.derivatives is lif.derivatives
    assert other.name == lif.name
    assert other.replace().parameters == other.parameters


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"V_t": -48 * mV}, UnknownNameError, "V_T"),
        ({"v": -48 * mV}, UnknownNameError, "parameters are"),
        ({"I": 1 * pA}, UnknownNameError, "no parameter"),
        ({"__class__": 1}, UnknownNameError, "no parameter"),
        ({"V_T": -48}, UnitError, "-48 * mV"),
        ({"V_T": 0}, UnitError, "0 * mV"),
        ({"V_T": -48 * nS}, UnitError, "a voltage (mV)"),
        ({"V_T": "-48 nS"}, UnitError, "a conductance"),
        ({"V_T": "low"}, UnitError, "starts with a number"),
        ({"V_T": None}, UnitError, "not a number"),
        ({"V_T": [1 * mV, 2]}, UnitError, "mixes units"),
        ({"V_T": np.zeros((2, 2)) * mV}, ParameterError, "(2, 2)"),
        ({"V_T": np.zeros(0) * mV}, ParameterError, "no values"),
        ({"V_T": np.nan * mV}, ParameterError, "not finite"),
        ({"V_T": np.array([1.0, np.inf]) * mV}, ParameterError, "not finite"),
        ({"C": -1 * pF}, ParameterError, "positive"),
        ({"C": np.array([1.0, 0.0]) * pF}, ParameterError, "positive"),
        ({"t_ref": -1 * ms}, ParameterError, "0 or more"),
    ],
)
def test_replace_refuses(lif, values, kind, words):
    with pytest.raises(kind) as caught:
        lif.replace(**values)
    assert words in str(caught.value)
    assert caught.value.mend


def test_a_refractory_period_may_be_nothing(lif):
    assert lif.replace(t_ref=0 * ms).parameters["t_ref"] == 0.0


@pytest.mark.parametrize(
    "values",
    [
        np.array([-50.0, -48.0, -46.0]) * mV,
        [-50 * mV, -48 * mV, -46 * mV],
        ["-50 mV", "-48 mV", "-0.046 V"],
        np.array([-0.050, -0.048, -0.046]) * V,
    ],
)
def test_arrays_make_a_population(lif, values):
    model = lif.replace(V_T=values)
    assert model.size == 3
    np.testing.assert_allclose(model.parameters["V_T"], [-50, -48, -46], rtol=1e-15)
    recording = rb.simulate(model, 100 * ms, I=260 * pA)
    assert recording["v"].shape[1] == 3
    counts = recording.spikes.count()
    assert counts[0] > counts[2]


def test_the_callers_array_stays_his(lif):
    thresholds = np.array([-50.0, -48.0])
    model = lif.replace(V_T=thresholds * mV)
    thresholds[:] = 1000
    assert model.parameters["V_T"].tolist() == [-50.0, -48.0]
    plain = np.array([5.0, 6.0])
    model = Model("tau*dv/dt = -v", parameters={"tau": plain})
    plain[:] = 1000
    assert model.parameters["tau"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    "name", ["states", "parameters", "spike", "name", "dt", "text", "something", "__class__"]
)
def test_nothing_can_be_set(lif, name):
    with pytest.raises(FrozenError) as caught:
        setattr(lif, name, 1)
    assert "replace" in caught.value.mend
    with pytest.raises(FrozenError):
        delattr(lif, name)
    assert isinstance(caught.value, AttributeError)


@pytest.mark.parametrize(
    "name",
    ["parameters", "dimensions", "display", "drive", "initial", "definitions", "derivatives"],
)
def test_no_mapping_can_be_written_to(lif, name):
    mapping = getattr(lif, name)
    before = dict(mapping)
    with pytest.raises(TypeError):
        mapping["V_T"] = 0
    with pytest.raises(TypeError):
        del mapping["v"]
    assert not hasattr(mapping, "update")
    assert dict(mapping) == before


def test_no_array_can_be_written_to(lif):
    model = lif.replace(V_T=np.array([-50.0, -48.0]) * mV)
    with pytest.raises(ValueError, match="read-only"):
        model.parameters["V_T"][0] = 0
    for other in (copy.deepcopy(model), pickled(model)):
        with pytest.raises(ValueError, match="read-only"):
            other.parameters["V_T"][0] = 0


def test_the_callers_mappings_stay_his():
    parameters, drive = {"tau": 10.0}, {"I": 3.0}
    model = Model("tau*dv/dt = -v + I", parameters=parameters, inputs=["I"], drive=drive)
    parameters["tau"], drive["I"] = -1.0, -1.0
    assert model.parameters["tau"] == 10.0
    assert model.drive["I"] == 3.0


def test_expressions_cannot_be_changed(lif):
    with pytest.raises(AttributeError):
        lif.equations[0].name = "w"
    with pytest.raises(AttributeError):
        lif.spike.left = None


def test_named_gives_it_another_name_and_drive(lif):
    other = lif.named("another", drive={"I": 1 * nA}, method="euler", dt=0.1 * ms)
    assert (other.name, other.method) == ("another", "euler")
    assert other.drive["I"] == 1 * nA
    assert lif.name == "my neuron"
    assert lif.named("x").drive == lif.drive
    assert lif.named("x", drive={}).drive == {}
    with pytest.raises(ParameterError, match="replace"):
        lif.named("x", parameters={})
    with pytest.raises(UnknownNameError):
        lif.named("x", drive={"J": 1 * nA})


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("which", ["lif", "plain", "HodgkinHuxley"])
def test_it_is_copied_and_pickled(request, again, which):
    model = HodgkinHuxley() if which == "HodgkinHuxley" else request.getfixturevalue(which)
    other = again(model)
    assert repr(other) == repr(model)
    assert other.latex() == model.latex()
    for name, value in vars(model).items():
        assert getattr(other, name) == value, name
    with pytest.raises(FrozenError):
        other.name = "x"
    with pytest.raises(TypeError):
        other.parameters["x"] = 1
    run = {"dt": 0.05 * ms, "I": 1.5 if model.is_plain else model.drive["I"]}
    one, two = (rb.simulate(m, 5 * ms, **run)["v"] for m in (model, other))
    assert np.array_equal(one, two)


def test_values_go_in_and_out_in_their_units(lif, plain):
    assert lif.to_internal(0.3 * nA, "I") == 300.0
    assert lif.from_internal(-50.0, "V_T") == -50 * mV
    assert lif.unit_of("leak") == pA
    assert plain.to_internal(-50, "v") == -50
    assert plain.to_internal(-0.05 * V, "v") == -50
    assert plain.from_internal(-50.0, "v") == -50 * mV
    assert plain.from_internal(3.0, "R") == 3.0
    with pytest.raises(UnitError, match="without units"):
        plain.to_internal(3 * nS, "R")
    with pytest.raises(UnknownNameError, match="V_T"):
        lif.dimension_of("V_t")
    with pytest.raises(UnitError, match="300 \\* pA"):
        lif.to_internal(300, "I")


def test_time_of_a_model_without_units():
    text = "tau*dv/dt = -v + 1"
    model = Model(text, parameters={"tau": 0.01}, time=s)
    assert model.plain_time == 1000.0
    recording = rb.simulate(model, 0.05, dt=0.0001)
    np.testing.assert_allclose(recording["v"][-1, 0], 1 - np.exp(-5), rtol=1e-9)
    assert Model(text, parameters={"tau": 1}, time="s").time_unit == s
    assert Model(text, parameters={"tau": 1}).time_unit == ms


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"time": mV}, UnitError, "not a unit of time"),
        ({"time": 3}, UnitError, "not a unit"),
        ({"display": {"w": mV}}, UnknownNameError, "no name of the model"),
        ({"display": {"v": 3}}, UnitError, "not a unit"),
        ({"display": {"v": "parsec"}}, UnitError, "parsec"),
        ({"reset": "v = 0"}, EquationError, 'spike="v > V_T"'),
        ({"spike": "v", "reset": "v = 0"}, EquationError, "condition"),
        ({"spike": "v > 1\nv < 0"}, EquationError, "one line"),
        ({"spike": ""}, EquationError, "one line"),
        ({"spike": "v > 1", "reset": "I = 0"}, UnknownNameError, "not a state"),
        ({"spike": "v > 1", "reset": "v"}, EquationError, "assignments"),
        ({"spike": "v > 1", "reset": "v == 0"}, EquationError, "assignments"),
        ({"spike": "v > 1", "reset": "v **= 2"}, EquationError, "assignments"),
        ({"initial": {"I": 1}}, UnknownNameError, "states are v"),
        ({"initial": {"v": [1, 2]}}, ParameterError, "array"),
        ({"initial": {"v": np.nan}}, ParameterError, "finite"),
        ({"drive": {"J": 1}}, UnknownNameError, "'J'"),
        ({"inputs": ["tau"]}, EquationError, "both a parameter and an input"),
        ({"inputs": ["v"]}, EquationError, "both given"),
        ({"parameters": {"tau": 1, "t": 1}}, EquationError, "reserved"),
        ({"parameters": {"tau": 1, "exp": 1}}, EquationError, "reserved"),
        ({"parameters": {"tau": 1, "g m": 1}}, EquationError, "not a name"),
        ({"parameters": {"tau": 1, "": 1}}, EquationError, "not a name"),
        ({"parameters": {"tau": 1, 3: 1}}, EquationError, "not a name"),
        ({"parameters": {"tau": 1, "v; import os": 1}}, EquationError, "not a name"),
        ({"parameters": {"tau": 1 + 2j}}, UnitError, "not a number"),
        ({"parameters": {"tau": np.array(["a"])}}, UnitError, "not a number"),
        ({"parameters": {"tau": [[1], [2, 3]]}}, UnitError, "not a number"),
    ],
)
def test_construction_refuses(options, kind, words):
    options = {"parameters": {"tau": 10}, "inputs": ["I"]} | options
    with pytest.raises(kind) as caught:
        Model("tau*dv/dt = -v + 1", **options)
    assert words in str(caught.value)
    assert caught.value.mend


def test_a_display_unit_measures_what_is_shown():
    given = {"parameters": {"tau": 10 * ms, "E": 1 * mV}}
    text = "tau*dv/dt = E - v"
    assert Model(text, display={"v": V}, **given).unit_of("v") == V
    assert Model(text, display={"v": "V"}, **given).unit_of("v") == V
    with pytest.raises(UnitError, match="cannot be shown in pA"):
        Model(text, display={"v": pA}, **given)
    with pytest.raises(UnitError, match="has units"):
        Model(text, time=ms, **given)


def test_a_published_update_is_a_value():
    published = Published("v += dt*v", dt=0.5)
    with pytest.raises(AttributeError):
        published.dt = 1.0
    assert pickled(published) == published


def test_densities_come_out_as_textbooks_print_them():
    model = HodgkinHuxley()
    assert str(model.from_internal(model.parameters["g_L"], "g_L")) == "0.3 mS/cm**2"
    assert model.unit_of("C").name == "uF/cm**2"
    assert model.unit_of("I") == uA / cm**2
    assert model.unit_of("v") == mV
    assert model.to_internal(1 * uF / cm**2, "C") == 0.01
    assert model.to_internal(120 * mS / cm**2, "g_Na") == 1.2


def test_making_a_model_takes_milliseconds():
    build = HodgkinHuxley._build
    build()
    times = []
    for _ in range(20):
        start = time.thread_time()
        build()
        times.append(time.thread_time() - start)
    assert min(times) < 0.02
