"""Brian 2, C++ standalone: a population of Izhikevich's regular-spiking neurons, forward Euler.

Arguments: neurons, duration (ms), time step (ms). Plain numbers as the paper prints them.
"""

import json
import sys

import brian2 as b2
from brian2 import device, ms

neurons, duration, step = sys.argv[1:]
b2.set_device("cpp_standalone", directory="standalone", build_on_run=False)
b2.defaultclock.dt = float(step) * ms
group = b2.NeuronGroup(
    int(neurons),
    """
    dv/dt = (0.04 * v**2 + 5 * v + 140 - u + I) / ms : 1
    du/dt = 0.02 * (0.2 * v - u) / ms : 1
    I : 1
    """,
    threshold="v >= 30",
    reset="v = -65; u += 8",
    method="euler",
)
group.v = -65
group.u = -13
group.I = f"8 + 4.0 * i / {int(neurons) - 1}"
monitor = b2.SpikeMonitor(group)
b2.run(float(duration) * ms)
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
