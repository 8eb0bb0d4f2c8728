"""The f-I curve of a Hodgkin-Huxley neuron: it cannot fire slowly.

At the rheobase, the smallest steady current that keeps it firing, the rate jumps from nothing to
about fifty spikes a second.
"""

import numpy as np

import rheobase as rb
from rheobase.units import cm, uA


def draw():
    """The figure."""
    model = rb.HodgkinHuxley()
    curve = rb.fi_curve(model, np.linspace(0, 30, 301) * uA / cm**2)
    return curve.plot(rheobase=rb.rheobase(model))
