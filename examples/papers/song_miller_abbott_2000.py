"""Synapses that compete: spike-timing dependent plasticity holds a neuron where it fires irregularly.

S. Song, K. D. Miller and L. F. Abbott, Competitive Hebbian learning through spike-timing-dependent
synaptic plasticity, Nature Neurosci. 3, 919-926 (2000), doi:10.1038/78829.

1,000 excitatory and 200 inhibitory Poisson inputs reach a leaky integrate-and-fire neuron. Pairs of
spikes change the excitatory weights a little, and depression outweighs potentiation a little: A_-
tau_- / (A_+ tau_+) = 1.05. So weights fall until the inputs that are left balance inhibition, and
only those that happen to come before a spike keep theirs. They end near 0 or near the largest; the
rate of the neuron hardly follows that of its inputs any more, and its intervals vary.

Here seven neurons stand side by side, one for each rate of its own inputs. Differences from the
paper: the clock ticks every 0.2 ms, and a spike arrives one tick later; weights begin anywhere
between 0 and the largest. Beside each neuron stands one whose weights stay as they are at first.

    python examples/papers/song_miller_abbott_2000.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.units import Hz, ms, mV, nS, pA, pF

RATES = np.arange(10.0, 41.0, 5.0)  # of the excitatory inputs (Hz): each for a neuron of its own
N_E, N_I = 1_000, 200  # inputs of a neuron
RATE_I = 10 * Hz
G_L = 10 * nS
NEURON = dict(C=200 * pF, g_L=G_L, E_L=-70 * mV, V_T=-54 * mV, V_R=-60 * mV)
TAU_S, E_E, E_I = 5 * ms, 0 * mV, -70 * mV
G_MAX, G_I = 0.015 * G_L, 0.05 * G_L  # the largest excitatory weight; the inhibitory one
A_PLUS, RATIO, TAU = 0.005, 1.05, 20 * ms
DT = 0.2 * ms
PIECES = 60  # of a run, after each of which weights are read
MEASURED = 0.2  # the last part of a run, in which rate and CV are measured
# What --scale and --duration are at the least, and why.
SMALLEST = (0.05, "with fewer inputs a few of them alone make the neuron fire")
SHORTEST = (PIECES, "weights are read 60 times, once a millisecond at the most")


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """Seven neurons that learn, and their twins; `scale` is that of the number of inputs."""
    neuron = rb.Model(
        "C * dv/dt = g_L * (E_L - v) + I", spike="v > V_T", reset="v = V_R",
        parameters=NEURON, inputs=dict(I=pA), initial=dict(v="E_L"), method="exponential_euler",
    )  # fmt: skip
    net, each = rb.Network(seed=seed, dt=DT), round(scale * N_E)
    inputs = net.add(rb.Poisson(np.repeat(RATES, each) * Hz), name="inputs")
    # 200 Poisson processes at 10 Hz, of synapses that stay alike, are one at 2,000 Hz.
    inhibitory = net.add(rb.Poisson(N_I * RATE_I), len(RATES), "inhibitory inputs")
    excitation = rb.Exponential(TAU_S, reversal=E_E, name="exc")
    inhibition = rb.Exponential(TAU_S, reversal=E_I, name="inh")
    strongest = G_MAX * (N_E / each)
    first = np.random.default_rng(seed).random(inputs.n) * strongest
    owner = rb.edges(np.arange(inputs.n), np.repeat(np.arange(len(RATES)), each))
    rule = rb.PairSTDP(strongest, TAU, TAU, A_PLUS, RATIO * A_PLUS)
    for name, plasticity in (("neurons", rule), ("twins", None)):
        target = net.add(neuron, len(RATES), name)
        net.connect(inhibitory, target, inhibition, rb.one_to_one(), G_I, DT)
        net.connect(
            inputs, target, excitation, owner, first, DT, name=f"to {name}", plasticity=plasticity
        )
    return net


def run(
    duration: Any, scale: float = 1.0, seed: int = 1
) -> tuple[dict[str, rb.SpikeTrains], np.ndarray]:
    """The spikes of the last part of a run, and the weights over time as parts of the largest.

    Returns:
        Of "neurons" and "twins" the spikes; weights of the shape (pieces, rates, inputs).
    """
    net, weights, late = network(scale, seed), [], []
    strongest = net.projections["to neurons"].plasticity.quantity("w_max", 1.0)
