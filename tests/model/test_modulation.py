"""A neuron with modulators: one model, in which what they scale is a product where it is read."""

import copy
import json
import pickle

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler.schemes import build_step, default_method
from rheobase.errors import EquationError, ParameterError, SchemeError, UnitError, UnknownNameError
from rheobase.model import Model
from rheobase.model.composition import arrival_state, joined
from rheobase.model.description import from_dict, to_dict
from rheobase.model.expression import names
from rheobase.model.synapse import Synapse
from rheobase.units import cm, ms, mV, nM, nS, pA, pF, uA, uM

from .receptors import conductance, current

# A parameter in every kind of place.
EVERYWHERE = Model(
    """
    k * C * dv/dt = -k * g_L * (v - V_L) + I
    tau_w * dw/dt = k * a - w
    out = k * w
    """,
    spike="v > k * V_T", reset="v = k * V_R; w += k * b", refractory="k * t_ref",
    parameters=dict(C=200 * pF, g_L=10 * nS, V_L=-70 * mV, V_T=-50 * mV, V_R=-65 * mV, k=1.0,
                    t_ref=2 * ms, tau_w=50 * ms, a=1.0, b=0.5),
    inputs=dict(I=pA), initial=dict(v="k * V_L"), name="everywhere",
)  # fmt: skip


def modulator(name="da", scales="g_L", **options):
    given = dict(gain=1.0, EC50=1 * uM) | options
    return rb.Modulator(name, scales, **given)


def run(model, concentrations, method=None, duration=200, current=400 * pA, record=("v",)):
    first = {f"c_{name}": value for name, value in concentrations.items()}
    return rb.simulate(
        model, duration * ms, dt=0.1 * ms, method=method, I=current, initial=first,
        record=list(record),
    )  # fmt: skip


def test_it_stands_wherever_the_parameter_is_read():
    model = joined(EVERYWHERE, {"da": modulator(scales="k")})
    assert model.text.splitlines() == [
        "(k * factor_da) * C * dv/dt = -(k * factor_da) * g_L * (v - V_L) + I",
        "tau_w * dw/dt = (k * factor_da) * a - w",
        "out = (k * factor_da) * w",
        "dc_da/dt = 0",
        "factor_da = 1 + gain_da * c_da / (c_da + EC50_da)",
    ]
    assert [u.line for u in model.reset] == [
        "v = (k * factor_da) * V_R",
        "w += (k * factor_da) * b",
    ]
    places = [model.spike, model.refractory, *(u.value for u in model.reset)]
    places += [model.derivatives["v"], model.derivatives["w"], model.definitions["out"]]
    places += [side for e in model.equations[:3] for side in (e.right, e.value)]
    for expression in places:
        assert {"k", "factor_da"} <= names(expression)
    assert names(model.initial["v"]) == {"k", "V_L"}
    assert model.outputs == ("out",)
    assert model.states == ("v", "w", "c_da")
    assert str(model.unit_of("c_da")) == "uM"
    assert r"k \, \mathrm{factor}_{\mathrm{da}}" in model.latex()
    assert arrival_state("da", modulator()) == "c_da"
    assert model.neuron is EVERYWHERE
    assert list(model.ports) == ["da"]


@pytest.mark.parametrize("method", ["adaptive", "rk4", "euler", "heun", "exponential_euler"])
@pytest.mark.parametrize(("gain", "k"), [(0.5, 1.25), (1.0, 1.5), (-0.5, 0.75)])
def test_a_steady_concentration_is_another_value_of_the_parameter(method, gain, k):
    """At c = EC50 the factor is 1 + gain/2, exactly."""
    refractory = 2.0 if method == "adaptive" else 0.0
    plain = EVERYWHERE.replace(k=k, t_ref=refractory * ms)
    neuron = EVERYWHERE.replace(t_ref=refractory * ms)
    model = joined(neuron, {"da": modulator(scales="k", gain=gain)})
    first = dict(v=-70 * mV)
    options = dict(dt=0.1 * ms, method=method, I=700 * pA, record=["v", "w", "out"])
    here = rb.simulate(model, 150 * ms, initial=first | dict(c_da=1 * uM), **options)
    there = rb.simulate(plain, 150 * ms, initial=first, **options)
    assert len(there.spikes.t) > 3
    assert np.array_equal(here.spikes.i, there.spikes.i)
    assert here.spikes.t.value_in("ms") == pytest.approx(there.spikes.t.value_in("ms"), rel=1e-12)
    for name in ("v", "w", "out"):
        one, other = (
            np.asarray(getattr(rec[name], "internal", rec[name])) for rec in (here, there)
        )
        assert one == pytest.approx(other, rel=1e-12, abs=1e-12), name


