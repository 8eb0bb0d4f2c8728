"""Izhikevich's neuron against its programs, bit for bit, and against its equations."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import rheobase as rb
from rheobase.errors import NumericalError
from rheobase.units import ms

REFERENCE = json.loads((Path(__file__).parent / "reference" / "izhikevich.json").read_text())
TYPES = REFERENCE["types_2003"]
PATTERNS = {key.split("_", 1)[1]: row for key, row in REFERENCE["patterns_2004"].items()}
RUNAWAY = "inhibition_induced_bursting"
# A pulse that begins within a step is averaged over it, which moves the spike by this much (ms).
OFF_THE_GRID = {"integrator": 0.02}


# The programs and equations once more, in plain Python: an oracle that shares no code.

_T_1 = 100 / 11
RESONATOR = ((40, 44), (60, 64), (280, 284), (320, 324))
INTEGRATOR = ((_T_1, _T_1 + 2), (_T_1 + 5, _T_1 + 7), (70, 72), (80, 82))


def _within(t, *windows):
    return any(a < t < b for a, b in windows)


def _accommodation(t):
    if t < 200:
        return t / 25
    if t < 300:
        return 0.0
    return (t - 300) / 12.5 * 4 if t < 312.5 else 0.0


# The current of each pattern at a time of the program's clock, as the program writes it.
CURRENTS = {
    "tonic_spiking": lambda t: 14.0 if t > 10 else 0.0,
    "phasic_spiking": lambda t: 0.5 if t > 20 else 0.0,
    "tonic_bursting": lambda t: 15.0 if t > 22 else 0.0,
    "phasic_bursting": lambda t: 0.6 if t > 20 else 0.0,
    "mixed_mode": lambda t: 10.0 if t > 16 else 0.0,
    "spike_freq_adaptation": lambda t: 30.0 if t > 8.5 else 0.0,
    "class_1": lambda t: 0.075 * (t - 30) if t > 30 else 0.0,
    "class_2": lambda t: -0.5 + 0.015 * (t - 30) if t > 30 else -0.5,
    "spike_latency": lambda t: 7.04 if 10 < t < 13 else 0.0,
    "subthreshold_osc": lambda t: 2.0 if 20 < t < 25 else 0.0,
    "resonator": lambda t: 0.65 if _within(t, *RESONATOR) else 0.0,
    "integrator": lambda t: 9.0 if _within(t, *INTEGRATOR) else 0.0,
    "rebound_spike": lambda t: -15.0 if 20 < t < 25 else 0.0,
    "rebound_burst": lambda t: -15.0 if 20 < t < 25 else 0.0,
    "threshold_variability": lambda t: (
        1.0 if _within(t, (10, 15), (80, 85)) else -6.0 if 70 < t < 75 else 0.0
    ),
    "bistability": lambda t: 1.24 if _within(t, (37.5, 42.5), (216, 221)) else 0.24,
    "DAP": lambda t: 20.0 if abs(t - 10) < 1 else 0.0,
    "accommodation": _accommodation,
    "inhibition_induced_spiking": lambda t: 80.0 if t < 50 or t > 250 else 75.0,
    "inhibition_induced_bursting": lambda t: 80.0 if t < 50 or t > 250 else 75.0,
}


def slopes(row):
    """dv/dt and du/dt of a pattern, from its row of the reference."""
    a, b, f, g = (row[k] for k in ("a", "b", "f", "g"))

    def dv(v, u, current):
        return 0.04 * v * v + f * v + g - u + current

    def du(v, u):
        return a * b * (v + 65) if "V+65" in row["u_rule"] else a * (b * v - u)

    return dv, du


def program_2004(row, current):
    """Spike times of the program of 2004: v, then u with the new v; a spike has the turn's time."""
    dv, du = slopes(row)
    v, u, tau = row["V0"], row["u0"], row["tau_ms"]
    spikes = []
    for turn in range(round(row["T_ms"] / tau) + 1):
        t = round(turn * tau, 9)
        v += tau * dv(v, u, current(t))
        u += tau * du(v, u)
        if v > 30:
            spikes.append(t)
            v, u = row["c"], u + row["d"]
    return spikes


def program_2003(row):
    """Spike times of the program of 2003: test, reset, two half-steps of v, one step of u."""
    v, u = row["v0"], row["u0"]
    spikes = []
    for t in range(1, 1001):
        if v >= 30:
            spikes.append(t)
            v, u = row["c"], u + row["d"]
        for _ in range(2):
            v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + row["I"])
        u += row["a"] * (row["b"] * v - u)
    return spikes


