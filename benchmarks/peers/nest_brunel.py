"""NEST: Brunel's network of 12,500 neurons and 15.6 million synapses.

Arguments: excitatory neurons, duration (ms), ms before it that are not measured.
"""

import json
import resource
import sys
import time
from typing import Any

import nest

excitatory, duration, warm = sys.argv[1:]
EXCITATORY = int(excitatory)
INHIBITORY = EXCITATORY // 4
SOURCES = EXCITATORY // 10
WEIGHT = 100.0 / SOURCES
INHIBITION, DRIVE, DELAY = 5.0, 2.0, 1.5
RATE = DRIVE * 20.0 / (WEIGHT * 20e-3)
PARAMETERS = {
    "C_m": 1.0,
    "tau_m": 20.0,
    "t_ref": 2.0,
    "E_L": 0.0,
    "V_reset": 0.0,
    "V_m": 0.0,
    "V_th": 20.0,
}


def measured() -> dict[str, Any]:
    """One network, built and run; building ends before NEST's own preparations."""
    nest.ResetKernel()
    nest.resolution = 0.1
    nest.local_num_threads = 1
    started = time.perf_counter()
    exc = nest.Create("iaf_psc_delta", EXCITATORY, params=PARAMETERS)
    inh = nest.Create("iaf_psc_delta", INHIBITORY, params=PARAMETERS)
    noise = nest.Create("poisson_generator", params={"rate": RATE})
    recorder = nest.Create("spike_recorder")
    excites = {"weight": WEIGHT, "delay": DELAY}
    inhibits = {"weight": -INHIBITION * WEIGHT, "delay": DELAY}
    nest.Connect(noise, exc + inh, syn_spec=excites)
    nest.Connect(exc, exc + inh, {"rule": "fixed_indegree", "indegree": SOURCES}, excites)
    nest.Connect(inh, exc + inh, {"rule": "fixed_indegree", "indegree": SOURCES // 4}, inhibits)
    nest.Connect(exc + inh, recorder)
    built = time.perf_counter()
    nest.Prepare()
    nest.Run(float(warm))
    before = recorder.n_events
    begun = time.perf_counter()
    nest.Run(float(duration))
    ended = time.perf_counter()
    nest.Cleanup()
    return {
        "run_s": ended - begun,
        "build_s": built - started,
        "spikes": int(recorder.n_events - before),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "version": nest.__version__,
    }


nest.verbosity = nest.VerbosityLevel.ERROR
print("@@", json.dumps(measured()), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()), flush=True)
