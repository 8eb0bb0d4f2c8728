"""Rheobase: one neuron whose thousand excitatory inputs compete.

Arguments: file of the description, duration (ms), the axonal share of the delay.
"""

import json
import sys
from pathlib import Path

import numpy as np

import rheobase as rb
from benchmarks.ours.learning import pairs, weights
from benchmarks.ours.network import serve
from rheobase.units import Hz, ms, mV

path, duration, axonal = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron, rule = given["neuron"], given["rule"]
model = rb.Model(
    "tau * dv/dt = (E_L - v) + I",
    spike="v > V_T",
    reset="v = V_R",
    parameters={
        "tau": neuron["tau"] * ms,
        "E_L": neuron["E_L"] * mV,
        "V_T": neuron["V_T"] * mV,
        "V_R": neuron["V_R"] * mV,
    },
    inputs={"I": mV},
    initial={"v": neuron["E_L"] * mV},
)


def network() -> rb.Network:
    """Each input is a Poisson process of its own; the weights are multiples of the leak."""
    net = rb.Network(seed=1, dt=0.1 * ms)
    cell = net.add(model, 1, name="cell", method="exponential_euler")
    sides = {
        "exc": rb.Exponential(neuron["tau_exc"] * ms, neuron["E_exc"] * mV, name="exc"),
        "inh": rb.Exponential(neuron["tau_inh"] * ms, neuron["E_inh"] * mV, name="inh"),
    }
    for name, count in (("exc", given["excitatory"]), ("inh", given["inhibitory"])):
        source = net.add(rb.Poisson(given[f"{name}_hz"] * Hz), count, name=name)
        net.record(source, "spikes", subset=[])
    delay = given["delay"] * ms
    first = np.array(given["first"])[:, np.newaxis]
    net.connect(
        "exc",
        cell,
        sides["exc"],
        rb.all_to_all(),
        first,
        delay,
        plasticity=pairs(rule),
        axonal=float(axonal),
        name="learning",
    )
    net.connect("inh", cell, sides["inh"], rb.all_to_all(), given["inhibition"], delay)
    return net


def learned(net: rb.Network) -> dict[str, float]:
    """Of the largest weight."""
    return weights(net, "learning", rule["w_max"])


serve(network, float(duration), read=learned)
