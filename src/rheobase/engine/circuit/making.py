"""A network that can run, from its description."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.barrages import Barrages, is_barrage
from rheobase.engine.circuit.build import (
    composites,
    drawn_parameters,
    is_kept,
    neuron_part,
    source_part,
)
from rheobase.engine.circuit.crew import choose_threads, cores
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_impossible
from rheobase.engine.circuit.wires import Wire, wire
from rheobase.engine.circuit.wiring import Wiring
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection

# Nanoseconds that a neuron's step and the arrival of a spike take, and the rate that is guessed.
_UPDATE_NS, _ARRIVAL_NS, _RATE_PER_MS = 2.0, 1.5, 0.01
# A network without projections is cut into slices of so many steps.
_UNCONNECTED = 64


def made(
    network: NetworkDescription, target: str, stored: Callable[[Projection], Wire] | None = None
) -> Simulation:
    """Draw, compile and lay out a network.

    Args:
        network: the network.
        target: what carries it out, ``"llvm"`` or ``"python"``.
        stored: gives the synapses of a projection where they are not to be drawn.

    Raises:
        ParameterError: for a network without populations, or parts that do not fit together.
        MemoryDemandError: when it cannot fit into this machine's memory.
    """
    if not network.populations:
        raise ParameterError("The network has no populations.", mend="add one: net.add(model, n)")
    refuse_impossible(network)
    drawn = drawn_parameters(network, target)
    models = composites(network, drawn)
    direct = [p for p in network.ordered_projections() if is_barrage(p)]
    threads = cores() if network.threads is None else network.threads
    wires = [
        wire(network, projection, drawn, threads, target) if stored is None else stored(projection)
        for projection in network.ordered_projections()
        if projection not in direct
    ]
    delays = [w.shortest for w in wires if w.shortest is not None]
    length = min(delays, default=_UNCONNECTED)
    parts = _parts(network, models, wires, target)
    by_name = {part.name: part for part in parts}
    wirings = [
        Wiring(
            w.projection.name,
            by_name[w.projection.pre.name],
            by_name[w.projection.post.name],
            w.state,
            w.rows,
            w.weights,
            w.delays,
        )
        for w in wires
        if w.rows.count
    ]
    chosen = choose_threads(network.threads, _slice_ns(parts, wirings, length, network.dt))
    if target != "llvm":
        chosen = 1
    return Simulation(Assembly(parts, wirings, chosen, length, target), network.dt)


def _parts(
    network: NetworkDescription, models: dict[str, Model], wires: list[Wire], target: str
) -> list[Part]:
    """Populations in their canonical order; a source that nobody asks for spikes is left out."""
    senders = {w.projection.pre.name for w in wires}
    found: list[Part] = []
    for population in network.ordered_populations():
        name = population.name
        if population.is_source:
            if name in senders or is_kept(network, population):
                found.append(source_part(network, population))
            continue
        incoming = [w for w in wires if w.projection.post.name == name and w.rows.count]
        direct = [p for p in network.ordered_projections() if is_barrage(p) and p.post.name == name]
        barrages = Barrages(network, direct, target)
        found.append(neuron_part(network, population, models[name], incoming, barrages, target))
    return found


def _slice_ns(parts: list[Part], wirings: list[Wiring], length: int, dt: float) -> float:
    """About how long one thread takes for a slice."""
    updates = sum(part.n for part in parts) * length * _UPDATE_NS
    synapses = float(np.sum([w.rows.count for w in wirings]))
    return updates + synapses * _RATE_PER_MS * dt * length * _ARRIVAL_NS
