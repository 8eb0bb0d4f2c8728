"""Rheobase: the cortical microcircuit from a description.

Arguments: file of the description, duration (ms), ms before it that are not measured.
"""

import json
import sys
from pathlib import Path

import rheobase as rb
from benchmarks.ours.network import serve
from rheobase.units import Hz, ms, mV, pA, pF

path, duration, warm = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron = given["neuron"]
model = rb.Model(
    "tau * dv/dt = (E_L - v) + tau / C * I",
    spike="v >= V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={
        "tau": neuron["tau_m"] * ms,
        "C": neuron["C_m"] * pF,
        "E_L": neuron["E_L"] * mV,
        "V_T": neuron["V_th"] * mV,
        "V_R": neuron["V_reset"] * mV,
        "t_ref": neuron["t_ref"] * ms,
    },
    inputs={"I": pA},
    initial={"v": neuron["E_L"] * mV},
)


def network() -> rb.Network:
    """Weights and delays are drawn one a synapse."""
    net = rb.Network(seed=1, dt=0.1 * ms, threads=1)
    current = rb.Exponential(neuron["tau_syn"] * ms)
    for own in given["populations"]:
        mean, deviation = own["first"]
        population = net.add(
            model,
            own["n"],
            name=own["name"],
            releases="glutamate" if own["name"].endswith("E") else "GABA",
            initial={"v": rb.normal(mean * mV, deviation * mV)},
            method="exact",
            I=own["current"] * pA,
        )
        drive = net.add(rb.Poisson(own["drive_hz"] * Hz), own["n"], name=f"drive_{own['name']}")
        net.record(drive, "spikes", subset=[])
        weight, delay = given["drive_weight"] * pA, given["drive_delay"] * ms
        net.connect(drive, population, current, rb.one_to_one(), weight, delay)
    for own in given["projections"]:
        weight = rb.normal(own["weight"] * pA, own["weight_spread"] * pA)
        side = {"low": 0 * pA} if own["weight"] > 0 else {"high": 0 * pA}
        delay = rb.normal(own["delay"] * ms, own["delay_spread"] * ms)
        rule = rb.fixed_total(own["synapses"], multapses=True)
        net.connect(
            own["pre"],
            own["post"],
            current,
            rule,
            rb.truncated(weight, **side),
            rb.truncated(delay, low=0.1 * ms),
        )
    return net


serve(network, float(duration), float(warm))
