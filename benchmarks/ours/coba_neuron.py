"""Rheobase: the neuron of the balanced network with conductances."""

import rheobase as rb
from rheobase.units import ms, mV

MODEL = rb.Model(
    "tau * dv/dt = (E_L - v) + I",
    spike="v > V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={
        "tau": 20 * ms,
        "E_L": -60 * mV,
        "V_T": -50 * mV,
        "V_R": -60 * mV,
        "t_ref": 5 * ms,
    },
    inputs={"I": mV},
    initial={"v": -60 * mV},
)
