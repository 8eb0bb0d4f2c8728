"""The rheobase: closed forms where there are any, the published neuron's against its reference."""

import json
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.units import cm, ms, mV, nA, nS, pA, second, uA

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "truth" / "reference" / "hodgkin_huxley.json").read_text()
)
DENSITY = uA / cm**2
PLAIN = rb.Model("dv/dt = -v/10 + I", inputs=["I"], spike="v > 15", reset="v = 0")


@pytest.mark.parametrize("g_l", [5.0, 10.0, 20.0])
def test_that_of_the_leaky_neuron_is_its_closed_form(g_l):
    found = rb.rheobase(rb.LIF(g_L=g_l * nS), duration=2 * second, tolerance=1e-9)
    # g_L (V_T - V_L): what is above it for 2 s is longer than the time constant allows to see.
    assert found.value_in(pA) == pytest.approx(g_l * 20.0, rel=1e-7)
    assert found.value_in(pA) > g_l * 20.0


def test_that_of_the_quadratic_neuron_is_its_closed_form():
    # g_L (V_T - V_L)/4 = 37.5 pA. A current above it by e fires after pi C/sqrt(k e) with
    # k = g_L/(V_T - V_L), if the passage through the rest of the parabola is short: what fires in T
    # is larger by (pi C/T)^2/k.
    for seconds in (1, 4):
        found = rb.rheobase(rb.QuadraticIF(), repetitive=False, duration=seconds * second)
        more = (np.pi * 100 / (1000 * seconds)) ** 2 / (10 / 15)
        assert found.value_in(pA) == pytest.approx(37.5 + more, abs=0.05 * more)


def test_the_published_neuron_fires_repetitively_from_here_on():
    found = rb.rheobase(rb.HodgkinHuxley(), dt=0.02 * ms).value_in(DENSITY)
    assert 6.25 < found < 6.27
    low, high = REFERENCE["published"]["repetitive_threshold"]
    assert low - 2e-4 < found < high + 2e-4


@pytest.mark.parametrize("which", ["published", "course"])
def test_one_spike_takes_less(which):
    model = rb.HodgkinHuxley() if which == "published" else rb.HodgkinHuxley.preset("course")
    at_zero = model.replace(V_spike=0 * mV)
    found = rb.rheobase(at_zero, repetitive=False, duration=60 * ms, tolerance=1e-6)
    low, high = REFERENCE[which]["single_spike_threshold"]
    assert found.value_in(DENSITY) == pytest.approx((low + high) / 2, abs=1e-4)


def test_the_neuron_of_the_course_never_fires_repetitively():
    with pytest.raises(
        ParameterError, match=r"does not fire repetitively at any current up to 100 "
    ):
        rb.rheobase(rb.HodgkinHuxley.preset("course"), high=100 * DENSITY, dt=0.05 * ms)


def test_a_slow_ramp_meets_the_rheobase_of_a_leaky_neuron():
    # v lags behind the ramp by tau: v = g_L^-1 (I - slope tau), so it fires a little later.
    found = rb.rheobase(rb.LIF(), "ramp", high=400 * pA, duration=4 * second)
    slope = 400 / 4000
    assert found.value_in(pA) == pytest.approx(200 + slope * 20, abs=1e-6)
    from_below = rb.rheobase(rb.LIF(), "ramp", low=100 * pA, high=0.4 * nA, duration=4 * second)
    assert from_below.value_in(pA) == pytest.approx(200 + 300 / 4000 * 20, abs=1e-6)


def test_a_plain_model_has_a_plain_rheobase():
    assert rb.rheobase(PLAIN) == pytest.approx(1.5, rel=2e-5)
    assert rb.rheobase(PLAIN, duration=500) == pytest.approx(1.5, rel=2e-5)
    assert rb.rheobase(PLAIN, duration=500 * ms, high=9.0, low=1) == pytest.approx(1.5, rel=2e-5)
    ramped = rb.rheobase(PLAIN, "ramp", high=3.0, duration=3000)
    assert ramped == pytest.approx(1.5 + 3 / 3000 * 10, rel=1e-6)


