"""NEST: the balanced network, with conductances (``coba``) or currents (``cuba``).

Arguments: which, file of the wiring, duration (ms), where to write the spikes.
"""

import json
import sys
import time
from typing import Any

import nest
import numpy as np

EXCITATORY = 3_200

which, wiring, duration, spikes = sys.argv[1:]
given = np.load(wiring)
common = {"C_m": 200.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 5.0}
times = {"tau_syn_ex": 5.0, "tau_syn_in": 10.0}
models = {
    "coba": ("iaf_cond_exp", {"g_L": 10.0, "E_L": -60.0, "E_ex": 0.0, "E_in": -80.0}, (6.0, -67.0)),
    "cuba": ("iaf_psc_exp", {"tau_m": 20.0, "E_L": -49.0}, (16.2, -90.0)),
}
model, parameters, weights = models[which]


def measured() -> tuple[Any, dict[str, Any]]:
    """One network, built and run; its spike recorder and the wall times."""
    started = time.perf_counter()
    nest.ResetKernel()
    nest.resolution = 0.1
    nest.local_num_threads = 1
    neurons = nest.Create(model, len(given["v"]), params=common | times | parameters)
    neurons.V_m = given["v"]
    if which == "coba":
        # Conductances are in nS here, and the leak is 10 nS.
        neurons.g_ex = 10.0 * given["g_exc"]
        neurons.g_in = 10.0 * given["g_inh"]
    is_excitatory = given["pre"] < EXCITATORY
    for chosen, weight in ((is_excitatory, weights[0]), (~is_excitatory, weights[1])):
        count = int(chosen.sum())
        synapse = {"weight": np.full(count, weight), "delay": np.full(count, 0.1)}
        pre, post = given["pre"][chosen] + 1, given["post"][chosen] + 1
        nest.Connect(pre, post, "one_to_one", synapse)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(float(duration))
    ended = time.perf_counter()
    nest.Cleanup()
    return recorder, {
        "run_s": ended - built,
        "build_s": built - started,
        "spikes": int(recorder.n_events),
    }


nest.verbosity = nest.VerbosityLevel.ERROR
recorder, first = measured()
events = recorder.events
np.savez(spikes, tick=np.rint(events["times"] / 0.1).astype(np.int64), neuron=events["senders"] - 1)
print("@@", json.dumps(first | {"version": nest.__version__}), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()[1]), flush=True)
