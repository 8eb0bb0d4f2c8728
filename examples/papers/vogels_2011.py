"""Inhibition that learns: it balances excitation, and the network fires asynchronously.

T. P. Vogels, H. Sprekeler, F. Zenke, C. Clopath and W. Gerstner, Inhibitory plasticity balances
excitation and inhibition in sensory pathways and memory networks, Science 334, 1569-1573 (2011),
doi:10.1126/science.1211095; the recurrent network of figure 4, before memories are stored in it.

8,000 excitatory and 2,000 inhibitory leaky integrate-and-fire neurons with synapses that are
conductances, all driven by the same current. The inhibitory synapses on excitatory neurons begin at
nothing: these neurons fire together and fast. Then the synapses learn. A presynaptic spike lowers
the weight by a little, and each pair of spikes raises it, so that weights rest when the
postsynaptic neuron fires at the rate rho_0.

Differences from the paper: the strengths are those of the authors' later program in Auryn, with its
delay of 0.8 ms; learning is thirty times faster than there; nothing is stored. Rates stay somewhat
above rho_0, because learning does not see rates but pairs: a synapse that has become strong keeps
its target from firing just after its own spikes, so there are fewer pairs than by chance. The table
gives the rate as the rule sees it as well, in pairs.

    python examples/papers/vogels_2011.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options
from _pieces import joined, pieces

import rheobase as rb
from rheobase.analysis import mean_cv, pictures
from rheobase.units import Hz, ms, mV, nS, pA, pF

N_E, N_I = 8_000, 2_000  # neurons
P = 0.02  # probability of a synapse
G_L = 10 * nS
NEURON = dict(C=200 * pF, g_L=G_L, E_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=5 * ms)
DRIVE = 200 * pA
TAU_E, TAU_I = 5 * ms, 10 * ms
E_E, E_I = 0 * mV, -80 * mV
G_E, G_II = 0.3 * G_L, 3 * G_L  # what a spike adds; what is inhibitory on inhibitory neurons
G_MAX = 30 * G_L  # the most that inhibition of excitatory neurons can learn
TAU, ETA, RHO_0 = 20 * ms, 1e-3, 3 * Hz
DELAY = 0.8 * ms
PIECES, LAST, WATCHED = (
    20,
    5,
    200,
)  # of a run, and at its end; neurons whose conductances are recorded
# What --scale and --duration are at the least, and why.
SMALLEST = (0.05, "with fewer neurons most of them share their inputs")
SHORTEST = (200, "it is run in 20 pieces, of 10 ms at the shortest")


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The network; `scale` is that of its neurons, who keep their numbers of synapses."""
    neuron = rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I", spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=NEURON, inputs=dict(I=pA), method="exponential_euler",
    )  # fmt: skip
    first = dict(v=rb.normal(-60 * mV, 5 * mV))
    net, p = rb.Network(seed=seed, dt=0.1 * ms), P / scale
    sizes = {"excitatory": (N_E, "glutamate"), "inhibitory": (N_I, "GABA")}
    exc, inh = (
        net.add(neuron, round(scale * n), name, releases=what, initial=first, I=DRIVE)
        for name, (n, what) in sizes.items()
    )
    excitation = rb.Exponential(TAU_E, reversal=E_E, name="exc")
    inhibition = rb.Exponential(TAU_I, reversal=E_I, name="inh")
    net.connect(exc, [exc, inh], excitation, rb.bernoulli(p), G_E, DELAY)
    net.connect(inh, inh, inhibition, rb.bernoulli(p), G_II, DELAY)
    rule = rb.HomeostaticSTDP(G_MAX, TAU, ETA, RHO_0)
    net.connect(inh, exc, inhibition, rb.bernoulli(p), 0 * nS, DELAY, rule, "learning")
    # Conductances and currents are those of the same moment.
    net.record(exc, ["v", "g_exc", "g_inh"], subset=range(min(WATCHED, exc.n)), every=10)
    return net


def run(duration: Any, scale: float = 1.0) -> tuple[list[rb.NetworkRecording], Any, np.ndarray]:
    """The recordings of all pieces, the synapses that learn as they are then, and their means."""
    net, recordings, weights = network(scale), [], []
    for recording in pieces(net, duration, PIECES):
        recordings.append(recording)
        weights.append(net.synapses("learning")["w"].value_in("nS").mean())
    return recordings, net.synapses("learning"), np.array(weights)


def currents(recordings: list[rb.NetworkRecording]) -> tuple[np.ndarray, np.ndarray]:
    """The excitatory and the inhibitory current (nA) of some neurons, shape (time, neurons)."""
    found = []
    for state, reversal in (("g_exc", E_E), ("g_inh", E_I)):
        parts = [
            rec["excitatory"][state] * (reversal - rec["excitatory"]["v"]) for rec in recordings
        ]
        found.append(np.concatenate([part.value_in("nA") for part in parts]))
    return found[0], found[1]


def balance(recordings: list[rb.NetworkRecording]) -> float:
    """Inhibition over excitation, the drive included: 1 where they are in balance."""
    excitation, inhibition = currents(recordings)
    return float(-inhibition.mean() / (excitation.mean() + DRIVE.value_in("nA")))


