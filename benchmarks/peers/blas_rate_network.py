"""NumPy: the same network, a product of matrix and vector in every step.

Arguments: file of the network, duration (ms), where to write the states.

`run_s` is the time of the products alone: what BLAS would take if all the rest took none.
"""

import json
import sys
import time
from typing import Any

import numpy as np

path, duration, states = sys.argv[1:]
given = np.load(path)
matrix = np.ascontiguousarray(given["weights"].T)
b, dt, delay = given["b"], float(given["dt"]), round(float(given["delay"]) / float(given["dt"]))
steps = round(float(duration) / dt)


def measured() -> tuple[Any, dict[str, Any]]:
    """One run from the first state."""
    v, seconds, decay = np.zeros(len(b)), 0.0, np.exp(-dt / 10.0)
    sent = [np.zeros(len(b))] * (delay + 1)
    for _ in range(steps):
        r = sent.pop(0)
        started = time.perf_counter()
        current = matrix @ r
        seconds += time.perf_counter() - started
        v = current + b + (v - current - b) * decay
        sent.append(np.tanh(v))
    return v, {"run_s": seconds}


v, first = measured()
np.save(states, v)
print("@@", json.dumps(first | {"version": np.__version__}), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()[1]), flush=True)
