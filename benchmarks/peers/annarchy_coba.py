"""ANNarchy: the balanced network with conductances, explicit Euler.

Arguments: file of the wiring, duration (ms), where to write the spikes.

A delay of one step means here that a spike of one step acts on the next one already; with two it
arrives when it does on the other sides, and takes no longer. The weights of a projection are equal,
and it is told so, as ANNarchy's own connection patterns do: that is faster.
"""

import json
import sys
import time
from typing import Any

import ANNarchy
import numpy as np
from annarchy_neuron import NEURON
from scipy.sparse import csr_matrix

EXCITATORY = 3_200

wiring, duration, spikes = sys.argv[1:]
given = np.load(wiring)
count = len(given["v"])

net = ANNarchy.Network(dt=0.1)
net.config(num_threads=1)
neurons = net.create(count, NEURON)
is_excitatory = given["pre"] < EXCITATORY
parts = (
    ("exc", neurons[:EXCITATORY], 0, is_excitatory, 0.6),
    ("inh", neurons[EXCITATORY:], EXCITATORY, ~is_excitatory, 6.7),
)
for target, source, start, chosen, weight in parts:
    places = (given["pre"][chosen] - start, given["post"][chosen])
    weights = np.full(len(places[0]), weight)
    matrix = csr_matrix((weights, places), shape=(source.size, count))
    projection = net.connect(source, neurons, target)
    projection.from_sparse(matrix, delays=0.2)
    projection._single_constant_weight = True
monitor = net.monitor(neurons, ["spike"])
net.compile(directory="compiled")


def measured() -> tuple[Any, dict[str, Any]]:
    """One run from the given state."""
    net.reset(populations=True)
    for name in ("v", "g_exc", "g_inh"):
        setattr(neurons, name, given[name])
    started = time.perf_counter()
    net.simulate(float(duration))
    seconds = time.perf_counter() - started
    trains = monitor.get("spike")
    return trains, {"run_s": seconds, "spikes": sum(len(train) for train in trains.values())}


trains, first = measured()
ticks = np.concatenate([np.asarray(train, np.int64) for train in trains.values()])
owners = np.repeat(list(trains), [len(train) for train in trains.values()])
np.savez(spikes, tick=ticks + 1, neuron=owners)
print("@@", json.dumps(first | {"version": ANNarchy.__version__}), flush=True)
for _ in sys.stdin:
    print("@@", json.dumps(measured()[1]), flush=True)
