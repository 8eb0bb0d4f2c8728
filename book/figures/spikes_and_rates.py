"""A population of spiking neurons and one rate neuron in its place.

Above, spikes of 100 of 2,000 leaky integrate-and-fire neurons; each hears the same slow current and
noise of its own. Below, the population's rate and that of a rate neuron, whose transfer function
(right) and time constant were measured on the population (rheobase.reduce). It follows the rate but
for the synchrony of the first spikes after a sudden change, which no single time constant has.
"""

import numpy as np

import rheobase as rb
from rheobase.units import Hz, ms, pA

NOISE = rb.noise(70 * pA, 5 * ms)


def draw():
    """The figure."""
    neuron = rb.LIF()
    lower = rb.reduce(neuron, to="rate", noise=NOISE, currents=[0, 500] * pA, n=1000).model
    slow = rb.sine(60 * pA, 5 * Hz, offset=150 * pA)
    return rb.compare(
        {"LIF": neuron, "rate neuron": lower}, slow + rb.step(130 * pA, 300 * ms, 450 * ms) + NOISE,
        600 * ms, n=2000, currents=np.linspace(0, 450, 61) * pA,
    ).plot()  # fmt: skip
