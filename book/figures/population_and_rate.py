"""The same network at two levels: 5,000 spiking neurons above, two rate neurons below.

Excitatory and inhibitory leaky integrate-and-fire neurons are driven by Poisson spikes, whose rate
is steady at first, takes a step up and down, and then oscillates. Each population becomes one rate
neuron (black): its transfer function is Siegert's formula, its time constant that of the answer of
unconnected neurons to a step. Where the drive is weak its noise is weak too, of which the rate
neuron, in noise of one strength, knows nothing: there it fires too much.
"""

import numpy as np

import rheobase as rb
from rheobase.units import Hz, ms, mV

NEURON = {"tau": 20 * ms, "V_T": 20 * mV, "V_R": 10 * mV, "t_ref": 2 * ms}


def course():
    """The drive of a neuron, in spikes a second: steady, a step, then 5 Hz; after 200 ms."""
    t = np.arange(1400) - 200.0
    rate = np.where((t >= 250) & (t < 500), 7500.0, 5500.0)
    rate = np.where(t >= 750, 5500 + 1500 * np.sin(2 * np.pi * (t - 750) / 200), rate)
    return rb.sampled(rate * Hz, 1 * ms, after="hold")


def network():
    """Four of five neurons excite, each hears 200 of them and 50 that inhibit."""
    neuron = rb.Model(
        "tau * dv/dt = -v", spike="v > V_T", reset="v = V_R", refractory="t_ref", parameters=NEURON
    )
    first = {"v": rb.uniform(0 * mV, 20 * mV)}
    net, jump = rb.Network(seed=1), rb.Delta("v")
    exc = net.add(neuron, 4000, "excitatory", releases="glutamate", initial=first)
    inh = net.add(neuron, 1000, "inhibitory", releases="GABA", initial=first)
    net.connect(exc, [exc, inh], jump, rb.fixed_indegree(200), 0.1 * mV, 1.5 * ms)
    net.connect(inh, [exc, inh], jump, rb.fixed_indegree(50), -0.4 * mV, 1.5 * ms)
    for target in (exc, inh):
        drive = net.add(rb.Poisson(course()), target.n, f"drive of {target.name}")
        net.connect(drive, target, jump, rb.one_to_one(), 0.2 * mV, 0.1 * ms)
    return net


def draw():
    """The figure."""
    return rb.reduce(network(), to="rate", duration=1200 * ms, settle=200 * ms).plot()
