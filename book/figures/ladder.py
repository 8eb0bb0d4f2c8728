"""The ladder of abstraction: one neuron at five levels, and what each step costs.

A neuron of the Hodgkin-Huxley kind (Traub and Miles) hears a current that fluctuates; an adaptive
exponential and a leaky integrate-and-fire neuron take its place, each fitted to the one above, and
hear the same (ticks are spikes). Then the leaky neuron 2,000 times over, each in noise of its own,
and in place of them all a rate neuron, and one without dynamics. Numbers are the error of each step
as rheobase.reduce measures it, under currents that had no part in the fit: Γ is the coincidence
factor of spikes, 1 where each has its partner within 2 ms, 0 where no more have than by chance.
"""

import numpy as np

import rheobase as rb
from rheobase.analysis.pictures.style import GREY, INK, colour, legend, new_figure, style_axes
from rheobase.units import Hz, ms, pA

FIT = 400 * ms
DURATION = 500.0
N = 2000
NOISE = rb.noise(150 * pA, 5 * ms)
SLOW = rb.sine(90 * pA, 4 * Hz, offset=60 * pA) + rb.step(150 * pA, 300 * ms, 400 * ms)


def steps():
    """The four reductions, from the top down."""
    top = rb.TraubMiles()
    adex = rb.reduce(top, to="adex", duration=FIT)
    lif = rb.reduce(adex.model, to="lif", scale=500 * pA, duration=FIT)
    rate = rb.reduce(lif.model, to="rate", noise=NOISE, currents=[-400, 800] * pA, n=1000)
    still = rb.reduce(rate.model, to="artificial", step=[0, 300] * pA)
    return adex, lif, rate, still


def draw_spiking(axes, runs, factors):
    """The potentials of single neurons under one current, their spikes above."""
    names = ("Hodgkin-Huxley", "adaptive exponential", "leaky integrate-and-fire")
    for k, (ax, run, name) in enumerate(zip(axes, runs, names, strict=True)):
        t = np.linspace(0, DURATION, len(run.trace))
        ax.plot(t, run.trace, color=colour(k), linewidth=1.1)
        ax.plot(run.spikes, np.full(len(run.spikes), 1.06), color=colour(k), marker="|",
                linestyle="none", markeredgewidth=1.2, clip_on=False,
                transform=ax.get_xaxis_transform())  # fmt: skip
        ax.set_ylabel("v (mV)")
        ax.set_title(name, loc="left", fontsize=11, color=colour(k), pad=13)
        if k:
            said = f"spikes with those of the neuron above: Γ = {factors[k - 1]:.2f}"
            ax.set_title(said, loc="right", fontsize=10, color=GREY, pad=13)


def draw_rates(raster, rates, found, rate, still):
    """Spikes of the population, and its rate with those that lower levels give it."""
    spikes = found.runs[0].recording.spikes
    seen = spikes.i < 100
    raster.plot(np.asarray(spikes.t)[seen], spikes.i[seen], ".", markersize=2.4,
                color=colour(2), markeredgewidth=0)  # fmt: skip
    raster.set_ylabel("neuron")
    raster.set_title(f"{N:,} of them", loc="left", fontsize=11, color=colour(2))
    error, mean = (rate.report[k].value_in(Hz) for k in ("error in time", "mean rate"))
    after = still.report["output holds after"].value_in(ms)
    labels = (
        f"rate of the {N:,} neurons",
        f"rate neuron: off by {error:.1f} Hz, at a mean of {mean:.0f} Hz",
        f"artificial neuron: within 1 % of it {after:.1f} ms after a step",
    )
    styles = ((colour(2), 1.0, "-"), (colour(3), 3.0, "-"), (INK, 1.1, (0, (4, 2))))
    for label, course, (shade, width, line) in zip(
        labels, found.rates.values(), styles, strict=True
    ):
        rates.plot(np.asarray(found.t), course, color=shade, linewidth=width, linestyle=line,
                   label=label)  # fmt: skip
    rates.set(xlabel="time (ms)", ylabel="firing rate (Hz)", xlim=(0, DURATION))
    rates.set_ylim(0, 1.65 * rates.get_ylim()[1])
    legend(rates, loc="upper left")


def draw():
    """The figure."""
    reductions = steps()
    adex, lif, rate, still = (one.model for one in reductions)
    above = rb.compare([rb.TraubMiles(), adex, lif], SLOW + NOISE, DURATION * ms, seed=4)
    below = rb.compare([lif, rate, still], SLOW + NOISE, DURATION * ms, n=N, seed=4)
    figure = new_figure(8.2, 8.6)
    axes = figure.subplots(5, 1, sharex=True, height_ratios=[1.1, 1, 1, 1.1, 1.7])
    for ax in axes:
        style_axes(ax)
    draw_spiking(axes[:3], above.runs, [one.report["Gamma"] for one in reductions[:2]])
    draw_rates(*axes[3:], below, *reductions[2:])
    figure.align_ylabels(axes)
    return figure
