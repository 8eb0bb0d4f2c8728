"""NEST: one neuron whose thousand excitatory inputs compete.

Arguments: file of the description, duration (ms).

NEST has the conductance neuron with an adaptive solver only. Conductances are in nS, the leak 10.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import nest
import numpy as np

path, duration = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron, rule = given["neuron"], given["rule"]
LEAK = 10.0
PARAMETERS = {
    "C_m": LEAK * neuron["tau"],
    "g_L": LEAK,
    "E_L": neuron["E_L"],
    "V_m": neuron["E_L"],
    "V_th": neuron["V_T"],
    "V_reset": neuron["V_R"],
    "t_ref": 0.0,
    "E_ex": neuron["E_exc"],
    "E_in": neuron["E_inh"],
    "tau_syn_ex": neuron["tau_exc"],
    "tau_syn_in": neuron["tau_inh"],
    "tau_minus": rule["tau_minus"],
}
LEARNING = {
    "tau_plus": rule["tau_plus"],
    "lambda": rule["rate"],
    "alpha": rule["ratio"],
    "mu_plus": 0.0,
    "mu_minus": 0.0,
    "Wmax": LEAK * rule["w_max"],
}


def measured() -> dict[str, Any]:
    """One network, built and run; a parrot repeats each train, so that it can have synapses."""
    started = time.perf_counter()
    nest.ResetKernel()
    nest.resolution = 0.1
    nest.local_num_threads = 1
    nest.CopyModel("stdp_synapse_hom", "learning", LEARNING)
    cell = nest.Create("iaf_cond_exp", params=PARAMETERS)
    inputs = nest.Create("parrot_neuron", given["excitatory"])
    noise = nest.Create("poisson_generator", params={"rate": given["exc_hz"]})
    nest.Connect(noise, inputs)
    weights = LEAK * np.asarray(given["first"]).reshape(1, -1)
    plastic = {"synapse_model": "learning", "weight": weights, "delay": given["delay"]}
    nest.Connect(inputs, cell, "all_to_all", plastic)
    quiet = nest.Create("poisson_generator", params={"rate": given["inhibitory"] * given["inh_hz"]})
    nest.Connect(quiet, cell, syn_spec={"weight": -LEAK * given["inhibition"]})
    recorder = nest.Create("spike_recorder")
    nest.Connect(cell, recorder)
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(float(duration))
    ended = time.perf_counter()
    nest.Cleanup()
    found = nest.GetConnections(synapse_model="learning").get("weight")
    shares = np.asarray(found) / (LEAK * rule["w_max"])
    return {
        "run_s": ended - built,
        "build_s": built - started,
        "spikes": int(recorder.n_events),
        "mean_weight": float(shares.mean()),
        "spread_of_weights": float(shares.std()),
        "version": nest.__version__,
    }


nest.verbosity = nest.VerbosityLevel.ERROR
print("@@", json.dumps(measured()), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()), flush=True)
