"""Features of shapes known in closed form, and of a Hodgkin-Huxley neuron integrated here."""

import numpy as np
import pytest

from rheobase.analysis import action_potential_features
from rheobase.errors import ParameterError, UnitError
from rheobase.units import V, ms, mV, pA, s

# Reference: the 1952 constants shifted to rest at -70 mV, 10 uA/cm2 from rest, solved to 1e-10 with
# an 8th-order method; the first spike and the sixth.
REST = (-69.99637933119206, 0.052955086813008125, 0.5959941247398639, 0.31773239976086576)
FIRST = {"peak_time": 2.137955894694724, "peak": 35.26391948149301}
FIRST |= {"half_width": 1.471668456870388, "max_upstroke": 308.08470091245545}
FIRST |= {"minimum_time": 4.9214558946947236, "minimum": -80.07809551918054}
SIXTH = {"peak_time": 75.63159100765064, "peak": 25.430927238705298}
SIXTH |= {"half_width": 1.3653996009841904, "max_upstroke": 219.49122225812607}
SIXTH |= {"minimum_time": 78.16809100765064, "minimum": -79.89625830820596}
# Samples 0.01 ms apart: values to 0.01 mV, times to 0.001 ms, the central difference to 0.3 %; the
# reference itself looked for minima on a grid of 0.0005 ms.
TOLERANCE = {"peak_time": 1e-3, "peak": 0.01, "half_width": 1e-3, "max_upstroke": 1.0}
TOLERANCE |= {"minimum_time": 2e-3, "minimum": 0.01}


def hodgkin_huxley_slope(state):
    v, m, h, n = state
    a_m, a_n = (0.1 * (v + 45), 0.01 * (v + 60))
    a_m, a_n = a_m / (1 - np.exp(-(v + 45) / 10)), a_n / (1 - np.exp(-(v + 60) / 10))
    b_m, b_n = 4 * np.exp(-(v + 70) / 18), 0.125 * np.exp(-(v + 70) / 80)
    a_h, b_h = 0.07 * np.exp(-(v + 70) / 20), 1 / (1 + np.exp(-(v + 40) / 10))
    current = 10 - 120 * m**3 * h * (v - 45) - 36 * n**4 * (v + 82) - 0.3 * (v + 59.387)
    gates = (a_m * (1 - m) - b_m * m, a_h * (1 - h) - b_h * h, a_n * (1 - n) - b_n * n)
    return np.array((current, *gates))


@pytest.fixture(scope="module")
def trace():
    dt, steps = 0.01, 8500
    state, v = np.array(REST), np.empty(steps)
    for step in range(steps):
        v[step] = state[0]
        k1 = hodgkin_huxley_slope(state)
        k2 = hodgkin_huxley_slope(state + dt / 2 * k1)
        k3 = hodgkin_huxley_slope(state + dt / 2 * k2)
        k4 = hodgkin_huxley_slope(state + dt * k3)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.arange(steps) * dt, v


@pytest.mark.parametrize(("index", "expected"), [(0, FIRST), (5, SIXTH)])
def test_hodgkin_huxley_spikes_have_their_published_shape(trace, index, expected):
    spikes = action_potential_features(*trace, base=REST[0] * mV)
    assert len(spikes) == 6
    for name, value in expected.items():
        found = getattr(spikes[index], name).magnitude
        assert found == pytest.approx(value, abs=TOLERANCE[name]), name


def test_the_threshold_is_where_the_slope_passes_the_criterion(trace):
    times, volts = trace
    slope = np.gradient(volts, times)
    for spike in action_potential_features(times, volts):
        onset = spike.threshold_time.magnitude
        assert np.interp(onset, times, slope) == pytest.approx(20)
        assert spike.threshold.magnitude == pytest.approx(np.interp(onset, times, volts))
        assert spike.amplitude.magnitude == pytest.approx(
            spike.peak.magnitude - spike.threshold.magnitude
        )
        assert spike.depth.magnitude == pytest.approx(
            spike.threshold.magnitude - spike.minimum.magnitude, nan_ok=True
        )


def triangle(rise=1.0, fall=2.0, base=-70.0, top=30.0, dt=0.01):
    """Up and down in straight lines between base and top, from 5 ms on."""
    times = np.arange(0, 20, dt)
    return times, np.interp(
        times, [0, 5, 5 + rise, 5 + rise + fall, 20], [base, base, top, base, base]
    )


def test_a_triangle_has_half_its_base_as_half_width():
    (spike,) = action_potential_features(*triangle(), base=-70 * mV)
    assert spike.half_width.value_in(ms) == pytest.approx(1.5, abs=2e-3)
    assert spike.peak_time.value_in(ms) == pytest.approx(6, abs=1e-2)
    assert spike.max_upstroke.magnitude == pytest.approx(100)
    assert spike.max_downstroke.magnitude == pytest.approx(-50)
    assert spike.threshold_time.value_in(ms) == pytest.approx(5, abs=0.01)


def test_peaks_are_found_between_samples():
    times = np.arange(0, 10, 0.1)
    (spike,) = action_potential_features(times, 30 - 20 * (times - 5.037) ** 2)
    assert spike.peak_time.value_in(ms) == pytest.approx(5.037)
    assert spike.peak.value_in(mV) == pytest.approx(30)


def test_quantities_and_plain_numbers_say_the_same():
    times, volts = triangle()
    (plain,) = action_potential_features(times, volts)
    (other,) = action_potential_features(times / 1000 * s, volts[:, np.newaxis] / 1000 * V)
    assert plain.half_width.value_in(ms) == pytest.approx(other.half_width.value_in(ms))
    assert plain.threshold.value_in(mV) == pytest.approx(other.threshold.value_in(mV))


def test_a_trace_without_spikes_has_no_features():
    assert action_potential_features([0.0, 1.0, 2.0], [-70.0, -69.0, -70.0]) == []
    # Above the level from beginning to end: nothing rises through it.
    assert action_potential_features([0.0, 1.0, 2.0], [10.0, 11.0, 10.0]) == []


def test_what_a_cut_trace_does_not_show_is_nan():
    times, volts = triangle()
    kept = times < 7.5
    (spike,) = action_potential_features(times[kept], volts[kept])
    assert np.isnan(spike.minimum.magnitude)
    assert np.isnan(spike.depth.magnitude)
    assert np.isfinite(spike.half_width.magnitude)


def test_a_slow_rise_has_no_threshold():
    (spike,) = action_potential_features(*triangle(rise=10, fall=2))
    assert np.isnan(spike.threshold.magnitude)
    assert np.isfinite(spike.peak.magnitude)


def test_wrong_traces_are_refused():
    with pytest.raises(ParameterError, match="shape"):
        action_potential_features([0.0, 1.0, 2.0], np.zeros((3, 2)))
    with pytest.raises(ParameterError, match="ascending"):
        action_potential_features([0.0, 1.0, 1.0], np.zeros(3))
    with pytest.raises(UnitError):
        action_potential_features([0.0, 1.0, 2.0], np.zeros(3) * pA)
    with pytest.raises(UnitError):
        action_potential_features([0.0, 1.0, 2.0], np.zeros(3), detection=-20)
