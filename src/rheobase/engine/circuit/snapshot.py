"""A network in the middle of its run: everything that the next step depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.wires import Wire, state_of
from rheobase.engine.connectivity import Rows
from rheobase.engine.connectivity.rows import target_type
from rheobase.engine.draws import MOST_STEPS
from rheobase.errors import ExperimentError, ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.records import Record

_MEND = "restore the checkpoint anew and run it as it was saved"


class Synapses(Record, identity=True):
    """The synapses of a projection as they are stored.

    Attributes:
        rows: who reaches whom.
        weights: one for all, or one a synapse; internal.
        delays: likewise, in steps.
    """

    rows: Rows
    weights: Any
    delays: Any


class Snapshot(Record, identity=True):
    """A moment of a run.

    Random numbers depend on the seed, on the place and on the step alone, so the clock is the state
    of all of them, Poisson processes and given spikes included.

    Attributes:
        clock: how many steps have been done.
        synapses: by projection; those that have no synapses are left out.
        states: the arrays of each population by name: states, refractory periods, noise processes,
            what the spike condition was, and rings with the spikes that are under way.
    """

    clock: int
    synapses: Mapping[str, Synapses]
    states: Mapping[str, Mapping[str, np.ndarray]]

    def wire(self, projection: Projection) -> Wire:
        """The synapses of a projection, instead of drawing them."""
        found = self.synapses.get(projection.name)
        if found is None:
            starts = np.zeros(projection.pre.population.n + 1, np.int64)
            nobody = np.empty(0, target_type(projection.post.population.n))
            found = Synapses(Rows(starts, nobody), 0.0, 1)
        return Wire(projection, state_of(projection), found.rows, found.weights, found.delays)


def snapshot_of(simulation: Simulation) -> Snapshot:
    """The present moment; its arrays are those of the simulation, not copies."""
    return Snapshot(
        simulation.clock,
        {w.name: Synapses(w.rows, w.weights, w.delays) for w in simulation.assembly.wirings},
        {part.name: part.state() for part in simulation.parts},
    )


def resumed(network: NetworkDescription, snapshot: Snapshot, target: str) -> Simulation:
    """A simulation that goes on from a moment.

    Raises:
        ExperimentError: when the network is not the one of that moment.
    """
    if strange := (snapshot.synapses.keys() - network.projections) | (
        snapshot.states.keys() - network.populations
    ):
        raise ExperimentError(f"The checkpoint holds {min(strange)!r}, not here.", mend=_MEND)
    simulation = made(network, target, snapshot.wire)
    for part in simulation.parts:
        here, there = part.state(), snapshot.states.get(part.name, {})
        if _shapes(here) != _shapes(there):
            raise ExperimentError(
                "The states in the checkpoint are not those of the network.",
                where=f"  in the population {part.name!r}: {_difference(here, there)}",
                mend=_MEND,
            )
        for name, array in here.items():
            array[:] = there[name]
    simulation.clock = snapshot.clock
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
    for name, synapses in snapshot.synapses.items():
        if name not in network.projections:
            raise ParameterError(f"there is no projection {name!r}")
        wrong = _wrong(synapses, network.projections[name])
        if wrong:
            raise ParameterError(f"the {wrong} of the projection {name!r} do not fit")


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
    return None if 1 <= np.min(delays) <= np.max(delays) <= MOST_STEPS else "delays"


def _shapes(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: (array.dtype, array.shape) for name, array in arrays.items()}


def _difference(here: Mapping[str, np.ndarray], there: Mapping[str, np.ndarray]) -> str:
    """The first array in which two populations differ."""
    known, saved = _shapes(here), _shapes(there)
    name = min(n for n in known.keys() | saved.keys() if known.get(n) != saved.get(n))
    lacking = "is missing" if name not in saved else "is not here" if name not in known else None
    return f"{name} {lacking or 'has another size'}"
