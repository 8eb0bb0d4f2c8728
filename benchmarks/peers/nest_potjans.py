"""NEST: the cortical microcircuit from a description.

Arguments: file of the description, duration (ms), ms before it that are not measured.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import nest

path, duration, warm = sys.argv[1:]
given = json.loads(Path(path).read_text(encoding="utf-8"))
neuron = dict(given["neuron"])
tau_syn = neuron.pop("tau_syn")
neuron |= {"tau_syn_ex": tau_syn, "tau_syn_in": tau_syn}


def measured() -> dict[str, Any]:
    """One network, built and run; building ends before NEST's own preparations."""
    nest.ResetKernel()
    nest.resolution = 0.1
    nest.local_num_threads = 1
    started = time.perf_counter()
    populations, recorders = {}, {}
    for own in given["populations"]:
        made = nest.Create("iaf_psc_exp", own["n"], params=neuron | {"I_e": own["current"]})
        made.V_m = nest.random.normal(*own["first"])
        noise = nest.Create("poisson_generator", params={"rate": own["drive_hz"]})
        synapse = {"weight": given["drive_weight"], "delay": given["drive_delay"]}
        nest.Connect(noise, made, syn_spec=synapse)
        recorder = nest.Create("spike_recorder")
        nest.Connect(made, recorder)
        populations[own["name"]], recorders[own["name"]] = made, recorder
    for own in given["projections"]:
        rule = {"rule": "fixed_total_number", "N": own["synapses"]}
        weight = nest.random.normal(own["weight"], own["weight_spread"])
        ends = {"min": 0.0, "max": 1e9} if own["weight"] > 0 else {"min": -1e9, "max": 0.0}
        delay = nest.random.normal(own["delay"], own["delay_spread"])
        synapse = {
            "weight": nest.math.redraw(weight, **ends),
            "delay": nest.math.redraw(delay, min=0.1, max=1e9),
        }
        nest.Connect(populations[own["pre"]], populations[own["post"]], rule, synapse)
    built = time.perf_counter()
    nest.Prepare()
    nest.Run(float(warm))
    before = {name: recorder.n_events for name, recorder in recorders.items()}
    begun = time.perf_counter()
    nest.Run(float(duration))
    ended = time.perf_counter()
    nest.Cleanup()
    counts = {name: int(r.n_events - before[name]) for name, r in recorders.items()}
    return {
        "run_s": ended - begun,
        "build_s": built - started,
        "counts": counts,
        "spikes": sum(counts.values()),
        "version": nest.__version__,
    }


nest.verbosity = nest.VerbosityLevel.ERROR
print("@@", json.dumps(measured()), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()), flush=True)
