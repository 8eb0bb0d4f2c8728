"""Twenty things that neurons do, by one model of two equations (Izhikevich 2004).

Each panel shows the membrane potential and, below it, the current that brings the pattern out. The
equations are stepped as in the program that drew the paper's figure: some of these patterns need
its long steps.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, INK, PALE, new_figure
from rheobase.units import ms

CELL_TYPES = ("RS", "IB", "CH", "FS", "LTS", "TC", "RZ")


def draw():
    """The figure."""
    figure = new_figure(10.0, 8.0)
    axes = figure.subplots(5, 4)
    patterns = [name for name in rb.Izhikevich.presets if name not in CELL_TYPES]
    for ax, name in zip(axes.flat, patterns, strict=True):
        model = rb.Izhikevich.preset(name)
        duration = model.published.duration * ms
        rec = rb.simulate(model, duration, method="published", record=["v", "I"])
        t, v, current = (np.asarray(x).ravel() for x in (rec.t, rec["v"], rec["I"]))
        ax.plot(t, v, color=BLUE, linewidth=1.0)
        spikes = np.asarray(rec.spikes.t)
        ax.vlines(spikes, v[np.searchsorted(t, spikes - 1e-9) - 1], 30, color=BLUE, linewidth=1.0)
        span = np.ptp(current)
        ax.plot(t, -115 + (current - current.min()) / (span or 1.0) * 18, color=PALE, linewidth=1.2)
        title = name.replace("freq", "frequency").replace("osc", "oscillation").replace("_", " ")
        ax.set_title(title, fontsize=10, color=INK, pad=2)
        ax.plot([0.86 * t[-1] - 20, 0.86 * t[-1]], [-124, -124], color=INK, linewidth=2)
        ax.set_ylim(-128, 35)
        ax.axis("off")
    figure.supxlabel("scale bars: 20 ms", fontsize=10, color=INK)
    return figure