@pytest.mark.parametrize(
    ("neuron", "name"), [(rb.AdEx(), "g_L"), (rb.LIF(), "C"), (rb.HodgkinHuxley(), "g_K")]
)
def test_the_f_i_curve_is_that_of_the_scaled_parameter(neuron, name):
    other = neuron.replace(**{name: 1.25 * neuron.from_internal(neuron.parameters[name], name)})
    model = joined(neuron, {"da": modulator(scales=name, gain=0.5)})
    # Neurons that start at rest rest elsewhere without dopamine: both start at one place.
    first = rb.resting_state(other)
    top = {"AdEx": 1500 * pA, "LIF": 600 * pA}.get(neuron.name, 20 * uA / cm**2)
    options = dict(I=np.linspace(0, 1, 8) * top, record=None, method="adaptive")
    here = rb.simulate(model, 300 * ms, initial=first | dict(c_da=1 * uM), **options)
    there = rb.simulate(other, 300 * ms, initial=first, **options)
    assert there.spikes.count()[0] == 0
    assert there.spikes.count()[-1] > 5
    assert np.array_equal(here.spikes.count(), there.spikes.count())
    assert here.spikes.t.value_in("ms") == pytest.approx(there.spikes.t.value_in("ms"), rel=1e-12)


def test_the_scheme_knows_what_is_still_linear():
    decays = dict(tau=100 * ms)
    exact = joined(rb.LIF(), {"da": modulator(scales="V_T", **decays), "exc": current()})
    assert default_method(exact) == build_step(exact).method == "exact"
    assert default_method(joined(rb.LIF(), {"da": modulator(scales="V_R")})) == "exact"
    assert default_method(joined(rb.LIF(), {"da": modulator(scales="t_ref")})) == "exact"
    for scales in ("g_L", "C", "V_L"):
        model = joined(rb.LIF(), {"da": modulator(scales=scales, **decays)})
        assert default_method(model) == "adaptive"
        with pytest.raises(SchemeError, match="not linear with constant coefficients"):
            build_step(model, "exact")
    taken_up = joined(rb.LIF(), {"da": rb.Dopamine("V_T")})
    assert default_method(taken_up) == "adaptive"
    flows = joined(rb.LIF(), {"da": modulator(scales="I_exc"), "exc": current()})
    assert default_method(flows) == "adaptive"
    published = joined(
        rb.Izhikevich.preset("inhibition_induced_bursting"), {"da": rb.Dopamine("d")}
    )
    assert published.published is None
    assert published.method is None


@pytest.mark.parametrize("scales", ["V_T", "V_R", "t_ref"])
def test_exact_with_a_scaled_threshold_is_the_neuron_with_that_threshold(scales):
    neuron = rb.LIF(t_ref=4 * ms, V_L=0 * mV, V_R=8 * mV, V_T=16 * mV)
    value = neuron.from_internal(neuron.parameters[scales], scales)
    model = joined(neuron, {"da": modulator(scales=scales, gain=0.5)})
    here = run(model, {"da": 1 * uM})
    there = rb.simulate(neuron.replace(**{scales: 1.25 * value}), 200 * ms, dt=0.1 * ms, I=400 * pA)
    assert here.provenance["method"] == there.provenance["method"] == "exact"
    assert len(there.spikes.t) > 3
    assert np.array_equal(here.spikes.t.internal, there.spikes.t.internal)
    assert np.asarray(here["v"].internal) == pytest.approx(there["v"].internal, rel=1e-12)


