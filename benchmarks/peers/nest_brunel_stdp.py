"""NEST: a network of Brunel's whose four million recurrent excitatory synapses learn.

Arguments: file of the description, duration (ms), ms before it that are not measured.

Synapses of one kind share their constants, NEST's leanest form of the rule.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import nest
import numpy as np

path, duration, warm = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron, rule = given["neuron"], given["rule"]
PARAMETERS = {
    "C_m": 1.0,
    "tau_m": neuron["tau"],
    "t_ref": neuron["t_ref"],
    "E_L": 0.0,
    "V_reset": neuron["V_R"],
    "V_m": 0.0,
    "V_th": neuron["V_T"],
}
LEARNING = {
    "tau_plus": rule["tau_plus"],
    "lambda": rule["rate"],
    "alpha": rule["ratio"],
    "mu_plus": 0.0,
    "mu_minus": 0.0,
    "Wmax": rule["w_max"],
}


def weights() -> dict[str, float]:
    """Of the synapses that learn, one in a hundred targets.

    Potentiation since a synapse's last presynaptic spike is still to come in what NEST says.
    """
    exc = nest.NodeCollection(list(range(1, given["excitatory"] + 1, 100)))
    found = nest.GetConnections(target=exc, synapse_model="learning").get("weight")
    return {"mean_weight": float(np.mean(found)), "spread_of_weights": float(np.std(found))}


def measured() -> dict[str, Any]:
    """One network, built and run; building ends before NEST's own preparations."""
    nest.ResetKernel()
    nest.resolution = 0.1
    nest.local_num_threads = 1
    started = time.perf_counter()
    nest.CopyModel("stdp_synapse_hom", "learning", LEARNING)
    learns = PARAMETERS | {"tau_minus": rule["tau_minus"]}
    exc = nest.Create("iaf_psc_delta", given["excitatory"], params=learns)
    inh = nest.Create("iaf_psc_delta", given["inhibitory"], params=PARAMETERS)
    noise = nest.Create("poisson_generator", params={"rate": given["drive_hz"]})
    recorder = nest.Create("spike_recorder")
    weight, delay = given["weight"], given["delay"]
    plastic = {"synapse_model": "learning", "weight": weight, "delay": delay}
    excites = {"weight": weight, "delay": delay}
    inhibits = {"weight": -given["inhibition"] * weight, "delay": delay}
    from_exc = {"rule": "fixed_indegree", "indegree": given["from_excitatory"]}
    from_inh = {"rule": "fixed_indegree", "indegree": given["from_inhibitory"]}
    nest.Connect(noise, exc + inh, syn_spec=excites)
    nest.Connect(exc, exc, from_exc, plastic)
    nest.Connect(exc, inh, from_exc, excites)
    nest.Connect(inh, exc + inh, from_inh, inhibits)
    nest.Connect(exc + inh, recorder)
    built = time.perf_counter()
    nest.Prepare()
    nest.Run(float(warm))
    known, before = weights(), recorder.n_events
    begun = time.perf_counter()
    nest.Run(float(duration))
    ended = time.perf_counter()
    nest.Cleanup()
    return {
        "run_s": ended - begun,
        "build_s": built - started,
        "spikes": int(recorder.n_events - before),
        "before": known,
        **weights(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "version": nest.__version__,
    }


nest.verbosity = nest.VerbosityLevel.ERROR
print("@@", json.dumps(measured()), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()), flush=True)
