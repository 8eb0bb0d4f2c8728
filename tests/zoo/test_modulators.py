"""Neuromodulators against closed forms: release, decay, uptake, and what the constants say."""

import json

import numpy as np
import pytest
from scipy.special import lambertw

import rheobase as rb
from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError
from rheobase.model.composition import joined
from rheobase.model.synapse import Synapse
from rheobase.units import V, mM, ms, mV, nM, s, uM
from rheobase.units.dimension import CONCENTRATION
from rheobase.zoo.modulators import SATURATING, Dopamine, Modulator, Serotonin

HILL = {"gain": 0.5, "EC50": 1 * uM}


def concentration(modulator, weight, times=(1.0,), duration=600, neuron=None, method=None, dt=0.1):
    """Times (ms) and the concentration (uM) at a target that spikes reach, and the method."""
    net = rb.Network(dt=dt * ms)
    source = net.add(rb.SpikeTimes(np.array(times) * ms), 1, "source")
    target = net.add(neuron or rb.LIF(V_T=1 * V), 1, "target", method=method)
    net.connect(source, target, modulator, rb.all_to_all(), weight=weight, delay=1 * ms)
    name = f"c_{modulator.name}"
    net.record(target, name)
    rec = net.run(duration * ms)
    t, c = rec["target"].t.value_in("ms"), rec["target"][name].value_in("uM")[:, 0]
    return t, c


def uptake(t, released, most, half):
    """Michaelis-Menten uptake alone: K W(c0/K exp((c0 - V t)/K))."""
    return half * lambertw(released / half * np.exp((released - most * t) / half)).real


@pytest.mark.parametrize("scales", ["V_T", "g_L"])  # exact, and adaptive
def test_decay_is_exponential(scales):
    modulator = Modulator("da", scales, **HILL, tau=80 * ms)
    t, c = concentration(modulator, 300 * nM)
    after = t >= 2.0
    assert not c[~after].any()
    expected = 0.3 * np.exp(-(t[after] - 2.0) / 80.0)
    assert c[after] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("released", [0.05, 0.2, 3.0])
@pytest.mark.parametrize(
    ("make", "most", "half"), [(Dopamine, 4e-3, 0.2), (Serotonin, 1.3e-3, 0.17)]
)
def test_uptake_has_its_closed_form(make, most, half, released):
    t, c = concentration(make("V_T"), released * uM)
    after = t >= 2.0
    assert c[after] == pytest.approx(uptake(t[after] - 2.0, released, most, half), rel=1e-12)


def test_uptake_and_decay_together():
    """Separated variables: tau (K ln c + V tau ln(V tau + K + c))/(V tau + K) falls with time."""
    most, half, tau = 4e-3, 0.2, 150.0
    t, c = concentration(Dopamine("V_T", tau=tau * ms), 1 * uM)
    passed, left = t[t >= 2.0] - 2.0, c[t >= 2.0]
    total = most * tau + half
    spent = tau * (half * np.log(left) + most * tau * np.log(total + left)) / total
    assert spent[0] - spent == pytest.approx(passed, abs=1e-6)


def test_spikes_add_up_and_without_loss_all_stays():
    _, c = concentration(Modulator("da", "g_L", **HILL), 100 * nM, (1.0, 1.1, 5.0, 9.0), 20)
    assert c[-1] == pytest.approx(0.4, rel=1e-14)
    assert (np.diff(c) >= 0).all()


def test_however_much_is_released_the_factor_saturates():
    modulator = Modulator("da", "g_L", gain=3, EC50=1 * uM)
    net = rb.Network(dt=0.1 * ms)
    source = net.add(rb.SpikeTimes([1] * ms), 1)
    target = net.add(rb.LIF(), 1, "target")
    net.connect(source, target, modulator, rb.all_to_all(), weight=1e12 * mM, delay=1 * ms)
    net.record(target, ["factor_da", "v"])
    rec = net.run(20 * ms)["target"]
    assert rec["factor_da"][0, 0] == 1
    assert rec["factor_da"][-1, 0] == pytest.approx(4, rel=1e-14)
    assert np.isfinite(rec["v"].internal).all()


