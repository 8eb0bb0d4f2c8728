"""ANNarchy: a dense network of rate-coded neurons with a delay.

Arguments: file of the network, duration (ms), where to write the states.

A delay of one step means here the output at the beginning of a step, which is a delay of 0 on the
other sides: so it is one step longer. Dense storage is the fastest that it has for such a matrix.
"""

import json
import sys
import time
from typing import Any

import ANNarchy
import numpy as np

NEURON = ANNarchy.Neuron(
    parameters="""
        tau = 10.0
        b = 0.0
    """,
    equations="""
        tau * dv/dt + v = sum(exc) + b : exponential, init = 0.0
        r = tanh(v)
    """,
)

path, duration, states = sys.argv[1:]
given = np.load(path)
dt, delay = float(given["dt"]), float(given["delay"])

net = ANNarchy.Network(dt=dt)
net.config(num_threads=1)
neurons = net.create(len(given["b"]), NEURON)
projection = net.connect(neurons, neurons, "exc")
projection.from_matrix(
    np.ascontiguousarray(given["weights"].T), delays=delay + dt, storage_format="dense"
)
# Four times as fast as with the flags that it takes by itself: sums are then added up in vectors.
net.compile(directory="compiled", compiler_flags="-O3 -march=native -ffast-math")


def measured() -> tuple[Any, dict[str, Any]]:
    """One run from the first state."""
    net.reset(populations=True)
    neurons.b = given["b"]
    started = time.perf_counter()
    net.simulate(float(duration))
    return np.array(neurons.v), {"run_s": time.perf_counter() - started}


v, first = measured()
np.save(states, v)
print("@@", json.dumps(first | {"version": ANNarchy.__version__}), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()[1]), flush=True)
