"""Synapses that depress or facilitate pass on different things about the spikes of their neuron.

M. Tsodyks, K. Pawelzik and H. Markram, Neural networks with dynamic synapses, Neural Comput. 10,
821-835 (1998), doi:10.1162/089976698300017502.

A spike uses a part of the transmitter that is available, which comes back within tau_rec; and at a
facilitating synapse it raises, for some tau_fac, the part that the next one will use. Trains of
spikes show what each comes to: the amplitude of the depressing synapse falls with the rate, beyond
a limiting frequency in inverse proportion, so that it passes on the same current at any rate. What
it does pass on is a change, in proportion to the rate before it. The facilitating synapse is
strongest at a rate of its own.

Stationary amplitudes are compared with their closed form, and the current from a population of 500
Poisson neurons with the mean-field equation. U, tau_rec, tau_fac and the amplitudes of the currents
are those of the paper; the membrane and the jumps of the rate are ours.

    python examples/papers/tsodyks_markram_1998.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis.pictures import style, write
from rheobase.units import Hz, V, ms, mV, nS, pA, pF

# U, tau_rec and tau_fac (ms), and the current if all transmitter were used (pA).
SYNAPSES = {"depressing": (0.5, 800.0, 0.0, 250.0), "facilitating": (0.03, 130.0, 530.0, 1540.0)}
SHADES = {"depressing": style.BLUE, "facilitating": style.VERMILION}
TAU_S, DT = 3.0, 0.1  # of the current; the clock (ms)
MEMBRANE = dict(C=400 * pF, g_L=10 * nS, V_L=-70 * mV, V_R=-70 * mV, V_T=1 * V)  # it only listens
FREQUENCIES = np.array([1, 2, 3, 5, 7, 10, 14, 18, 22, 26, 32, 40, 50, 70, 100], float)
SHOWN = 22.0  # the train that is drawn (Hz)
TRAIN = 5000.0  # how long trains are (ms)
POPULATION, TRIALS = 500, 10
STEPS = (10.0, 20.0, 40.0, 80.0)  # rates of the population, one after the other (Hz)
AFTER = 10.0  # after a jump, the time in which its effect is measured (ms)
# What --scale and --duration are at the least, and why.
SMALLEST = (0.02, "fewer than ten neurons are no population")
SHORTEST = (200, "there are four rates, for 50 ms each")


def listening(net: rb.Network, sources: Any, rows: Any, n: int, kind: str, gain: float) -> None:
    """Neurons that receive from `sources` through synapses of a kind; their current is recorded."""
    target = net.add(rb.LIF(**MEMBRANE), n, kind)
    u, tau_rec, tau_fac, most = SYNAPSES[kind]
    rule = rb.TsodyksMarkram(u, tau_rec * ms, tau_fac * ms)
    synapse = rb.Exponential(TAU_S * ms, name="syn")
    net.connect(sources, target, synapse, rows, gain * most * pA, DT * ms, rule)
    net.record(target, ["v", "I_syn"])


def trains() -> rb.NetworkRecording:
    """One neuron a frequency, which hears a regular train from 0 on."""
    net = rb.Network(dt=DT * ms)
    times = [np.arange(0, TRAIN - DT, 1e3 / f) * ms for f in FREQUENCIES]
    sources = net.add(rb.SpikeTimes(times), len(FREQUENCIES), "trains")
    for kind in SYNAPSES:
        listening(net, sources, rb.one_to_one(), len(FREQUENCIES), kind, 1.0)
    return net.run(TRAIN * ms)


def amplitudes(rec: rb.NetworkRecording, kind: str) -> np.ndarray:
    """By how much the current jumps at the last spike of each train (pA)."""
    current = rec[kind]["I_syn"].value_in("pA")
    last = [int(np.rint(np.arange(0, TRAIN - DT, 1e3 / f)[-1] / DT)) + 1 for f in FREQUENCIES]
    column = np.arange(len(FREQUENCIES))
    before = current[np.array(last) - 1, column]
    return current[last, column] - before * np.exp(-DT / TAU_S)


def closed_form(kind: str, frequency: np.ndarray) -> np.ndarray:
    """The stationary amplitude at steady frequencies (Hz), in pA."""
    u, tau_rec, tau_fac, most = SYNAPSES[kind]
    interval = 1e3 / frequency
    recovered = np.exp(-interval / tau_rec)
    kept = np.exp(-interval / tau_fac) if tau_fac else 0.0
    used = u / (1 - (1 - u) * kept)
    return most * used * (1 - recovered) / (1 - (1 - used) * recovered)


def population(duration: Any, scale: float = 1.0, seed: int = 1) -> rb.NetworkRecording:
    """Ten neurons, each of which hears a population of its own whose rate jumps."""
    net, n = rb.Network(seed=seed, dt=DT * ms), round(scale * POPULATION)
    each = duration / len(STEPS)
    starts = [k * each for k in range(len(STEPS))]
    changes = np.diff(STEPS, prepend=0.0)
    rate = sum((rb.step(c * Hz, at) for c, at in zip(changes, starts, strict=True)), 0 * Hz)
    sources = net.add(rb.Poisson(rate), n * TRIALS, "population")
    rows = rb.edges(np.arange(n * TRIALS), np.repeat(np.arange(TRIALS), n))
    for kind in SYNAPSES:
        listening(net, sources, rows, TRIALS, kind, 1 / n)
    return net.run(duration)


def rates(times: np.ndarray) -> np.ndarray:
    """The rate of the population (Hz) at the times of samples (ms)."""
    return np.array(STEPS)[np.minimum(4 * np.arange(len(times)) // (len(times) - 1), 3)]


def mean_field(kind: str, times: np.ndarray) -> np.ndarray:
    """The current (pA) that is expected at the times of samples, which come after arrivals."""
    u, tau_rec, tau_fac, most = SYNAPSES[kind]
    dt, available, used, current = float(times[1] - times[0]), 1.0, 0.0, np.zeros(len(times))
    for k, r in enumerate(rates(times)[:-1] / 1e3):
        part = used + u * (1 - used) if tau_fac else u
        passed = part * available * r
        available += dt * ((1 - available) / tau_rec - passed)
        used += dt * (u * (1 - used) * r - used / tau_fac) if tau_fac else 0.0
        current[k + 1] = current[k] * np.exp(-dt / TAU_S) + dt * most * passed
    return current


def levels(times: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The current in the last third of each rate, and just after it: shapes (4,) and (3,)."""
    each, first = len(times) // len(STEPS), round(AFTER / 2 / (times[1] - times[0]))
    ends = each * np.arange(1, len(STEPS) + 1)
    steady = [current[end - each // 3 : end].mean() for end in ends]
    after = [current[end + first : end + 3 * first].mean() for end in ends[:-1]]
    return np.array(steady), np.array(after)


def merits(
    steady: rb.NetworkRecording, jumps: rb.NetworkRecording, kind: str
) -> dict[str, tuple[float, float]]:
    """What trains and population come to, each here and as a formula says."""
    u, tau_rec, tau_fac, most = SYNAPSES[kind]
    here, there = amplitudes(steady, kind), closed_form(kind, FREQUENCIES)
    found = {"amplitude at 10 Hz (pA)": (here[5], there[5])}
    found["amplitude at 100 Hz (pA)"] = (here[-1], there[-1])
    if tau_fac:
        best = 1e3 / (u * tau_fac * tau_rec) ** 0.5
        found["strongest at (Hz)"] = (FREQUENCIES[here.argmax()], best)
    else:
        # There the amplitude of a rested synapse meets the inverse proportion of fast trains.
        limit = FREQUENCIES[-1] * here[-1] / (u * most)
        found["limiting frequency (Hz)"] = (limit, 1e3 / (u * tau_rec))
    times = jumps[kind].t.value_in("ms")
    course = jumps[kind]["I_syn"].value_in("pA").mean(axis=1)
    (last, after), (due, due_after) = levels(times, course), levels(times, mean_field(kind, times))
    found["current, 80 Hz / 40 Hz"] = (last[3] / last[2], due[3] / due[2])
    found["just after 20 to 40 Hz / before"] = (after[1] / last[1], due_after[1] / due[1])
    return {name: (float(one), float(other)) for name, (one, other) in found.items()}


PAPER = {
    "limiting frequency (Hz)": "1/(U tau_rec)",
    "strongest at (Hz)": "1/sqrt(U tau_fac tau_rec)",
}
PAPER_OF_DEPRESSION = {
    "current, 80 Hz / 40 Hz": "no longer depends on the rate",
    "just after 20 to 40 Hz / before": "in proportion to the rates: 2",
}


def draw(steady: rb.NetworkRecording, jumps: rb.NetworkRecording, path: Path) -> None:
    """Of each synapse a train, the stationary amplitudes, and the current from a population."""
    figure = style.new_figure(12.5, 6.2)
    shown = int(np.flatnonzero(FREQUENCIES == SHOWN)[0])
    rest = MEMBRANE["V_L"].value_in("mV")
    rows: Any = figure.subplots(2, 3, width_ratios=[1, 1, 1.5])
    for (train, curve, response), (kind, shade) in zip(rows, SHADES.items(), strict=True):
        for ax in (train, curve, response):
            style.style_axes(ax)
        times = steady[kind].t.value_in("ms")
        few = times <= 700
        train.plot(times[few], steady[kind]["v"].value_in("mV")[few, shown] - rest, color=shade)
        train.set(xlabel="time (ms)", ylabel="depolarisation (mV)", xlim=(0, 700), ylim=(0, None))
        train.set_title(f"{kind}, a train at {SHOWN:g} Hz", fontsize=11)
        draw_amplitudes(curve, amplitudes(steady, kind), kind)
        times, current = jumps[kind].t.value_in("ms"), jumps[kind]["I_syn"].value_in("pA")
        thin = dict(color=shade, linewidth=0.5, alpha=0.6)
        response.plot(times / 1e3, current[:, 0], label="one population", **thin)
        response.plot(times / 1e3, mean_field(kind, times), color=style.INK, label="mean field")
        response.set(xlabel="time (s)", ylabel="current of a synapse (pA)")
        response.set(xlim=(0, times[-1] / 1e3), ylim=(0, None))
        for place, rate in enumerate(STEPS):
            here = dict(transform=response.transAxes, ha="center", color=style.GREY)
            response.text((place + 0.5) / len(STEPS), 1.02, f"{rate:g} Hz", **here)
        style.legend(response, loc="upper left" if kind == "facilitating" else "upper right")
    write(figure, path)


def draw_amplitudes(ax: Any, found: np.ndarray, kind: str) -> None:
    """Amplitudes against the rate of the train, their closed form, and what it tends to."""
    _, tau_rec, _, most = SYNAPSES[kind]
    rate = np.geomspace(FREQUENCIES[0], FREQUENCIES[-1], 200)
    form, law = closed_form(kind, rate), 1e3 * most / tau_rec / rate
    ax.plot(rate, form, color=style.INK, label="closed form")
    ax.plot(FREQUENCIES, found, "o", color=SHADES[kind], label="simulation")
    near = law < 1.6 * form.max()
    ax.plot(rate[near], law[near], "--", color=style.PALE, label="1/rate", zorder=0)
    ax.set(xlabel="rate of the train (Hz)", ylabel="stationary amplitude (pA)")
    ax.set(xscale="log", yscale="log")
    ticks = [50, 100, 200, 400] if kind == "facilitating" else [5, 10, 20, 50, 100]
    ax.set_xticks([1, 10, 100], labels=["1", "10", "100"])
    ax.set_yticks(ticks, labels=map(str, ticks))
    ax.minorticks_off()
    style.legend(ax, loc="lower center" if kind == "facilitating" else "lower left")


def main() -> None:
    """Run trains and populations, compare them with theory and draw them."""
    with options(
        "Tsodyks, Pawelzik and Markram (1998)", SMALLEST, SHORTEST, duration=6000,
        scaled="of the population of 500", lasting="ms, of all four rates of the population",
    ) as given:  # fmt: skip
        jumps, steady = population(given.duration * ms, given.scale), trains()
        for kind in SYNAPSES:
            said = PAPER if kind == "facilitating" else PAPER | PAPER_OF_DEPRESSION
            print(f"{kind:34}{'here':>9}{'theory':>9}   the paper")
            for name, (here, theory) in merits(steady, jumps, kind).items():
                print(f"  {name:32}{here:9.4g}{theory:9.4g}   {said.get(name, '')}".rstrip())
        draw(steady, jumps, given.out / "tsodyks_markram_1998.png")


if __name__ == "__main__":
    main()
