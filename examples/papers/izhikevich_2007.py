"""Dopamine that comes late still reaches the right synapse: the distal reward problem.

E. M. Izhikevich, Solving the distal reward problem through linkage of STDP and dopamine signaling,
Cereb. Cortex 17, 2443-2452 (2007), doi:10.1093/cercor/bhl152; figure 1 and its program daspnet.m.

800 regular spiking and 200 fast spiking neurons fire once or twice a second, by noise. Whenever one
of them happens to fire soon after another one that reaches it, dopamine is released 1 to 3 s later.
Pairs of spikes leave an eligibility in their synapse, which lasts for a second, and dopamine turns
it into a change of the weight. Thousands of other pairs come in between, but none of them comes
before every reward: the rewarded synapse, at 0 in the beginning, grows to the maximum.

Who rewards is part of the network. Each of 200 dopaminergic cells hears both neurons through axons
of its own delay, from 1 to 3 s, and fires when they were 1 to 20 ms apart. It listens in one of 200
milliseconds only, and so each coincidence is rewarded once, by a cell that is left to chance.

Differences from the program: noise is Gaussian, which makes neurons fire more often (so it does in
the program, transcribed to NumPy); a spike acts one millisecond later; weights change all the time
and not every 10 ms. Its hour of biology takes us a minute.

    python examples/papers/izhikevich_2007.py --out out
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from _options import options
from _pieces import joined, pieces

import rheobase as rb
from rheobase.analysis.pictures import style, write
from rheobase.units import ms

N_E, N_I, OUT = 800, 200, 100  # neurons; synapses that each sends out
THALAMUS = 13 / 12**0.5  # standard deviation of the input, uniform over 13 in the program
FIRST, INHIBITORY, W_MAX = 1.0, -1.0, 4.0  # weights (mV)
REWARDED = (0, 1)  # the synapse from the first to the second neuron, 0 at first
REWARD, TONIC = 0.05, 0.0002  # what is released, and what always acts (1/ms)
WINDOW = 20.0  # how long after one the other may fire (ms)
CELLS = 200  # dopaminergic ones
PIECES, LAST = 100, 20  # of a run; at its end, those in which rates are measured
# What --scale and --duration are at the least, and why.
SMALLEST = (0.02, "with fewer neurons each has no more than one synapse")
SHORTEST = (PIECES, "weights are read a hundred times, after a millisecond at the soonest")


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
        on_modulator="d += reward",
        parameters=dict(reward=REWARD, tonic=TONIC, w_max=W_MAX),
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


def run(
    duration: Any, scale: float = 1.0, seed: int = 1
) -> tuple[list[rb.NetworkRecording], np.ndarray, np.ndarray]:
    """All recordings, the rewarded weight after each piece, and the others (pieces, synapses)."""
    net, recordings, rewarded, others = network(scale, seed), [], [], []
    for recording in pieces(net, duration, PIECES):
        recordings.append(recording)
        synapses = net.synapses("learning")
        # What has gone beyond the bounds is put back at the next spike, before anything is sent.
        weight = np.clip(synapses["w"], 0, W_MAX)
        chosen = (synapses.pre == REWARDED[0]) & (synapses.post == REWARDED[1])
        first = int(np.flatnonzero(chosen)[0])
        rewarded.append(weight[first])
        others.append(np.delete(weight, first))
    return recordings, np.array(rewarded), np.array(others)


def merits(
    recordings: list[rb.NetworkRecording], rewarded: np.ndarray, others: np.ndarray
) -> dict[str, float]:
    """What became of the rewarded synapse and of all others, and how often it was rewarded."""
    late = recordings[-LAST:]
    rates = {name: joined(late, name).rate().value_in("Hz").mean() for name in recordings[0]}
    counts = np.array([recording["dopaminergic"].spikes.total for recording in recordings])
    minutes = recordings[0].duration.value_in("s") / 60
    return {
        "rewarded weight, largest (mV)": rewarded.max(),
        "rewarded weight, last fifth (mV)": rewarded[-LAST:].mean(),
        "other weights, last fifth (mV)": others[-LAST:].mean(),
        "of these above the rewarded one": (others[-LAST:] > rewarded[-LAST:, None]).mean(),
        "rewards a minute, first fifth": counts[:LAST].mean() / minutes,
        "rewards a minute, last fifth": counts[-LAST:].mean() / minutes,
        "rate, excitatory (Hz)": rates["excitatory"],
        "rate, inhibitory (Hz)": rates["inhibitory"],
    }


PAPER = {
    "rewarded weight, largest (mV)": "4, the maximum",
    "rewarded weight, last fifth (mV)": "stays near it",
    "other weights, last fifth (mV)": "low",
    "of these above the rewarded one": "few",
    "rewards a minute, first fifth": "-",
    "rewards a minute, last fifth": "more than at first",
    "rate, excitatory (Hz)": "about 1; program 1.3, with Gaussian noise 1.9",
    "rate, inhibitory (Hz)": "program 0.8, with Gaussian noise 1.7",
}


def draw(
    recordings: list[rb.NetworkRecording], rewarded: np.ndarray, others: np.ndarray, path: Path
) -> None:
    """The rewarded weight among the others over time, the rewards, and the weights at the end."""
    figure = style.new_figure(11, 4.6)
    course, last = figure.subplots(1, 2, width_ratios=[1.9, 1])
    minutes = [(one.start + one.duration).value_in("s") / 60 for one in recordings]
    rewards = joined(recordings, "dopaminergic").t.value_in("s") / 60
    low, high = np.percentile(others, [5, 95], axis=1)
    course.fill_between(minutes, low, high, color=style.PALE, alpha=0.35, linewidth=0)
    course.plot(minutes, others.mean(axis=1), color=style.GREY, label="all others: mean, 5 to 95 %")
    course.plot(minutes, rewarded, color=style.VERMILION, label="rewarded synapse")
    course.plot(rewards, np.full(rewards.shape, -0.25), "|", color=style.BLUE, markersize=6,
                markeredgewidth=0.4, label="rewards")  # fmt: skip
    course.set(xlabel="time (min)", ylabel="weight (mV)", xlim=(0, minutes[-1]), ylim=(-0.5, 5.3))
    style.legend(course, loc="upper left", ncols=3)
    last.hist(others[-1], np.linspace(0, W_MAX, 41), color=style.PALE)
    last.set(xlabel="weight at the end (mV)", ylabel="synapses", yscale="log", ylim=(0.7, None))
    last.axvline(rewarded[-1], color=style.VERMILION)
    for ax in (course, last):
        style.style_axes(ax)
    write(figure, path)


def main() -> None:
    """Run the network, print what was learned and draw it."""
    with options(
        "Izhikevich (2007), figure 1", SMALLEST, SHORTEST, duration=3_600_000,
        scaled="of the number of neurons, and of synapses of each",
    ) as given:  # fmt: skip
        recordings, rewarded, others = run(given.duration * ms, given.scale)
        print(f"{'':34}{'here':>8}   the paper")
        for name, value in merits(recordings, rewarded, others).items():
            print(f"{name:34}{value:8.3g}   {PAPER[name]}")
        draw(recordings, rewarded, others, given.out / "izhikevich_2007.png")


if __name__ == "__main__":
    main()
