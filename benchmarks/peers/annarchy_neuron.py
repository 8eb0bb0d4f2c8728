"""ANNarchy: the neuron of the balanced network with conductances."""

import ANNarchy

NEURON = ANNarchy.Neuron(
    parameters={
        "tau": 20.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "E_L": -60.0,
        "E_exc": 0.0,
        "E_inh": -80.0,
        "V_T": -50.0,
        "V_R": -60.0,
    },
    equations="""
        tau * dv/dt = (E_L - v) + g_exc * (E_exc - v) + g_inh * (E_inh - v)
        tau_exc * dg_exc/dt = -g_exc
        tau_inh * dg_inh/dt = -g_inh
    """,
    spike="v > V_T",
    reset="v = V_R",
    refractory=5.0,
)
