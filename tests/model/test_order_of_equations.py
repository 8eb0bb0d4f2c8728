"""The order in which equations are written changes nothing: neither dimensions nor traces."""

import random

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import cm, mS, ms, mV, uA, uF

LINES = [
    "C * dv/dt = g_Na*m**3*h*(V_Na - v) + g_K*n**4*(V_K - v) + g_L*(V_L - v) + I",
    "dm/dt = alpha_m * (1 - m) - beta_m * m",
    "dn/dt = alpha_n * (1 - n) - beta_n * n",
    "dh/dt = alpha_h * (1 - h) - beta_h * h",
    "alpha_m = 0.1/mV/ms * (v + 45*mV) / (1 - exp(-(v + 45*mV) / (10*mV)))",
    "beta_m = 4/ms * exp(-(v + 70*mV) / (18*mV))",
    "alpha_n = 0.01/mV/ms * (v + 60*mV) / (1 - exp(-(v + 60*mV) / (10*mV)))",
    "beta_n = 0.125/ms * exp(-(v + 70*mV) / (80*mV))",
    "alpha_h = 0.07/ms * exp(-(v + 70*mV) / (20*mV))",
    "beta_h = 1/ms / (exp(-(v + 40*mV) / (10*mV)) + 1)",
]
PARAMETERS = {
    "C": 1 * uF / cm**2,
    "g_L": 0.3 * mS / cm**2,
    "g_K": 36 * mS / cm**2,
    "g_Na": 120 * mS / cm**2,
    "V_L": -59.387 * mV,
    "V_K": -82 * mV,
    "V_Na": 45 * mV,
}


def neuron(lines):
    return rb.Model(
        "\n".join(lines),
        spike="v > -20*mV",
        parameters=PARAMETERS,
        inputs={"I": uA / cm**2},
        initial={"v": -70 * mV, "m": 0.053, "n": 0.318, "h": 0.596},
    )


@pytest.mark.parametrize("seed", range(40))
def test_gates_are_plain_numbers_in_any_order(seed):
    """m**3, n**4 and h are solved for through thirds and quarters on the way."""
    lines = random.Random(seed).sample(LINES, len(LINES))
    model = neuron(lines)
    assert all(model.dimensions[gate].is_none for gate in "mnh")
    assert model.dimensions["alpha_m"] == (1 / ms).unit.dimension


def test_the_trace_is_the_same():
    first = rb.simulate(neuron(LINES), 5 * ms, I=10 * uA / cm**2, dt=0.01 * ms)
    other = rb.simulate(neuron(LINES[::-1]), 5 * ms, I=10 * uA / cm**2, dt=0.01 * ms)
    np.testing.assert_allclose(np.asarray(other["v"]), np.asarray(first["v"]), atol=1e-9)
