"""Every model of the zoo: it parses, it has its units, its presets, its source and its LaTeX."""

import pickle
import time

import pytest

from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.model import Model
from rheobase.model.expression import names
from rheobase.network.stimuli import from_description
from rheobase.units import mS, ms, mV, nS, pA, uA
from rheobase.units.dimension import AREA, CAPACITANCE, CONDUCTANCE, CURRENT, RATE, TIME, VOLTAGE
from rheobase.zoo import (
    GIF,
    LIF,
    MODELS,
    AdEx,
    ExponentialIF,
    HodgkinHuxley,
    Izhikevich,
    QuadraticIF,
    TraubMiles,
)
from rheobase.zoo.entry import Preset, entry

EVERY = [(name, None) for name in MODELS] + [
    (name, preset) for name, model in MODELS.items() for preset in model.presets
]
WITH_UNITS = [pair for pair in EVERY if pair[0] not in ("Izhikevich", "RateNeuron")]


def build(name, preset):
    return MODELS[name]() if preset is None else MODELS[name].preset(preset)


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_a_model_is_whole(name, preset):
    model = build(name, preset)
    assert isinstance(model, Model)
    assert model.name == (name if preset is None else f"{name} {preset}")
    assert "doi" in model.citation
    assert (model.spike is None) == bool(model.outputs)  # a rate neuron has an output instead
    assert model.inputs == ("I",)
    assert set(model.drive) == {"I"}
    assert model.dt is not None
    latex = model.latex()
    assert "frac{d" in latex.replace(" ", "")
    for state in model.states:
        assert f"d{state}/dt" in repr(model)
    # Nothing a model brings is idle: every parameter is used somewhere.
    texts = [*model.derivatives.values(), *model.definitions.values(), *model.initial.values()]
    texts += [u.value for u in model.reset]
    texts += [e for e in (model.spike, model.refractory) if e is not None]
    used = set().union(*(names(e) for e in texts))
    assert set(model.parameters) <= used


@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_the_current_it_comes_with_fits_its_input(name, preset):
    model = build(name, preset)
    drives = [model.drive["I"]]
    if model.published is not None and model.published.drive:
        drives.append(model.published.drive["I"])
    for drive in drives:
        for term in from_description(drive).terms:
            assert float(model.to_internal(term.amplitude, "I")) == pytest.approx(
                float(getattr(term.amplitude, "internal", term.amplitude))
            )


@pytest.mark.parametrize(("name", "preset"), WITH_UNITS)
def test_states_have_the_dimensions_of_what_they_are(name, preset):
    model = build(name, preset)
    expected = {"v": VOLTAGE, "w": CURRENT, "I_1": CURRENT, "I_2": CURRENT, "Theta": VOLTAGE}
    for state in model.states:
        if state in expected:
            assert model.dimension_of(state) == expected[state]
        else:
            assert model.dimension_of(state).is_none  # a gate
    per_area = AREA if name in ("HodgkinHuxley", "ExponentialIF") else AREA.over(AREA)
    assert model.dimension_of("C") == CAPACITANCE.over(per_area)
    assert model.dimension_of("g_L") == CONDUCTANCE.over(per_area)
    assert model.dimension_of("I") == CURRENT.over(per_area)
    for definition in model.definitions:
        assert model.dimension_of(definition) == RATE  # of a gate
    for name_ in ("t_ref", "tau_w"):
        if name_ in model.parameters:
            assert model.dimension_of(name_) == TIME


def test_the_presets_are_all_there():
    assert HodgkinHuxley.presets == ("course",)
    assert AdEx.presets == (
        "tonic", "adapting", "initial_burst", "regular_bursting", "delayed_accelerating",
        "delayed_regular_bursting", "transient", "irregular",
    )  # fmt: skip
    assert Izhikevich.presets[:7] == ("RS", "IB", "CH", "FS", "LTS", "TC", "RZ")
    assert len(Izhikevich.presets) == 27
    assert all(Izhikevich.notes[preset] for preset in Izhikevich.presets)
    assert len(GIF.presets) == 5


def test_the_registry_holds_every_model_by_its_name():
    assert list(MODELS) == [
        "HodgkinHuxley", "TraubMiles", "LIF", "QuadraticIF", "ExponentialIF", "AdEx",
        "Izhikevich", "GIF", "RateNeuron",
    ]  # fmt: skip
    for name, model in MODELS.items():
        assert model.__name__ == name
        assert model.summary in (model.__doc__ or "")
        assert len(model.summary) > 20
        assert model.citation == model().citation
        assert name in repr(model)


