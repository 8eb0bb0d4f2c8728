"""A network that keeps itself going: irregular activity, and no input after a kick.

T. P. Vogels and L. F. Abbott, Signal propagation and logic gating in networks of integrate-and-fire
neurons, J. Neurosci. 25, 10786-10795 (2005), doi:10.1523/JNEUROSCI.3508-05.2005.

10,000 leaky integrate-and-fire neurons with synapses that are conductances. Each starts at a random
voltage and is kicked by Poisson spikes for 50 ms. From then on excitation and inhibition hold each
other, and every neuron fires at a low rate and at irregular times, for as long as one looks.

Differences from the paper, which maps out a plane of synaptic strengths: the strengths are those of
its later benchmark renditions (PyNN, Auryn), 0.4 and 5.1 leak conductances, with 150 synapses a
neuron; the kick is ours; a delay of one step takes the place of none. Compared is what the paper
says of this activity. It does not outlive the kick in a network ten times smaller.

    python examples/papers/vogels_abbott_2005.py --out out
"""

from __future__ import annotations

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import mean_cv, pairwise_correlations
from rheobase.units import Hz, ms, mV, nS, pA, pF

N_E, N_I = 8_000, 2_000  # neurons
P = 0.015  # probability of a synapse
NEURON = dict(C=200 * pF, g_L=10 * nS, E_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=5 * ms)
TAU_E, TAU_I = 5 * ms, 10 * ms
E_E, E_I = 0 * mV, -80 * mV
G_E, G_I = 4 * nS, 51 * nS  # what a spike adds
KICK = (300 * Hz, 50 * ms)  # of a Poisson synapse of strength G_E on every neuron
TRANSIENT = 200 * ms
# What --scale and --duration are at the least, and why.
SMALLEST = (P, "with fewer neurons no probability gives each its synapses")
SHORTEST = (210, "the first 200 ms are not measured")


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The network; `scale` is that of its neurons, who keep their numbers of synapses."""
    neuron = rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I",
        spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters=NEURON, inputs=dict(I=pA), method="exponential_euler",
    )  # fmt: skip
    first = dict(v=rb.uniform(-60 * mV, -50 * mV))
    net, dt = rb.Network(seed=seed, dt=0.1 * ms), 0.1 * ms
    exc = net.add(neuron, round(scale * N_E), "excitatory", releases="glutamate", initial=first)
    inh = net.add(neuron, round(scale * N_I), "inhibitory", releases="GABA", initial=first)
    excitation = rb.Exponential(TAU_E, reversal=E_E, name="exc")
    inhibition = rb.Exponential(TAU_I, reversal=E_I, name="inh")
    net.connect(exc, [exc, inh], excitation, rb.bernoulli(P / scale), G_E, dt)
    net.connect(inh, [exc, inh], inhibition, rb.bernoulli(P / scale), G_I, dt)
    rate, until = KICK
    for target in (exc, inh):
        kick = net.add(rb.Poisson(rb.step(rate, stop=until)), target.n, f"kick of {target.name}")
        net.connect(kick, target, excitation, rb.one_to_one(), G_E, dt)
    return net


def merits(rec: rb.NetworkRecording) -> dict[str, float]:
    """What the paper says of the activity, measured after the kick and its echo."""
    stop = rec.start + rec.duration
    exc, inh = (rec[name].spikes.window(TRANSIENT, stop) for name in ("excitatory", "inhibitory"))
    seconds = (stop - TRANSIENT).value_in("s")
    last = max(rec[name].spikes.t.magnitude.max(initial=0.0) for name in rec)
    correlations = pairwise_correlations(exc, 5 * ms)
    correlations = correlations[np.isfinite(correlations)]
    return {
        "silent at the end (ms)": stop.magnitude.item() - last,
        "rate, excitatory (Hz)": exc.total / exc.n / seconds,
        "rate, inhibitory (Hz)": inh.total / inh.n / seconds,
        "CV of the intervals": mean_cv(exc),
        "correlation of two neurons": float(correlations.mean()) if correlations.size else np.nan,
    }


PAPER = {
    "silent at the end (ms)": "goes on for as long as it is run",
    "rate, excitatory (Hz)": "low",
    "rate, inhibitory (Hz)": "low",
    "CV of the intervals": "irregular: about 1",
    "correlation of two neurons": "asynchronous: near 0",
}


def main() -> None:
    """Run the network, print its measures and draw its raster."""
    with options("Vogels and Abbott (2005)", SMALLEST, SHORTEST, duration=2000) as given:
        rec = network(given.scale).run(given.duration * ms)
        print(f"{'':28}{'here':>8}   the paper")
        for name, value in merits(rec).items():
            print(f"{name:28}{value:8.3g}   {PAPER[name]}")
        rec.plot("raster", ["excitatory", "inhibitory"], path=given.out / "vogels_abbott_2005.png")


if __name__ == "__main__":
    main()
