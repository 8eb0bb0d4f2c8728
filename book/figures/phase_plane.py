"""The phase plane of an AdEx neuron without input.

On each nullcline one of the two variables stands still. Where they meet the neuron rests (filled),
or would stay but for the slightest push (open): that point is its threshold.
"""

import rheobase as rb
from rheobase.units import mV, pA


def draw():
    """The figure."""
    model = rb.AdEx.preset("adapting")
    shown = {"x_range": (-85 * mV, -40 * mV), "y_range": (-270 * pA, 170 * pA)}
    return rb.phase_plane(model, I=0 * pA, **shown).plot()
