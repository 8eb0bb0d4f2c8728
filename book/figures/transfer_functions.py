"""Transfer functions, from the net input to the output, and their slopes.

Thick, f(x); thin, its slope, as it follows from the same equation. All of them are names that
`rheobase.ArtificialNeuron` knows; others are typed as expressions, or given as tables.
"""

import numpy as np

from rheobase.analysis.pictures.style import BLUE, GREY, PALE, new_figure, style_axes
from rheobase.zoo.transfer import TRANSFERS, transfer


def draw():
    """The figure."""
    figure = new_figure(8.4, 7.0)
    axes = figure.subplots(3, 3, sharex=True).ravel()
    x = np.linspace(-4, 4, 801)
    for ax, name in zip(axes, TRANSFERS, strict=True):
        f = transfer(name)
        values = f.value(x)
        slope = f.derivative(x)
        style_axes(ax)
        for level in (ax.axhline, ax.axvline):
            level(0, color=PALE, linewidth=0.8, zorder=0)
        ax.plot(x, slope, color=GREY, linewidth=1)
        ax.plot(x, values, color=BLUE, linewidth=2.4)
        ax.set_title(name.replace("_", " "), fontsize=11)
        low, high = min(values.min(), -0.25), max(values.max(), 1.25)
        if name == "exponential":
            high = 8.0
        ax.set(xlim=(-4, 4), ylim=(1.05 * low, 1.05 * high))
    for ax in axes[6:]:
        ax.set_xlabel("net input $x$")
    for ax in axes[::3]:
        ax.set_ylabel("$f(x)$")
    return figure
