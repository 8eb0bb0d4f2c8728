"""Networks of rate-coded neurons, and the same in NumPy: every step and every sum written out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import rheobase as rb
from rheobase.units import ms

DT = 0.1
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda v: np.maximum(v, 0.0),
    "tanh": np.tanh,
    "logistic": lambda v: 1.0 / (1.0 + np.exp(-v)),
}


class Group(NamedTuple):
    """A population: how many, its transfer function, time constants, biases and first values."""

    n: int
    transfer: str
    tau: np.ndarray
    b: np.ndarray
    first: np.ndarray


class Link(NamedTuple):
    """A projection as synapses one by one: sources, targets, weights, delays in steps."""

    pre: int
    post: int
    sources: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    delays: np.ndarray


def replay(groups: list[Group], links: list[Link], steps: int) -> list[np.ndarray]:
    """What v is at every tick, of each population: shape (steps + 1, neurons)."""
    v = [[g.first.astype(float)] for g in groups]
    r = [[FUNCTIONS[g.transfer](g.first.astype(float))] for g in groups]
    decay = [np.exp(-DT / g.tau) for g in groups]
    for k in range(steps):
        flow = [np.zeros(g.n) for g in groups]
        for link in links:
            history = np.array([r[link.pre][max(0, k - d)] for d in range(k + 1)])
            sent = history[np.minimum(link.delays, k), link.sources]
            np.add.at(flow[link.post], link.targets, link.weights * sent)
        for which, g in enumerate(groups):
            target = flow[which] + g.b
            v[which].append(target + (v[which][-1] - target) * decay[which])
            r[which].append(FUNCTIONS[g.transfer](v[which][-1]))
    return [np.array(one) for one in v]


def drawn_groups(rng: np.random.Generator, count: int, most: int) -> list[Group]:
    """Populations of anything up to `most` neurons."""
    found = []
    for _ in range(count):
        n = int(rng.integers(1, most + 1))
        tau = rng.uniform(5, 30, n)
        transfer = str(rng.choice(list(FUNCTIONS)))
        found.append(Group(n, transfer, tau, rng.normal(0, 0.3, n), rng.normal(size=n)))
    return found


def drawn_links(
    rng: np.random.Generator, groups: list[Group], count: int, longest: int
) -> list[Link]:
    """Projections of any density, with one delay or one a synapse."""
    found = []
    for _ in range(count):
        pre, post = (int(k) for k in rng.integers(len(groups), size=2))
        sources, targets = np.nonzero(
            rng.random((groups[pre].n, groups[post].n)) < rng.choice([0.05, 0.5, 1.0])
        )
        weights = rng.normal(size=len(sources)) / math.sqrt(groups[pre].n)
        delays = rng.integers(0, longest + 1, size=len(sources))
        if rng.random() < 0.5:
            delays[:] = rng.integers(0, longest + 1)
        found.append(Link(pre, post, sources, targets, weights, delays))
    return found


def network(
    groups: list[Group], links: list[Link], threads: int | None = 1, record: Any = ("v", "r")
) -> rb.Network:
    """The same as a network of rheobase."""
    net = rb.Network(seed=1, dt=DT * ms, threads=threads)
    populations = []
    for k, g in enumerate(groups):
        model = rb.RateNeuron(g.transfer)
        parameters = {"tau": g.tau * ms, "b": g.b}
        populations.append(
            net.add(model, g.n, name=f"p{k}", parameters=parameters, initial={"v": g.first})
        )
        if record:
            net.record(populations[-1], list(record))
    for k, link in enumerate(links):
        if not len(link.sources):
            continue
        same = len(set(link.delays.tolist())) == 1
        net.connect(
            populations[link.pre], populations[link.post], synapse=rb.Graded(),
            rule=rb.edges(link.sources, link.targets), weight=link.weights,
            delay=(link.delays[0] if same else link.delays) * DT * ms, name=f"c{k}",
        )  # fmt: skip
    return net
