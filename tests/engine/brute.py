"""A network in plain Python: one spike, one synapse, one addition after the other.

Only the integration of unconnected neurons is taken from `rb.simulate`, one step at a time, without
its spikes; who reaches whom, when, and in which order sums are made is written out here.
"""

from collections import defaultdict

import numpy as np

import rheobase as rb
from rheobase.model.composition import arrival_state, joined
from rheobase.units import ms

DT = 0.1
SPIKE = dict(spike="v > V_T", reset="v = V_R", refractory="t_ref")


class Cells:
    """Neurons with a threshold; `receptors` by label."""

    def __init__(self, name, text, parameters, initial, method, receptors):
        self.name, self.text, self.parameters = name, text, parameters
        self.initial, self.method, self.receptors = initial, method, receptors
        self.n = len(initial)
        self.quiet = self.model({}, parameters)
        self.whole = joined(self.quiet, receptors)

    def model(self, more, parameters):
        return rb.Model(self.text, parameters=parameters, inputs=["I"], **more)

    @property
    def firing(self):
        return self.model(SPIKE, self.parameters)

    def begin(self):
        self.state = {s: np.zeros(self.n) for s in self.whole.states} | {"v": self.initial.copy()}
        self.rest = np.zeros(self.n, int)

    def step(self, arrived):
        """One step: integrate, add what arrives, hold, threshold, reset; returns who fires."""
        rec = rb.simulate(
            self.whole, DT * ms, dt=DT * ms, n=self.n, method=self.method,
            initial=self.state, record=self.whole.states,
        )  # fmt: skip
        held, old = self.rest > 0, self.state["v"]
        self.state = {s: np.array(rec[s])[-1] for s in self.whole.states}
        for state, amount in arrived.items():
            self.state[state] = self.state[state] + amount
        self.state["v"] = np.where(held, old, self.state["v"])
        self.rest = np.maximum(self.rest - 1, 0)
        fires = (self.state["v"] > self.parameters["V_T"]) & ~held
        self.state["v"] = np.where(fires, self.parameters["V_R"], self.state["v"])
        self.rest[fires] = int(self.parameters["t_ref"] / DT + 0.5)
        return np.flatnonzero(fires)


class Given:
    """Spikes at given ticks."""

    def __init__(self, name, n, ticks, neurons):
        self.name, self.n, self.ticks, self.neurons = name, n, ticks, neurons


class Edges:
    """Synapses one by one; `receptor` is a label, or "" for jumps of v."""

    def __init__(self, name, pre, post, receptor, sources, targets, weight, delay, precision=None):
        self.name, self.pre, self.post, self.receptor = name, pre, post, receptor
        self.sources, self.targets = sources, targets
        self.weight, self.delay, self.precision = weight, delay, precision

    def of(self, neuron):
        """The target, weight and delay of each synapse of a neuron, in the canonical order."""
        mine = np.flatnonzero(self.sources == neuron)
        mine = mine[np.argsort(self.targets[mine], kind="stable")]
        weights = np.broadcast_to(self.weight, self.sources.shape)
        if self.precision == "float32" and np.ndim(self.weight):
            weights = weights.astype(np.float32).astype(float)
        delays = np.broadcast_to(self.delay, self.sources.shape)
        return zip(self.targets[mine], weights[mine], delays[mine], strict=True)


def run(parts, projections, steps):
    """Spikes (tick, neuron) and traces of every part; traces have a row for each tick from 0."""
    cells = {p.name: p for p in parts if isinstance(p, Cells)}
    waiting = defaultdict(lambda: defaultdict(float))  # (part, tick) -> (state, neuron) -> sum
    spikes, traces = {p.name: [] for p in parts}, {}
    for name, cell in cells.items():
        cell.begin()
        traces[name] = {s: [v.copy()] for s, v in cell.state.items()}
    for tick in range(1, steps + 1):
        fired = {}
        for part in parts:
            if isinstance(part, Given):
                fired[part.name] = np.sort(part.neurons[part.ticks == tick])
                continue
            arrived = {s: np.zeros(part.n) for s in part.whole.states}
            for (state, neuron), amount in waiting.pop((part.name, tick), {}).items():
                arrived[state][neuron] = amount
            fired[part.name] = part.step(arrived)
            for s, v in part.state.items():
                traces[part.name][s].append(v.copy())
        for edges in sorted(projections, key=lambda p: p.name):
            state = "v"
            if edges.receptor:
                receptor = cells[edges.post].receptors[edges.receptor]
                state = arrival_state(edges.receptor, receptor)
            for neuron in fired[edges.pre]:
                for target, weight, delay in edges.of(neuron):
                    waiting[edges.post, tick + delay][state, target] += weight
        for name, who in fired.items():
            spikes[name] += [(tick, int(k)) for k in who]
    return spikes, {n: {s: np.array(v) for s, v in t.items()} for n, t in traces.items()}


def network(parts, projections, threads=1, order=None):
    """The same as an `rb.Network` that records every state."""
    net = rb.Network(dt=DT * ms, threads=threads)
    chosen = list(parts) if order is None else [parts[k] for k in order]
    for part in chosen:
        if isinstance(part, Given):
            net.add(rb.SpikeTimes(part.ticks * (DT * ms), part.neurons), part.n, name=part.name)
            net.record(part.name, "spikes")
        else:
            net.add(
                part.firing, part.n, name=part.name, method=part.method,
                initial=dict(v=part.initial),
            )  # fmt: skip
    receptors = {p.name: p.receptors for p in parts if isinstance(p, Cells)}
    for edges in projections if order is None else reversed(projections):
        synapse = receptors[edges.post][edges.receptor] if edges.receptor else rb.Delta("v")
        net.connect(
            edges.pre, edges.post, synapse, rb.edges(edges.sources, edges.targets),
            edges.weight, edges.delay * (DT * ms), name=edges.name, precision=edges.precision,
        )  # fmt: skip
    return net


def record_all(net):
    """Record what there is of every population of neurons; returns the names."""
    names = {}
    for population in net.populations.values():
        if not population.is_source:
            composite = joined(population.model, population.ports)
            names[population.name] = list(composite.states)
            net.record(population, names[population.name])
    return names