def test_several_on_one_parameter_multiply():
    ports = {"da": modulator(gain=1.0), "ht": modulator("ht", gain=-0.5, EC50=500 * nM)}
    model = joined(rb.LIF(), ports)
    assert model.text.splitlines()[0] == (
        "C * dv/dt = -(g_L * factor_da * factor_ht) * (v - V_L) + I"
    )
    here = run(model, {"da": 1 * uM, "ht": 0.5 * uM}, method="rk4", current=250 * pA)
    there = rb.simulate(  # 1.5 * 0.75
        rb.LIF().replace(g_L=11.25 * nS), 200 * ms, dt=0.1 * ms, method="rk4", I=250 * pA
    )
    assert np.asarray(here["v"].internal) == pytest.approx(there["v"].internal, rel=1e-12)
    reverse = joined(rb.LIF(), dict(reversed(ports.items())))
    for name, value in vars(model).items():
        assert getattr(reverse, name) == value, name


def test_a_parameter_of_a_receptor():
    ports = {"da": modulator(scales="tau_g"), "g": conductance(8 * ms, 0 * mV)}
    model = joined(rb.LIF(), ports)
    first = dict(c_da=1 * uM, g_g=3 * nS)
    here = rb.simulate(model, 100 * ms, I=0 * pA, initial=first, record=["v", "g_g", "I_g"])
    other = joined(rb.LIF(), {"g": conductance(12 * ms, 0 * mV)})
    there = rb.simulate(other, 100 * ms, I=0 * pA, initial=dict(g_g=3 * nS), record=["v", "I_g"])
    assert here["g_g"].internal[-1, 0] == pytest.approx(3 * np.exp(-100 / 12), rel=1e-12)
    for name in ("v", "I_g"):
        one, two = here[name].internal, there[name].internal
        assert np.asarray(one) == pytest.approx(np.asarray(two), rel=1e-12)


@pytest.mark.parametrize("receptor", [conductance(8 * ms, 0 * mV), current(8 * ms, name="g")])
def test_the_current_of_a_receptor(receptor):
    """Scaled, it is what flows; twice the weight does the same."""
    state = receptor.state
    model = joined(rb.LIF(), {"da": modulator(scales="I_g", gain=2.0), "g": receptor})
    assert default_method(model) == "adaptive"
    options = dict(I=0 * pA, record=["v", "I_g"], method="adaptive")
    start = 4 * nS if state == "g" else 40 * pA
    here = rb.simulate(model, 60 * ms, initial={"c_da": 1 * uM, f"{state}_g": start}, **options)
    alone = joined(rb.LIF(), {"g": receptor})
    there = rb.simulate(alone, 60 * ms, initial={f"{state}_g": 2 * start}, **options)
    assert np.asarray(here["v"].internal) == pytest.approx(there["v"].internal, rel=1e-12)
    ratio = 1.0 if state == "g" else 2.0  # of a current that is a state, what flows is the product
    assert ratio * here["I_g"].internal == pytest.approx(
        there["I_g"].internal, rel=1e-12, abs=1e-12
    )


def test_a_named_expression_is_recorded_as_it_acts():
    model = joined(EVERYWHERE, {"da": modulator(scales="out")})
    assert model.text.splitlines()[2] == "out = (k * w) * factor_da"
    rec = run(model, {"da": 1 * uM}, record=("out", "w"), duration=20)
    assert np.asarray(rec["out"])[:, 0] == pytest.approx(1.5 * np.asarray(rec["w"])[:, 0])


def test_several_names_each_with_its_factor():
    both = rb.Modulator("da", {"g_L": "1 + c/(2*uM)", "V_T": "1 - c/(50*uM)"}, tau=100 * ms)
    model = joined(rb.LIF(), {"da": both})
    assert set(model.definitions) == {"factor_g_L_da", "factor_V_T_da"}
    assert names(model.spike) == {"v", "V_T", "factor_V_T_da"}


