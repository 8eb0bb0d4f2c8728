"""Four states of a sparse network of excitatory and inhibitory neurons.

N. Brunel, Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons,
J. Comput. Neurosci. 8, 183-208 (2000), doi:10.1023/A:1008925309027; figure 8.

12,500 leaky integrate-and-fire neurons, each with 1,000 excitatory and 250 inhibitory synapses
and a Poisson drive; a spike shifts its targets by J or -g J after 1.5 ms. Two numbers, the
strength of inhibition g and the drive nu_ext/nu_thr, choose how the network fires.

Differences from the paper: the grid of time is 0.1 ms; the 1,000 external synapses of a neuron are
one Poisson process of their joint rate. The published figures are those of the paper's simulations,
which give none for state A; beside them stand those of the same network in NEST.

    python examples/papers/brunel_2000.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import mean_cv, pictures
from rheobase.units import Hz, ms, mV

N_E, N_I = 10_000, 2_500  # neurons
C_E, C_I = 1_000, 250  # synapses that each receives from them
J = 0.1 * mV  # shift by an excitatory spike
D = 1.5 * ms  # delay
NEURON = dict(tau=20 * ms, theta=20 * mV, V_r=10 * mV, t_ref=2 * ms)
NU_THR = 10 * Hz  # theta / (J C_E tau): what each of C_E synapses needs to hold a neuron at theta
TRANSIENT = 200 * ms
# What --scale and --duration are at the least, and why.
SMALLEST = (C_E / N_E, "with fewer neurons there are no 1,000 excitatory ones for each to hear")
SHORTEST = (100, "the slowest rhythm that is looked for, of 10 Hz, takes so long")

STATES = {  # what it is, g, nu_ext/nu_thr, how much of it is drawn (ms)
    "A": ("synchronous regular", 3.0, 2.0, 60.0),
    "B": ("synchronous irregular, fast", 6.0, 4.0, 100.0),
    "C": ("asynchronous irregular", 5.0, 2.0, 100.0),
    "D": ("synchronous irregular, slow", 4.5, 0.9, 400.0),
}
# Rate of a neuron and rhythm of the population (Hz) in the paper, and in NEST 3.10.
PAPER = {"A": ("-", "-"), "B": (60.7, 180), "C": (37.7, "-"), "D": (5.5, 22)}
NEST = {"A": (332.7, 665), "B": ("-", "-"), "C": (37.3, 134), "D": ("-", "-")}


def network(g: float, drive: float, scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The network; `scale` is that of its neurons, who keep their numbers of synapses."""
    neuron = rb.Model(
        "tau * dv/dt = -v", spike="v >= theta", reset="v = V_r", refractory="t_ref",
        parameters=NEURON, initial=dict(v=0 * mV),
    )  # fmt: skip
    net, jump = rb.Network(seed=seed, dt=0.1 * ms), rb.Delta("v")
    exc = net.add(neuron, round(scale * N_E), "excitatory", releases="glutamate")
    inh = net.add(neuron, round(scale * N_I), "inhibitory", releases="GABA")
    net.connect(exc, [exc, inh], jump, rb.fixed_indegree(C_E), J, D)
    net.connect(inh, [exc, inh], jump, rb.fixed_indegree(C_I), -g * J, D)
    for target in (exc, inh):
        source = net.add(rb.Poisson(drive * NU_THR * C_E), target.n, f"drive of {target.name}")
        net.connect(source, target, jump, rb.one_to_one(), J, D)
    return net


def run(state: str, duration: Any, scale: float = 1.0) -> rb.NetworkRecording:
    """A state after its transient."""
    _, g, drive, _ = STATES[state]
    net = network(g, drive, scale)
    net.run(TRANSIENT)
    return net.run(duration)


def merits(rec: rb.NetworkRecording) -> dict[str, float]:
    """Rate of a neuron (Hz), strongest rhythm of all of them (Hz), CV of a neuron's intervals."""
    populations = [rec["excitatory"].spikes, rec["inhibitory"].spikes]
    frequency, power = rec.spectrum("excitatory", 0.5 * ms, segment=min(200 * ms, rec.duration))
    fast = frequency.magnitude > 10  # below it there is only the drift of a short run
    return {
        "rate": float(np.concatenate([one.rate().magnitude for one in populations]).mean()),
        "rhythm": float(frequency.magnitude[fast][power.magnitude[fast].argmax()]),
        "CV": mean_cv(populations[0]),
    }


def draw(recordings: dict[str, rb.NetworkRecording], path: Path) -> None:
    """Figure 8: of each state 50 neurons, and the rate of all of them in bins of 0.2 ms."""
    figure = pictures.style.new_figure(10, 7.2)
    parts: Any = figure.subfigures(2, 2)
    for part, (state, rec) in zip(parts.flat, recordings.items(), strict=True):
        name, g, drive, shown = STATES[state]
        part.suptitle(rf"{state}  {name}: $g = {g:g}$, $\nu_{{ext}} = {drive:g}\,\nu_{{thr}}$")
        start, duration = rec.start.magnitude.item(), rec.duration.magnitude.item()
        stop = start + min(shown, duration)
        upper, lower = part.subplots(2, 1, sharex=True, height_ratios=[2, 1])
        spikes = rec["excitatory"].spikes
        seen = (spikes.i < 50) & (spikes.t.magnitude <= stop)
        pictures.raster(spikes.t[seen], spikes.i[seen], n=50, ax=upper)
        centres, rates = rec.rate("excitatory", 0.2 * ms)
        inside = centres.magnitude < stop
        pictures.rate(centres[inside], rates[inside], start=start, ax=lower)
        upper.set_xlabel("")
        lower.set(xlim=(start, stop), ylabel="rate (Hz)")
    pictures.write(figure, path)


def main() -> None:
    """Run the four states and compare them."""
    with options(
        "Brunel (2000), figure 8", SMALLEST, SHORTEST, lasting="ms, after 200 ms"
    ) as given:
        recordings = {state: run(state, given.duration * ms, given.scale) for state in STATES}
        print(f"{'':32}{'rate (Hz)':>24}{'rhythm (Hz)':>24}{'CV':>8}")
        print(f"{'':32}" + 2 * f"{'here':>8}{'paper':>8}{'NEST':>8}" + f"{'here':>8}")
        for state, rec in recordings.items():
            rate, rhythm, cv = merits(rec).values()
            rates = f"{rate:8.1f}{PAPER[state][0]:>8}{NEST[state][0]:>8}"
            rhythms = f"{rhythm:8.0f}{PAPER[state][1]:>8}{NEST[state][1]:>8}"
            print(f"{state}  {STATES[state][0]:<29}{rates}{rhythms}{cv:8.2f}")
        draw(recordings, given.out / "brunel_2000.png")


if __name__ == "__main__":
    main()
