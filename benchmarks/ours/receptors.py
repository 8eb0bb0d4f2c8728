"""Rheobase: a network of 10,000 neurons with AMPA, NMDA, GABA-A and GABA-B.

Arguments: excitatory neurons, duration (ms), ms before it that are not measured, and ``receptors``,
or ``four`` exponential conductances in their place, or ``two``, the fast ones alone.
"""

import sys
from typing import Any

import rheobase as rb
from benchmarks.ours.network import serve
from rheobase.units import Hz, ms, mV, nF, nS

excitatory, duration, warm, form = sys.argv[1:]
EXCITATORY = int(excitatory)
# So many synapses of each kind on a neuron, from excitatory and inhibitory ones.
FROM_EXC, FROM_INH = 160, 40
DRIVE = 1800.0
# The share of NMDA's conductance that magnesium leaves open near the threshold.
OPEN = 0.1

model = rb.Model(
    "C * dv/dt = g_L * (E_L - v) + I",
    spike="v > V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={
        "C": 0.5 * nF,
        "g_L": 25 * nS,
        "E_L": -70 * mV,
        "V_T": -50 * mV,
        "V_R": -60 * mV,
        "t_ref": 2 * ms,
    },
    inputs={"I": "nA"},
    initial={"v": -70 * mV},
)


def receptors() -> dict[str, list[tuple[Any, Any]]]:
    """What each side's spikes open, with the weight of a spike."""
    if form == "receptors":
        return {
            "exc": [(rb.AMPA(), 0.6 * nS), (rb.NMDA(), 0.06 * nS)],
            "inh": [(rb.GABAA(), 3.0 * nS), (rb.GABAB(), 0.03 * nS)],
        }
    fast = {
        "exc": [(rb.Exponential(2 * ms, 0 * mV, name="AMPA"), 0.6 * nS)],
        "inh": [(rb.Exponential(5.6 * ms, -80 * mV, name="GABAA"), 3.0 * nS)],
    }
    if form == "two":
        return fast
    return {
        "exc": [*fast["exc"], (rb.Exponential(100 * ms, 0 * mV, name="NMDA"), OPEN * 0.06 * nS)],
        "inh": [*fast["inh"], (rb.Exponential(190 * ms, -95 * mV, name="GABAB"), 0.03 * nS)],
    }


def network() -> rb.Network:
    """Both receptors of a side have synapses of their own."""
    net = rb.Network(seed=1, dt=0.1 * ms, threads=1)
    method = "exponential_euler"
    exc = net.add(model, EXCITATORY, name="exc", releases="glutamate", method=method)
    inh = net.add(model, EXCITATORY // 4, name="inh", releases="GABA", method=method)
    opened = receptors()
    for target in (exc, inh):
        drive = net.add(rb.Poisson(DRIVE * Hz), target.n, name=f"drive_{target.name}")
        net.record(drive, "spikes", subset=[])
        synapse, _ = opened["exc"][0]
        net.connect(drive, target, synapse, rb.one_to_one(), 3.0 * nS, 1 * ms)
    for source, degree in ((exc, FROM_EXC), (inh, FROM_INH)):
        rule = rb.fixed_indegree(degree, multapses=True)
        for synapse, weight in opened[source.name]:
            net.connect(source, [exc, inh], synapse, rule, weight, 1 * ms)
    return net


serve(network, float(duration), float(warm))
