"""Brian 2: the neurons of the balanced network with conductances, exponential Euler."""

from typing import Any

import brian2 as b2
from brian2 import ms, mV

EQUATIONS = """
    dv/dt = ((E_L - v) + g_exc * (E_exc - v) + g_inh * (E_inh - v)) / tau : volt (unless refractory)
    dg_exc/dt = -g_exc / tau_exc : 1
    dg_inh/dt = -g_inh / tau_inh : 1
"""


def neurons(count: int, refractory: Any) -> Any:
    """So many neurons, which a spike holds for a refractory period."""
    return b2.NeuronGroup(
        count,
        EQUATIONS,
        threshold="v > V_T",
        reset="v = V_R",
        refractory=refractory,
        method="exponential_euler",
        namespace={
            "tau": 20 * ms,
            "tau_exc": 5 * ms,
            "tau_inh": 10 * ms,
            "E_L": -60 * mV,
            "E_exc": 0 * mV,
            "E_inh": -80 * mV,
            "V_T": -50 * mV,
            "V_R": -60 * mV,
        },
    )
