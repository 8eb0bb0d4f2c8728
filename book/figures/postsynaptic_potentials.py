"""One spike, five receptors: what a neuron makes of it depends on what the spike opens.

Each synapse opens 1 nS at its peak, that of GABA-B 0.2 nS. Left, the postsynaptic potentials of a
neuron that rests at -65 mV: fast ones above, slow ones below, on another time axis. Right, the
largest deflection when the neuron rests elsewhere. It changes its sign at the reversal potential of
the receptor. The NMDA receptor alone gives more as the membrane is depolarised, which frees it of
magnesium.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    VERMILION,
    new_figure,
    style_axes,
)
from rheobase.units import V, ms, mV, nS
from rheobase.zoo.receptors import AMPA, GABAA, GABAB, NicotinicACh
from rheobase.zoo.receptors_nmda import NMDA

REST, LEVELS = -65.0, np.arange(-110.0, 31.0, 2.5)
BEFORE, AFTER = 20.0, 600.0
SHADES = {
    "AMPA": VERMILION, "NicotinicACh": GREEN, "GABAA": BLUE, "NMDA": ORANGE, "GABAB": PURPLE,
}  # fmt: skip
# How a receptor is called, and where: in its panel on the left, and on the right.
LABELS = {
    "AMPA": ("AMPA", (17, 0.45), (-101, 0.99)),
    "NicotinicACh": ("nicotinic ACh", (19, 1.42), (-82, 2.1)),
    "GABAA": ("GABA-A", (24, -0.31), (-41, -0.42)),
    "NMDA": ("NMDA", (110, 0.25), (-16, 0.78)),
    "GABAB": ("GABA-B", (235, -0.52), (-80, -0.95)),
}


def responses():
    """The deflection from rest after one spike: by receptor, (samples, levels of rest)."""
    net = rb.Network(dt=0.1 * ms)
    spike = net.add(rb.SpikeTimes([BEFORE - 1] * ms), 1, "spike")
    # A threshold out of reach: these neurons only listen.
    neuron = rb.LIF(V_L=LEVELS * mV, V_T=1 * V)
    for receptor in (AMPA(), NicotinicACh(), GABAA(), NMDA(), GABAB()):
        target = net.add(neuron, len(LEVELS), receptor.name)
        weight = 0.2 * nS if receptor.name == "GABAB" else 1 * nS
        net.connect(spike, target, receptor, rb.all_to_all(), weight=weight, delay=1 * ms)
        net.record(target, "v")
    recording = net.run((BEFORE + AFTER) * ms)
    times = recording["AMPA"].t.value_in("ms") - BEFORE
    return times, {name: recording[name]["v"].value_in("mV") - LEVELS for name in SHADES}


def draw():
    """The figure."""
    times, deflections = responses()
    figure = new_figure(10.2, 5.4)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.25, 1])
    fast, slow = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    reversal = figure.add_subplot(grid[:, 1])
    at_rest = int(np.flatnonzero(LEVELS == REST)[0])
    for name, course in deflections.items():
        ax = slow if name in ("NMDA", "GABAB") else fast
        ax.plot(times, course[:, at_rest], color=SHADES[name], linewidth=2.4)
        largest = np.abs(course).argmax(axis=0)[np.newaxis]
        peak = np.take_along_axis(course, largest, axis=0)[0]
        style = {"color": SHADES[name], "linewidth": 1.8, "markersize": 4.5, "markevery": 4}
        reversal.plot(LEVELS, peak, "-o", **style)
        words, left, right = LABELS[name]
        bold = {"color": SHADES[name], "fontsize": 11, "fontweight": "bold", "va": "center"}
        ax.text(*left, words, **bold)
        reversal.text(*right, words, **bold)
    for ax, end, low, high in ((fast, 80, -0.5, 1.75), (slow, 560, -0.75, 0.5)):
        frame(ax, (max(-0.06 * end, -BEFORE), end), (low, high))
        ax.axvline(0, color=PALE, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        ax.set_ylabel("deflection (mV)")
    fast.text(1, 1.72, "the spike arrives", color=GREY, fontsize=9.5, va="top")
    slow.set_xlabel("time (ms)")
    frame(reversal, (-113, 33), (-2.5, 2.75))
    reversal.set_xlabel("resting potential (mV)")
    reversal.set_ylabel("largest deflection (mV)")
    return figure


def frame(ax, across, up):
    """Axes of these limits around a line at zero."""
    style_axes(ax)
    ax.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    ax.set(xlim=across, ylim=up)
