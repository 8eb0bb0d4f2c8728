"""Magnesium plugs the NMDA receptor of a neuron at rest.

Left, the share of conducting channels, B(v) = 1/(1 + Mg/(3.57 mM) exp(-0.062 v/mV)) (Jahr and
Stevens 1990), at four concentrations of magnesium. Dots are measured: a spike reaches two receptors
of a neuron at this potential, one in magnesium and one without it, and their currents are compared.
Right, the current of a synapse of 1 nS. Without magnesium it follows Ohm's law. With it hardly any
flows near rest: it takes glutamate and a neuron that is depolarised already, so that the receptor
detects when both its sides are active at once.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    VERMILION,
    legend,
    new_figure,
    style_axes,
)
from rheobase.compiler.targets.numpy import evaluate
from rheobase.units import V, mM, ms, mV, pF, pS, uS
from rheobase.zoo.receptors_nmda import NMDA

MAGNESIUM = {0.1: GREEN, 0.5: ORANGE, 1.0: VERMILION, 2.0: BLUE}
# None at 0 mV: where there is no current, shares cannot be measured.
LEVELS = np.arange(-85.0, 46.0, 10.0)


def measured():
    """The peak current (pA, inward negative) at each level, by concentration of magnesium (mM)."""
    net = rb.Network(dt=0.1 * ms)
    spike = net.add(rb.SpikeTimes([1] * ms), 1, "spike")
    # The membrane leaks so much that it stays where it is: a voltage clamp.
    clamped = rb.LIF(C=10 * pF, g_L=10 * uS, V_L=LEVELS * mV, V_T=1 * V)
    names = {}
    for level in (0.0, *MAGNESIUM):
        receptor = NMDA(magnesium=level * mM)
        target = net.add(clamped, len(LEVELS), f"magnesium {level} mM")
        net.connect(spike, target, receptor, rb.all_to_all(), weight=1 * pS, delay=1 * ms)
        net.record(target, "I_NMDA")
        names[level] = target.name
    recording = net.run(30 * ms)
    peak = round(10 / 0.1)  # the spike arrives after 2 ms, and the conductance peaks 8 ms later
    return {
        level: -1e3 * recording[name]["I_NMDA"].value_in("pA")[peak]
        for level, name in names.items()
    }


def share(level, volts):
    """The equation of the receptor, at a concentration of magnesium (mM)."""
    receptor = NMDA(magnesium=level * mM).model
    return evaluate(receptor.definitions["B"], {**receptor.parameters, "v": volts})


def draw():
    """The figure."""
    currents, volts = measured(), np.linspace(-90, 50, 281)
    figure = new_figure(10.0, 4.6)
    block, ohm = figure.subplots(1, 2)
    for ax in (block, ohm):
        style_axes(ax)
        ax.set(xlim=(-92, 52))
        ax.set_xlabel("membrane potential (mV)")
    ohm.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    ohm.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    ohm.plot(volts, volts, color=GREY, linewidth=1.8)
    ohm.plot(LEVELS, currents[0.0], "o", color=GREY, markersize=5)
    for level, shade in MAGNESIUM.items():
        free = share(level, volts)
        block.plot(volts, free, color=shade, linewidth=2.2, label=f"{level} mM")
        block.plot(LEVELS, currents[level] / currents[0.0], "o", color=shade, markersize=5)
        ohm.plot(volts, free * volts, color=shade, linewidth=2.2)
        ohm.plot(LEVELS, currents[level], "o", color=shade, markersize=5)
    block.set(ylim=(0, 1.03))
    block.set_ylabel("share of channels that conduct")
    legend(block, loc="lower right", title="magnesium", title_fontsize=10)
    ohm.text(-48, -54, "no magnesium", color=GREY, fontsize=11, fontweight="bold")
    ohm.set(ylim=(-62, 52))
    ohm.set_ylabel("peak current of 1 nS (pA)")
    return figure
