"""A decision between two directions of motion, made by slow excitation and shared inhibition.

X.-J. Wang, Probabilistic decision making by slow reverberation in cortical circuits, Neuron 36,
955-968 (2002), doi:10.1016/S0896-6273(02)01092-9; the cells and synapses after N. Brunel and
X.-J. Wang, J. Comput. Neurosci. 11, 63-85 (2001), doi:10.1023/A:1011204814320.

1,600 pyramidal cells and 400 interneurons, all connected with all. Two groups of 240 pyramidal
cells, A and B, have stronger synapses among themselves, and each is driven by dots that move its
way: at 40 (1 + c') Hz and 40 (1 - c') Hz, c' being the coherence. NMDA receptors, which decay in
100 ms, gather the evidence until one group wins and silences the other by the interneurons. A
trial is decided when one group fires at 15 Hz.

Differences from the paper: NMDA's gate is s' = alpha x (1 - s) - s/tau, x being transmitter that
decays in 2 ms; here it is one value a presynaptic neuron that jumps at a spike by k0 - k1 s, what
that equation comes to when the transmitter is gone by the next spike, and the receptor rises in
2 ms. The table says how far that is off, some 0.4 %. The step is 0.1 ms. The two rates of the
stimulus are drawn anew every 50 ms with a standard deviation of 4 Hz, as in Brian 2's example. A
trial ends with its decision, or after --duration. A network ten times smaller has ten times
stronger synapses; it is noisier, and chooses worse. The 7.2 million synapses have one
weight for each projection: all in all the process takes some 115 MB.

    python examples/papers/wang_2002.py --trials 64 --out out
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import Hz, V, mM, ms, mV, nF, nS

N_E, N_I, F = 1_600, 400, 0.15  # neurons; the part of the pyramidal ones that is A, and that is B
W_PLUS = 1.7
W_MINUS = 1 - F * (W_PLUS - 1) / (1 - F)  # so that all weights of a neuron add up to the same
CELLS = dict(V_L=-70 * mV, V_T=-50 * mV, V_R=-55 * mV)
PYRAMIDAL = rb.LIF(C=0.5 * nF, g_L=25 * nS, t_ref=2 * ms, **CELLS)
INTERNEURON = rb.LIF(C=0.2 * nF, g_L=20 * nS, t_ref=1 * ms, **CELLS)
# Conductances (nS) on a pyramidal cell and on an interneuron.
EXTERNAL, AMPA, NMDA, GABA = (2.1, 1.62), (0.05, 0.04), (0.165, 0.13), (1.3, 1.0)
BACKGROUND, DELAY = 2400 * Hz, 0.5 * ms
MU_0, SIGMA, REDRAWN = 40.0, 4.0, 50.0  # the stimulus (Hz, Hz, ms)
ALPHA, RISE, DECAY = 0.5, 2.0, 100.0  # of NMDA's gate (1/ms, ms, ms)
BEFORE, AFTER = 800.0, 500.0  # ms without stimulus
DECIDED, BIN, WINDOW = 15.0, 5.0, 50.0  # rate of a decision (Hz); how it is measured (ms)
COHERENCES = (0.0, 0.032, 0.064, 0.128, 0.256, 0.512)
SHOWN = (0.0, 0.128, 0.512)
FIT = (0.092, 1.5)  # alpha and beta of the paper's Weibull function
SHADES = {"A": pictures.style.VERMILION, "B": pictures.style.BLUE}
# What --scale and --duration are at the least, and why.
SMALLEST = (0.1, "with fewer neurons the rate of 24 no longer tells a decision from noise")
SHORTEST = (100, "within less no group can win")


def gate() -> tuple[rb.LearningRule, float]:
    """The saturation of NMDA receptors, and the peak of the receptor that ends as exp(-t/DECAY)."""
    x, part = ALPHA * RISE, RISE / DECAY
    # The integral over (0, x) of exp(-u) (x/u)^part, for the gate decays while it opens.
    terms = ((-x) ** k / math.factorial(k) / (k + 1 - part) for k in range(30))
    jump = rb.LearningRule(
        "ds/dt = -s / tau", on_pre="opened = k0 - k1 * s; s += opened", transmits="w * opened",
        parameters=dict(tau=DECAY * ms, k0=x * sum(terms), k1=1 - math.exp(-x)),
        initial=dict(s=0, opened=0), name="saturation of NMDA receptors",
    )  # fmt: skip
    return jump, (1 - part) * part ** (part / (1 - part))


def network(coherence: float, lasting: float, scale: float = 1.0, seed: int = 1) -> rb.Network:
    """One trial; the stimulus lasts so long (ms), and `scale` is that of its neurons."""
    net = rb.Network(seed=seed, dt=0.1 * ms)
    own, pyramidal = round(scale * N_E * F), round(scale * N_E)
    sizes = {"A": own, "B": own, "others": pyramidal - 2 * own, "inhibitory": round(scale * N_I)}
    cells = {
        name: net.add(
            INTERNEURON if name == "inhibitory" else PYRAMIDAL, size, name,
            method="exponential_euler", releases="GABA" if name == "inhibitory" else "glutamate",
        )
        for name, size in sizes.items()
    }  # fmt: skip
    ampa, nmda = rb.AMPA(2 * ms), rb.NMDA(1 * mM, RISE * ms, DECAY * ms)
    gaba, (rule, peak) = rb.GABAA(5 * ms, reversal=-70 * mV), gate()
    for post, target in cells.items():
        kind = int(post == "inhibitory")
        for pre in ("A", "B", "others"):
            selective = post in ("A", "B")
            w = (W_PLUS if pre == post else W_MINUS) if selective else 1.0
            fast, slow = w * AMPA[kind] / scale * nS, w * peak * NMDA[kind] / scale * nS
            net.connect(cells[pre], target, ampa, rb.all_to_all(), fast, DELAY)
            net.connect(cells[pre], target, nmda, rb.all_to_all(), slow, DELAY, plasticity=rule)
        back = GABA[kind] / scale * nS
        net.connect(cells["inhibitory"], target, gaba, rb.all_to_all(), back, DELAY)
        drive(net, target, f"background of {post}", BACKGROUND, EXTERNAL[kind])
    rng = np.random.default_rng(seed)
    for post, sign in (("A", 1), ("B", -1)):
        drawn = SIGMA * rng.standard_normal(math.ceil(lasting / REDRAWN))
        rates = (MU_0 * (1 + sign * coherence) + drawn) * Hz
        seen = rb.sampled(rates, REDRAWN * ms, after="zero", start=BEFORE * ms)
        drive(net, cells[post], f"stimulus of {post}", seen, EXTERNAL[0])
    return net


def drive(net: rb.Network, target: Any, name: str, rate: Any, weight: float) -> None:
    """A Poisson process for each neuron of the target."""
    source = net.add(rb.Poisson(rate), target.n, name)
    net.connect(source, target, rb.AMPA(2 * ms), rb.one_to_one(), weight * nS, DELAY)


def rates_of(recordings: list[rb.NetworkRecording]) -> dict[str, Any]:
    """Rates of the populations (Hz) in bins of 5 ms, of runs one after the other."""
    names = recordings[0].names
    return {
        name: np.concatenate([rec.rate(name, BIN * ms)[1].value_in("Hz") for rec in recordings])
        for name in names
        if " of " not in name
    }


def smoothed(rate: Any) -> Any:
    """The mean of a window that ends with the bin."""
    width = round(WINDOW / BIN)
    return np.convolve(rate, np.full(width, 1 / width))[: len(rate)]


def decision(rates: dict[str, Any]) -> tuple[str, float]:
    """Who won, and when (ms of stimulus); without a decision who fires more, and nan."""
    first = round(BEFORE / BIN)
    both = np.array([smoothed(rates[name])[first:] for name in ("A", "B")])
    crossed = np.flatnonzero((both >= DECIDED).any(axis=0))
    at = crossed[0] if crossed.size else -1
    return "AB"[int(both[:, at].argmax())], (at + 1) * BIN if crossed.size else math.nan


def trial(coherence: float, lasting: float, scale: float, seed: int) -> tuple[str, float]:
    """The decision of a trial, which is run until there is one."""
    net = network(coherence, lasting, scale, seed)
    recordings, left = [net.run(BEFORE * ms)], lasting
    while left > 0:
        recordings.append(net.run(min(100.0, left) * ms))
        winner, time = decision(rates_of(recordings))
        left = 0 if math.isfinite(time) else left - 100
    return winner, time


def performance(coherence: Any, alpha: Any, beta: Any) -> Any:
    """The Weibull function: the part of the choices that are right."""
    return 1 - np.exp(-((coherence / alpha) ** beta)) / 2


def weibull(coherence: Any, correct: Any) -> tuple[float, float]:
    """The most likely alpha and beta of the Weibull function 1 - exp(-(c'/alpha)^beta) / 2."""
    alpha, beta = np.meshgrid(np.geomspace(0.01, 1, 201), np.linspace(0.5, 4, 71), indexing="ij")
    likelihood = np.zeros(alpha.shape)
    for c, part in zip(coherence, correct, strict=True):
        p = np.clip(performance(c, alpha, beta), 0.5, 1 - 1e-3)
        likelihood += part * np.log(p) + (1 - part) * np.log(1 - p)
    best = np.unravel_index(likelihood.argmax(), alpha.shape)
    return float(alpha[best]), float(beta[best])


def gating(rate: float, lasting: float = 5000) -> tuple[float, float]:
    """The mean gate at a Poisson rate (Hz): by the rule, and by the paper's equations."""
    (rule, peak), net = gate(), rb.Network(seed=1, dt=0.1 * ms)
    exact = rb.Model(
        "dx/dt = -x / rise\nds/dt = alpha * x * (1 - s) - s / decay",
        parameters=dict(alpha=ALPHA / ms, rise=RISE * ms, decay=DECAY * ms), method="rk4",
    )  # fmt: skip
    rng, expected = np.random.default_rng(1), rate * lasting / 1000
    trains = [rng.uniform(0, lasting, rng.poisson(expected)) * ms for _ in range(10)]
    source = net.add(rb.SpikeTimes(trains), 10, "source")
    ruled = net.add(PYRAMIDAL.replace(V_T=1 * V), 10, "ruled")
    other = net.add(exact, 10, "other", initial=dict(x=0, s=0))
    nmda = rb.NMDA(1 * mM, RISE * ms, DECAY * ms)
    net.connect(source, ruled, nmda, rb.one_to_one(), peak * nS, DELAY, plasticity=rule)
    net.connect(source, other, rb.Delta("x"), rb.one_to_one(), 1.0, DELAY)
    net.record(ruled, "g_NMDA")
    net.record(other, "s")
    rec = net.run(lasting * ms)
    return float(rec["ruled"]["g_NMDA"].value_in("nS").mean()), float(rec["other"]["s"].mean())


def examples(lasting: float, scale: float) -> dict[float, list[rb.NetworkRecording]]:
    """Whole trials for the picture: before, during and after the stimulus, by coherence."""
    found = {}
    for coherence in SHOWN:
        net = network(coherence, lasting, scale)
        found[coherence] = [net.run(span * ms) for span in (BEFORE, lasting, AFTER)]
    return found


def merits(shown: list[rb.NetworkRecording]) -> dict[str, float]:
    """Rates (Hz) at the end of rest, and when the stimulus of a clear trial ends."""
    count = round(100 / BIN)
    rest, end = (
        {name: float(rate[-2 * count :].mean()) for name, rate in rates_of([rec]).items()}
        for rec in shown[:2]
    )
    return {
        "spontaneous rate, pyramidal (Hz)": F * rest["A"] + F * rest["B"]
        + (1 - 2 * F) * rest["others"],
        "spontaneous rate, inhibitory (Hz)": rest["inhibitory"],
        "rate of the winner (Hz)": end["A"],
        "rate of the loser (Hz)": end["B"],
    }  # fmt: skip


PAPER = {
    "spontaneous rate, pyramidal (Hz)": "about 3",
    "rate of the winner (Hz)": "20 to 30 and more",
    "rate of the loser (Hz)": "below 5",
}


def draw(
    shown: dict[float, list[rb.NetworkRecording]], lasting: float,
    measured: dict[float, tuple[float, Any]], fit: tuple[float, float], path: Path,
) -> None:  # fmt: skip
    """Figures 2 and 5: three trials, and how often and how fast the choice is right."""
    figure = pictures.style.new_figure(10.5, 8)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.6, 1])
    grid: Any = upper.subplots(3, 3, sharex=True, sharey="row", height_ratios=[1, 1, 2])
    for place, (coherence, recordings) in enumerate(shown.items()):
        column, rates = grid[:, place], rates_of(recordings)
        for ax, (name, shade) in zip(column, SHADES.items(), strict=False):
            for rec in recordings:
                spikes = rec[name].spikes
                seen = spikes.i < 60
                times = spikes.t.magnitude[seen] - BEFORE
                ax.plot(times, spikes.i[seen], "|", color=shade, ms=1.8, mew=0.6)
            times = BIN * np.arange(1, len(rates[name]) + 1) - BEFORE
            column[2].plot(times, smoothed(rates[name]), color=shade, lw=1.6)
            ax.set(yticks=[], ylim=(-2, min(60, spikes.n) + 1))
        for ax in column:
            pictures.style.style_axes(ax)
            ax.axvspan(0, lasting, color=pictures.style.PALE, alpha=0.15, lw=0)
        column[0].set_title(f"coherence {100 * coherence:g} %", fontsize=11)
        column[2].axhline(DECIDED, color=pictures.style.GREY, lw=0.9, ls=(0, (4, 3)))
        column[2].set_xlabel("time since the stimulus began (ms)")
    for ax, name in zip(grid[:, 0], SHADES, strict=False):
        ax.set_ylabel(f"cells of {name}", color=SHADES[name], fontweight="bold")
    grid[2, 0].set_ylabel("rate (Hz)")
    # None at the ends, where they would meet those of the next column.
    grid[2, 0].set_xticks(np.arange(0, lasting + AFTER, 500 if lasting > 500 else 250))
    grid[2, 0].set(xlim=(-BEFORE, lasting + AFTER), ylim=(0, None))
    right, fast = lower.subplots(1, 2)
    some = [c for c in measured if c]
    percent, part = 100 * np.array(some), np.array([measured[c][0] for c in some])
    fine = np.geomspace(2.5, 60, 100)
    alphas = rf"$\alpha = {100 * fit[0]:.1f}$ %; grey the paper's, {100 * FIT[0]:g} %"
    right.set_title(f"Weibull function, {alphas}", fontsize=11)
    right.plot(fine, 100 * performance(fine / 100, *FIT), color=pictures.style.PALE)
    right.plot(fine, 100 * performance(fine / 100, *fit), color=SHADES["A"])
    right.plot(percent, 100 * part, "o", color=SHADES["A"])
    times = [np.array(measured[c][1]) for c in some]
    middle = [one.mean() if one.size else math.nan for one in times]
    spread = [one.std() if one.size else math.nan for one in times]
    fast.errorbar(percent, middle, spread, fmt="-o", color=pictures.style.INK, capsize=3)
    for ax, what in ((right, "correct (%)"), (fast, "time to decide (ms)")):
        pictures.style.style_axes(ax)
        ax.set(xscale="log", xticks=percent, xticklabels=[f"{one:g}" for one in percent])
        ax.set(xlim=(2.5, 65))
        ax.minorticks_off()
        ax.set_xlabel("coherence (%)")
        ax.set_ylabel(what)
    right.set_ylim(min(45, 95 * part.min()), 103)
    fast.set_ylim(0, 1.1 * max((one.max() for one in times if one.size), default=lasting))
    pictures.write(figure, path)


