"""Two spike trains and the plastic synapses between their neurons, for NEST and for ours.

The trains come from raw words of PCG64, as in `peer_networks.py`. Times are in ticks of 0.1 ms; no
neuron fires twice in a tick. For every delay some spikes of both neurons reach the synapse in one
tick. Weights are plain numbers: nS here, pA there.
"""

import numpy as np

from .peer_networks import Words

TICK = 0.1  # ms
SPIKES = 1000
STEPS = 100_000
TOGETHER = 40
DELAYS = (1, 10, 53)

STDP = dict(tau_plus=16.8, tau_minus=33.7, rate=0.01, ratio=0.55, w_max=100.0, w=50.0)
EXPONENTS = {"additive": 0.0, "multiplicative": 1.0, "between": 0.5}
TRIPLET = dict(
    tau_plus=16.8, tau_minus=33.7, tau_x=101.0, tau_y=125.0,
    A2_plus=5e-3, A3_plus=6.2e-4, A2_minus=4e-3, A3_minus=2.3e-4, w_max=8.0, w=5.0,
)  # fmt: skip
SHORT_TERM = {
    "depressing": dict(U=0.5, tau_rec=80.0, tau_fac=0.0, w=50.0),
    "facilitating": dict(U=0.05, tau_rec=13.0, tau_fac=53.0, w=50.0),
}


def trains():
    """Ticks of the presynaptic and of the postsynaptic neuron, each sorted and without repeats."""
    words = Words(404)
    pre = _distinct(words, [], SPIKES)
    # Of each delay so many spikes of the target that meet one of the source at the synapse.
    met = [pre[k :: len(DELAYS)][:TOGETHER] - delay for k, delay in enumerate(DELAYS)]
    return pre, _distinct(words, np.concatenate(met), SPIKES)


def _distinct(words, given, count):
    """So many different ticks, the given ones among them, none in the first 10 ms."""
    found = dict.fromkeys(int(tick) for tick in given)
    while len(found) < count:
        found[int(100 + words.below(STEPS - 200, 1)[0])] = None
    return np.sort(np.array(list(found)))
