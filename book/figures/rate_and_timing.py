"""A firing rate is an average, and which one decides what it keeps of spike timing.

The same current reaches a neuron in one trial (left), in 40 trials (middle), and 1,000 neurons at
once (right); each has noise of its own. Counted in one trial, spikes say little about when they are
due. The histogram over trials (PSTH) shows the course of the current, and so does the rate of the
population, in a single trial. The dashed mean is the rate that forgets all timing.
"""

import rheobase as rb
from rheobase.analysis.pictures import rate_and_timing
from rheobase.units import Hz, ms, pA


def spikes(n, seed):
    """The spikes of n trials, or of n neurons: to a neuron alone they are the same."""
    current = rb.sine(90 * pA, 5 * Hz, phase=-1.5, offset=190 * pA) + rb.noise(90 * pA, 4 * ms)
    return rb.simulate(rb.LIF(), 600 * ms, I=current, n=n, seed=seed, record=None).spikes


def draw():
    """The figure."""
    return rate_and_timing(spikes(40, seed=1), spikes(1000, seed=2), bin=20 * ms)
