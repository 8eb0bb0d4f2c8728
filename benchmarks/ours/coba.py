"""Rheobase: the balanced network with conductances.

Arguments: scheme, file of the wiring, duration (ms), where to write the spikes.
"""

import sys

import numpy as np

import rheobase as rb
from benchmarks.ours.coba_neuron import MODEL
from benchmarks.ours.network import serve
from rheobase.units import ms, mV

EXCITATORY = 3_200

scheme, wiring, duration, spikes = sys.argv[1:]
given = np.load(wiring)


def network() -> rb.Network:
    """The neurons are one population, as on the other sides."""
    net = rb.Network(seed=1, dt=0.1 * ms)
    initial = {"v": given["v"] * mV, "g_exc": given["g_exc"], "g_inh": given["g_inh"]}
    neurons = net.add(MODEL, len(given["v"]), name="neurons", method=scheme, initial=initial)
    sources = {
        "exc": (neurons[:EXCITATORY], given["pre"] < EXCITATORY, 5 * ms, 0 * mV, 0.6),
        "inh": (neurons[EXCITATORY:], given["pre"] >= EXCITATORY, 10 * ms, -80 * mV, 6.7),
    }
    for name, (source, chosen, tau, reversal, weight) in sources.items():
        rule = rb.edges(given["pre"][chosen] - source.index[0], given["post"][chosen])
        synapse = rb.Exponential(tau, reversal=reversal, name=name)
        net.connect(source, neurons, synapse, rule, weight, 0.1 * ms, name=name)
    return net


serve(network, float(duration), spikes=spikes)
