"""Dopamine that comes late still reaches the right synapse: the distal reward problem.

E. M. Izhikevich, Solving the distal reward problem through linkage of STDP and dopamine signaling,
Cereb. Cortex 17, 2443-2452 (2007), doi:10.1093/cercor/bhl152; figure 1 and its program daspnet.m.

800 regular spiking and 200 fast spiking neurons fire about once a second, by noise. Whenever one of
them happens to fire soon after another one that reaches it, dopamine is released 1 to 3 s later.
Pairs of spikes leave an eligibility in their synapse, which lasts for a second, and dopamine turns
it into a change of the weight. Hundreds of thousands of other pairs come in between, but none of
them as reliably before the reward: only the rewarded synapse grows to the maximum.

Who rewards is part of the network. Each of 200 dopaminergic cells hears both neurons through axons
of its own delay, from 1 to 3 s, and fires when they were 1 to 20 ms apart. It listens in one of 200
milliseconds only, and so each coincidence is rewarded once, by a cell that is left to chance.

Differences from the program: noise is Gaussian; a spike arrives one millisecond later, and moves
the potential instead of being a current for 1 ms; weights change all the time and not every 10 ms.

    python examples/papers/izhikevich_2007.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options
from _pieces import pieces

import rheobase as rb
from rheobase.units import ms

N_E, N_I, OUT = 800, 200, 100  # neurons; synapses that each sends out
THALAMUS = 13 / 12**0.5  # standard deviation of the input, uniform over 13 in the program
FIRST, INHIBITORY, W_MAX = 1.0, -1.0, 4.0  # weights (mV)
REWARDED = (0, 1)  # the synapse from the first to the second neuron, 0 at first
WINDOW = 20.0  # how long after one the other may fire (ms)
CELLS = 200  # dopaminergic ones


def neuron() -> rb.Model:
    """Izhikevich's model, updated as in the program; s is the sum of the spikes that came."""
    return rb.Model(
        """
        dv/dt = 0.04*v**2 + 5*v + 140 - u + thalamus*xi + s
        du/dt = a*(b*v - u)
        ds/dt = 0
        """,
        spike="v >= 30",
        reset="v = -65; u += d",
        parameters=dict(a=0.02, b=0.2, d=8.0, thalamus=THALAMUS),
        initial=dict(v=-65.0, u="b*v", s=0.0),
        time=ms,
        method="published",
        published=rb.Published(
            updates="""
            I = thalamus*xi + s
            v += 0.5*(0.04*v*v + 5*v + 140 - u + I)
            v += 0.5*(0.04*v*v + 5*v + 140 - u + I)
            u += a*(b*v - u)
            s -= s
            """,
            dt=1.0,
            source="daspnet.m",
        ),
    )


def rule() -> rb.LearningRule:
    """The rule of the program, of plain numbers: mV and ms.

    c is the eligibility of a synapse and d the dopamine above a tonic level, as rates at which
    they act. The zoo's `DopamineSTDP` is this one without the tonic level.
    """
    return rb.LearningRule(
        """
        dx/dt = -x/20
        dy/dt = -y/20
        dc/dt = -c/1000
        dd/dt = -d/200
        dw/dt = c*(d + tonic)
        """,
        on_pre="w = clip(w, 0, w_max); c -= 0.15*y; x = 1",
        on_post="w = clip(w, 0, w_max); c += 0.1*x; y = 1",
        on_modulator="d += 0.05",
        parameters=dict(tonic=0.0002, w_max=W_MAX),
        initial=dict(x=0, y=0, c=0, d=0),
    )


def dopaminergic() -> rb.Model:
    """A cell that fires when a spike at y comes soon after one at x, if it listens then."""
    return rb.Model(
        """
        dx/dt = -x/20
        dy/dt = -y/0.1
        """,
        spike="x > soon and y > 0.5 and listens > 0.5",
        reset="y = 0",
        parameters=dict(soon=np.exp(-(WINDOW - 1.5) / 20)),
        inputs=["listens"],
        initial=dict(x=0.0, y=0.0),
        time=ms,
    )


def network(scale: float = 1.0, seed: int = 1) -> rb.Network:
    """The network; `scale` is that of its neurons and of the synapses that each has."""
    net, rng = rb.Network(seed=seed, dt=1 * ms), np.random.default_rng(seed)
    n_e, n_i, out = (round(scale * n) for n in (N_E, N_I, OUT))
    exc = net.add(neuron(), n_e, "excitatory", releases="glutamate")
    inh = net.add(neuron(), n_i, "inhibitory", releases="GABA", parameters=dict(a=0.1, d=2.0))
    turns = rb.sampled(np.eye(CELLS), 1 * ms, after="repeat")
    cells = net.add(dopaminergic(), CELLS, "dopaminergic", releases="dopamine", listens=turns)
    each = np.arange(CELLS)
    later = 1000 + 2000 // CELLS * each
    for which, neuron_index in zip("xy", REWARDED, strict=True):
        delay = (later + (which == "x")) * ms
        from_one = rb.edges(np.zeros(CELLS, int), each)
        net.connect(exc[neuron_index], cells, rb.Delta(which), from_one, 1.0, delay)

    sources = np.repeat(np.arange(n_e), out)
    targets = rng.integers(n_e + n_i, size=n_e * out)
    targets[0] = REWARDED[1]
    onto = targets < n_e
    learning = dict(plasticity=rule(), modulator=cells)
    weights = np.where(np.arange(onto.sum()) == 0, 0.0, FIRST)
    rows = rb.edges(sources[onto], targets[onto])
    net.connect(exc, exc, rb.Delta("s"), rows, weights, 1 * ms, name="learning", **learning)
    rows = rb.edges(sources[~onto], targets[~onto] - n_e)
    net.connect(exc, inh, rb.Delta("s"), rows, FIRST, 1 * ms, **learning)
    rows = rb.fixed_outdegree(out, multapses=True)
    net.connect(inh, exc, rb.Delta("s"), rows, INHIBITORY, 1 * ms)
    return net


if __name__ == "__main__":
    import time, sys

    net = network(float(sys.argv[1]))
    for k in range(int(sys.argv[2])):
        b = time.time()
        rec = net.run(int(sys.argv[3]) * 1000 * ms)
        w = net.synapses("learning")
        i = np.flatnonzero((w.pre == 0) & (w.post == 1))
        print(
            k,
            "%.2f s" % (time.time() - b),
            rec["excitatory"].spikes.rate().value_in("Hz").mean(),
            rec["inhibitory"].spikes.rate().value_in("Hz").mean(),
            rec["dopaminergic"].spikes.total,
            w["w"][i],
            w["w"].mean(),
            w["w"].max(),
            w["c"][i],
            flush=True,
        )
