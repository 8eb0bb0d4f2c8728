"""A rate neuron follows its input with its time constant; the transfer function makes its rate.

The input of the neuron tau dv/dt + v = I steps from -2 to 2 and back (dashed). Its v approaches the
input exponentially, the faster the shorter tau is (above). The rate r = f(v) is a function of v:
a rectifier is silent until v has crossed zero, a logistic function is never quite silent, and
saturates (below).
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import PALE, colour, legend, new_figure, style_axes
from rheobase.units import ms

TAUS = (5, 10, 20, 30)
LOW, HIGH, ON, OFF, END = -2.0, 2.0, 20.0, 140.0, 240.0


def draw():
    """The figure."""
    figure = new_figure(8.6, 4.8)
    grid = figure.add_gridspec(2, 2)
    top = figure.add_subplot(grid[0, :])
    current = LOW + rb.step(HIGH - LOW, ON * ms, OFF * ms)
    for column, name in enumerate(("relu", "logistic")):
        ax = figure.add_subplot(grid[1, column])
        neuron = rb.RateNeuron(name, tau=np.array(TAUS) * ms)
        rec = rb.simulate(neuron, END * ms, I=current, record=["v", "r"], initial={"v": LOW})
        t = np.asarray(rec.t)
        for k, tau in enumerate(TAUS):
            ax.plot(t, np.asarray(rec["r"])[:, k], color=colour(k), linewidth=1.6)
            if column == 0:
                label = rf"$\tau$ = {tau} ms"
                top.plot(t, np.asarray(rec["v"])[:, k], color=colour(k), linewidth=1.6, label=label)
        title = "rectifier, r = max(0, v)" if column == 0 else "logistic, r = 1/(1 + exp(-v))"
        ax.set_title(title, fontsize=11)
        ax.set_ylabel("r")
        ax.set_ylim(-0.05 * HIGH ** (1 - column), 1.1 * HIGH ** (1 - column))
    times, levels = [0, ON, ON, OFF, OFF, END], [LOW, LOW, HIGH, HIGH, LOW, LOW]
    top.plot(times, levels, color=PALE, linewidth=1.1, linestyle=(0, (4, 3)), zorder=0)
    top.set_ylabel("v")
    legend(top, loc="upper right")
    for ax in figure.axes:
        style_axes(ax)
        ax.set_xlim(0, END)
        ax.set_xlabel("time (ms)")
    return figure
