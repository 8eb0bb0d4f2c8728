"""Synapses that compete: spike-timing dependent plasticity makes a neuron fire irregularly.

S. Song, K. D. Miller and L. F. Abbott, Competitive Hebbian learning through spike-timing-dependent
synaptic plasticity, Nature Neurosci. 3, 919-926 (2000), doi:10.1038/78829.

1,000 excitatory and 200 inhibitory Poisson inputs reach a leaky integrate-and-fire neuron. Pairs of
spikes change the excitatory weights, and depression outweighs potentiation by 5 %. So weights fall
until what is left balances inhibition; a synapse keeps its weight if its spikes happen to come
before those of the neuron. Weights end near 0 or near the largest, and which of the two a synapse
does is chance. The rate of the neuron hardly follows that of its inputs, its intervals vary.

Here four neurons stand side by side, one for each rate of its own inputs, and beside each a twin
whose weights stay as they are at first. Differences from the paper: the clock ticks every 0.5 ms,
and a spike arrives one tick later; weights begin anywhere between 0 and the largest.

    python examples/papers/song_miller_abbott_2000.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options
from _pieces import joined, pieces

import rheobase as rb
from rheobase.analysis.pictures import style, write
from rheobase.units import Hz, ms, mV, nS, pA, pF

RATES = np.array([10.0, 20.0, 30.0, 40.0])  # of excitatory inputs (Hz): each for its own neuron
N_E, N_I = 1_000, 200  # inputs of a neuron
RATE_I = 10 * Hz
G_L = 10 * nS
NEURON = dict(C=200 * pF, g_L=G_L, E_L=-70 * mV, V_T=-54 * mV, V_R=-60 * mV)
TAU_S, E_E, E_I = 5 * ms, 0 * mV, -70 * mV
G_MAX, G_I = 0.015 * G_L, 0.05 * G_L  # the largest excitatory weight; the inhibitory one
A_PLUS, RATIO, TAU = 0.005, 1.05, 20 * ms
DT = 0.5 * ms
PIECES, MEASURED = 50, 10  # of a run; at its end, those in which spikes are measured
# What --scale and --duration are at the least, and why.
SMALLEST = (0.05, "with fewer inputs a few of them alone make the neuron fire")
SHORTEST = (PIECES, "weights are read 50 times, after a millisecond at the soonest")


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The neurons and their twins; `scale` is that of the excitatory inputs of each."""
    neuron = rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I", spike="v > V_T", reset="v = V_R",
        parameters=NEURON, inputs=dict(I=pA), initial=dict(v="E_L"), method="exponential_euler",
    )  # fmt: skip
    net, n, each = rb.Network(seed=seed, dt=DT), len(RATES), round(scale * N_E)
    inputs = net.add(rb.Poisson(np.repeat(RATES, each) * Hz), n * each, "inputs")
    # 200 Poisson processes of 10 Hz, whose synapses stay alike, are one of 2,000 Hz.
    inhibitory = net.add(rb.Poisson(N_I * RATE_I), n, "inhibitory inputs")
    excitation = rb.Exponential(TAU_S, reversal=E_E, name="exc")
    inhibition = rb.Exponential(TAU_S, reversal=E_I, name="inh")
    own = rb.edges(np.arange(n * each), np.repeat(np.arange(n), each))
    strongest = G_MAX * (N_E / each)
    first = strongest * np.random.default_rng(seed).random(n * each)
    rule = rb.PairSTDP(strongest, TAU, TAU, A_PLUS, RATIO * A_PLUS)
    for name, plasticity in (("neurons", rule), ("twins", None)):
        target = net.add(neuron, n, name)
        net.connect(inhibitory, target, inhibition, rb.one_to_one(), G_I, DT)
        net.connect(inputs, target, excitation, own, first, DT, plasticity, f"to {name}")
    return net


def weights(net: rb.Network) -> np.ndarray:
    """The weights now as parts of the largest, shape (neurons, inputs)."""
    synapses = net.synapses("to neurons")
    found = synapses["w"].value_in("nS").reshape(len(RATES), -1)
    return found / (G_MAX.value_in("nS") * N_E / found.shape[1])


