"""Siegert's formula against reference values and against neurons in white noise."""

import json
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, ms, mV

REFERENCE = json.loads((Path(__file__).parent / "reference" / "mean_field.json").read_text())
CASES = REFERENCE["siegert"]["cases"]
# A walk looked at every dt misses crossings in between, as if its threshold were higher by this
# many standard deviations of a step: -zeta(1/2)/sqrt(2 pi), D. Siegmund, Adv. Appl. Probab. 11,
# 701-719 (1979).
UNSEEN = 0.5825971579390107


def arguments(case, raised=0.0):
    return dict(
        tau=case["tau"] * ms, V_T=(case["Vth"] + raised) * mV, V_R=case["Vr"] * mV,
        t_ref=case["t_ref"] * ms, mean=case["mu"] * mV, sigma=case["sigma"] * mV,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['mu']}, {c['sigma']}")
def test_the_reference_to_its_last_digit(case):
    assert rb.siegert(**arguments(case)).value_in(Hz) == pytest.approx(case["nu_hz"], rel=5e-15)


@pytest.mark.parametrize("case", CASES[1:], ids=lambda c: f"{c['mu']}, {c['sigma']}")
def test_neurons_in_white_noise(case):
    """Within three standard errors of the formula, once the grid of time is allowed for."""
    given, n, dt, seconds = arguments(case), 1000, 0.01, 1.0
    neuron = rb.Model(
        "tau * dv/dt = mean - v + sigma * sqrt(tau) * xi",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=given, initial=dict(v="V_R"),
    )  # fmt: skip
    rec = rb.simulate(neuron, (300 + 1000 * seconds) * ms, n=n, dt=dt * ms, record=None, seed=1)
    late = rec.spikes.t.value_in(ms) >= 300
    rates = np.bincount(rec.spikes.i[late], minlength=n) / seconds
    error = rates.std() / np.sqrt(n)
    raised = UNSEEN * case["sigma"] * np.sqrt(dt / case["tau"])
    expected = rb.siegert(**arguments(case, raised)).value_in(Hz)
    assert abs(rates.mean() - expected) < 3 * error
