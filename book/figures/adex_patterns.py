"""Eight firing patterns of one model.

The AdEx neuron with eight sets of parameters (Naud et al. 2008), each under the constant current
given: only the constants differ. A spike is drawn up to 20 mV.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import INK, colour, new_figure, style_axes
from rheobase.units import ms


def draw():
    """The figure."""
    figure = new_figure(9.0, 7.2)
    axes = figure.subplots(4, 2, sharex=True, sharey=True)
    for k, (ax, name) in enumerate(zip(axes.flat, rb.AdEx.presets, strict=True)):
        model = rb.AdEx.preset(name)
        rec = rb.simulate(model, 400 * ms)
        style_axes(ax)
        ax.plot(np.asarray(rec.t), np.asarray(rec["v"]), color=colour(k % 2), linewidth=1.0)
        spikes = np.asarray(rec.spikes.t)
        before = np.searchsorted(np.asarray(rec.t), spikes) - 1
        ax.vlines(spikes, np.asarray(rec["v"])[before, 0], 20, color=colour(k % 2), linewidth=1.0)
        title = f"{name.replace('_', ' ')}  ({model.drive['I']:g})"
        ax.set_title(title, fontsize=10.5, color=INK, loc="left", pad=3)
    axes[0, 0].set_xlim(0, 400)
    for ax in axes[-1]:
        ax.set_xlabel("time (ms)")
    for ax in axes[:, 0]:
        ax.set_ylabel("v (mV)")
    return figure
