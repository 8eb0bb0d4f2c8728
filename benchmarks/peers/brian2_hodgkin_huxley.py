"""Brian 2, C++ standalone: a population of Hodgkin-Huxley neurons under steady currents.

Arguments: scheme, neurons, duration (ms), time step (ms), form of the opening rates.

``exprel`` is the form of Brian 2's own examples, exact at the singular voltages; ``division`` is
the textbook's x / (1 - exp(-x)), faster, and not a number where x is zero.
"""

import json
import sys

import brian2 as b2
from brian2 import cm, device, ms, msiemens, mV, uA, ufarad

scheme, neurons, duration, step, form = sys.argv[1:]
opening = {
    "exprel": """
        alpha_m = 1.0 / exprel(-(v + 45*mV) / (10*mV)) / ms : Hz
        alpha_n = 0.1 / exprel(-(v + 60*mV) / (10*mV)) / ms : Hz""",
    "division": """
        alpha_m = 0.1/mV * (v + 45*mV) / (1 - exp(-(v + 45*mV) / (10*mV))) / ms : Hz
        alpha_n = 0.01/mV * (v + 60*mV) / (1 - exp(-(v + 60*mV) / (10*mV))) / ms : Hz""",
}
equations = """
        dv/dt = (g_L*(V_L - v) + g_K*n**4*(V_K - v) + g_Na*m**3*h*(V_Na - v) + I) / C : volt
        dm/dt = alpha_m * (1 - m) - beta_m * m : 1
        dn/dt = alpha_n * (1 - n) - beta_n * n : 1
        dh/dt = alpha_h * (1 - h) - beta_h * h : 1
        beta_m = 4 * exp(-(v + 70*mV) / (18*mV)) / ms : Hz
        beta_n = 0.125 * exp(-(v + 70*mV) / (80*mV)) / ms : Hz
        alpha_h = 0.07 * exp(-(v + 70*mV) / (20*mV)) / ms : Hz
        beta_h = 1 / (exp(-(v + 40*mV) / (10*mV)) + 1) / ms : Hz
        I : amp / meter**2""" + opening[form]
constants = {
    "C": 1 * ufarad / cm**2,
    "g_L": 0.3 * msiemens / cm**2,
    "g_K": 36 * msiemens / cm**2,
    "g_Na": 120 * msiemens / cm**2,
    "V_L": -59.387 * mV,
    "V_K": -82 * mV,
    "V_Na": 45 * mV,
}

b2.set_device("cpp_standalone", directory="standalone", build_on_run=False)
b2.defaultclock.dt = float(step) * ms
group = b2.NeuronGroup(
    int(neurons),
    equations,
    threshold="v > -20*mV",
    # A spike is a rising edge: no second one while v is still above.
    refractory="v > -20*mV",
    method=scheme,
    namespace=constants,
)
# The resting state.
group.v = -69.99637933119206 * mV
group.m = 0.052955086813008125
group.n = 0.31773239976086576
group.h = 0.5959941247398639
group.I = f"(5 + 20.0 * i / {int(neurons) - 1}) * uA / cm**2"
monitor = b2.SpikeMonitor(group)
b2.run(float(duration) * ms, namespace={"uA": uA, "cm": cm})
device.build(run=False)
device.run()
first = {
    "counts": [int(count) for count in monitor.count],
    "mean_time_ms": float((monitor.t / ms).mean()),
    "version": b2.__version__,
}
print("@@", json.dumps(first), flush=True)
for _ in sys.stdin:
    device.run()
    answer = {"run_s": device._last_run_time, "spikes": int(monitor.num_spikes)}
    print("@@", json.dumps(answer), flush=True)