def excess(recordings: list[rb.NetworkRecording], synapses: Any, most: int = 1000) -> float:
    """How many pairs of spikes connected neurons fire within exp(-|t|/tau), against chance.

    1 is what independent neurons of these rates would give.
    """
    inh, exc = joined(recordings, "inhibitory"), joined(recordings, "excitatory")
    chosen = np.random.default_rng(1).permutation(len(synapses))[:most]
    tau, there, due = TAU.value_in("ms"), 0.0, 0.0
    for pre, post in zip(synapses.pre[chosen], synapses.post[chosen], strict=True):
        one, other = inh.times(pre).value_in("ms"), exc.times(post).value_in("ms")
        there += np.exp(-np.abs(one[:, np.newaxis] - other) / tau).sum()
        due += len(one) * len(other) * 2 * tau / exc.duration.value_in("ms")
    return there / due if due else np.nan


def merits(recordings: list[rb.NetworkRecording], synapses: Any) -> dict[str, float]:
    """What the network does in these pieces of a run."""
    exc, inh = joined(recordings, "excitatory"), joined(recordings, "inhibitory")
    excitation, inhibition = currents(recordings)
    cells = np.corrcoef(excitation.mean(axis=0), -inhibition.mean(axis=0))[0, 1]
    rate = float(exc.rate().value_in("Hz").mean())
    return {
        "rate, excitatory (Hz)": rate,
        "that by pairs of a synapse (Hz)": rate * excess(recordings, synapses),
        "rate, inhibitory (Hz)": float(inh.rate().value_in("Hz").mean()),
        "CV of the intervals": mean_cv(exc),
        "correlation of two neurons": exc.correlation(5 * ms),
        "inhibition / excitation": balance(recordings),
        "their correlation, over cells": float(cells),
    }


PAPER = {
    "rate, excitatory (Hz)": "high, then near rho_0 = 3",
    "that by pairs of a synapse (Hz)": "then rho_0",
    "rate, inhibitory (Hz)": "-",
    "CV of the intervals": "then irregular: near 1",
    "correlation of two neurons": "then asynchronous: near 0",
    "inhibition / excitation": "then balanced: 1",
    "their correlation, over cells": "then cell by cell: near 1",
}


def draw(recordings: list[rb.NetworkRecording], weight: np.ndarray, path: Path) -> None:
    """Above rasters and the currents of cells; below rate and weight while they learn."""
    before, after = recordings[:1], recordings[-LAST:]
    figure = pictures.style.new_figure(12, 6.6)
    above, below = figure.subfigures(2, 1, height_ratios=[1.25, 1])
    *rasters, scatter = above.subplots(1, 3, width_ratios=[1, 1, 0.8])
    for ax, part, name in zip(rasters, (before, after), ("at first", "at last"), strict=True):
        spikes = joined(part, "excitatory")
        stop = spikes.start + spikes.duration
        start = stop - min(500 * ms, spikes.duration)
        if name == "at first":
            start, stop = spikes.start, spikes.start + min(200 * ms, spikes.duration)
        seen = spikes.window(start, stop)
        few = seen.i < 100
        pictures.raster(seen.t[few] - start, seen.i[few], n=100, ax=ax)
        ax.set_xlim(0, (stop - start).value_in("ms"))
        ax.set_title(name, fontsize=11)
    for part, shade in ((before, pictures.style.PALE), (after, pictures.style.BLUE)):
        excitation, inhibition = (one.mean(axis=0) for one in currents(part))
        label = "at first" if part is before else "at last"
        scatter.plot(excitation, -inhibition, ".", color=shade, label=label)
    pictures.style.style_axes(scatter)
    scatter.set(xlabel="excitatory current of a cell (nA)", ylabel="inhibitory current (nA)")
    pictures.style.legend(scatter, loc="upper left")
    draw_course(below, joined(recordings, "excitatory"), weight)
    pictures.write(figure, path)


def draw_course(figure: Any, spikes: rb.SpikeTrains, weight: np.ndarray) -> None:
    """The rate of the excitatory neurons and the mean weight over time."""
    left, right = figure.subplots(1, 2)
    centres, rate = spikes.population_rate(spikes.duration / 100)
    stop = spikes.duration.value_in("s")
    ticks = [1, 3, 10, 30, 100, 300]
    left.plot(centres.value_in("s"), rate.value_in("Hz"), color=pictures.style.BLUE)
    left.axhline(RHO_0.value_in("Hz"), color=pictures.style.PALE, linestyle="--", zorder=0)
    left.text(stop, 2.8, r"$\rho_0$", ha="right", va="top", color=pictures.style.GREY)
    left.set(ylabel="rate, excitatory (Hz)", yscale="log", ylim=(1, 300))
    left.set_yticks(ticks, labels=map(str, ticks))
    left.minorticks_off()
    right.plot(stop * np.arange(PIECES + 1) / PIECES, [0, *weight], color=pictures.style.BLUE)
    right.set(ylabel="mean weight (nS)", ylim=(0, None))
    for ax in (left, right):
        pictures.style.style_axes(ax)
        ax.set(xlabel="time (s)", xlim=(0, stop))


def main() -> None:
    """Let the network learn, print what it did at first and at last, and draw both."""
    with options(
        "Vogels, Sprekeler, Zenke, Clopath and Gerstner (2011)", SMALLEST, SHORTEST,
        duration=20_000,
    ) as given:  # fmt: skip
        recordings, synapses, weight = run(given.duration * ms, given.scale)
        first, last = recordings[:1], recordings[-LAST:]
        table = [merits(part, synapses) for part in (first, last)]
        print(f"{'':32}{'at first':>9}{'at last':>9}   the paper")
        for name, said in PAPER.items():
            print(f"{name:32}" + "".join(f"{one[name]:9.3g}" for one in table) + f"   {said}")
        draw(recordings, weight, given.out / "vogels_2011.png")


if __name__ == "__main__":
    main()
