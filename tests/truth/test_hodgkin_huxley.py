"""The published neuron, and the one of the course, against reference solutions to ten digits."""

import json
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.analysis.action_potential import action_potential_features
from rheobase.units import Hz, cm, ms, mV, second, uA

REFERENCE = json.loads((Path(__file__).parent / "reference" / "hodgkin_huxley.json").read_text())
PUBLISHED, COURSE = REFERENCE["published"], REFERENCE["course"]
DENSITY = uA / cm**2
# The reference detects spikes at 0 mV.
AT_ZERO = rb.HodgkinHuxley(V_spike=0 * mV)
COURSE_AT_ZERO = rb.HodgkinHuxley.preset("course", V_spike=0 * mV)


@pytest.fixture(scope="module")
def currents():
    """One run, a neuron for each current of the protocol, by the default method at dt = 0.01 ms."""
    values = [float(k) for k in PUBLISHED["protocol"]]
    rec = rb.simulate(AT_ZERO, 1 * second, I=values * DENSITY, record="v", record_every=1)
    assert rec.provenance["method"] == "rk4"
    assert rec.provenance["dt_ms"] == 0.01
    return dict(zip(PUBLISHED["protocol"], range(len(values)), strict=True)), rec


def test_the_resting_state():
    for model, reference in (
        (rb.HodgkinHuxley(), PUBLISHED),
        (rb.HodgkinHuxley.preset("course"), COURSE),
    ):
        rest = rb.resting_state(model)
        assert rest["v"].value_in(mV) == pytest.approx(reference["rest"]["v"], abs=1e-9)
        for gate in "nmh":
            assert float(rest[gate]) == pytest.approx(reference["rest"][gate], abs=1e-9)


def test_the_first_spike_at_ten(currents):
    places, rec = currents
    times = rec.spikes.times(places["10"]).internal
    expected = PUBLISHED["protocol"]["10"]["spike_times_first_20"]
    assert times[0] == pytest.approx(expected[0], abs=1e-3)
    assert times[0] == pytest.approx(1.9179963020111888, abs=1e-3)
    assert times[:20] == pytest.approx(np.array(expected), abs=1e-3)


@pytest.mark.parametrize("current", ["5", "6.5", "7", "8", "15"])
def test_spikes_at_other_currents(currents, current):
    places, rec = currents
    times = rec.spikes.times(places[current]).internal
    expected = PUBLISHED["protocol"][current]
    assert len(times) == expected["count_level_0"]
    first = np.array(expected["spike_times_first_20"])
    assert times[:20] == pytest.approx(first, abs=2e-3)
    assert times[-1] == pytest.approx(expected["last_spike_ms"], abs=2e-2)


def test_the_steady_rate_at_ten(currents):
    places, rec = currents
    late = rec.spikes.times(places["10"]).internal
    late = late[late >= 500]
    rate = 1000 * (len(late) - 1) / (late[-1] - late[0])
    assert rate == pytest.approx(68.32, abs=0.05)
    assert rate == pytest.approx(PUBLISHED["protocol"]["10"]["rate_hz_steady"], abs=0.005)
    curve = rb.fi_curve(AT_ZERO, [10] * DENSITY)
    assert curve.steady_rate.value_in(Hz)[0] == pytest.approx(rate, abs=1e-6)


def test_the_range_of_v_in_the_limit_cycle(currents):
    places, rec = currents
    v = rec["v"].value_in(mV)[90_000:]
    for current, place in places.items():
        low, high = PUBLISHED["protocol"][current]["v_range_last_100ms"]
        assert v[:, place].min() == pytest.approx(low, abs=5e-3)
        assert v[:, place].max() == pytest.approx(high, abs=5e-2)


def test_thirty_millivolts_are_passed_once(currents):
    places, _ = currents
    model = rb.HodgkinHuxley(V_spike=30 * mV)
    rec = rb.simulate(model, 1 * second, I=[float(k) for k in places] * DENSITY, record=None)
    assert list(rec.spikes.count()) == [PUBLISHED["protocol"][k]["count_level_30"] for k in places]
    default = rb.simulate(rb.HodgkinHuxley(), 1 * second, I=10 * DENSITY, record=None)
    assert default.spikes.total == PUBLISHED["protocol"]["10"]["count_level_m20"]


@pytest.mark.parametrize(("method", "dt", "bound"), [
    ("adaptive", 0.01, 1e-6), ("adaptive", 0.1, 1e-5), ("adaptive", 1.0, 1e-4),
    ("rk4", 0.005, 2e-4),
])  # fmt: skip
def test_finer_schemes_come_closer(method, dt, bound):
    rec = rb.simulate(AT_ZERO, 290 * ms, I=10 * DENSITY, method=method, dt=dt * ms, record=None)
    expected = np.array(PUBLISHED["protocol"]["10"]["spike_times_first_20"])
    found = rec.spikes.t.internal
    assert found[: len(expected)] == pytest.approx(expected, abs=bound)


