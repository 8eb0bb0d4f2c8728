"""Rheobase: Brunel's network of 12,500 neurons and 15.6 million synapses.

Arguments: excitatory neurons, duration (ms), ms before it that are not measured, threads, and
``connected`` or ``alone`` for the neurons and their drive without any synapse between them.
"""

import os
import sys

import rheobase as rb
from benchmarks.ours.network import resident, serve
from rheobase.units import Hz, ms, mV

excitatory, duration, warm, threads, form = sys.argv[1:]
if int(threads) > 1 and hasattr(os, "sched_setaffinity"):
    # The harness stays on one core, and so would we.
    os.sched_setaffinity(0, range(os.cpu_count() or 1))

# A bare process with all that a network needs loaded, before any of it is made.
model = rb.Model(
    "tau * dv/dt = -v",
    spike="v >= V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={"tau": 20 * ms, "V_T": 20 * mV, "V_R": 0 * mV, "t_ref": 2 * ms},
    initial={"v": 0 * mV},
)
rb.Network(seed=0).add(model, 1)
import llvmlite.binding  # noqa: E402, F401 (what compiling loads)

bare = resident()

EXCITATORY = int(excitatory)
INHIBITORY = EXCITATORY // 4
# A tenth of the neurons reaches each; weights keep their sum when there are fewer of them.
SOURCES = EXCITATORY // 10
WEIGHT = 100.0 / SOURCES
INHIBITION, DRIVE = 5.0, 2.0
# The rate that brings a neuron to its threshold on average is theta/(J tau).
RATE = DRIVE * 20.0 / (WEIGHT * 20e-3)


def network() -> rb.Network:
    """As NEST's own example has it, the drive of each neuron a Poisson process of its own."""
    net = rb.Network(seed=1, dt=0.1 * ms, threads=int(threads))
    exc = net.add(model, EXCITATORY, name="exc", releases="glutamate", method="exact")
    inh = net.add(model, INHIBITORY, name="inh", releases="GABA", method="exact")
    kick, delay = rb.Delta(), 1.5 * ms
    for target in (exc, inh):
        drive = net.add(rb.Poisson(RATE * Hz), target.n, name=f"drive_{target.name}")
        net.record(drive, "spikes", subset=[])
        net.connect(drive, target, kick, rb.one_to_one(), WEIGHT * mV, delay)
    if form == "connected":
        from_exc = rb.fixed_indegree(SOURCES, multapses=True)
        from_inh = rb.fixed_indegree(SOURCES // 4, multapses=True)
        net.connect(exc, [exc, inh], kick, from_exc, WEIGHT * mV, delay)
        net.connect(inh, [exc, inh], kick, from_inh, -INHIBITION * WEIGHT * mV, delay)
    return net


serve(network, float(duration), float(warm), bare_bytes=bare)
