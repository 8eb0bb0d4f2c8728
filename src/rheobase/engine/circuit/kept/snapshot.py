"""A network in the middle of its run: everything that the next step depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes_drawn import size_of
from rheobase.engine.circuit.wires import Wire, state_of
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.connectivity import Rows
from rheobase.engine.connectivity.rows import target_type
from rheobase.engine.draws import MOST_STEPS
from rheobase.errors import ExperimentError, ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.records import EMPTY, Record

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring
    from rheobase.engine.circuit.past import Spikes

_RING, _SENT = "ring_", "sent_"
_MEND = "restore the checkpoint anew and run it as it was saved"


class Synapses(Record, identity=True):
    """The synapses of a projection as they are stored.

    Attributes:
        rows: who reaches whom.
        weights: one for all, or one a synapse; internal.
        delays: likewise, in steps.
        axonal: the part of the delays before the synapse, likewise.
        learned: where a projection learns, its other states: one a synapse, one a unit, and tables.
        is_plastic: whether its weights may change; not while its learning is paused.
    """

    rows: Rows
    weights: Any
    delays: Any
    axonal: Any = 0
    learned: Mapping[str, np.ndarray] = EMPTY
    is_plastic: bool = True


class Snapshot(Record, identity=True):
    """A moment of a run.

    Random numbers depend on the seed, on the place and on the step alone, so the clock is the state
    of all of them, Poisson processes and given spikes included.

    Attributes:
        clock: how many steps have been done.
        synapses: by projection; those that have no synapses are left out.
        states: the arrays of each population by name: states, refractory periods, noise processes,
            what the spike condition was, and rings with the spikes that are under way.
        past: the latest spikes of populations whose projections learn.
        begun: whether tick 0 has been sent.
    """

    clock: int
    synapses: Mapping[str, Synapses]
    states: Mapping[str, Mapping[str, np.ndarray]]
    past: Mapping[str, Spikes] = EMPTY
    begun: bool = True

    def wire(self, projection: Projection) -> Wire:
        """The synapses of a projection, instead of drawing them."""
        found = self.synapses.get(projection.name)
        if found is None:
            starts = np.zeros(projection.pre.population.n + 1, np.int64)
            nobody = np.empty(0, target_type(projection.post.population.n))
            return Wire(projection, state_of(projection), Rows(starts, nobody), 0.0, 1)
        ends = (projection, state_of(projection), found.rows)
        return Wire(*ends, found.weights, found.delays, found.axonal, found.learned or None)

    @property
    def rings(self) -> dict[str, dict[str, int]]:
        """How many rows each ring had: what is under way may come of synapses that are gone."""
        return {
            population: {
                name.removeprefix(_RING): len(array)
                for name, array in states.items()
                if name.startswith(_RING)
            }
            for population, states in self.states.items()
        }


def _turned(ring: np.ndarray, rows: int, clock: int) -> np.ndarray:
    """What is under way, in a ring of so many rows; those to come begin after the clock's tick."""
    before = len(ring)
    if before == rows or before == 0 or before > rows:
        return ring
    found = np.zeros((rows, *ring.shape[1:]), ring.dtype)
    ticks = clock + 1 + np.arange(before)
    found[ticks % rows] = ring[ticks % before]
    return found


def snapshot_of(simulation: Simulation) -> Snapshot:
    """The present moment; most of its arrays are those of the simulation, not copies."""
    return Snapshot(
        simulation.clock,
        {w.name: synapses_of(w) for w in simulation.assembly.wirings},
        {part.name: part.state() for part in simulation.parts},
        {p.name: p.past.spikes(simulation.clock) for p in simulation.parts if p.past is not None},
        simulation.begun,
    )


def synapses_of(wiring: Wiring | LearningWiring) -> Synapses:
    """A projection's synapses; the arrays are the wiring's own."""
    if isinstance(wiring, Wiring):
        return Synapses(wiring.rows, wiring.weights, wiring.delays, learned=wiring.learned())
    delays = (wiring.classes.totals(), wiring.classes.axonals())
    return Synapses(wiring.rows, wiring.weight, *delays, wiring.learned(), wiring.is_plastic)


