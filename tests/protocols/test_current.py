"""The f-I curve against the closed form of the leaky neuron and the rates of the published one."""

import json
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError
from rheobase.protocols.current import steady_rates
from rheobase.units import Hz, cm, ms, mV, nA, nS, pA, pF, second, uA

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "truth" / "reference" / "hodgkin_huxley.json").read_text()
)
# 1000/(t_ref + tau ln((mu - V_R)/(mu - V_T))) Hz with tau = 20, V_T = 15, V_R = 0 mV, t_ref = 2 ms.
LEAKY = {
    15.0: 0.0,
    15.01: 6.744100784848859,
    16.0: 17.405902770868845,
    20.0: 33.64071163018212,
    30.0: 63.040002190641395,
    50.0: 109.48706659655933,
}


def test_that_of_the_leaky_neuron_is_its_closed_form():
    model = rb.LIF(C=200 * pF, g_L=10 * nS, V_L=0 * mV, V_T=15 * mV, V_R=0 * mV, t_ref=2 * ms)
    currents = np.array(list(LEAKY)) * 10 * pA
    curve = rb.fi_curve(model, currents, duration=2 * second)
    expected = np.array(list(LEAKY.values()))
    assert curve.steady_rate.value_in(Hz) == pytest.approx(expected, rel=1e-10)
    assert curve.rate.value_in(Hz) == pytest.approx(expected, abs=0.5)
    assert np.array_equal(curve.counts, np.rint(curve.rate.value_in(Hz) * 2))
    assert curve.currents is currents


def test_that_of_the_published_neuron_has_the_rates_of_the_reference():
    rates = REFERENCE["rates"]
    currents = [float(k) for k in rates]
    curve = rb.fi_curve(rb.HodgkinHuxley(), currents * (uA / cm**2), dt=0.02 * ms)
    expected = [row["rate_hz"] for row in rates.values()]
    assert curve.steady_rate.value_in(Hz) == pytest.approx(expected, abs=0.02)
    assert list(curve.counts) == [row["count_m20"] for row in rates.values()]


def test_a_curve_is_one_run_a_neuron_each():
    currents = np.linspace(0, 1, 9) * nA
    curve = rb.fi_curve(rb.LIF(), currents, duration=300 * ms)
    for current, count in zip(currents.value_in(pA), curve.counts, strict=True):
        alone = rb.simulate(rb.LIF(), 300 * ms, I=current * pA, record=None)
        assert alone.spikes.total == count


def test_lists_and_single_points_will_do():
    assert list(rb.fi_curve(rb.LIF(), [0 * pA, 300 * pA], duration=100 * ms).counts) == [0, 4]
    assert list(rb.fi_curve(rb.LIF(), [300] * pA, duration=100 * ms).counts) == [4]
    plain = rb.Model("dv/dt = I", inputs=["I"], spike="v > 1", reset="v = 0")
    assert list(rb.fi_curve(plain, [0.0, 0.25], duration=40.5).counts) == [0, 10]


@pytest.mark.parametrize(
    ("currents", "kind", "says"),
    [
        (300 * pA, ParameterError, "needs several currents"),
        (np.ones((2, 2)) * pA, ParameterError, "needs several currents"),
        ([] * pA, ParameterError, "needs several currents"),
        ([1, 2], UnitError, "I is a bare number"),
        ([1, 2] * mV, UnitError, "I is a voltage"),
        ([1, np.nan] * pA, ParameterError, "not finite"),
    ],
)
def test_wrong_currents_are_refused(currents, kind, says):
    with pytest.raises(kind, match=says):
        rb.fi_curve(rb.LIF(), currents, duration=10 * ms)


def test_a_population_is_refused():
    with pytest.raises(ParameterError, match="for one neuron"):
        rb.fi_curve(rb.LIF(g_L=[9, 10, 11] * nS), [1, 2] * pA, duration=10 * ms)


def test_the_steady_rate_needs_two_spikes_in_the_second_half():
    times, neurons = np.array([1.0, 6.0, 7.0, 8.0, 9.0]), np.array([0, 0, 1, 1, 1])
    assert steady_rates(times, neurons, 3, 5.0).tolist() == [0.0, 1.0, 0.0]
    assert steady_rates(np.empty(0), np.empty(0, dtype=int), 2, 5.0).tolist() == [0.0, 0.0]


def test_it_draws_itself():
    figure = rb.fi_curve(rb.LIF(), np.linspace(0, 500, 5) * pA, duration=100 * ms).plot()
    assert "Hz" in figure.axes[0].get_ylabel()
    from matplotlib import pyplot

    pyplot.close(figure)
