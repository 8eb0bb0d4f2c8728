"""Brian 2, C++ standalone: one neuron whose thousand excitatory inputs compete.

Arguments: file of the description, duration (ms). Conductances are multiples of the leak.
"""

import json
import sys
from pathlib import Path

import brian2 as b2
import numpy as np
from brian2 import Hz, device, ms, mV

path, duration = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron, rule = given["neuron"], given["rule"]
b2.set_device("cpp_standalone", directory="standalone", build_on_run=False)
b2.defaultclock.dt = 0.1 * ms
b2.seed(1)
times = {name: neuron[name] * ms for name in ("tau", "tau_exc", "tau_inh")}
levels = {name: neuron[name] * mV for name in ("E_L", "E_exc", "E_inh", "V_T", "V_R")}
cell = b2.NeuronGroup(
    1,
    """
    dv/dt = (E_L - v + g_exc * (E_exc - v) + g_inh * (E_inh - v)) / tau : volt
    dg_exc/dt = -g_exc / tau_exc : 1
    dg_inh/dt = -g_inh / tau_inh : 1
    """,
    threshold="v > V_T",
    reset="v = V_R",
    method="exponential_euler",
    namespace=times | levels,
)
cell.v = neuron["E_L"] * mV
inputs = b2.PoissonGroup(given["excitatory"], given["exc_hz"] * Hz)
learning = b2.Synapses(
    inputs,
    cell,
    """
    w : 1
    dx/dt = -x / tau_plus : 1 (event-driven)
    dy/dt = -y / tau_minus : 1 (event-driven)
    """,
    on_pre="w = clip(w - fall * y, 0, w_max); x += 1; g_exc_post += w",
    on_post="y += 1; w = clip(w + rise * x, 0, w_max)",
    delay=given["delay"] * ms,
    namespace={
        "tau_plus": rule["tau_plus"] * ms,
        "tau_minus": rule["tau_minus"] * ms,
        "w_max": rule["w_max"],
        "rise": rule["rate"] * rule["w_max"],
        "fall": rule["ratio"] * rule["rate"] * rule["w_max"],
    },
)
learning.connect()
learning.w = np.asarray(given["first"])
count, rate = given["inhibitory"], given["inh_hz"] * Hz
quiet = b2.PoissonInput(cell, "g_inh", count, rate, given["inhibition"])
monitor = b2.SpikeMonitor(cell)
b2.run(float(duration) * ms)
device.build(run=False)


def run() -> dict[str, float]:
    """A run, and what it has led to."""
    device.run()
    shares = np.asarray(learning.w) / rule["w_max"]
    return {
        "run_s": device._last_run_time,
        "spikes": int(monitor.num_spikes),
        "mean_weight": float(shares.mean()),
        "spread_of_weights": float(shares.std()),
        "version": b2.__version__,
    }


print("@@", json.dumps(run()), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(run()), flush=True)
