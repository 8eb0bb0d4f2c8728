"""Brian 2 as a new user meets it: one Hodgkin-Huxley neuron, 100 ms, its trace read.

Arguments: code generation (``auto`` is Brian 2's default), folder of the Cython cache.
"""

import json
import sys

import brian2 as b2
from brian2 import cm, ms, msiemens, mV, uA, ufarad

target, cache = sys.argv[1:]
b2.prefs.codegen.target = target
b2.prefs.codegen.runtime.cython.cache_dir = cache
b2.defaultclock.dt = 0.01 * ms
neuron = b2.NeuronGroup(
    1,
    """
    dv/dt = (g_L*(V_L - v) + g_K*n**4*(V_K - v) + g_Na*m**3*h*(V_Na - v) + I) / C : volt
    dm/dt = alpha_m * (1 - m) - beta_m * m : 1
    dn/dt = alpha_n * (1 - n) - beta_n * n : 1
    dh/dt = alpha_h * (1 - h) - beta_h * h : 1
    alpha_m = 1.0 / exprel(-(v + 45*mV) / (10*mV)) / ms : Hz
    beta_m = 4 * exp(-(v + 70*mV) / (18*mV)) / ms : Hz
    alpha_n = 0.1 / exprel(-(v + 60*mV) / (10*mV)) / ms : Hz
    beta_n = 0.125 * exp(-(v + 70*mV) / (80*mV)) / ms : Hz
    alpha_h = 0.07 * exp(-(v + 70*mV) / (20*mV)) / ms : Hz
    beta_h = 1 / (exp(-(v + 40*mV) / (10*mV)) + 1) / ms : Hz
    """,
    threshold="v > -20*mV",
    refractory="v > -20*mV",
    method="euler",
    namespace={
        "C": 1 * ufarad / cm**2,
        "g_L": 0.3 * msiemens / cm**2,
        "g_K": 36 * msiemens / cm**2,
        "g_Na": 120 * msiemens / cm**2,
        "V_L": -59.387 * mV,
        "V_K": -82 * mV,
        "V_Na": 45 * mV,
        "I": 10 * uA / cm**2,
    },
)
neuron.v = -70 * mV
neuron.m, neuron.n, neuron.h = 0.053, 0.318, 0.596
trace = b2.StateMonitor(neuron, "v", record=True)
spikes = b2.SpikeMonitor(neuron)
b2.run(100 * ms)
answer = {
    "peak_mV": float((trace.v[0] / mV).max()),
    "samples": len(trace.t),
    "spikes": int(spikes.num_spikes),
    "ran_on": type(neuron.state_updater.codeobj).__name__,
}
print("@@", json.dumps(answer), flush=True)
