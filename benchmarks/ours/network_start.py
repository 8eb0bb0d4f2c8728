"""Rheobase from nothing: the balanced network with conductances, 1 s, its spikes counted."""

import json

import rheobase as rb
from benchmarks.ours.coba_neuron import MODEL
from rheobase.units import ms, mV, second

net = rb.Network(seed=1, dt=0.1 * ms)
neurons = net.add(
    MODEL,
    4_000,
    name="neurons",
    method="exponential_euler",
    initial={
        "v": rb.uniform(-60 * mV, -50 * mV),
        "g_exc": rb.normal(4, 1.5),
        "g_inh": rb.normal(20, 12),
    },
)
exc = rb.Exponential(5 * ms, reversal=0 * mV, name="exc")
inh = rb.Exponential(10 * ms, reversal=-80 * mV, name="inh")
net.connect(neurons[:3_200], neurons, exc, rb.bernoulli(0.02), 0.6, 0.1 * ms)
net.connect(neurons[3_200:], neurons, inh, rb.bernoulli(0.02), 6.7, 0.1 * ms)
recording = net.run(1 * second)
print("@@", json.dumps({"spikes": len(recording["neurons"].spikes.i)}), flush=True)
