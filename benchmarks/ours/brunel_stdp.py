"""Rheobase: a network of Brunel's whose recurrent excitatory synapses learn.

Arguments: file of the description, duration (ms), ms before it that are not measured, the axonal
share of the delay, and ``plastic``; ``unread`` for the same whose weights nobody asks for, which
takes memory too; ``static`` for one that does not learn, or ``without`` for one that has all
synapses but those.
"""

import json
import sys
from pathlib import Path

import rheobase as rb
from benchmarks.ours.learning import pairs, weights
from benchmarks.ours.network import resident, serve
from rheobase.units import Hz, ms, mV

path, duration, warm, axonal, form = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron = given["neuron"]

# A bare process with all that a network needs loaded, before any of it is made.
model = rb.Model(
    "tau * dv/dt = -v",
    spike="v >= V_T",
    reset="v = V_R",
    refractory="t_ref",
    parameters={
        "tau": neuron["tau"] * ms,
        "V_T": neuron["V_T"] * mV,
        "V_R": neuron["V_R"] * mV,
        "t_ref": neuron["t_ref"] * ms,
    },
    initial={"v": 0 * mV},
)
rule = pairs(given["rule"], mV)
rb.Network(seed=0).add(model, 1)
import llvmlite.binding  # noqa: E402, F401 (what compiling loads)

bare = resident()


def network() -> rb.Network:
    """The drive of each neuron is a Poisson process of its own."""
    net = rb.Network(seed=1, dt=0.1 * ms, threads=1)
    exc = net.add(model, given["excitatory"], name="exc", releases="glutamate", method="exact")
    inh = net.add(model, given["inhibitory"], name="inh", releases="GABA", method="exact")
    kick, weight, delay = rb.Delta(), given["weight"] * mV, given["delay"] * ms
    for target in (exc, inh):
        drive = net.add(rb.Poisson(given["drive_hz"] * Hz), target.n, name=f"drive_{target.name}")
        net.record(drive, "spikes", subset=[])
        net.connect(drive, target, kick, rb.one_to_one(), weight, delay)
    from_exc = rb.fixed_indegree(given["from_excitatory"], multapses=True)
    from_inh = rb.fixed_indegree(given["from_inhibitory"], multapses=True)
    learns = form in ("plastic", "unread")
    if form != "without":
        net.connect(
            exc,
            exc,
            kick,
            from_exc,
            weight,
            delay,
            plasticity=rule if learns else None,
            axonal=float(axonal) if learns else None,
            name="learning",
        )
    net.connect(exc, inh, kick, from_exc, weight, delay)
    net.connect(inh, [exc, inh], kick, from_inh, -given["inhibition"] * weight, delay)
    return net


def learned(net: rb.Network) -> dict[str, float]:
    """In mV."""
    return weights(net, "learning", mV)


read = learned if form == "plastic" else None
serve(network, float(duration), float(warm), read=read, bare_bytes=bare)