def choices(count: int, lasting: float, scale: float) -> dict[float, tuple[float, list[float]]]:
    """By coherence the part of the choices that are right, and when they were made; printed."""
    measured = {}
    print(f"{'':14}{'correct (%)':>24}")
    print(f"{'coherence (%)':>14}{'here':>12}{'paper':>12}{'time to decide (ms)':>22}", end="")
    print(f"{'undecided':>12}")
    for number, coherence in enumerate(COHERENCES):
        seeds = range(1000 * number + 1, 1000 * number + 1 + count)
        found = [trial(coherence, lasting, scale, seed) for seed in seeds]
        correct = float(np.mean([winner == "A" for winner, _ in found]))
        times = [time for _, time in found if math.isfinite(time)]
        measured[coherence] = correct, times
        mean = f"{np.mean(times):.0f}" if times else "-"
        published = 100 * performance(coherence, *FIT)
        numbers = f"{100 * coherence:14g}{100 * correct:12.0f}{published:12.0f}"
        print(f"{numbers}{mean:>22}{len(found) - len(times):12}")
    return measured


def trials(parser: argparse.ArgumentParser) -> None:
    """The option that this paper has beside the others."""

    def count(text: str) -> int:
        if int(text) < 1:
            raise argparse.ArgumentTypeError(f"give 1 or more, not {text}: each is tried")
        return int(text)

    help = "of each of six coherences; 4 by default"
    parser.add_argument("--trials", type=count, default=4, help=help)


def main() -> None:
    """Run three whole trials and many until their decision, print and draw."""
    with options(
        "Wang (2002)", SMALLEST, SHORTEST, duration=1500,
        lasting="ms of stimulus, at the longest", also=trials,
    ) as given:  # fmt: skip
        shown = examples(given.duration, given.scale)
        print(f"{'':36}{'here':>8}   the paper")
        for name, value in merits(shown[SHOWN[-1]]).items():
            print(f"{name:36}{value:8.1f}   {PAPER.get(name, '-')}")
        for rate in (3, 20):
            ruled, exact = gating(rate)
            print(
                f"{f'mean gate of NMDA at {rate} Hz':36}{ruled:8.3f}   {exact:.3f} (its equations)"
            )
        measured = choices(given.trials, given.duration, given.scale)
        fit = weibull(COHERENCES[1:], [measured[c][0] for c in COHERENCES[1:]])
        print(f"{'alpha of the Weibull function (%)':36}{100 * fit[0]:8.1f}   {100 * FIT[0]:g}")
        draw(shown, given.duration, measured, fit, given.out / "wang_2002.png")


if __name__ == "__main__":
    main()
