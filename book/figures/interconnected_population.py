"""An interconnected population: the spikes of 4,000 neurons, and their mean firing rate.

Four of five neurons excite those that they reach, one of five inhibits them; each has some 80
synapses (the benchmark COBA of Brette et al. 2007). No current is injected. The neurons keep each
other firing, each of them irregularly; the rate of all (below, its mean dashed) stays steady.
"""

import rheobase as rb
from rheobase.units import ms, mV, nS, pA, pF

LIF = {"C": 200 * pF, "g_L": 10 * nS, "E_L": -60 * mV, "V_T": -50 * mV, "t_ref": 5 * ms}
FIRST = {
    "v": rb.uniform(-60 * mV, -50 * mV),
    "g_AMPA": rb.normal(40 * nS, 15 * nS),
    "g_GABA": rb.normal(200 * nS, 120 * nS),
}


def draw():
    """The figure."""
    neuron = rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I", spike="v > V_T", reset="v = E_L", refractory="t_ref",
        parameters=LIF, inputs={"I": pA},
    )  # fmt: skip
    net = rb.Network(seed=1)
    exc = net.add(neuron, 3200, "excitatory", releases="glutamate", initial=FIRST)
    inh = net.add(neuron, 800, "inhibitory", releases="GABA", initial=FIRST)
    ampa = rb.Exponential(5 * ms, reversal=0 * mV, name="AMPA")
    gaba = rb.Exponential(10 * ms, reversal=-80 * mV, name="GABA")
    net.connect(exc, [exc, inh], ampa, rb.bernoulli(0.02), weight=6 * nS, delay=0.1 * ms)
    net.connect(inh, [exc, inh], gaba, rb.bernoulli(0.02), weight=67 * nS, delay=0.1 * ms)
    return net.run(600 * ms).plot("raster", window=(100 * ms, 600 * ms))
