"""What stands in the synapses of a projection now, with units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.learning import WEIGHT
from rheobase.engine.circuit.barrages import barrage_wire, is_barrage
from rheobase.engine.circuit.build import drawn_parameters
from rheobase.engine.circuit.kept.snapshot import Snapshot, Synapses, resumed, synapses_of
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_impossible
from rheobase.engine.circuit.wires import wire
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.connectivity import Rows
from rheobase.engine.keys import key
from rheobase.engine.run import choose_target
from rheobase.errors import located
from rheobase.network.description import NetworkDescription
from rheobase.network.learning import bound
from rheobase.network.projection import Projection
from rheobase.recording.synapses import SynapseTable
from rheobase.units.dimension import TIME
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring

States = dict[str, np.ndarray]


def read_synapses(
    network: NetworkDescription,
    projection: Projection,
    simulation: Simulation | None,
    resumes: Snapshot | None,
) -> SynapseTable:
    """The synapses of a projection of a network that runs, that a checkpoint holds, or before."""
    if is_barrage(projection, network.dt):
        drawn = barrage_wire(network, projection, "llvm")
        found = Synapses(drawn.rows, drawn.weights, drawn.delays)
        return _table(projection, found, {}, network.dt)
    if simulation is None and resumes is None:
        return _table(projection, *_first(network, projection), network.dt)
    if simulation is None and resumes is not None:
        simulation = resumed(network, resumes, choose_target(None))
    wiring = wiring_of(simulation, projection)
    if wiring is None or simulation is None:
        nobody = np.zeros(projection.pre.population.n + 1, np.int64)
        found = Synapses(Rows(nobody, np.zeros(0, np.int32)), 0.0, 1)
        return _table(projection, found, {}, network.dt)
    return _table(projection, synapses_of(wiring), states_of(wiring, simulation.clock), network.dt)


def wiring_of(
    simulation: Simulation | None, projection: Projection
) -> Wiring | LearningWiring | None:
    """A projection on this machine; None where it has no synapses."""
    wirings = () if simulation is None else simulation.assembly.wirings
    return next((w for w in wirings if w.name == projection.name), None)


def states_of(
    wiring: Wiring | LearningWiring, clock: int, places: np.ndarray | None = None
) -> States:
    """The weights and other states of synapses at a tick, internal copies.

    Args:
        wiring: the projection.
        clock: the tick.
        places: of which synapses; None for all.
    """
    found = States()
    if not isinstance(wiring, Wiring):
        from rheobase.engine.circuit.learning.bounds import present

        found = present(wiring, clock, places)
    if WEIGHT in found:
        return found
    weights = np.asarray(wiring.weights if isinstance(wiring, Wiring) else wiring.weight, float)
    chosen = slice(None) if places is None else places
    each = np.broadcast_to(weights, (wiring.rows.count,))
    return {WEIGHT: np.array(each[chosen]), **found}


def unit_of(projection: Projection, name: str) -> Unit | None:
    """The unit in which a reader expects a state of a synapse; None for a plain number."""
    if name == WEIGHT:
        weighed: Unit | None = projection.composite.unit_of(projection.state)
        return weighed
    rule = projection.plasticity
    dimension = None if rule is None else rule.parts.dimensions[name]
    return None if dimension is None or dimension.is_none else preferred_unit(dimension)


def shown(projection: Projection, name: str, values: np.ndarray) -> Any:
    """Internal values of a state of synapses, in the unit that a reader expects."""
    if name == WEIGHT:
        return projection.composite.from_internal(values, projection.state)
    unit = unit_of(projection, name)
    return values if unit is None else Quantity(unit.from_internal(values), unit)


def _first(network: NetworkDescription, projection: Projection) -> tuple[Synapses, States]:
    """The synapses as the first run will find them."""
    refuse_impossible(network)
    drawn = wire(network, projection, drawn_parameters(network, "llvm"), 1, "llvm")
    rule, first = projection.plasticity, States()
    if rule is not None:
        from rheobase.engine.circuit.learning.delay_classes import arranged
        from rheobase.engine.circuit.learning.firsts import first_states

        drawn = arranged(drawn)[2]
        own = key(network.seed, "release", projection.name)
        fitted = bound(rule, projection.composite, projection.state)
        with located(projection.where):
            first = first_states(projection, fitted, own, drawn.weights, drawn.rows.count)
    return Synapses(drawn.rows, drawn.weights, drawn.delays, drawn.axonal), first


def _table(
    projection: Projection, found: Synapses, states: Mapping[str, np.ndarray], dt: float
) -> SynapseTable:
    """What is stored, with units; `states` may hold a fresher weight."""
    count, unit = found.rows.count, preferred_unit(TIME)
    delay, axonal = (
        Quantity(np.array(np.broadcast_to(np.asarray(d) * dt, (count,))), unit)
        for d in (found.delays, found.axonal)
    )
    values = dict(states)
    if WEIGHT not in values:
        stored = np.broadcast_to(np.asarray(found.weights, float), (count,))
        values = {WEIGHT: np.array(stored)} | values
    targets = found.rows.targets.astype(np.int64)
    return SynapseTable(
        projection.name, found.rows.sources(), targets, delay, axonal,
        {name: shown(projection, name, value) for name, value in values.items()},
    )  # fmt: skip