ZOO = (
    rb.AdEx(),
    rb.Izhikevich(),
    rb.ExponentialIF(),
    rb.GIF.preset("tonic_spiking"),
    rb.TraubMiles(E_L=-65 * mV),
)


@pytest.mark.parametrize("model", ZOO, ids=lambda m: m.name)
def test_every_neuron_of_the_zoo_has_one(model):
    found = rb.rheobase(model, duration=500 * ms, tolerance=1e-3, dt=0.05 * ms)
    above, below = (
        rb.simulate(model, 500 * ms, I=found * k, record=None, dt=0.05 * ms).spikes
        for k in (1.0, 0.99)
    )
    assert above.total > 0
    assert np.sum(below.t.internal > 400) == 0


def test_the_rheobase_may_be_zero_or_negative():
    shifted = rb.Model("dv/dt = -v/10 + I + 1.5", inputs=["I"], spike="v > 15", reset="v = 0")
    assert rb.rheobase(shifted, low=-1.0, high=1.0) == pytest.approx(0.0, abs=1e-4)
    lower = rb.Model("dv/dt = -v/10 + I + 3", inputs=["I"], spike="v > 15", reset="v = 0")
    assert rb.rheobase(lower, low=-9.0) == pytest.approx(-1.5, rel=2e-5)


def test_a_current_too_strong_to_integrate_is_not_needed():
    # At a hundred times its rheobase this one would fire more often in a step than a step can hold.
    fast = rb.Model("dv/dt = -v/10 + I", inputs=["I"], spike="v > 0.1", reset="v = 0")
    assert rb.rheobase(fast, dt=1, duration=200) == pytest.approx(0.01, rel=1e-4)


def test_the_input_may_be_chosen():
    model = rb.Model(
        "dv/dt = -v/10 + a + 2*b",
        inputs=["a", "b"],
        spike="v > 15",
        reset="v = 0",
        drive=dict(a=0.5),
    )
    assert rb.rheobase(model, input="b") == pytest.approx(0.5, rel=2e-5)
    with pytest.raises(ParameterError, match="has the inputs a, b"):
        rb.rheobase(model)
    with pytest.raises(UnknownNameError):
        rb.rheobase(model, input="c")


WRONG = [
    (dict(protocol="staircase"), ParameterError, "no protocol 'staircase'"),
    (dict(protocol="ramp"), ParameterError, "needs its last current"),
    (
        dict(protocol="ramp", high=100 * pA),
        ParameterError,
        "does not fire on the ramp up to 100 pA",
    ),
    (dict(high=100 * pA), ParameterError, "does not fire repetitively at any current up to 100 pA"),
    (
        dict(high=100 * pA, repetitive=False),
        ParameterError,
        "does not fire at any current up to 100",
    ),
    (dict(low=300 * pA), ParameterError, "fires at 300 pA already"),
    (dict(low=300 * pA, high=100 * pA), ParameterError, "high must be larger"),
    (dict(high=300), UnitError, "I is a bare number"),
    (dict(low=300), UnitError, "I is a bare number"),
    (dict(duration=300), UnitError, "duration is a bare number"),
    (dict(duration=1.03 * ms), ParameterError, "not a whole number of steps"),
    (dict(tolerance=0.0), ParameterError, "tolerance is 0"),
    (dict(tolerance=-1.0), ParameterError, "tolerance is -1"),
    (dict(input="g_L"), UnknownNameError, "no input 'g_L'"),
]


@pytest.mark.parametrize(("changes", "kind", "says"), WRONG, ids=lambda v: str(v)[:40])
def test_a_wrong_argument_is_one_clear_error(changes, kind, says):
    with pytest.raises(kind, match=says):
        rb.rheobase(rb.LIF(), **(dict(duration=300 * ms) | changes))


def test_a_model_without_spikes_has_none():
    with pytest.raises(ParameterError, match="no spike condition"):
        rb.rheobase(rb.Model("dv/dt = I", inputs=["I"]))


def test_a_neuron_that_fires_by_itself_has_none():
    with pytest.raises(ParameterError, match=r"fires at 0\.0 already"):
        rb.rheobase(rb.Model("dv/dt = 1 + I", inputs=["I"], spike="v > 9", reset="v = 0"))