@pytest.mark.parametrize(
    ("scales", "error", "words"),
    [
        (
            "g_l",
            UnknownNameError,
            "(?s)'da' scales 'g_l' of LIF.*did you mean 'g_L'.*it has C, g_L",
        ),
        ("tau_exg", UnknownNameError, "did you mean 'tau_exc'"),
        ("tau_inh", UnknownNameError, "once it is connected"),
        ("v", UnknownNameError, "is a state of it"),
        ("I", UnknownNameError, "is an input of it"),
        ("EC50_da", UnknownNameError, "a modulator has for itself"),
        ("factor_da", UnknownNameError, "a modulator has for itself"),
        ("c_da", UnknownNameError, "a modulator has for itself"),
    ],
)
def test_what_there_is_not(scales, error, words):
    with pytest.raises(error, match=words):
        joined(rb.LIF(), {"da": modulator(scales=scales), "exc": current()})


def test_a_parameter_that_is_not_read():
    spare = Model("dv/dt = -v/tau", parameters={"tau": 5 * ms, "k": 3 * mV}, initial={"v": "k"})
    with pytest.raises(EquationError, match=r"No equation .* reads 'k'"):
        joined(spare, {"da": modulator(scales="k")})


def test_a_name_that_is_taken():
    taken = Model(
        "dv/dt = -(v + c_da)/tau", parameters={"tau": 5 * ms, "c_da": 3 * mV}, initial={"v": 0 * mV}
    )
    with pytest.raises(EquationError, match="has 'c_da' on its target"):
        joined(taken, {"da": modulator(scales="tau")})


def test_a_modulator_has_factors_and_no_current():
    model = Model("dc/dt = -c/tau\nf = 1 + c/k", parameters={"tau": 5 * ms, "k": 1 * uM})
    made = Synapse("m", model, "c", scales={"g_L": "f"})
    assert made.is_modulator
    assert not current().is_modulator
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - its own bytes
    assert copy.deepcopy(made).scales == {"g_L": "f"}
    with pytest.raises(ParameterError, match="has the current 'c'"):
        Synapse("m", model, "c", "c", scales={"g_L": "f"})
    with pytest.raises(ParameterError, match="has no model"):
        Synapse("m", None, "v", scales={"g_L": "f"})
    with pytest.raises(UnknownNameError, match=r"(?s)multiplies by 'g', .*there is c, f"):
        Synapse("m", model, "c", scales={"g_L": "g"})
    with pytest.raises(UnitError, match="multiplies 'g_L' by 'c', which is a concentration"):
        Synapse("m", model, "c", scales={"g_L": "c"})
    with pytest.raises(ParameterError, match="scales"):
        Synapse("m", model, "c", scales=["g_L"])
    with pytest.raises(ParameterError, match="transmitter"):
        Synapse("m", model, "c", scales={"g_L": "f"}, transmitter=3)


def test_a_second_messenger_as_factor():
    """A factor may be a state: here it follows the concentration slowly."""
    model = Model(
        "dc/dt = -c/tau\ndf/dt = (1 + c/k - f)/tau_f",
        parameters={"tau": 5 * ms, "tau_f": 50 * ms, "k": 1 * uM}, initial={"f": 1},
    )  # fmt: skip
    joint = joined(rb.LIF(), {"m": Synapse("m", model, "c", scales={"g_L": "f"})})
    rec = rb.simulate(joint, 40 * ms, initial={"c_m": 2 * uM}, record=["f_m"])
    expected = 1 + 2 * 5 / 45 * (np.exp(-40 / 50) - np.exp(-40 / 5))
    assert np.asarray(rec["f_m"])[-1, 0] == pytest.approx(expected, rel=1e-12)


def test_it_is_its_description():
    ports = {"da": rb.Dopamine("I_g"), "ht": rb.Serotonin("V_T"), "g": conductance()}
    model = joined(rb.LIF(), ports)
    again = from_dict(json.loads(json.dumps(to_dict(model), allow_nan=False)))
    assert to_dict(again) == to_dict(model)
    assert again.text == model.text
    assert again.spike == model.spike
    assert again.definitions == dict(model.definitions)


def test_on_a_neuron_that_has_been_joined():
    first = joined(rb.LIF(), {"g": conductance()})
    model = joined(first, {"da": modulator(scales="I_g")})
    assert list(model.definitions) == ["factor_da", "I_g"]
    assert "factor_da" in names(model.definitions["I_g"])
    assert default_method(model) == "adaptive"
