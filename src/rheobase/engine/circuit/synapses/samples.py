"""States of synapses, sampled while a network runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rheobase.engine.circuit.barrages import is_barrage
from rheobase.engine.circuit.synapses.readout import shown, states_of, unit_of, wiring_of
from rheobase.errors import ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.network.synapse_watching import SynapseWatch
from rheobase.recording.synapse_recording import SynapseRecording
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from rheobase.engine.circuit.simulation import Simulation

_BYTES = 8


class Samples:
    """What one run records of the synapses of one projection.

    A sample is taken at every tick that is a multiple of `every`, of the state after that tick, as
    those of neurons are. Calls of the kernel end there, which changes nothing.

    Args:
        projection: whose synapses.
        watch: what is recorded.
        simulation: the network.
        steps: how many steps the run may have.

    Raises:
        ParameterError: for synapses that are not there.
    """

    def __init__(
        self, projection: Projection, watch: SynapseWatch, simulation: Simulation, steps: int
    ) -> None:
        self._projection, self.names, self.every = projection, watch.names, watch.every
        self._wiring, self._dt = wiring_of(simulation, projection), simulation.dt
        rows = None if self._wiring is None else self._wiring.rows
        self._places = watch.places(projection, 0 if rows is None else rows.count)
        self._pre = self._post = np.zeros(0, np.int64)
        if rows is not None:
            # The ends of those that are sampled alone: there may be millions of others.
            self._pre = np.searchsorted(rows.starts, self._places, side="right") - 1
            self._post = rows.targets[self._places].astype(np.int64)
        first, self._ticks = simulation.clock, list[int]()
        self._most = (first + steps) // self.every - -(-first // self.every) + 1
        self._values: dict[str, np.ndarray] = {}

    @property
    def nbytes(self) -> int:
        """The memory that they will take."""
        return _BYTES * self._most * len(self._places) * len(self.names)

    def make_room(self) -> None:
        """Take that memory."""
        self._values = {n: np.empty((self._most, len(self._places))) for n in self.names}

    def until_next(self, clock: int) -> int:
        """How many steps there are to the next sample."""
        return self.every - clock % self.every

    def take(self, clock: int) -> None:
        """Look at the synapses, if it is time."""
        if clock % self.every:
            return
        if self._wiring is not None:
            states = states_of(self._wiring, clock, self._places)
            for name in self.names:
                self._values[name][len(self._ticks)] = states[name]
        self._ticks.append(clock)

    def recording(self) -> SynapseRecording:
        """What was recorded, in the units that a reader expects."""
        values, units = {}, {}
        for name, array in self._values.items():
            seen = shown(self._projection, name, array[: len(self._ticks)])
            values[name] = seen.magnitude if isinstance(seen, Quantity) else seen
            units[name] = unit_of(self._projection, name)
        times = np.array(self._ticks, dtype=float) * self._dt
        ends = (self._places, self._pre, self._post)
        return SynapseRecording(self._projection.name, times, values, units, *ends)


def samples_of(network: NetworkDescription, simulation: Simulation, steps: int) -> list[Samples]:
    """What a run is to record of synapses.

    Raises:
        ParameterError: for synapses that are not there.
    """
    found = []
    for name, watch in network._sampled.items():
        projection = network.projections[name]
        if is_barrage(projection, network.dt):
            raise ParameterError(
                f"{projection.pre.name!r} is a Poisson process for each neuron, whose synapses are "
                "not kept one by one.",
                where=projection.where,
                mend="their weights never change: net.synapses(projection) reads them once",
            )
        found.append(Samples(projection, watch, simulation, steps))
    return found
