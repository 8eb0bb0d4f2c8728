"""Rheobase: the balanced network with currents, by the exact propagator.

Arguments: file of the wiring, duration (ms), where to write the spikes.
"""

import sys

import numpy as np

import rheobase as rb
from benchmarks.ours.network import serve
from rheobase.units import ms, mV, nS, pA, pF

EXCITATORY = 3_200

wiring, duration, spikes = sys.argv[1:]
given = np.load(wiring)
model = rb.Model(
    "C * dv/dt = -g_L * (v - V_L) + I",
    spike="v >= V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={
        "C": 200 * pF,
        "g_L": 10 * nS,
        "V_L": -49 * mV,
        "V_T": -50 * mV,
        "V_R": -60 * mV,
        "t_ref": 5 * ms,
    },
    inputs={"I": pA},
    initial={"v": -60 * mV},
)


def network() -> rb.Network:
    """The neurons are one population, as on the other side."""
    net = rb.Network(seed=1, dt=0.1 * ms)
    neurons = net.add(
        model, len(given["v"]), name="neurons", method="exact", initial={"v": given["v"] * mV}
    )
    sources = {
        "exc": (neurons[:EXCITATORY], given["pre"] < EXCITATORY, 5 * ms, 16.2 * pA),
        "inh": (neurons[EXCITATORY:], given["pre"] >= EXCITATORY, 10 * ms, -90 * pA),
    }
    for name, (source, chosen, tau, weight) in sources.items():
        rule = rb.edges(given["pre"][chosen] - source.index[0], given["post"][chosen])
        synapse = rb.Exponential(tau, name=name)
        net.connect(source, neurons, synapse, rule, weight, 0.1 * ms, name=name)
    return net


serve(network, float(duration), spikes=spikes)
