"""An action potential and its phases.

A Hodgkin-Huxley neuron at rest receives a millisecond of current. Sodium channels open and the
membrane depolarises; they close again, potassium channels open and it repolarises, past the resting
potential. Until that has passed a second spike takes more current: the refractory period.
"""

import rheobase as rb
from rheobase.units import cm, ms, uA


def draw():
    """The figure."""
    pulse = rb.step(20 * uA / cm**2, start=5 * ms, stop=6 * ms)
    recording = rb.simulate(rb.HodgkinHuxley(), 25 * ms, I=pulse)
    return recording.plot("action potential")
