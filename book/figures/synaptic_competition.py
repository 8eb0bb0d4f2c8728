"""Plasticity of pairs makes synapses compete: they end weak or strong, and few in between.

Two hundred excitatory Poisson inputs at 30 Hz reach one neuron, beside inhibition; their weights
begin anywhere. Above, how the weights are distributed as time goes on; below, the rate of the
neuron. Depression outweighs potentiation by 5 %: weights fall until inputs and inhibition balance.
From then on each spike needs several inputs at once, and those that happen to come just before it
grow at the cost of the others (Song, Miller and Abbott 2000).
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, panels
from rheobase.units import Hz, ms, mV, nS, second

N, LENGTH, EVERY, BINS = 200, 120.0, 2.0, 25
W_MAX = 0.75


def learned():
    """The weights as parts of the largest (samples, synapses), and the rate (Hz) between them."""
    net = rb.Network(seed=1, dt=0.5 * ms)
    inputs = net.add(rb.Poisson(30 * Hz), N, "inputs")
    inhibition = net.add(rb.Poisson(2000 * Hz), 1, "inhibition")
    neuron = net.add(rb.LIF(C="200 pF", g_L=10 * nS, V_L=-70 * mV, V_T=-54 * mV, V_R=-60 * mV))
    gaba = rb.Exponential(5 * ms, reversal=-70 * mV, name="inhibition")
    glutamate = rb.Exponential(5 * ms, reversal=0 * mV, name="excitation")
    net.connect(inhibition, neuron, gaba, rb.all_to_all(), weight=0.5 * nS, delay=0.5 * ms)
    learns = net.connect(
        inputs, neuron, glutamate, rb.all_to_all(), weight=rb.uniform(0 * nS, W_MAX * nS),
        delay=0.5 * ms, plasticity=rb.PairSTDP(W_MAX * nS, A_plus=0.01, A_minus=0.0105),
    )  # fmt: skip
    net.record(learns, "w", every=EVERY * second)
    recording = net.run(LENGTH * second)
    weights = recording[learns]["w"].value_in("nS") / W_MAX
    rates = recording.rate(neuron.name, bin=EVERY * second)[1].value_in("Hz")
    return weights[1:], rates


def draw():
    """The figure."""
    weights, rates = learned()
    figure, (above, below) = panels(None, (3.2, 1.5), width=7.6)
    times, edges = EVERY * np.arange(len(rates) + 1), np.linspace(0, 1, BINS + 1)
    share = np.transpose([100 * np.histogram(row, edges)[0] / N for row in weights])
    image = above.pcolormesh(times, edges, share, cmap="Blues", vmin=0, vmax=30, rasterized=True)
    above.set(ylabel="weight / largest", ylim=(0, 1))
    bar = figure.colorbar(image, ax=above, extend="max", pad=0.01, aspect=14)
    bar.set_label("synapses (%)")
    bar.outline.set_visible(False)
    below.step(times, [*rates, rates[-1]], where="post", color=BLUE, linewidth=2)
    below.set(xlabel="time (s)", ylabel="rate (Hz)", xlim=(0, times[-1]), ylim=(0, None))
    return figure
