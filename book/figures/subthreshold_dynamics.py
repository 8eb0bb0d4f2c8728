"""Below the threshold three spiking neurons differ.

Top: the speed dv/dt at each potential, without input and under a current, with the adaptation at
rest. The leak of the LIF neuron makes it a straight line that pulls towards rest; in the Izhikevich
neuron it is a parabola and in AdEx a line that ends in an exponential, so that beyond the unstable
point (open circle) the potential runs away by itself. Bottom: the potential on its way to rest or
to the first spike, from different beginnings.
"""

from typing import Any, NamedTuple

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import BLUE, INK, PALE, VERMILION, new_figure, style_axes
from rheobase.units import ms, mV, pA

STEP = 1e-3 * ms


class Neuron(NamedTuple):
    """A model, the adaptation at rest, a current that makes it fire, and the ranges shown."""

    model: Any
    rest: dict
    current: Any
    label: str
    potentials: tuple
    speeds: tuple
    duration: float

    def start(self, v):
        """First values: v, in the unit of the model, and the adaptation at rest."""
        return {"v": v if self.model.is_plain else v * mV, **self.rest}


NEURONS = {
    "LIF": Neuron(rb.LIF(), {}, 300 * pA, "300 pA", (-78, -46), (-1.6, 2.6), 60),
    "Izhikevich": Neuron(
        rb.Izhikevich.preset("RS"), {"u": -14.0}, 5.0, "I = 5", (-82, -42), (-3.2, 9), 30
    ),
    "AdEx": Neuron(
        rb.AdEx.preset("tonic"), {"w": 0 * pA}, 300 * pA, "300 pA", (-78, -42), (-1.6, 2.6), 60
    ),
}


def slope(neuron, v, current):
    """dv/dt (mV/ms) at each v: one step of Euler's method, divided by its length."""
    # Above its threshold the LIF neuron would be reset at once.
    model = neuron.model.replace(V_T=0 * mV) if not neuron.rest else neuron.model
    run = rb.simulate(
        model, STEP, I=current, dt=STEP, method="euler", initial=neuron.start(v), n=len(v)
    )
    return np.diff(np.asarray(run["v"]), axis=0)[0] / 1e-3


def draw_speed(ax, neuron):
    """dv/dt against v, with the points where v stands still."""
    v = np.linspace(*neuron.potentials, 400)
    ax.axhline(0, color=PALE, linewidth=0.8)
    curves = (0 * neuron.current, BLUE, "no input"), (neuron.current, VERMILION, neuron.label)
    for value, shade, name in curves:
        speed = slope(neuron, v, value)
        ax.plot(v, speed, color=shade, linewidth=1.6, label=name)
        for k in np.flatnonzero(np.diff(np.sign(speed))):
            stable = speed[k] > 0
            ax.plot(v[k], 0, "o", color=INK, markerfacecolor=INK if stable else "white", zorder=5)
    ax.set_xlabel("v (mV)")
    ax.set_ylim(*neuron.speeds)
    ax.legend(frameon=False, fontsize=9, loc="upper center")


def draw_course(ax, neuron):
    """The course of v in time until the first spike, without input and with it."""
    low, high = neuron.potentials
    initial = neuron.start(np.linspace(low + 3, high - 3, 6))
    for value, shade in ((0 * neuron.current, BLUE), (neuron.current, VERMILION)):
        rec = rb.simulate(neuron.model, neuron.duration * ms, I=value, initial=initial)
        for i, spikes in enumerate(rec.spikes):
            first = np.asarray(spikes)[0] if len(spikes) else np.inf
            shown = np.asarray(rec.t) < first - 0.05
            ax.plot(np.asarray(rec.t)[shown], np.asarray(rec["v"])[shown, i], color=shade, lw=1.2)
    ax.set_ylim(low, high)
    ax.set_xlim(0, neuron.duration)
    ax.set_xlabel("time (ms)")


def draw():
    """The figure."""
    figure = new_figure(9.0, 5.4)
    axes = figure.subplots(2, 3)
    for column, (name, neuron) in enumerate(NEURONS.items()):
        for ax in axes[:, column]:
            style_axes(ax)
        draw_speed(axes[0, column], neuron)
        draw_course(axes[1, column], neuron)
        axes[0, column].set_title(name, fontsize=12, color=INK)
    axes[0, 0].set_ylabel("dv/dt (mV/ms)")
    axes[1, 0].set_ylabel("v (mV)")
    return figure
