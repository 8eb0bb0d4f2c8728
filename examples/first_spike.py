"""When does a Hodgkin-Huxley neuron first fire, and what current does it take at all?"""

import rheobase as rb
from rheobase.units import cm, ms, uA

neuron = rb.HodgkinHuxley()
recording = rb.simulate(neuron, 50 * ms, I=10 * uA / cm**2, spike_times="interpolated")
print(f"first spike after {recording.spikes.t[0]:.3f}")
print(f"rheobase (a step of 1 s): {rb.rheobase(neuron):.2f}")
recording.plot(path="first_spike.png")
