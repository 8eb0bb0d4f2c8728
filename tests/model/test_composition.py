"""A neuron joined with its receptors: one model, which gives what its equations say."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import rheobase as rb
from rheobase.compiler.calculus import depends
from rheobase.compiler.schemes import build_step, default_method
from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError
from rheobase.model import Model
from rheobase.model.composition import arrival_state, joined
from rheobase.model.expression import names
from rheobase.model.synapse import Synapse
from rheobase.units import cm, mS, ms, mV, nS, pA, pF, s, uA

from .receptors import alpha, biexponential, conductance, current, delta

LIF = {"C": 200.0, "g_L": 10.0, "V_L": -70.0}


def trace(rec, name):
    return np.asarray(rec[name])[:, 0]


def test_names_get_the_label():
    model = joined(rb.LIF(), {"exc": current(), "inh": conductance(7 * ms, -80 * mV)})
    assert model.states == ("v", "I_exc", "g_inh")
    assert model.inputs == ("I",)
    assert set(model.parameters) - set(rb.LIF().parameters) == {"tau_exc", "tau_inh", "E_inh"}
    assert model.parameters["tau_inh"] == 7.0
    assert tuple(model.definitions) == ("I_inh",)
    assert model.outputs == ()
    assert [e.line for e in model.equations] == [
        "C * dv/dt = -g_L * (v - V_L) + (I + I_exc + I_inh)",
        "tau_exc * dI_exc/dt = -I_exc",
        "tau_inh * dg_inh/dt = -g_inh",
        "I_inh = g_inh * (E_inh - v)",
    ]
    assert model.text.splitlines() == [e.line for e in model.equations]
    assert [e.name for e in model.equations] == ["v", "I_exc", "g_inh", "I_inh"]
    assert str(model.unit_of("I_exc")) == str(model.unit_of("I_inh")) == "pA"
    assert str(model.unit_of("g_inh")) == "nS"
    assert model.divisors >= {"C", "tau_exc", "tau_inh"}
    assert r"\frac{dg_{\mathrm{inh}}}{dt}" in model.latex()
    assert model.title == "LIF"
    assert model.neuron is rb.LIF()
    assert list(model.ports) == ["exc", "inh"]


def test_a_spike_arrives_where_the_weight_belongs():
    assert arrival_state("exc", current()) == "I_exc"
    assert arrival_state("exc", alpha()) == "x_exc"
    assert arrival_state("exc", conductance()) == "g_exc"
    assert arrival_state("exc", delta("w")) == "w"


def test_the_neuron_keeps_what_is_its_own():
    neuron = rb.LIF()
    model = joined(neuron, {"exc": current()})
    for kept in ("spike", "reset", "refractory", "held", "dt", "name", "citation", "drive"):
        assert getattr(model, kept) == getattr(neuron, kept), kept
    assert model.display["C"] == pF
    resting = joined(rb.HodgkinHuxley(), {"exc": current()})
    assert resting.at_rest
    assert resting.method == "rk4"
    published = joined(rb.Izhikevich.preset("inhibition_induced_bursting"), {"exc": current(5.0)})
    assert published.published is None
    assert published.method is None
    assert neuron.ports == {}
    assert neuron.neuron is None


def test_without_dynamics_it_is_the_neuron_itself():
    neuron = rb.LIF()
    assert joined(neuron, {}) is neuron
    assert joined(neuron, {"jump": delta()}) is neuron
    both = joined(neuron, {"jump": delta(), "exc": current()})
    assert both.states == ("v", "I_exc")
    assert list(both.ports) == ["exc", "jump"]


def test_the_order_in_which_ports_are_given_does_not_matter():
    ports = {"b": current(), "a": alpha(), "c": conductance()}
    one, other = joined(rb.LIF(), ports), joined(rb.LIF(), dict(reversed(ports.items())))
    for name, value in vars(one).items():
        assert getattr(other, name) == value, name
    assert list(other.derivatives) == list(one.derivatives)


def test_linear_parts_stay_linear():
    ports = {"exc": current(), "slow": alpha(), "double": biexponential(), "jump": delta()}
    model = joined(rb.LIF(), ports)
    assert default_method(model) == "exact"
    assert build_step(model).method == "exact"
    assert default_method(joined(rb.LIF(), {"g": conductance()})) == "adaptive"
    assert default_method(joined(rb.LIF(), {"exc": current(), "g": conductance()})) == "adaptive"


def closed_form(t, tau_m, tau_s, weight, capacitance):
    """V(t) - V_L after a current weight * exp(-t/tau_s) is switched on, by its limit where due."""
    if tau_m == tau_s:
        return weight * t / capacitance * np.exp(-t / tau_m)
    rate = 1 / tau_m - 1 / tau_s
    return weight / capacitance * np.exp(-t / tau_m) * np.expm1(rate * t) / rate


@settings(max_examples=15)
@given(st.sampled_from([2.0, 5.0, 19.9, 20.0, 33.0]), st.floats(-150.0, 150.0))
def test_an_exponential_current_gives_its_closed_form(tau, weight):
    model = joined(rb.LIF(), {"exc": current(tau * ms)})
    rec = rb.simulate(
        model, 30 * ms, dt=0.5 * ms, initial={"I_exc": weight * pA}, I=0 * pA,
        record=["v", "I_exc"],
    )  # fmt: skip
    t = np.arange(61) * 0.5
    assert rec.provenance["method"] == "exact"
    expected = -70.0 + closed_form(t, 20.0, tau, weight, 200.0)
    assert trace(rec, "v") == pytest.approx(expected, abs=1e-11)
    assert trace(rec, "I_exc") == pytest.approx(weight * np.exp(-t / tau), abs=1e-11)


def test_every_linear_receptor_against_an_ode_solver():
    model = joined(rb.LIF(), {"a": current(), "b": alpha(), "c": biexponential()})
    start = {"I_a": 50.0, "x_b": 80.0, "x_c": -40.0}

    def slopes(t, x):
        v, a, b, rise_b, c, rise_c = x
        return [
            (-10.0 * (v + 70.0) + a + b + c + 20.0) / 200.0,
            -a / 5, (rise_b - b) / 3, -rise_b / 3, (rise_c - c) / 6, -rise_c,
        ]  # fmt: skip

    t = np.arange(401) * 0.1
    first = [-70.0, 50.0, 0.0, 80.0, 0.0, -40.0]
    truth = solve_ivp(slopes, (0, 40), first, "DOP853", t, rtol=1e-12, atol=1e-12).y
    rec = rb.simulate(
        model, 40 * ms, initial={k: v * pA for k, v in start.items()}, I=20 * pA,
        record=["v", "I_a", "I_b", "I_c"],
    )  # fmt: skip
    for row, name in ((0, "v"), (1, "I_a"), (2, "I_b"), (4, "I_c")):
        assert trace(rec, name) == pytest.approx(truth[row], abs=1e-8), name


def test_conductances_against_an_ode_solver():
    ports = {"exc": conductance(), "inh": conductance(10 * ms, -80 * mV)}
    model = joined(rb.LIF(), ports)

    def slopes(t, x):
        v, e, i = x
        return [(-10 * (v + 70) + e * (0 - v) + i * (-80 - v)) / 200, -e / 5, -i / 10]

    t = np.arange(401) * 0.1
    truth = solve_ivp(slopes, (0, 40), [-70.0, 4.0, 9.0], "DOP853", t, rtol=1e-12, atol=1e-12).y
    rec = rb.simulate(
        model, 40 * ms, initial={"g_exc": 4 * nS, "g_inh": 9 * nS}, I=0 * pA, method="rk4",
        record=["v", "g_exc", "I_inh"],
    )  # fmt: skip
    assert trace(rec, "v") == pytest.approx(truth[0], abs=1e-7)
    assert trace(rec, "g_exc") == pytest.approx(truth[1], abs=1e-8)
    assert trace(rec, "I_inh") == pytest.approx(truth[2] * (-80 - truth[0]), abs=1e-6)
    assert str(rec["I_inh"].unit) == "pA"


def test_a_current_density():
    model = joined(rb.HodgkinHuxley(), {"exc": current(), "g": conductance()})
    assert str(model.unit_of("I_exc")) == "uA/cm**2"
    assert str(model.unit_of("g_g")) == "mS/cm**2"
    quiet = rb.simulate(model, 5 * ms, I=0 * uA / cm**2, record=["v", "I_exc", "I_g"])
    assert np.ptp(trace(quiet, "v")) < 1e-9  # at rest, with the receptors closed
    start = {"I_exc": 20 * uA / cm**2, "g_g": 0.01 * mS / cm**2}
    driven = rb.simulate(model, 20 * ms, I=0 * uA / cm**2, initial=start)
    assert driven.spikes.total == 1


def test_several_inputs_and_another_potential():
    neuron = Model(
        """
        drive = I_up + 2*I_up
        C * dV/dt = -g_L * (V - V_L) + drive - I_down
        tau_w * dw/dt = a * (V - V_L) + I_up - w
        """,
        spike="V > V_T + I_down/g_L", reset="V = V_L + I_up/g_L; w += I_down",
        parameters={"C": 200 * pF, "g_L": 10 * nS, "V_L": -70 * mV, "V_T": -50 * mV}
        | {"tau_w": 50 * ms, "a": 2 * nS},
        inputs={"I_up": pA, "I_down": pA}, initial={"V": "V_L + 0*I_up/g_L"},
    )  # fmt: skip
    ports = {
        "a": current(into="I_up"), "b": conductance(potential="V", into="I_down"),
        "c": alpha(into="I_up"),
    }  # fmt: skip
    model = joined(neuron, ports)
    assert names(model.definitions["drive"]) == {"I_up", "I_a", "I_c"}
    assert depends(model, model.derivatives["V"]) >= {"I_a", "I_c", "g_b", "E_b", "I_down"}
    assert names(model.derivatives["w"]) >= {"I_up", "I_a", "I_c"}
    assert names(model.spike) == {"V", "V_T", "I_down", "I_b", "g_L"}
    assert names(model.reset[0].value) == {"V_L", "I_up", "I_a", "I_c", "g_L"}
    assert model.reset[1].line == "w += (I_down + I_b)"
    assert names(model.initial["V"]) == {"V_L", "I_up", "I_a", "I_c", "g_L"}
    assert "drive = (I_up + I_a + I_c) + 2*(I_up + I_a + I_c)" in model.text

    def slopes(t, x):
        v, w, a, g, c, rise = x
        up, down = a + c, g * (0.0 - v)
        return [
            (-10 * (v + 70) + 3 * up - down) / 200, (2 * (v + 70) + up - w) / 50,
            -a / 5, -g / 5, (rise - c) / 3, -rise / 3,
        ]  # fmt: skip

    first = [-70.0, 0.0, 10.0, 2.0, 0.0, 8.0]
    truth = solve_ivp(slopes, (0, 20), first, "DOP853", [20.0], rtol=1e-12, atol=1e-12).y[:, -1]
    start = {"I_a": 10 * pA, "g_b": 2 * nS, "x_c": 8 * pA}
    rec = rb.simulate(model, 20 * ms, method="rk4", initial=start, record=["V", "w"])
    assert trace(rec, "V")[-1] == pytest.approx(truth[0], abs=1e-7)
    assert trace(rec, "w")[-1] == pytest.approx(truth[1], abs=1e-7)


def izhikevich(t, tau, weight, conductance=0.0, reversal=0.0):
    def slopes(_, x):
        v, u, i, g = x
        total = i + g * (reversal - v)
        return [
            0.04 * v * v + 5 * v + 140 - u + total, 0.02 * (0.2 * v - u), -i / tau, -g / tau
        ]  # fmt: skip

    first = [-65.0, -13.0, weight, conductance]
    return solve_ivp(slopes, (0, t[-1]), first, "DOP853", t, rtol=1e-12, atol=1e-12).y


@pytest.mark.parametrize("has_units", [True, False])
def test_the_unitless_neuron(has_units):
    tau, reversal = (5 * ms, -60 * mV) if has_units else (5.0, -60.0)
    model = joined(rb.Izhikevich(), {"a": current(tau), "g": conductance(tau, reversal)})
    assert model.is_plain
    assert model.parameters["tau_a"] == 5.0
    assert model.parameters["E_g"] == -60.0
    t = np.arange(101) * 0.1
    rec = rb.simulate(
        model, 10 * ms, I=0, method="rk4", initial={"I_a": 3.0, "g_g": 0.05},
        record=["v", "I_a", "I_g"],
    )  # fmt: skip
    truth = izhikevich(t, 5.0, 3.0, 0.05, -60.0)
    assert trace(rec, "v") == pytest.approx(truth[0], abs=1e-6)
    assert trace(rec, "I_a") == pytest.approx(truth[2], abs=1e-8)
    assert trace(rec, "I_g") == pytest.approx(truth[3] * (-60 - truth[0]), abs=1e-6)
    if has_units:
        assert model.replace(tau_a=3 * ms).parameters["tau_a"] == 3.0
        assert model.replace(E_g=-0.08 * s * mV / ms).parameters["E_g"] == -80.0
    assert model.replace(tau_a=3.0).parameters["tau_a"] == 3.0


def plain(time, **display):
    return Model(
        "tau_m*dv/dt = -v + R*I", parameters={"tau_m": 1.0, "R": 2.0}, inputs=["I"],
        time=time, display=display,
    )  # fmt: skip


def test_a_unitless_neuron_in_other_units():
    text = """
        tau * dg/dt = -g * (1 + 0.5*second*rate)
        block = 1/(1 + magnesium/(3.57*mM) * exp(-0.062/mV * v))
        safe = (v + 10*mV)/(5*mV) / (1 - exp(-(v + 10*mV)/(5*mV)))
        I = g * block * (E - v) * safe
    """
    receptor = Model(
        text, inputs=["v"],
        parameters={"tau": 100 * ms, "E": 5 * mV, "magnesium": "1 mM", "rate": "2 Hz"},
    )  # fmt: skip
    synapse = Synapse("nmda", receptor, "g", "I", reversal=5.0)
    in_ms = joined(plain(ms, v=mV), {"nmda": synapse})
    in_seconds = joined(plain(s, v="V"), {"nmda": synapse})
    assert in_ms.parameters["tau_nmda"] == 100.0
    assert in_seconds.parameters["tau_nmda"] == 0.1
    assert in_seconds.parameters["E_nmda"] == 0.005
    assert in_seconds.parameters["rate_nmda"] == pytest.approx(2.0)
    assert str(in_seconds.unit_of("E_nmda")) == "V"
    assert in_seconds.unit_of("g_nmda") is None
    # The same potential and time in other units give the same numbers without units. At -10 mV
    # the rewritten form of `safe` is at its singular point.
    recorded = ["block_nmda", "safe_nmda", "g_nmda"]
    for v in (-0.03, -0.01, 0.02):
        values = []
        for model, unit, second in ((in_ms, 1000.0, 1000.0), (in_seconds, 1.0, 1.0)):
            rec = rb.simulate(
                model.replace(tau_m=1e9 * second), 10 * ms, method="rk4", dt=1 * ms,
                initial={"v": v * unit, "g_nmda": 0.5}, record=recorded,
            )  # fmt: skip
            values.append([trace(rec, name)[-1] for name in recorded])
        assert values[0] == pytest.approx(values[1], rel=1e-9)
        assert values[0][0] == pytest.approx(1 / (1 + np.exp(-62.0 * v) / 3.57), rel=1e-6)


@pytest.mark.parametrize(
    ("neuron", "synapse", "message", "mend"),
    [
        (plain(ms), conductance(), "does not fit the input I", "display=dict(v=...)"),
        (rb.LIF(), current(5.0), "does not fit the input I of LIF", "with their units"),
        (rb.LIF(), conductance(5.0, 0.0), "does not fit the input I of LIF", "with their units"),
        (plain(s), current(5.0), "counts time in ms", "time=s"),
        (plain(ms, I=mV, v="V"), conductance(), "not units of one system", "in others"),
    ],
)
def test_units_that_do_not_fit(neuron, synapse, message, mend):
    with pytest.raises(UnitError, match=message) as caught:
        joined(neuron, {"x": synapse})
    assert mend in caught.value.mend


def test_a_receptor_that_states_its_current_says_so():
    fixed = Model("tau*dm/dt = -m\nI = m/(1 + m)*peak", parameters={"tau": 5 * ms, "peak": 10 * pA})
    synapse = Synapse("fixed", fixed, "m", "I")
    model = joined(rb.LIF(), {"fixed": synapse})
    assert model.unit_of("m_fixed") is None
    with pytest.raises(UnitError, match="does not fit the input I of HodgkinHuxley") as caught:
        joined(rb.HodgkinHuxley(), {"fixed": synapse})
    assert "a current density" in str(caught.value)
    assert joined(plain(ms, I=pA), {"fixed": synapse}).parameters["peak_fixed"] == 10.0
    assert joined(plain(ms, I="nA"), {"fixed": synapse}).parameters["peak_fixed"] == 0.01
    with pytest.raises(UnitError, match="does not fit"):
        joined(plain(ms), {"fixed": synapse})


def test_heterogeneous_parameters():
    neuron = rb.LIF(V_L=np.array([-70.0, -69.0, -68.0]) * mV)
    model = joined(neuron, {"exc": current(np.array([2.0, 5.0, 20.0]) * ms), "two": current()})
    assert model.size == 3
    assert not model.parameters["tau_exc"].flags.writeable
    rec = rb.simulate(model, 10 * ms, initial={"I_exc": 100 * pA}, I=0 * pA)
    found = np.asarray(rec["v"])[-1]
    for i, tau in enumerate((2.0, 5.0, 20.0)):
        expected = -70.0 + i + closed_form(10.0, 20.0, tau, 100.0, 200.0)
        assert found[i] == pytest.approx(expected, abs=1e-11)
    seconds = joined(plain(s), {"exc": current(np.array([2.0, 5.0]) * ms)})
    assert seconds.parameters["tau_exc"].tolist() == [0.002, 0.005]
    assert not seconds.parameters["tau_exc"].flags.writeable


def test_each_receptor_has_its_own_noise():
    text = "tau*dI/dt = -I + sigma*sqrt(2*tau)*(xi + xi_a)"
    values = {"tau": 5 * ms, "sigma": 10 * pA}
    noisy = Synapse("n", Model(text, parameters=values), "I", "I")
    model = joined(rb.LIF(), {"a": noisy, "b": noisy})
    assert model.noises == ("xi_a", "xi_a_a", "xi_a_b", "xi_b")
    assert "sigma_a*sqrt(2*tau_a)*(xi_a + xi_a_a)" in model.text
    rec = rb.simulate(model, 50 * ms, record=["I_a", "I_b"], seed=3)
    assert rec.provenance["method"] == "euler_maruyama"
    assert not np.allclose(trace(rec, "I_a")[1:], trace(rec, "I_b")[1:])


def test_first_values_and_outputs_of_a_receptor_are_kept():
    text = """
        open_share = 1 - closed
        dclosed/dt = -(closed - rest)/tau
        I = g * open_share
        note = 2*closed
    """
    receptor = Model(
        text, parameters={"tau": 5 * ms, "g": 3 * pA, "rest": 0.75}, initial={"closed": "rest"}
    )
    model = joined(rb.LIF(), {"r": Synapse("r", receptor, "closed", "I")})
    assert model.outputs == ("note_r",)
    assert list(model.definitions).index("open_share_r") < list(model.definitions).index("I_r")
    rec = rb.simulate(model, 1 * ms, I=0 * pA, record=["closed_r", "note_r", "I_r"])
    assert trace(rec, "closed_r") == pytest.approx(0.75)
    assert trace(rec, "note_r") == pytest.approx(1.5)
    assert trace(rec, "I_r") == pytest.approx(0.75)


def test_a_composite_can_be_joined_again():
    once = joined(rb.LIF(), {"exc": current()})
    twice = joined(once, {"inh": conductance()})
    flat = joined(rb.LIF(), {"exc": current(), "inh": conductance()})
    assert twice.states == flat.states
    assert dict(twice.parameters) == dict(flat.parameters)
    start = {"I_exc": 100 * pA, "g_inh": 1 * nS}
    runs = [rb.simulate(m, 20 * ms, initial=start, method="rk4") for m in (twice, flat)]
    assert trace(runs[0], "v") == pytest.approx(trace(runs[1], "v"), abs=1e-12)


@pytest.mark.parametrize(
    ("neuron", "ports", "error", "message"),
    [
        (rb.LIF(), {"L": conductance()}, EquationError, "has 'g_L' on its target, and so has LIF"),
        (rb.LIF(), {"x": current(into="J")}, UnknownNameError, "needs the input 'J'"),
        (rb.LIF(), {"x": conductance(potential="V")}, UnknownNameError, "needs the state 'V'"),
        (rb.LIF(), {"x": delta("w")}, UnknownNameError, "needs the state 'w'"),
        (rb.LIF(), {"1": delta()}, ParameterError, "cannot be called '1'"),
        (rb.LIF(), {"x": "exc"}, ParameterError, "port 'x' is 'exc'"),
        (rb.LIF(), ["exc"], ParameterError, "ports is"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined(neuron, ports, error, message):
    with pytest.raises(error, match=message) as caught:
        joined(neuron, ports)
    assert caught.value.mend


def test_two_receptors_clash():
    one = Model("tau*dg_a/dt = -g_a", parameters={"tau": 5 * ms})
    other = Model("tau*dg/dt = -g", parameters={"tau": 5 * ms})
    ports = {"b": Synapse("x", one, "g_a", "g_a"), "a_b": Synapse("y", other, "g", "g")}
    with pytest.raises(EquationError, match="'g_a_b' on its target, and so has the synapse 'a_b'"):
        joined(rb.LIF(), ports)
    long_one = Model(f"tau*d{'g' * 60}/dt = -{'g' * 60}", parameters={"tau": 5 * ms})
    with pytest.raises(EquationError, match="the synapse long"):
        joined(rb.LIF(), {"long_label": Synapse("x", long_one, "g" * 60, "g" * 60)})


def test_an_input_that_nothing_reads():
    neuron = Model("dv/dt = -v/tau", parameters={"tau": 5 * ms}, inputs={"I": pA})
    with pytest.raises(EquationError, match="reads its input 'I'"):
        joined(neuron, {"exc": current()})


def test_a_composite_is_a_model_as_any_other():
    model = joined(rb.LIF(), {"exc": current(), "g": conductance()})
    start = {"I_exc": 400 * pA, "g_g": 5 * nS}
    first = trace(rb.simulate(model, 30 * ms, initial=start), "v")
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)):  # noqa: S301
        assert np.array_equal(trace(rb.simulate(other, 30 * ms, initial=start), "v"), first)
        assert other.ports == model.ports
    changed = model.replace(tau_exc=50 * ms, E_g=-80 * mV)
    assert changed.parameters["tau_exc"] == 50.0
    assert changed.ports == model.ports
    assert not np.array_equal(trace(rb.simulate(changed, 30 * ms, initial=start), "v"), first)
    assert rb.source(model, target="latex").startswith("\\begin{aligned}")
    reached = rb.resting_state(joined(rb.LIF(), {"exc": current()}), I=100 * pA)
    assert reached["v"] / mV == pytest.approx(-60.0)
    assert reached["I_exc"] / pA == pytest.approx(0.0)


@settings(max_examples=20)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True), st.data())
def test_any_number_of_receptors_add_their_currents(labels, data):
    kinds = st.sampled_from([current(), alpha(), biexponential(), conductance()])
    ports = {label: data.draw(kinds) for label in labels}
    model = joined(rb.LIF(), ports)
    currents = {f"I_{label}" for label in labels}
    assert names(model.derivatives["v"]) == {"v", "C", "g_L", "V_L", "I", *currents}
    known = {*model.states, *model.parameters, *model.inputs}
    for name, value in model.definitions.items():  # each after those it needs
        assert names(value) <= known
        known.add(name)
    everything = [*model.states, *model.definitions, *model.parameters, *model.inputs]
    assert sorted(model.dimensions) == sorted(everything)
    assert {arrival_state(label, port) for label, port in ports.items()} <= {*model.states}


@pytest.mark.parametrize("target", ["python", "numpy"])
def test_every_target_gives_the_same(target):
    start = {"I_a": 900 * pA, "g_g": 3 * nS, "x_b": 300 * pA}
    model = joined(rb.LIF(), {"a": current(), "b": alpha(), "g": conductance(reversal=-80 * mV)})
    for method in ("rk4", "euler"):
        options = {"initial": start, "record": ["v", "I_g", "x_b"], "method": method}
        found, expected = (rb.simulate(model, 20 * ms, target=t, **options) for t in (target, None))
        assert expected.spikes.total >= 1
        for name in options["record"]:
            close = 0.0 if target == "python" else 1e-12  # NumPy rounds products and sums apart
            assert trace(found, name) == pytest.approx(trace(expected, name), rel=close, abs=close)


def test_sizes_that_disagree_are_named():
    neuron = rb.LIF(V_L=np.array([-70.0, -69.0, -68.0]) * mV)
    model = joined(neuron, {"exc": current(np.array([2.0, 5.0]) * ms)})
    with pytest.raises(ParameterError, match="tau_exc is for 2"):
        rb.simulate(model, 1 * ms)
