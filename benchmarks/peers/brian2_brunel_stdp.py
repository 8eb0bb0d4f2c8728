"""Brian 2, C++ standalone: a network of Brunel's whose recurrent excitatory synapses learn.

Arguments: file of the description, duration (ms), ms before it that are not measured.

The drive is the sum of as many Poisson processes as there are excitatory synapses on a neuron. As
in `brian2_coba.py`, the refractory period counts a step more.
"""

import json
import resource
import sys
from pathlib import Path

import brian2 as b2
import numpy as np
from brian2 import Hz, device, ms, mV

path, duration, warm = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron, rule = given["neuron"], given["rule"]
b2.set_device("cpp_standalone", directory="standalone", build_on_run=False)
b2.defaultclock.dt = 0.1 * ms
b2.seed(1)
space = {
    "tau": neuron["tau"] * ms,
    "V_T": neuron["V_T"] * mV,
    "V_R": neuron["V_R"] * mV,
    "tau_plus": rule["tau_plus"] * ms,
    "tau_minus": rule["tau_minus"] * ms,
    "w_max": rule["w_max"] * mV,
    "rise": rule["rate"] * rule["w_max"] * mV,
    "fall": rule["ratio"] * rule["rate"] * rule["w_max"] * mV,
}
cells = b2.NeuronGroup(
    given["excitatory"] + given["inhibitory"],
    "dv/dt = -v / tau : volt (unless refractory)",
    threshold="v >= V_T",
    reset="v = V_R",
    refractory=(neuron["t_ref"] + 0.1) * ms,
    method="exact",
    namespace=space,
)
exc, inh = cells[: given["excitatory"]], cells[given["excitatory"] :]
weight, delay = given["weight"] * mV, given["delay"] * ms
sources = given["from_excitatory"]
drive = b2.PoissonInput(cells, "v", sources, given["drive_hz"] / sources * Hz, weight)
learning = b2.Synapses(
    exc,
    exc,
    """
    w : volt
    dx/dt = -x / tau_plus : 1 (event-driven)
    dy/dt = -y / tau_minus : 1 (event-driven)
    """,
    on_pre="w = clip(w - fall * y, 0*volt, w_max); x += 1; v_post += w",
    on_post="y += 1; w = clip(w + rise * x, 0*volt, w_max)",
    delay=delay,
    namespace=space,
)
to_inh = b2.Synapses(exc, inh, on_pre="v_post += J", delay=delay, namespace={"J": weight})
inhibits = {"J": given["inhibition"] * weight}
from_inh = b2.Synapses(inh, cells, on_pre="v_post -= J", delay=delay, namespace=inhibits)
draws = np.random.default_rng(1)
for synapses, targets, degree in (
    (learning, len(exc), sources),
    (to_inh, len(inh), sources),
    (from_inh, len(cells), given["from_inhibitory"]),
):
    pre = draws.integers(len(synapses.source), size=targets * degree)
    synapses.connect(i=pre, j=np.repeat(np.arange(targets), degree))
learning.w = weight
monitor = b2.SpikeMonitor(cells)
b2.run(float(warm) * ms)
b2.run(float(duration) * ms)
device.build(run=False)


def run() -> dict[str, float]:
    """A run, of which what follows the warm-up is timed and counted."""
    device.run()
    return {
        "run_s": device._last_run_time,
        "spikes": int(np.sum(np.asarray(monitor.t / ms) >= float(warm) - 0.05)),
    }


first = run()
weights = np.asarray(learning.w / mV)
first |= {
    "mean_weight": float(weights.mean()),
    "spread_of_weights": float(weights.std()),
    "peak_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    "version": b2.__version__,
}
print("@@", json.dumps(first), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(run()), flush=True)
