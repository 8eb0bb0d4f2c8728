"""Rheobase: a dense network of rate-coded neurons with a delay.

Arguments: file of the network, duration (ms), where to write the states.
"""

import sys

import numpy as np

import rheobase as rb
from benchmarks.ours.network import serve
from rheobase.units import ms

path, duration, states = sys.argv[1:]
given = np.load(path)
count = len(given["b"])


def network() -> rb.Network:
    """One population, everyone connected with everyone."""
    net = rb.Network(dt=float(given["dt"]) * ms, threads=1)
    neurons = net.add(
        rb.RateNeuron("tanh", tau=10 * ms), count, name="neurons", parameters={"b": given["b"]}
    )
    net.connect(
        neurons, neurons, synapse=rb.Graded(), rule=rb.all_to_all(), weight=given["weights"],
        delay=float(given["delay"]) * ms,
    )  # fmt: skip
    net.record(neurons, "v", every=round(float(duration) / float(given["dt"])))
    return net


def read(recording: rb.NetworkRecording) -> None:
    """Write the last states."""
    np.save(states, np.asarray(recording["neurons"]["v"])[-1])


serve(network, float(duration), look=read)
