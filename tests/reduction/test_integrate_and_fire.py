"""From conductance-based neurons to integrate-and-fire ones."""

import itertools

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.reduction.fluctuating import experiments, fluctuating
from rheobase.reduction.impedance import capacitance, impedance, leak_of_membrane, resting
from rheobase.reduction.integrate_and_fire import potential
from rheobase.reduction.lower_neurons import Family
from rheobase.reduction.spike_fit import fitted, mean_factors
from rheobase.reduction.spike_trial import steady_firing
from rheobase.reduction.voltage_fit import first_guesses
from rheobase.units import Hz, cm, ms, mV, nA, nS, pA, pF, uF

TRUE = {
    "g_L": 10.0, "E_L": -70.0, "V_T": -52.0, "V_R": -62.0, "t_ref": 2.0,
    "Delta_T": 1.5, "a": 3.0, "tau_w": 30.0, "b": 60.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def adex():
    """An AdEx under fluctuating currents, and the family it belongs to."""
    family = Family("adex", rb.TraubMiles(), "I", 200.0)
    model = family.model(TRUE)
    seen = experiments(
        model, "v", "I", [(150, 300), (300, 500)],
        correlation=5.0, duration=2000.0, rng=np.random.default_rng(1), watch=True,
    )  # fmt: skip
    return family, seen


def test_the_regression_finds_an_adex_again(adex):
    """From its voltage alone, at the grid point next to its Delta_T, tau_w and t_ref."""
    _, seen = adex
    found = next(g for g in first_guesses("adex", seen, 200.0) if g["t_ref"] == TRUE["t_ref"])
    assert found["Delta_T"] == TRUE["Delta_T"]
    assert found["tau_w"] == TRUE["tau_w"]
    for name, within in (("g_L", 0.5), ("E_L", 1.0), ("V_T", 1.0), ("V_R", 1.0), ("a", 1.5)):
        assert found[name] == pytest.approx(TRUE[name], abs=within), name
    assert found["b"] == pytest.approx(TRUE["b"], rel=0.2)


def test_the_true_parameters_have_the_highest_factor(adex):
    """All but 1, at the coarse step of the search; others have less."""
    family, seen = adex
    wrong = {**TRUE, "V_T": -49.0}, {**TRUE, "b": 0.0}
    values = {k: np.array([TRUE[k], *(w[k] for w in wrong)]) for k in TRUE}
    right, high, light = mean_factors(family, values, seen, 2.0)
    assert right > 0.97
    assert max(high, light) < 0.8


def test_the_search_betters_a_wrong_guess(adex):
    family, seen = adex
    guess = {**TRUE, "V_T": -49.0, "g_L": 9.0, "b": 40.0}
    values = {k: np.array([v]) for k, v in guess.items()}
    before = mean_factors(family, values, seen, 2.0)[0]
    best = fitted(family, [guess], seen, 2.0, seed=1)
    after = mean_factors(family, {k: np.array([v]) for k, v in best.items()}, seen, 2.0)[0]
    assert before < 0.75
    assert after > 0.93


def test_the_currents_have_their_moments_and_correlation():
    rng = np.random.default_rng(3)
    current = fluctuating(50.0, 20.0, 5.0, 200_000.0, rng)
    assert current.mean() == pytest.approx(50, abs=3 * 20 * np.sqrt(2 * 5 / 200_000))
    assert current.std() == pytest.approx(20, rel=0.02)
    lag = np.corrcoef(current[:-50], current[50:])[0, 1]  # 5 ms
    assert lag == pytest.approx(np.exp(-1), abs=0.02)


def test_the_capacitance_is_that_of_the_equations():
    assert capacitance(rb.TraubMiles(), "v", "I") == pytest.approx(200)
    area = rb.HodgkinHuxley()
    per_area = (1 * uF / cm**2).internal
    assert capacitance(area, "v", "I") == pytest.approx(per_area)


def test_the_impedance_of_a_leak():
    """R / (1 + i omega tau), of R = 0.1 mV/pA and tau = 20 ms."""
    frequencies = np.array([0.0, 5.0, 100.0])
    rest = resting(rb.LIF(), "I", 500)[0]
    assert rest.current == 0
    assert rest.states["v"] == pytest.approx(-70)
    found = impedance(rb.LIF(), "v", "I", frequencies, rest)
    np.testing.assert_allclose(found, 0.1 / (1 + 2e-3j * np.pi * frequencies * 20), rtol=1e-12)


def test_an_adex_is_found_again_in_its_impedance(adex):
    """Up to the little conductance that the exponential has at rest."""
    family, _ = adex
    for rest in resting(family.model(TRUE), "I", 500)[:2]:
        found = leak_of_membrane(family.model(TRUE), "v", "I", 200.0, True, rest)
        for name in ("g_L", "a", "tau_w"):
            assert found[name] == pytest.approx(TRUE[name], rel=0.05), name
        assert found["E_L"] == pytest.approx(-70, abs=0.01)
    alone = leak_of_membrane(rb.LIF(), "v", "I", 200.0, False, resting(rb.LIF(), "I", 500)[3])
    assert alone == pytest.approx({"g_L": 10, "E_L": -70})


def test_the_impedance_of_the_squid_axon_resonates():
    """Its answer to small sines, simulated, has the amplitude of the linearised membrane."""
    model, hertz = rb.HodgkinHuxley(), np.array([10.0, 70.0])
    found = impedance(model, "v", "I", hertz, resting(model, "I", 0.1)[0])
    assert abs(found[1]) > 1.5 * abs(found[0])
    for f, z in zip(hertz, found, strict=True):
        drive = rb.sine("0.01 uA/cm**2", f"{f} Hz")
        rec = rb.simulate(model, 400 * ms, I=drive, record="v")
        late = rec["v"].value_in(mV)[rec.t.value_in(ms) > 200, 0]
        amplitude = np.ptp(late) / 2 / (1e-2 * 1e-2)  # 0.01 uA/cm2 is 1e-4 pA/um2
        assert amplitude == pytest.approx(abs(z), rel=0.01)


def test_a_threshold_that_moves_is_not_the_potential():
    assert potential(rb.GIF(), "I") == "v"
    assert potential(rb.TraubMiles(), "I") == "v"


def test_a_membrane_that_fires_by_itself_is_held():
    """TraubMiles rests from -50 pA on, where its leak is next to g_L and nothing adapts."""
    rests = resting(rb.TraubMiles(), "I", 500)
    assert rests[0].current == -50
    assert all(a.states["v"] > b.states["v"] for a, b in itertools.pairwise(rests))
    found = leak_of_membrane(rb.TraubMiles(), "v", "I", 200.0, False, rests[-1])
    assert found["g_L"] == pytest.approx(10, rel=0.01)
    assert found["E_L"] == pytest.approx(-60, abs=0.5)


def test_a_neuron_that_falls_silent_is_said_to():
    """The course preset, with its misprint, does so under any constant current."""
    ours, course = rb.HodgkinHuxley(), rb.HodgkinHuxley.preset("course")
    report = steady_firing(course, "I", ours, 0.1)
    assert report["not alike"] == (
        "HodgkinHuxley course falls silent after 0 spikes, HodgkinHuxley goes on"
    )
    rates = report["rate, both, after 0.5 s"].value_in(Hz)
    assert (rates[0], rates[1]) == (0, pytest.approx(68.3, abs=2.1))
    assert "not alike" not in steady_firing(ours, "I", ours, 0.1)


@pytest.mark.slow
def test_traub_miles_as_adex():
    """At least 0.85 on currents it was not fitted on: two means, two deviations."""
    found = rb.reduce(rb.TraubMiles(), to="adex")
    assert found.report["Gamma"] >= 0.85
    assert len(found.report["Gamma of each"]) == 4
    assert (found.report["Gamma of each"] > 0.75).all()
    rates = found.report["rate, both, after 0.5 s"].value_in(Hz)
    assert rates[1] == pytest.approx(rates[0], rel=0.05)
    assert "not alike" not in found.report
    assert found.report["holding current"].value_in(pA) < 0  # it fires by itself
    assert found.report["impedance, error"] < 0.6
    assert found.report["rest"].value_in(mV) == pytest.approx(
        found.report["rest of the lower"].value_in(mV), abs=1e-6
    )
    upper, lower = found.plot().axes
    assert [line.get_label() for line in upper.lines] == ["TraubMiles", "AdEx of TraubMiles"]
    assert len(lower.get_yticks()) == 4


PASSIVE = rb.Model(
    "C * dv/dt = -g_L * v + I", parameters=dict(C=200 * pF, g_L=10 * nS), inputs=dict(I=pA)
)
TWO = rb.Model(
    "C * dv/dt = -g_L * v + I\nC * du/dt = -g_L * u + I", spike="v + u > 20*mV", reset="v = 0*mV",
    parameters=dict(C=200 * pF, g_L=10 * nS), inputs=dict(I=pA),
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "options", "says"),
    [
        (rb.LIF(), dict(scale=-1 * nA), "scale is -1"),
        (rb.TraubMiles(), dict(scale=0 * pA), "scale is 0"),
        (rb.TraubMiles(), dict(precision=0 * ms), "precision is 0"),
        (rb.HodgkinHuxley(), dict(scale="1e-3 uA/cm**2", duration=200 * ms), "hardly fires"),
        (rb.Izhikevich(), {}, "has no units"),
        (PASSIVE, {}, "does not spike"),
        (TWO, dict(scale=1 * nA), "no one potential"),
        (rb.HodgkinHuxley.preset("course"), dict(scale="50 uA/cm**2"), "does not bear"),
        (rb.LIF(), dict(scael=1 * nA), "did you mean 'scale'"),
    ],
)
def test_what_does_not_suit_is_refused(model, options, says):
    with pytest.raises(ParameterError, match=says):
        rb.reduce(model, to="lif", **options)


def test_without_scipy_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(rb.RheobaseError, match=r"rheobase\[analysis\]"):
        rb.reduce(rb.TraubMiles(), to="lif")
