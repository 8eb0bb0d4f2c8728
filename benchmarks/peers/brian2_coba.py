"""Brian 2, C++ standalone: the balanced network with conductances, exponential Euler.

Arguments: file of the wiring, duration (ms), where to write the spikes.

A spike of the step that begins at t is stamped t there, and its end is meant, where the neuron is
reset: the period during which v is held begins a step later than the stamp, so 5.1 ms hold it for
the 50 steps that the others hold it.
"""

import json
import sys

import brian2 as b2
import numpy as np
from brian2 import device, ms, mV, second
from brian2_neuron import neurons

EXCITATORY = 3_200

wiring, duration, spikes = sys.argv[1:]
given = np.load(wiring)
b2.set_device("cpp_standalone", directory="standalone", build_on_run=False)
b2.defaultclock.dt = 0.1 * ms
cells = neurons(len(given["v"]), 5.1 * ms)
cells.v = given["v"] * mV
cells.g_exc = given["g_exc"]
cells.g_inh = given["g_inh"]
is_excitatory = given["pre"] < EXCITATORY
exc = b2.Synapses(cells, cells, on_pre="g_exc += 0.6", delay=0.1 * ms)
exc.connect(i=given["pre"][is_excitatory], j=given["post"][is_excitatory])
inh = b2.Synapses(cells, cells, on_pre="g_inh += 6.7", delay=0.1 * ms)
inh.connect(i=given["pre"][~is_excitatory], j=given["post"][~is_excitatory])
monitor = b2.SpikeMonitor(cells)
b2.run(float(duration) * ms)
device.build(run=False)
device.run()
# The end of the step, like everyone else.
ticks = np.rint(np.asarray(monitor.t / second) / 1e-4).astype(np.int64) + 1
np.savez(spikes, tick=ticks, neuron=np.asarray(monitor.i))
first = {"spikes": int(monitor.num_spikes), "version": b2.__version__}
print("@@", json.dumps(first), flush=True)
for _ in sys.stdin:
    device.run()
    answer = {"run_s": device._last_run_time, "spikes": int(monitor.num_spikes)}
    print("@@", json.dumps(answer), flush=True)