def run(
    duration: Any, scale: float = 1.0, seed: int = 1
) -> tuple[list[rb.NetworkRecording], np.ndarray]:
    """What is recorded in the last pieces of a run, and the weights after each piece."""
    net, recordings, history = network(scale, seed), [], []
    for recording in pieces(net, duration, PIECES):
        recordings.append(recording)
        history.append(weights(net))
    return recordings[-MEASURED:], np.array(history)


def merits(recordings: list[rb.NetworkRecording], last: np.ndarray) -> dict[str, np.ndarray]:
    """By rate of the inputs: how the weights ended, and how neurons and twins fire."""
    learned, fixed = joined(recordings, "neurons"), joined(recordings, "twins")
    return {
        "weights below a quarter": (last < 0.25).mean(axis=1),
        "weights above three": (last > 0.75).mean(axis=1),
        "rate, weights fixed (Hz)": fixed.rate().value_in("Hz"),
        "rate, learned (Hz)": learned.rate().value_in("Hz"),
        "CV, weights fixed": fixed.cv(),
        "CV, learned": learned.cv(),
    }


PAPER = {
    "weights below a quarter": "two groups:",
    "weights above three": "most are weak or strong",
    "rate, weights fixed (Hz)": "follows the inputs",
    "rate, learned (Hz)": "nearly independent of them",
    "CV, weights fixed": "regular",
    "CV, learned": "irregular: near 1",
}


def draw(found: dict[str, np.ndarray], history: np.ndarray, duration: float, path: Path) -> None:
    """Above the distribution of the weights over time; below rate and CV against the inputs."""
    figure = style.new_figure(11, 6.4)
    above, below = figure.subfigures(2, 1, height_ratios=[1, 1.05])
    bins, seconds = np.linspace(0, 1, 21), np.linspace(0, duration / 1e3, PIECES + 1)
    columns = above.subplots(1, len(RATES), sharex=True, sharey=True)
    for column, (ax, rate) in enumerate(zip(columns, RATES, strict=True)):
        style.style_axes(ax)
        share = [np.histogram(one, bins)[0] / one.size for one in history[:, column]]
        # By the square root, so that the few between the two groups are seen as well.
        image = ax.pcolormesh(
            seconds, bins, np.sqrt(share).T, cmap="Blues", vmin=0, vmax=0.7, rasterized=True
        )
        ax.set(xlabel="time (s)")
        ax.set_title(f"inputs at {rate:g} Hz", fontsize=11)
    columns[0].set_ylabel("weight / $g_{max}$")
    bar = above.colorbar(image, ax=columns, extend="max", pad=0.01)
    bar.set_ticks(np.sqrt([0, 0.05, 0.2, 0.4]), labels=["0", "0.05", "0.2", "0.4"])
    bar.set_label("share of the synapses")
    bar.outline.set_visible(False)
    for ax, what in zip(below.subplots(1, 2), ("rate", "CV"), strict=True):
        style.style_axes(ax)
        unit = " (Hz)" if what == "rate" else ""
        fixed, learned = found[f"{what}, weights fixed{unit}"], found[f"{what}, learned{unit}"]
        ax.plot(RATES, fixed, "o-", color=style.PALE, label="weights fixed")
        ax.plot(RATES, learned, "o-", color=style.VERMILION, label="learned")
        ax.set(xlabel="rate of the inputs (Hz)", xticks=RATES)
        if what == "rate":
            ax.set(ylabel="rate of the neuron (Hz)", yscale="log", ylim=(1, 1000))
        else:
            ax.set(ylabel="CV of its intervals", ylim=(0, 1.1))
        style.legend(ax)
    write(figure, path)


def main() -> None:
    """Run the neurons, print how they ended and draw how they got there."""
    with options(
        "Song, Miller and Abbott (2000)", SMALLEST, SHORTEST, duration=500_000,
        scaled="of the number of excitatory inputs, which are stronger the fewer they are",
    ) as given:  # fmt: skip
        recordings, history = run(given.duration * ms, given.scale)
        found = merits(recordings, history[-1])
        print(f"{'inputs (Hz)':26}" + "".join(f"{rate:8g}" for rate in RATES) + "   the paper")
        for name, values in found.items():
            print(f"{name:26}" + "".join(f"{v:8.3g}" for v in values) + f"   {PAPER[name]}")
        path = given.out / "song_miller_abbott_2000.png"
        draw(found, history, given.duration, path)


if __name__ == "__main__":
    main()