def test_published_constants():
    dopamine, serotonin = Dopamine("g_L").model, Serotonin("g_L").model
    assert dopamine.parameters["V_max"] == pytest.approx((4 * uM / s).internal, rel=1e-15)
    assert dopamine.parameters["K_m"] == pytest.approx((200 * nM).internal, rel=1e-15)
    assert serotonin.parameters["V_max"] == pytest.approx((1300 * nM / s).internal, rel=1e-15)
    assert serotonin.parameters["K_m"] == pytest.approx((0.17 * uM).internal, rel=1e-15)
    # Of a little dopamine half is gone after some log(2) K_m/V_max: 35 ms.
    t, c = concentration(Dopamine("V_T"), 1 * nM, duration=60)
    half = (0.2 * np.log(2) + 0.5e-3) / 4e-3
    assert np.interp(-0.5e-3, -c[t >= 2], t[t >= 2]) - 2 == pytest.approx(half, abs=1e-3)
    for made, word in ((Dopamine("g_L"), "dopamine"), (Serotonin("g_L"), "serotonin")):
        assert made.transmitter == made.name == word
        assert made.is_modulator
        assert made.current == ""


def test_what_it_is_made_of():
    made = Dopamine("g_L")
    assert dict(made.scales) == {"g_L": "factor"}
    assert [e.line for e in made.model.equations] == [
        "dc/dt = -V_max * c / (K_m + c)",
        f"factor = {SATURATING}",
    ]
    assert made.model.dimension_of("c") == CONCENTRATION
    both = Modulator("ach", {"g_L": "1 + c / (2*uM)", "V_T": "exp(-k*c)"}, parameters={"k": 1 / uM})
    assert dict(both.scales) == {"g_L": "factor_g_L", "V_T": "factor_V_T"}
    assert both.model.equations[0].line == "dc/dt = 0"
    assert set(both.model.parameters) == {"k"}
    reads = Modulator("x", "g_L", "1 + heaviside(v + 50*mV)")
    assert reads.model.inputs == ("v",)
    # Constants that the factor does not read are left out.
    assert set(Dopamine("g_L", "1 + c/(3*uM)").model.parameters) == {"V_max", "K_m"}


@pytest.mark.parametrize(
    "made",
    [
        Dopamine("g_L"),
        Serotonin({"g_L": "1 + c/uM", "I_NMDA": "1 - 0.3*c/(c + EC50)"}),
        Modulator("plain", "a", gain=1.0, EC50=2.0, tau=30.0),
    ],
)
def test_it_is_its_description(made):
    described = json.loads(json.dumps(made.describe(), allow_nan=False))
    again = Synapse.from_description(described)
    assert again == made
    assert again.describe() == described
    assert again.scales == made.scales
    assert again.transmitter == made.transmitter


