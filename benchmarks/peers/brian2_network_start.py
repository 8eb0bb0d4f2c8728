"""Brian 2 from nothing: the balanced network with conductances, 1 s, its spikes counted.

Arguments: ``cython``, which is its default, or ``cpp_standalone``; the folder of the Cython cache.
"""

import json
import sys

import brian2 as b2
from brian2 import ms
from brian2_neuron import neurons

target, cache = sys.argv[1:]
if target == "cpp_standalone":
    b2.set_device(target, directory="standalone")
else:
    b2.prefs.codegen.target = target
    b2.prefs.codegen.runtime.cython.cache_dir = cache
b2.seed(1)
b2.defaultclock.dt = 0.1 * ms
cells = neurons(4_000, 5 * ms)
cells.v = "-60*mV + rand() * 10*mV"
cells.g_exc = "4 + 1.5 * randn()"
cells.g_inh = "20 + 12 * randn()"
exc = b2.Synapses(cells[:3_200], cells, on_pre="g_exc += 0.6")
exc.connect(p=0.02)
inh = b2.Synapses(cells[3_200:], cells, on_pre="g_inh += 6.7")
inh.connect(p=0.02)
monitor = b2.SpikeMonitor(cells)
b2.run(1000 * ms)
print("@@", json.dumps({"spikes": int(monitor.num_spikes)}), flush=True)