def test_the_constants_of_hodgkin_and_huxley():
    model = HodgkinHuxley()
    shown = {k: model.from_internal(v, k) for k, v in model.parameters.items()}
    assert {k: round(float(q.magnitude), 9) for k, q in shown.items()} == {
        "C": 1.0, "g_Na": 120.0, "g_K": 36.0, "g_L": 0.3, "V_Na": 45.0, "V_K": -82.0,
        "V_L": -59.387, "k_m": 18.0, "V_spike": -20.0,
    }  # fmt: skip
    assert shown["g_Na"].unit.name == "mS/cm**2"
    misprint = HodgkinHuxley.preset("course")
    assert misprint.parameters["k_m"] == 80.0
    changed = {k for k, v in misprint.parameters.items() if v != model.parameters[k]}
    assert changed == {"k_m"}
    assert "misprint" in HodgkinHuxley.notes["course"]


def test_the_textbook_rates_are_finite_where_they_are_0_over_0():
    from rheobase.compiler.targets.numpy import evaluate

    model = HodgkinHuxley()
    rates = {
        (name, v): float(evaluate(model.definitions[name], {**model.parameters, "v": v}))
        for name, v in (("a_n", -60.0), ("a_m", -45.0))
    }
    assert rates == {("a_n", -60.0): pytest.approx(0.1), ("a_m", -45.0): pytest.approx(1.0)}
    hippocampal = TraubMiles()
    for name, v, limit in (("a_m", -50.0, 1.28), ("b_m", -23.0, 1.4), ("a_n", -48.0, 0.16)):
        values = {**hippocampal.parameters, "v": v}
        assert float(evaluate(hippocampal.definitions[name], values)) == pytest.approx(limit)


def test_parameters_are_given_by_keyword():
    assert LIF(V_T=-48 * mV).parameters["V_T"] == -48.0
    assert LIF().parameters["V_T"] == -50.0
    assert AdEx.preset("tonic", C=100 * nS * ms).parameters["C"] == 100.0
    assert AdEx.preset("tonic").parameters["C"] == 200.0
    assert LIF(V_T=[-50, -48] * mV).size == 2
    assert ExponentialIF(g_L=0.2 * mS / (1e8 * _square_um())).parameters["g_L"] == pytest.approx(
        2e-3
    )


def _square_um():
    from rheobase.units import um

    return um**2


def test_what_is_wrong_is_named():
    with pytest.raises(UnknownNameError, match="no parameter 'V_t'"):
        LIF(V_t=-50 * mV)
    with pytest.raises(UnitError, match="a voltage"):
        QuadraticIF(V_T=50 * pA)
    with pytest.raises(ParameterError) as caught:
        AdEx.preset("tonik")
    assert "did you mean 'tonic'" in str(caught.value)
    with pytest.raises(ParameterError, match="no preset 'tonic'"):
        LIF.preset("tonic")


def test_models_are_built_when_asked_for_and_once():
    calls = []

    @entry({"other": Preset("another", {"tau": 2 * ms}, {"I": 3 * mV})})
    def Toy() -> Model:
        """A toy."""
        calls.append(1)
        return Model(
            "tau * dv/dt = I - v",
            spike="v > V_T",
            parameters={"tau": 1 * ms, "V_T": 1 * mV},
            inputs={"I": mV},
        )

    assert not calls
    assert Toy() is Toy()
    assert Toy.preset("other").parameters["tau"] == 2.0
    assert Toy.preset("other").drive == {"I": 3 * mV}
    assert len(calls) == 1
    assert (Toy.summary, Toy.notes) == ("A toy.", {"other": "another"})


def test_a_model_is_built_in_a_few_milliseconds():
    slowest = {}
    for name, model in MODELS.items():
        model()  # whatever is read but once is read now
        best = min(_seconds(model) for _ in range(3))
        slowest[name] = best
    assert max(slowest.values()) < 0.02, slowest


def _seconds(model):
    start = time.thread_time()
    model.__wrapped__()
    return time.thread_time() - start


@pytest.mark.parametrize("name", MODELS)
def test_an_entry_is_pickled_by_its_name(name):
    assert pickle.loads(pickle.dumps(MODELS[name])) is MODELS[name]  # noqa: S301


def test_izhikevich_has_no_units_and_shows_millivolts():
    model = Izhikevich()
    assert model.is_plain
    assert repr(model.from_internal(-65.0, "v")) == "-65 mV"
    assert model.plain_time == 1.0
    assert "0.04*v**2 + 5*v + 140 - u + I" in model.text


def test_currents_per_area_stay_per_area():
    assert HodgkinHuxley().drive["I"].dimension == (uA / _square_um()).dimension
