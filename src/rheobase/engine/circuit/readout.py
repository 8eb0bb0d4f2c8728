"""What stands in the synapses of a projection now, with units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.learning import WEIGHT
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.circuit.barrages import barrage_wire, is_barrage
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.snapshot import Snapshot, Synapses, resumed, synapses_of
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.connectivity import Rows
from rheobase.engine.run import choose_target
from rheobase.model.learning import LearningRule
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.recording.synapses import SynapseTable
from rheobase.units.dimension import TIME
from rheobase.units.quantity import Quantity
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning import LearningWiring


def read_synapses(
    network: NetworkDescription,
    projection: Projection,
    simulation: Simulation | None,
    resumes: Snapshot | None,
) -> SynapseTable:
    """The synapses of a projection of a network that runs, or of one that a checkpoint holds."""
    if is_barrage(projection, network.dt):
        wire = barrage_wire(network, projection, "llvm")
        found, states = Synapses(wire.rows, wire.weights, wire.delays), dict[str, np.ndarray]()
        return _table(projection, found, states, network.dt)
    if simulation is None and resumes is not None:
        simulation = resumed(network, resumes, choose_target(None))
    wirings = () if simulation is None else simulation.assembly.wirings
    for wiring in wirings:
        if wiring.name == projection.name and simulation is not None:
            found = synapses_of(wiring)
            states = {} if isinstance(wiring, Wiring) else _states(wiring, simulation.clock)
            return _table(projection, found, states, network.dt)
    nobody = np.zeros(projection.pre.population.n + 1, np.int64)
    return _table(projection, Synapses(Rows(nobody, np.zeros(0, np.int32)), 0.0, 1), {}, network.dt)


def _table(
    projection: Projection, found: Synapses, states: Mapping[str, np.ndarray], dt: float
) -> SynapseTable:
    """What is stored, with units; `states` may hold a fresher weight."""
    count, unit = found.rows.count, preferred_unit(TIME)
    delay, axonal = (
        Quantity(np.array(np.broadcast_to(np.asarray(d) * dt, (count,))), unit)
        for d in (found.delays, found.axonal)
    )
    stored = np.array(np.broadcast_to(np.asarray(found.weights, float), (count,)))
    weights = states.get(WEIGHT, stored)
    values = {WEIGHT: projection.composite.from_internal(weights, projection.state)}
    rule = projection.plasticity
    if rule is not None:
        others = {name: value for name, value in states.items() if name != WEIGHT}
        values |= {name: _shown(rule, name, value) for name, value in others.items()}
    targets = found.rows.targets.astype(np.int64)
    return SynapseTable(projection.name, found.rows.sources(), targets, delay, axonal, values)


def _shown(rule: LearningRule, name: str, value: np.ndarray) -> Any:
    """An internal value of a state of a rule, in the unit that a reader expects."""
    dimension = rule.parts.dimensions[name]
    if dimension.is_none:
        return value
    unit = preferred_unit(dimension)
    return Quantity(unit.from_internal(value), unit)


def _states(wiring: LearningWiring, clock: int) -> dict[str, np.ndarray]:
    """The states of synapses brought up to a tick, in float64; nothing is changed."""
    found = {name: np.array(wiring.arrays[f"synapse_{name}"], float) for name in wiring.plan.stored}
    if not wiring.plan.is_lazy:
        return found
    # Where a spike may be at its target at once, the next tick's spikes have been dealt with.
    passed = wiring.ticks_passed(clock) + wiring.pre_first
    last = wiring.states["last"].astype(np.int64)
    before, dt = dict(found), wiring.values["dt"]
    for name, rate in wiring.plan.decays.items():
        fading = float(evaluate(rate, wiring.values)) * dt
        found[name] = before[name] * np.exp(-fading * (passed - last))
    for g, gate in enumerate(wiring.plan.gates):
        table = wiring.arrays[f"gate_{g}"][: wiring.epoch + 1]
        growing = float(evaluate(gate.rate, wiring.values)) * dt
        moved = before[gate.driver] * (table[passed] - table[last]) * np.exp(growing * last)
        found[gate.state] = found[gate.state] + moved
    if wiring.plan.sign and WEIGHT in {gate.state for gate in wiring.plan.gates}:
        wrong = found[WEIGHT] * wiring.plan.sign < 0
        found[WEIGHT] = np.where(wrong, 0.0, found[WEIGHT])
    return found