def solution(row, current, breaks, end):
    """Spike times of the equations: between breaks of the current, and from spike to spike."""
    dv, du = slopes(row)
    y = np.array([row["V0"], row["u0"]])
    spikes = []

    def reached(t, y):
        return y[0] - 30.0

    reached.terminal, reached.direction = True, 1
    edges = [0.0, *(b for b in breaks if 0 < b < end), end]
    for begin, stop in pairwise(edges):
        inner = np.nextafter(begin, stop), np.nextafter(stop, begin)

        def slope(t, y, inner=inner):
            return dv(*y, current(min(max(t, inner[0]), inner[1]))), du(*y)

        t = begin
        while t < stop:
            found = solve_ivp(slope, (t, stop), y, "DOP853", events=reached, rtol=1e-10, atol=1e-10)
            t, y = found.t[-1], found.y[:, -1]
            if found.status != 1:
                break
            spikes.append(t)
            y = np.array([row["c"], y[1] + row["d"]])
    return np.array(spikes)


def spikes(preset, **options):
    model = rb.Izhikevich.preset(preset)
    recording = rb.simulate(model, model.published.duration * ms, record=None, **options)
    return np.asarray(recording.spikes.t.to("ms"))


def row_2003(name):
    row = TYPES[name]
    return row | {"V0": row["v0"], "f": 5.0, "g": 140.0, "u_rule": "u += tau*a*(b*V-u)"}


def test_every_type_and_pattern_is_a_preset():
    assert rb.Izhikevich.presets == (*TYPES, *PATTERNS)
    assert set(CURRENTS) == set(PATTERNS)


@pytest.mark.parametrize("name", [*TYPES, *PATTERNS])
def test_constants_and_first_values(name):
    row = row_2003(name) if name in TYPES else PATTERNS[name]
    model = rb.Izhikevich.preset(name)
    assert [model.parameters[k] for k in "abcd"] == [row[k] for k in "abcd"]
    first = rb.simulate(model, model.dt, record=("v", "u"))
    assert float(first["v"][0, 0].magnitude) == row["V0"]
    assert float(first["u"][0, 0]) == row["u0"]
    assert model.published.dt == row.get("tau_ms", 1.0)
    assert model.published.duration == row.get("T_ms", 1000)


@pytest.mark.parametrize("name", TYPES)
def test_the_program_of_2003_spike_for_spike(name):
    found = spikes(name, method="published").tolist()
    assert found == program_2003(TYPES[name])
    if "net_m" in TYPES[name]:
        assert found == TYPES[name]["net_m"]["spike_times_ms"]


@pytest.mark.parametrize("name", PATTERNS)
def test_the_program_of_2004_spike_for_spike(name):
    row = PATTERNS[name]
    found = np.round(spikes(name, method="published"), 9).tolist()
    assert found == program_2004(row, CURRENTS[name])
    if "matlab" in row:
        assert found == np.round(row["matlab"]["spike_times_ms"], 9).tolist()


@pytest.mark.parametrize("name", TYPES)
def test_the_equations_of_2003(name):
    row = row_2003(name)
    found = spikes(name)
    if "exact" in row:
        expected = np.array(row["exact"]["spike_times_ms"])
    else:
        expected = solution(row, lambda t: row["I"], [], 1000.0)
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", [n for n in PATTERNS if n != RUNAWAY])
def test_the_equations_of_2004(name):
    row = PATTERNS[name]
    found = spikes(name)
    if "exact" in row:
        expected = np.array(row["exact"]["spike_times_ms"])
    else:
        current = CURRENTS[name]
        expected = solution(row, current, row["breaks_ms"], float(row["T_ms"]))
    tolerance = OFF_THE_GRID.get(name, 1e-5)
    np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)


def test_a_step_on_which_its_pulses_begin_makes_the_integrator_exact():
    row = PATTERNS["integrator"]
    found = spikes("integrator", dt=(1 / 11) * ms)
    current = CURRENTS["integrator"]
    expected = solution(row, current, row["breaks_ms"], float(row["T_ms"]))
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=0)


def test_one_pattern_is_the_program_s_alone():
    """Inhibition-induced bursting: in the equations the rate grows without end."""
    model = rb.Izhikevich.preset(RUNAWAY)
    assert model.method == "published"
    assert len(spikes(RUNAWAY)) == 12
    with pytest.raises(NumericalError):
        spikes(RUNAWAY, method="adaptive", dt=0.1 * ms)


def test_counts_that_the_documentation_names():
    counts = {n: (len(spikes(n, method="published")), len(spikes(n))) for n in ("RS", "FS", "DAP")}
    assert counts == {"RS": (20, 23), "FS": (63, 137), "DAP": (1, 8)}
