"""Who fires first decides whether a synapse grows: the window of spike-timing dependent plasticity.

Left, sixty pairs of spikes, one a second, at one interval; points are simulated synapses, lines the
closed form, sixty times A exp(-|interval|/tau). Where the presynaptic spike comes first the weight
grows, else it shrinks. Right, sixty pairs again, 10 ms apart either way, ever faster. Pairs alone
(thin lines) do not explain what is measured in the visual cortex, where fast pairs let the synapse
grow whichever spike comes first; triplets do (thick lines).
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    VERMILION,
    legend,
    new_figure,
    style_axes,
)
from rheobase.units import ms, mV

PAIRS, A_PLUS, A_MINUS, TAU = 60, 0.005, 0.00525, 20.0
INTERVALS = np.setdiff1d(np.arange(-100.0, 101.0, 4.0), [0.0])
RATES = np.array([1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0])


def changes(rule, intervals, rates):
    """By how much sixty pairs change the weight, as a part of the largest (%)."""
    net, n = rb.Network(dt=0.5 * ms), len(intervals)
    begins = 200 + 1e3 * np.arange(PAIRS) / np.asarray(rates)[:, np.newaxis]
    pre = net.add(rb.SpikeTimes(list(begins * ms)), n, "presynaptic")
    kicks = net.add(rb.SpikeTimes(list((begins + np.c_[intervals]) * ms)), n, "kicks")
    post = net.add(rb.LIF(), n, "postsynaptic")
    net.connect(kicks, post, rb.Delta(), rb.one_to_one(), weight=50 * mV, delay=0.5 * ms)
    learning = {"plasticity": rule, "axonal": 1.0, "precision": "float64"}
    synapses = net.connect(
        pre, post, rb.Delta(), rb.one_to_one(), weight=0.5 * mV, delay=0.5 * ms, **learning
    )
    net.run(np.ceil(begins.max() + 200) * ms)
    return 100 * (net.synapses(synapses)["w"].value_in("mV") - 0.5)


def closed_form(interval):
    """The same of pairs that are far from one another."""
    size = np.where(interval > 0, A_PLUS, -A_MINUS)
    return 100 * PAIRS * size * np.exp(-np.abs(interval) / TAU)


def draw():
    """The figure."""
    pair = rb.PairSTDP(1 * mV, A_plus=A_PLUS, A_minus=A_MINUS)
    triplet = rb.TripletSTDP(1 * mV, bounds=None)
    figure = new_figure(10.2, 4.2)
    left, right = figure.subplots(1, 2)
    for side, shade in ((1, VERMILION), (-1, BLUE)):
        across = INTERVALS[INTERVALS * side > 0]
        smooth = side * np.linspace(0.01, 100, 200)
        left.plot(smooth, closed_form(smooth), color=PALE, linewidth=2.5)
        left.plot(across, changes(pair, across, np.ones(len(across))), "o", color=shade,
                  markersize=4.5)  # fmt: skip
        tenths = np.full(len(RATES), 10.0 * side)
        order = "before" if side > 0 else "after"
        right.plot(RATES, changes(triplet, tenths, RATES), "o-", color=shade, linewidth=2.2,
                   markersize=4.5, label=f"triplets, presynaptic 10 ms {order}")  # fmt: skip
        right.plot(RATES, changes(pair, tenths, RATES), color=shade, linewidth=1,
                   label="pairs alone")  # fmt: skip
    for ax, ends in ((left, (-104, 104)), (right, (0, 51))):
        style_axes(ax)
        ax.hlines(0, *ends, color=GREY, linewidth=0.8, zorder=0)
        ax.set(xlim=ends)
    left.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    left.set(xlabel="postsynaptic − presynaptic spike (ms)")
    left.set_ylabel("change of the weight (% of the largest)")
    right.set(xlabel="pairs per second (Hz)", ylabel="change of the weight (% of the largest)")
    legend(right, loc="upper left")
    left.text(35, 22, "presynaptic first", color=INK, fontsize=10)
    left.text(-35, -22, "postsynaptic first", color=INK, fontsize=10, ha="right", va="top")
    return figure
