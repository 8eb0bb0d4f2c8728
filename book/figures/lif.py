"""A leaky integrate-and-fire neuron and its input.

Two steps charge the membrane. The first, of 150 pA, stays below the rheobase of 200 pA: the
potential relaxes to a new level. Under the second, of 300 pA, it reaches the threshold again and
again; each time a spike is emitted (tick marks) and the potential is reset.
"""

import rheobase as rb
from rheobase.units import ms, pA


def draw():
    """The figure."""
    current = rb.step(150 * pA, 20 * ms, 120 * ms) + rb.step(300 * pA, 160 * ms, 310 * ms)
    return rb.simulate(rb.LIF(), 350 * ms, I=current, record=["v", "I"]).plot()