def test_what_differs_is_another_one():
    every = [Dopamine("g_L"), Dopamine("V_T"), Dopamine("g_L", gain=2), Dopamine("g_L", name="D1")]
    every += [Serotonin("g_L"), Modulator("dopamine", "g_L", **HILL)]
    assert len({made.key() for made in every}) == len(every)
    assert Dopamine("g_L", EC50=1000 * nM) == Dopamine("g_L", EC50="1 uM")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (dict(gain=1), ParameterError, "no EC50"),
        (dict(EC50=1 * uM), ParameterError, "no gain"),
        (dict(**HILL, V_max=4 * uM / s), ParameterError, "has V_max and no K_m"),
        (dict(**HILL, K_m=1 * uM), ParameterError, "has K_m and no V_max"),
        (dict(**HILL, tau=0 * ms), ParameterError, "tau of da is 0 ms.*positive"),
        (dict(**HILL, tau=-5 * ms), ParameterError, "tau of da"),
        (dict(gain=1, EC50=0 * uM), ParameterError, "EC50 of da"),
        (dict(gain=1, EC50=[1, 2] * uM), ParameterError, "one finite value"),
        (dict(gain=np.inf, EC50=1 * uM), ParameterError, "gain of da"),
        (dict(**HILL, V_max=-1 * uM / s, K_m=1 * uM), ParameterError, "0 or more"),
        (dict(gain=1 * mV, EC50=1 * uM), UnitError, "gain of da"),
        (dict(gain=1, EC50=1 * mV), UnitError, "EC50 of da"),
        (dict(**HILL, V_max=4 * uM, K_m=1 * uM), UnitError, "V_max of da"),
        (dict(**HILL, tau=80.0), UnitError, "EC50 = 1 uM and tau = 80"),
        (
            dict(factor="2 * c", tau=1 * ms),
            UnitError,
            "'g_L' by 'factor', which is a concentration",
        ),
        (dict(factor="1 + c", tau=1 * ms), UnitError, "disagree across '\\+'"),
        (dict(factor="1 + c/(c + k)", tau=1 * ms), UnknownNameError, "'k' is not defined"),
        (dict(factor="1 +", tau=1 * ms), EquationError, ""),
    ],
)
def test_what_cannot_be(options, error, words):
    with pytest.raises(error, match=f"(?s){words}"):
        Modulator("da", "g_L", **options)


def test_what_can_be_scaled_is_named():
    for scales in ([], {}, 3, None):
        with pytest.raises(ParameterError, match="scales"):
            Modulator("da", scales, **HILL)
    with pytest.raises(ParameterError, match="leave factor= out"):
        Modulator("da", {"g_L": "1 + c/uM"}, "1 + c/uM")
    with pytest.raises(EquationError, match="not a name"):
        Modulator("da", "g L", **HILL)


def test_no_uptake_by_blocked_transporters():
    _, c = concentration(Dopamine("g_L", V_max=0 * uM / s), 1 * uM, duration=50)
    assert c[-1] == pytest.approx(1.0, rel=1e-13)


def test_on_a_neuron_without_units():
    """Concentrations are plain numbers there, in the unit that the modulator shows them in."""
    with_units = joined(rb.Izhikevich(), {"dopamine": Dopamine("d")})
    plain = joined(
        rb.Izhikevich(),
        {"dopamine": Dopamine("d", EC50=1.0, V_max=0.004, K_m=0.2)},
    )
    for name, value in plain.parameters.items():
        assert with_units.parameters[name] == pytest.approx(value, rel=1e-14), name
    t, c = concentration(Dopamine("d"), 500 * nM, neuron=rb.Izhikevich(), duration=100)
    after = t >= 2.0
    assert c[after] == pytest.approx(uptake(t[after] - 2, 0.5, 4e-3, 0.2), rel=1e-12)
    with pytest.raises(UnitError, match=r"(?s)'da' does not fit LIF.*with their units"):
        joined(rb.LIF(), {"da": Modulator("da", "g_L", gain=1.0, EC50=1.0, tau=5.0)})


def test_a_neuron_at_rest_waits_for_what_is_never_removed():
    """No loss moves the concentration: the resting state is found beside it."""
    net = rb.Network(dt=0.05 * ms)
    spike = net.add(rb.SpikeTimes([1] * ms), 1, "spike")
    cell = net.add(rb.HodgkinHuxley(), 1, "cell")
    stays = rb.Modulator("m", "g_K", gain=1, EC50=1 * uM)
    net.connect(spike, cell, stays, rb.all_to_all(), 1 * uM, 5 * ms)
    net.record(cell, ["v", "c_m"])
    rec = net.run(20 * ms)["cell"]
    v, c = rec["v"].value_in("mV")[:, 0], rec["c_m"].value_in("uM")[:, 0]
    # The delay of the projection is that of the modulator's release.
    assert not c[:120].any() and np.allclose(c[120:], 1.0)
    assert np.ptp(v[:120]) < 1e-6 and v[200] < v[0] - 1
