"""The AdEx neuron: its eight patterns against the solution at dt -> 0, at default settings."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import rheobase as rb
from rheobase.units import ms, pA

REFERENCE = json.loads((Path(__file__).parent / "reference" / "adex.json").read_text())
PATTERNS = {n: row for n, row in REFERENCE["patterns"].items() if n in rb.AdEx.presets}
ORIGINAL = REFERENCE["patterns"]["brette_gerstner_2005_RS_I1nA"]["parameters"]
NAMES = {"gL": "g_L", "EL": "E_L", "VT": "V_T", "DT": "Delta_T", "Vr": "V_R"}
CHAOTIC = "irregular"
COMPARED = 20  # spikes of the chaotic pattern, before rounding decides


def solution(row, end=1000.0):
    """Spike times of the equations, with v as the running variable where it runs away."""
    c, g, e, v_t, d, a, tau, b, v_r, current = (row[k] for k in REFERENCE["fields"])
    peak = REFERENCE["v_peak_mV"]

    def slopes(v, w):
        dv = (-g * (v - e) + g * d * np.exp((v - v_t) / d) + current - w) / c
        return dv, (a * (v - e) - w) / tau

    def steep(t, y):
        return y[0] - (v_t + 4 * d)

    steep.terminal, steep.direction = True, 1

    def by_voltage(v, y):
        dv, dw = slopes(v, y[1])
        return 1 / dv, dw / dv

    t, y, spikes = 0.0, np.array([e, 0.0]), []
    options = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-11}
    while True:
        found = solve_ivp(lambda t, y: slopes(*y), (t, end), y, events=steep, **options)
        t, y = found.t[-1], found.y[:, -1]
        if found.status != 1:
            return np.array(spikes)
        rise = solve_ivp(by_voltage, (y[0], peak), (t, y[1]), **options)
        t, w = rise.y[:, -1]
        if t > end:
            return np.array(spikes)
        spikes.append(t)
        y = np.array([v_r, w + b])


def test_every_pattern_is_a_preset():
    assert tuple(PATTERNS) == rb.AdEx.presets


@pytest.mark.parametrize("name", [*PATTERNS, None])
def test_constants(name):
    model = rb.AdEx() if name is None else rb.AdEx.preset(name)
    row = ORIGINAL if name is None else PATTERNS[name]["parameters"]
    for key, value in row.items():
        if key != "I":
            assert model.parameters[NAMES.get(key, key)] == value
    assert model.drive["I"] == row["I"] * pA
    assert model.parameters["V_peak"] == REFERENCE["v_peak_mV"]
    assert model.refractory is None


@pytest.mark.parametrize("name", PATTERNS)
def test_spike_times_at_default_settings(name):
    row = PATTERNS[name]
    found = np.asarray(rb.simulate(rb.AdEx.preset(name), 1000 * ms).spikes.t.to("ms"))
    known = row.get("spike_times_ms")
    expected = solution(row["parameters"]) if known is None else np.array(known)
    tolerance = 1e-4
    if name == CHAOTIC:  # an error grows two- to threefold a spike
        found, expected, tolerance = found[:COMPARED], expected[:COMPARED], 0.01
    np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)


def test_the_original_neuron():
    found = np.asarray(rb.simulate(rb.AdEx(), 1000 * ms).spikes.t.to("ms"))
    np.testing.assert_allclose(found, solution(ORIGINAL), atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", [n for n, row in PATTERNS.items() if "w_after_spike_pA" in row])
def test_adaptation_ends_where_it_should(name):
    row = PATTERNS[name]
    recording = rb.simulate(rb.AdEx.preset(name), 1000 * ms, record=("v", "w"))
    if name != CHAOTIC:
        last = [float(recording[state][-1, 0].magnitude) for state in ("v", "w")]
        np.testing.assert_allclose(last, row["final_state"], atol=1e-3)
    after = np.array(row["w_after_spike_pA"])
    w = np.asarray(recording["w"].to("pA"))[:, 0]
    # The sample after a spike has decayed from there for less than a step.
    step = np.ceil(np.asarray(recording.spikes.t.to("ms")) / 0.1).astype(int)
    count = COMPARED if name == CHAOTIC else len(after)
    np.testing.assert_allclose(w[step[:count]], after[:count], atol=2.0)