def resumed(
    network: NetworkDescription, snapshot: Snapshot, target: str, is_rewired: bool = False
) -> Simulation:
    """A simulation that goes on from a moment.

    Args:
        network: the network.
        snapshot: the moment.
        target: what carries it out.
        is_rewired: whether there may be receptors that no spike could reach before.

    Raises:
        ExperimentError: when the network is not the one of that moment.
    """
    if strange := (snapshot.synapses.keys() - network.projections) | (
        snapshot.states.keys() - network.populations
    ):
        raise ExperimentError(f"The checkpoint holds {min(strange)!r}, not here.", mend=_MEND)
    # The simulation that is rewired stands until the new one does.
    beside = size_of(snapshot) * (2 if is_rewired else 1)
    simulation = made(network, target, snapshot.wire, snapshot.rings, snapshot.clock, beside)
    for part in simulation.parts:
        here, there = _outlines(part.state()), dict(snapshot.states.get(part.name, {}))
        if is_rewired:
            there = {k: v for k, v in here.items() if k.startswith(_RING)} | there
            if part.sends or any(k.startswith(_SENT) for k in there):
                from rheobase.engine.circuit.graded.projection import remembered

                there = remembered(part, here, there, snapshot.clock)
        for name in here.keys() & there.keys():
            if name.startswith(_RING):
                rows = part.numbers[f"rows_{name.removeprefix(_RING)}"]
                there[name] = _turned(there[name], rows, snapshot.clock)
        if _shapes(here) != _shapes(there):
            raise ExperimentError(
                "The states in the checkpoint are not those of the network.",
                where=f"  in the population {part.name!r}: {_difference(here, there)}",
                mend=_MEND,
            )
        part.recall(there)
        if part.past is not None and part.name in snapshot.past:
            part.past.recall(snapshot.past[part.name], part.owners, snapshot.clock)
            part.arrays |= part.past.arrays
    simulation.clock, simulation.begun = snapshot.clock, snapshot.begun
    simulation.resume_rest({n for n, s in snapshot.synapses.items() if not s.is_plastic})
    return simulation


def check(snapshot: Snapshot, network: NetworkDescription) -> None:
    """Refuse synapses that do not fit the network: kernels do not look where they write.

    Raises:
        ParameterError: naming the projection.
    """
    if not 0 <= snapshot.clock < 2**63:
        raise ParameterError(f"its clock stands at {snapshot.clock}")
    for name in snapshot.states:
        if name not in network.populations:
            raise ParameterError(f"there is no population {name!r}")
    for name, spikes in snapshot.past.items():
        n = network.populations[name].n if name in network.populations else 0
        if not _are_spikes(spikes, n, snapshot.clock):
            raise ParameterError(f"the latest spikes of {name!r} do not fit")
    for name, synapses in snapshot.synapses.items():
        if name not in network.projections:
            raise ParameterError(f"there is no projection {name!r}")
        wrong = _wrong(synapses, network.projections[name])
        if wrong:
            raise ParameterError(f"the {wrong} of the projection {name!r} do not fit")


def _are_spikes(spikes: Spikes, n: int, clock: int) -> bool:
    """Whether spikes may be those of a population of `n` neurons."""
    ticks, neurons = spikes.ticks, spikes.neurons
    if ticks.dtype != np.int64 or neurons.dtype != np.int32 or ticks.ndim != 1:
        return False
    if ticks.shape != neurons.shape or np.any(np.diff(ticks) < 0):
        return False
    return not len(ticks) or bool(
        ticks[0] >= 0 and ticks[-1] <= clock and neurons.min() >= 0 and neurons.max() < n
    )


def _wrong(synapses: Synapses, projection: Projection) -> str | None:
    """What of a projection's synapses cannot be; None if nothing."""
    starts, targets = synapses.rows.starts, synapses.rows.targets
    senders, receivers = projection.pre.population.n, projection.post.population.n
    if starts.dtype != np.int64 or starts.shape != (senders + 1,) or starts[0] != 0:
        return "rows"
    if np.any(np.diff(starts) < 0):
        return "rows"
    count = (int(starts[-1]),)
    if targets.dtype != target_type(receivers) or targets.shape != count or count == (0,):
        return "targets"
    if not 0 <= targets.min() <= targets.max() < receivers:
        return "targets"
    weights, delays = synapses.weights, synapses.delays
    if np.ndim(weights) and (
        weights.shape != count or weights.dtype not in (np.float32, np.float64)
    ):
        return "weights"
    if np.ndim(delays) and (delays.shape != count or delays.dtype not in (np.uint8, np.uint16)):
        return "delays"
    least = 0 if projection.is_graded else 1
    if not least <= np.min(delays) <= np.max(delays) <= MOST_STEPS:
        return "delays"
    axonal = synapses.axonal
    if np.ndim(axonal) and (axonal.shape != count or axonal.dtype != np.uint16):
        return "axonal delays"
    return None if np.all(axonal >= 0) and np.all(axonal <= delays) else "axonal delays"


def _outlines(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Zeros like these arrays, which take no memory: rings are large."""
    return {k: np.broadcast_to(np.zeros((), a.dtype), a.shape) for k, a in arrays.items()}


def _shapes(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: (array.dtype, array.shape) for name, array in arrays.items()}


def _difference(here: Mapping[str, np.ndarray], there: Mapping[str, np.ndarray]) -> str:
    """The first array in which two populations differ."""
    known, saved = _shapes(here), _shapes(there)
    name = min(n for n in known.keys() | saved.keys() if known.get(n) != saved.get(n))
    lacking = "is missing" if name not in saved else "is not here" if name not in known else None
    return f"{name} {lacking or 'has another size'}"
