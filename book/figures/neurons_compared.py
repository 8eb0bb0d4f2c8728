"""Three spiking neurons under one stimulus: leaky integrate-and-fire, Izhikevich, and AdEx.

The currents are the same in units of each neuron's rheobase: first nine tenths of it, then half as
much again. Below threshold the LIF neuron and AdEx charge alike; the Izhikevich neuron hardly
moves, and one spike escapes it before its recovery variable has risen. Numbers: how far v - rest is
from that of the LIF neuron (root mean square, spikes left out), and how far the spikes are (van
Rossum's distance, tau = 10 ms). Right, the rates under steady currents.
"""

import numpy as np

import rheobase as rb
from rheobase.units import ms

NEURONS = {
    "LIF": rb.LIF(),
    "Izhikevich": rb.Izhikevich.preset("RS"),
    "AdEx": rb.AdEx.preset("tonic"),
}


def draw():
    """The figure."""
    stimulus = rb.step(0.9, 20 * ms, 170 * ms) + rb.step(1.5, 220 * ms, 420 * ms)
    found = rb.compare(
        NEURONS, stimulus, 450 * ms, scale="rheobase", currents=np.linspace(0, 2.5, 51)
    )
    figure = found.plot()
    for ax, (name, report) in zip(figure.axes, found.report.items(), strict=False):
        if name == found.reference:
            continue
        deviation = report["subthreshold deviation"].value_in("mV")
        distance = report["van Rossum distance"]
        ax.set_title(
            f"off LIF by {deviation:.1f} mV below threshold; spikes {distance:.1f} apart",
            loc="right", fontsize=9.5, pad=12,
        )  # fmt: skip
    return figure
