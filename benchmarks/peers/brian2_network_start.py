"""Brian 2 from nothing: the balanced network with conductances, 1 s, its spikes counted.

Arguments: ``cython``, which is its default, or ``cpp_standalone``; the folder of the Cython cache.
"""

import json
import sys

import brian2 as b2
from brian2 import ms, mV

target, cache = sys.argv[1:]
if target == "cpp_standalone":
    b2.set_device(target, directory="standalone")
else:
    b2.prefs.codegen.target = target
    b2.prefs.codegen.runtime.cython.cache_dir = cache
b2.seed(1)
b2.defaultclock.dt = 0.1 * ms
neurons = b2.NeuronGroup(
    4_000,
    """
    dv/dt = ((E_L - v) + g_exc * (E_exc - v) + g_inh * (E_inh - v)) / tau : volt (unless refractory)
    dg_exc/dt = -g_exc / tau_exc : 1
    dg_inh/dt = -g_inh / tau_inh : 1
    """,
    threshold="v > V_T",
    reset="v = V_R",
    refractory=5 * ms,
    method="exponential_euler",
    namespace={
        "tau": 20 * ms,
        "tau_exc": 5 * ms,
        "tau_inh": 10 * ms,
        "E_L": -60 * mV,
        "E_exc": 0 * mV,
        "E_inh": -80 * mV,
        "V_T": -50 * mV,
        "V_R": -60 * mV,
    },
)
neurons.v = "-60*mV + rand() * 10*mV"
neurons.g_exc = "4 + 1.5 * randn()"
neurons.g_inh = "20 + 12 * randn()"
exc = b2.Synapses(neurons[:3_200], neurons, on_pre="g_exc += 0.6")
exc.connect(p=0.02)
inh = b2.Synapses(neurons[3_200:], neurons, on_pre="g_inh += 6.7")
inh.connect(p=0.02)
monitor = b2.SpikeMonitor(neurons)
b2.run(1000 * ms)
print("@@", json.dumps({"spikes": int(monitor.num_spikes)}), flush=True)