def test_the_shape_of_the_spikes():
    rec = rb.simulate(rb.HodgkinHuxley(), 90 * ms, I=10 * DENSITY, dt=0.0025 * ms)
    v = rec["v"].value_in(mV)[:, 0]
    spikes = action_potential_features(rec.t, v * mV)
    rest = PUBLISHED["rest"]["v"]
    for expected in PUBLISHED["spike_shape_I10"]:
        spike = spikes[expected["index"]]
        assert spike.peak.value_in(mV) == pytest.approx(expected["v_peak"], abs=1e-3)
        assert spike.peak_time.value_in(ms) == pytest.approx(expected["t_peak"], abs=2e-3)
        assert spike.minimum.value_in(mV) == pytest.approx(expected["v_min_after"], abs=1e-3)
        assert spike.max_upstroke.value_in("mV/ms") == pytest.approx(
            expected["max_dvdt_mV_per_ms"], rel=2e-3
        )
        # The reference's width is at half-way between rest and peak.
        level = (rest + expected["v_peak"]) / 2
        assert level == pytest.approx(expected["half_level_between_rest_and_peak"], abs=1e-6)
        assert width_at(rec.t.internal, v, level, expected["t_peak"]) == pytest.approx(
            expected["half_width_ms"], abs=1e-3
        )
        based = action_potential_features(rec.t, v * mV, base=rest * mV)[expected["index"]]
        assert based.half_width.value_in(ms) == pytest.approx(expected["half_width_ms"], abs=1e-3)


def width_at(t, v, level, peak):
    """How long v is above a level around a peak, by linear interpolation."""
    middle = int(np.argmin(np.abs(t - peak)))
    left = middle - np.argmax(v[middle::-1] < level)
    right = middle + np.argmax(v[middle:] < level)
    begin = t[left] + (level - v[left]) / (v[left + 1] - v[left]) * (t[left + 1] - t[left])
    end = t[right - 1] + (level - v[right - 1]) / (v[right] - v[right - 1]) * (
        t[right] - t[right - 1]
    )
    return end - begin


@pytest.mark.parametrize("which", ["published", "course"])
def test_a_strong_brief_pulse(which):
    model = rb.HodgkinHuxley() if which == "published" else rb.HodgkinHuxley.preset("course")
    expected = REFERENCE[which]["pulse_200uA_1ms"]
    rec = rb.simulate(model, 12 * ms, I=rb.step(200 * DENSITY, 0 * ms, 1 * ms))
    v, t = rec["v"].value_in(mV)[:, 0], rec.t.internal
    assert v[100] == pytest.approx(expected["v_at_1ms"], abs=1e-3)
    # The largest after the pulse is where it ends.
    assert v[100:].max() == pytest.approx(expected["v_max_after"], abs=1e-3)
    assert t[100 + v[100:].argmax()] == pytest.approx(expected["t_max"], abs=1e-9)
    assert v.min() == pytest.approx(expected["v_min"], abs=1e-3)
    assert t[v.argmin()] == pytest.approx(expected["t_min"], abs=0.011)


def test_the_course_neuron_never_fires_twice():
    currents = np.concatenate([np.linspace(0, 100, 101), [float(k) for k in COURSE["protocol"]]])
    rec = rb.simulate(COURSE_AT_ZERO, 1 * second, I=currents * DENSITY, record=None)
    counts = rec.spikes.count()
    assert counts.max() == 1
    expected = [row["count_level_0"] for row in COURSE["protocol"].values()]
    assert list(counts[101:]) == expected
    threshold = COURSE["single_spike_threshold"][0]
    assert np.array_equal(counts[:101] > 0, np.linspace(0, 100, 101) > threshold)
    fifteen = COURSE["protocol"]["15"]["spike_times_first_20"]
    assert rec.spikes.times(int(np.flatnonzero(currents == 15)[0])).internal == pytest.approx(
        fifteen, abs=1e-3
    )


@pytest.mark.parametrize("current", ["11.4", "11.5", "12", "15"])
def test_the_step_response_of_the_course_neuron(current):
    expected = COURSE["step_response_peaks"][current]
    rec = rb.simulate(COURSE_AT_ZERO, 60 * ms, I=float(current) * DENSITY)
    v = rec["v"].value_in(mV)[:, 0]
    spike = action_potential_features(rec.t, v * mV)[0]
    assert spike.peak.value_in(mV) == pytest.approx(expected["v_peak"], abs=3e-4)
    assert spike.peak_time.value_in(ms) == pytest.approx(expected["t_peak"], abs=1e-3)
    assert v[-1] == pytest.approx(expected["v_end_60ms"], abs=1e-4)
    assert rec.spikes.total == int(expected["v_peak"] > 0)


def test_the_fixed_point_loses_its_stability_where_it_should():
    # A Hopf bifurcation at 9.7754 uA/cm2: rest is stable just below and unstable just above.
    for current, stable in ((9.77, True), (9.78, False)):
        plane = rb.phase_plane(rb.HodgkinHuxley(), states=("v", "n"), I=current * DENSITY)
        assert [point.is_stable for point in plane.fixed_points] == [stable]
        assert plane.fixed_points[0].state["v"].value_in(mV) == pytest.approx(-64.654, abs=5e-3)
