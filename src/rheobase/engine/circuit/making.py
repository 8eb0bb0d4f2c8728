"""A network that can run, from its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.barrages import Barrages, is_barrage
from rheobase.engine.circuit.build import (
    composites,
    coupled_in,
    drawn_parameters,
    is_kept,
    neuron_part,
    source_part,
)
from rheobase.engine.circuit.crew import choose_threads, cores
from rheobase.engine.circuit.learning.kernels import Workshop
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_impossible, ring_rows
from rheobase.engine.circuit.sizes_drawn import refuse_drawn, refuse_shared_out
from rheobase.engine.circuit.wires import Wire, wire
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.keys import key
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.records import EMPTY

if TYPE_CHECKING:
    from rheobase.engine.circuit.coupling.gap import Coupling
    from rheobase.engine.circuit.graded.projection import Ends
    from rheobase.engine.circuit.learning.projection import LearningWiring

# Nanoseconds that a neuron's step and the arrival of a spike take, and the rate that is guessed.
_UPDATE_NS, _ARRIVAL_NS, _RATE_PER_MS = 2.0, 1.5, 0.01
# The same of a graded synapse in a step.
_FLOW_NS = 0.05
# A network without projections is cut into slices of so many steps.
_UNCONNECTED = 64
# Lists have room for every spike that a slice can bring: it has no more steps than so many spikes
# take at the most, or than so few steps.
_MOST_LISTED, _FEWEST_STEPS = 2**24, 8


def made(
    network: NetworkDescription,
    target: str,
    stored: Callable[[Projection], Wire] | None = None,
    rings: Mapping[str, Mapping[str, int]] = EMPTY,
    clock: int = 0,
    beside: float = 0.0,
) -> Simulation:
    """Draw, compile and lay out a network.

    Args:
        network: the network.
        target: what carries it out, ``"llvm"`` or ``"python"``.
        stored: gives the synapses of a projection where they are not to be drawn.
        rings: how many rows the ring of a state has at least, by population and state.
        clock: how many steps have been done.
        beside: the bytes that another moment of the network takes meanwhile.

    Raises:
        ParameterError: for a network without populations, or parts that do not fit together.
        MemoryDemandError: when it cannot fit into this machine's memory.
    """
    if not network.populations:
        raise ParameterError("The network has no populations.", mend="add one: net.add(model, n)")
    if stored is None:
        refuse_impossible(network)
    drawn = drawn_parameters(network, target)
    models = composites(network, drawn)
    direct = [p for p in network.ordered_projections() if is_barrage(p, network.dt)]
    threads = cores() if network.threads is None else network.threads
    wires = [
        wire(network, projection, drawn, threads, target) if stored is None else stored(projection)
        for projection in network.ordered_projections()
        if projection not in direct
    ]
    rows = ring_rows([(w.projection, w.longest) for w in wires if w.rows.count], rings)
    refuse_drawn(network, wires, rows, beside)
    parts = _parts(network, models, wires, rings, target)
    coupling = None
    if network.gap_junctions:
        from rheobase.engine.circuit.coupling.gap import coupled

        coupling = coupled(network, parts, drawn, threads, target)
    by_name = {part.name: part for part in parts}
    workshop = Workshop()
    wirings = [
        _wiring(network, w, k, by_name, clock, workshop)
        for k, w in enumerate(wires)
        if w.rows.count
    ]
    # Where there are gap junctions, voltages meet every step.
    length = _slice_length(parts, wirings) if coupling is None else 1
    slice_ns = _slice_ns(parts, wirings, length, network.dt, coupling)
    chosen = choose_threads(network.threads, slice_ns)
    if target != "llvm":
        chosen = 1
    refuse_shared_out(network, parts, wirings, rows, chosen, length, beside)
    return Simulation(Assembly(parts, wirings, chosen, length, target, coupling), network.dt)


def _wiring(
    network: NetworkDescription,
    w: Wire,
    number: int,
    parts: Mapping[str, Part],
    clock: int,
    workshop: Workshop,
) -> Wiring | LearningWiring:
    """A projection on this machine, with what it learns by if it does."""
    projection = w.projection
    source, target = parts[projection.pre.name], parts[projection.post.name]
    if projection.pulse is not None:
        from rheobase.engine.circuit.pulses import PulseWiring

        return PulseWiring(w, source, target, network.dt, clock)
    if projection.is_graded:
        from rheobase.engine.circuit.graded.projection import GradedWiring

        return GradedWiring(w, source, target)
    if projection.plasticity is None:
        return Wiring(projection.name, source, target, w.state, w.rows, w.weights, w.delays)
    from rheobase.engine.circuit.learning.projection import LearningWiring

    modulator = None if projection.modulator is None else parts[projection.modulator.name]
    # Not the key by which synapses are drawn: the two know nothing of one another.
    seed = key(network.seed, "release", projection.name)
    return LearningWiring(w, workshop, source, target, modulator, seed, network.dt, clock)


def _parts(
    network: NetworkDescription,
    models: dict[str, Model],
    wires: list[Wire],
    rings: Mapping[str, Mapping[str, int]],
    target: str,
) -> list[Part]:
    """Populations in their canonical order; a source that nobody asks for spikes is left out."""
    senders = {w.projection.pre.name for w in wires}
    senders |= {w.projection.modulator.name for w in wires if w.projection.modulator is not None}
    found: list[Part] = []
    # What a rate drives is not left out either: a rate that it cannot have is an error.
    graded = [w for w in wires if w.projection.is_graded and w.rows.count]
    asked = senders | {w.projection.post.name for w in graded}
    spiking = [w for w in wires if not w.projection.is_graded]
    for population in network.ordered_populations():
        name = population.name
        if population.is_source:
            if name in asked or is_kept(network, population):
                found.append(source_part(network, population))
            continue
        incoming = [w for w in spiking if w.projection.post.name == name and w.rows.count]
        own = [p for p in network.ordered_projections() if p.post.name == name]
        barrages = Barrages(network, [p for p in own if is_barrage(p, network.dt)], target)
        least = rings.get(name, {})
        part = neuron_part(
            network, population, models[name], incoming, barrages, least, target,
            _ends(network, name, models[name], graded),
        )  # fmt: skip
        found.append(part)
    return found


def _ends(network: NetworkDescription, name: str, model: Model, graded: list[Wire]) -> Ends | None:
    """What graded projections want of a population; None where there are none."""
    if not any(name in (w.projection.pre.name, w.projection.post.name) for w in graded):
        return None
    from rheobase.engine.circuit.graded.projection import ends_of

    return ends_of(name, model, graded, coupled_in(network, name))


def _slice_length(parts: list[Part], wirings: list[Wiring | LearningWiring]) -> int:
    """How many steps a slice has: no spike arrives within its own, and lists of spikes are short.

    Where it ends is seen in no result.
    """
    shortest = min((w.slice_length for w in wirings), default=_UNCONNECTED)
    spikes = sum(part.spikes_a_step for part in parts)
    return min(shortest, max(_FEWEST_STEPS, int(_MOST_LISTED / max(1.0, spikes))))


def _slice_ns(
    parts: list[Part],
    wirings: list[Wiring | LearningWiring],
    length: int,
    dt: float,
    coupling: Coupling | None,
) -> float:
    """About how long one thread takes for a slice, or from one meeting to the next within it."""
    updates = sum(part.n for part in parts) * length * _UPDATE_NS
    synapses = float(np.sum([w.rows.count for w in wirings if w.sends_spikes]))
    flows = float(np.sum([0.0 if w.sends_spikes else w.rows.count for w in wirings]))
    slice_ns = updates + synapses * _RATE_PER_MS * dt * length * _ARRIVAL_NS
    slice_ns += flows * length * _FLOW_NS
    return slice_ns if coupling is None else (slice_ns + coupling.step_ns) / coupling.meetings
