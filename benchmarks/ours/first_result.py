"""Rheobase from nothing: the Hodgkin-Huxley equations as text, 100 ms, the trace read."""

import json

import rheobase as rb
from rheobase.units import cm, mS, ms, mV, uA, uF

model = rb.Model(
    """
    C * dv/dt = g_Na * m**3 * h * (V_Na - v) + g_K * n**4 * (V_K - v) + g_L * (V_L - v) + I
    dm/dt = alpha_m * (1 - m) - beta_m * m
    dn/dt = alpha_n * (1 - n) - beta_n * n
    dh/dt = alpha_h * (1 - h) - beta_h * h
    alpha_m = 0.1/mV/ms * (v + 45*mV) / (1 - exp(-(v + 45*mV) / (10*mV)))
    beta_m = 4/ms * exp(-(v + 70*mV) / (18*mV))
    alpha_n = 0.01/mV/ms * (v + 60*mV) / (1 - exp(-(v + 60*mV) / (10*mV)))
    beta_n = 0.125/ms * exp(-(v + 70*mV) / (80*mV))
    alpha_h = 0.07/ms * exp(-(v + 70*mV) / (20*mV))
    beta_h = 1/ms / (exp(-(v + 40*mV) / (10*mV)) + 1)
    """,
    spike="v > -20*mV",
    parameters={
        "C": 1 * uF / cm**2,
        "g_L": 0.3 * mS / cm**2,
        "g_K": 36 * mS / cm**2,
        "g_Na": 120 * mS / cm**2,
        "V_L": -59.387 * mV,
        "V_K": -82 * mV,
        "V_Na": 45 * mV,
    },
    inputs={"I": uA / cm**2},
    initial={"v": -70 * mV, "m": 0.053, "n": 0.318, "h": 0.596},
)
recording = rb.simulate(model, 100 * ms, I=10 * uA / cm**2, dt=0.01 * ms)
trace = recording["v"].value_in(mV)
answer = {
    "peak_mV": float(trace.max()),
    "samples": len(trace),
    "spikes": len(recording.spikes.i),
}
print("@@", json.dumps(answer), flush=True)
