"""ANNarchy from nothing: the balanced network with conductances, 1 s, its spikes counted."""

import json

import ANNarchy
import numpy as np
from annarchy_neuron import NEURON

net = ANNarchy.Network(dt=0.1, seed=1)
net.config(num_threads=1)
neurons = net.create(4_000, NEURON)
draws = np.random.default_rng(1)
neurons.v = draws.uniform(-60.0, -50.0, 4_000)
neurons.g_exc = draws.normal(4.0, 1.5, 4_000)
neurons.g_inh = draws.normal(20.0, 12.0, 4_000)
net.connect(neurons[:3_200], neurons, "exc").fixed_probability(0.02, weights=0.6)
net.connect(neurons[3_200:], neurons, "inh").fixed_probability(0.02, weights=6.7)
monitor = net.monitor(neurons, ["spike"])
net.compile(directory="compiled")
net.simulate(1000.0)
trains = monitor.get("spike")
answer = {"spikes": sum(len(train) for train in trains.values())}
print("@@", json.dumps(answer), flush=True)
