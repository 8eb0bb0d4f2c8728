"""`Network`: a description that can run on this machine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rheobase.engine.checks import steps_in, whole_number
from rheobase.engine.circuit.build import sampling
from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.part import NeuronPart
from rheobase.engine.circuit.report import recording_of
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_traces
from rheobase.engine.circuit.spool import Spool
from rheobase.engine.run import choose_target
from rheobase.errors import ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.recording import NetworkRecording


class Network(NetworkDescription):
    """Populations, the projections between them, and their run.

    The first run draws the synapses and compiles one kernel for the whole network; every further
    run goes on where the last one ended. The same seed gives the same spikes to the last bit for
    any number of threads, whatever is recorded, and however a run is divided.
    """

    _simulation: Simulation | None = None

    def run(
        self,
        duration: Any,
        *,
        progress: bool = False,
        target: str | None = None,
        stream: str | Path | None = None,
        limit: int = 0,
    ) -> NetworkRecording:
        """Run the network, from where it is.

        A spike is stamped with the end of the step in which the condition holds. Ctrl-C and SIGTERM
        stop a run; what was recorded until then is returned.

        Args:
            duration: how long; a whole number of steps.
            progress: whether to say on stderr how far a long run is.
            target: ``"llvm"`` (default), or ``"python"``: the same loops, plain and slow.
            stream: a folder to which spikes are appended while the run goes on, a flush a second,
                instead of being kept in memory; `rb.load` reads it. A later run goes on with it.
            limit: how many spikes are kept in memory before they go to the folder; a run with fewer
                leaves no folder.

        Returns:
            What was recorded, by population. Sample k of a trace is the state at time k dt.

        Raises:
            UnitError: for a duration that is not a time.
            ParameterError: for one that is not a whole number of steps, or parts that do not fit.
            NumericalError: when a state is no longer finite; its `recording` holds what came
                before.
            MemoryDemandError: when network or recording cannot fit in memory.
        """
        steps, limit = steps_in(duration, self.dt), whole_number(limit, "limit", 0)
        begin = time.perf_counter()
        simulation = self._made(target)
        timing: dict[str, Any] = {"build_s": time.perf_counter() - begin}
        timing["compile_s"] = simulation.assembly.seconds
        first = simulation.clock
        self._make_room(simulation, steps)
        spool = Spool(simulation.parts, self.dt, first, stream, limit)
        fault, timing["run_s"] = simulation.run(steps, progress, spool)
        recording = recording_of(self, simulation, spool, first, timing)
        if fault is not None:
            fault.recording = recording
            raise fault
        return recording

    def check_open(self, what: str) -> None:
        """Refuse to change a network that has run.

        Raises:
            ParameterError: naming what was to be done.
        """
        if self._simulation is not None:
            raise ParameterError(
                f"The network has run already, and {what} would change it.",
                mend="describe the whole network before its first run",
            )

    def _made(self, target: str | None) -> Simulation:
        if self._simulation is None:
            chosen = choose_target(target)
            # The array reference knows no networks: without LLVM the loops run as plain Python.
            self._simulation = made(self, "python" if chosen == "numpy" else chosen)
        if self._simulation.broken:
            raise ParameterError(
                "The network broke in its last run and cannot go on.",
                mend="make it anew with a smaller dt or another method, or restore a checkpoint",
            )
        return self._simulation

    def _make_room(self, simulation: Simulation, steps: int) -> None:
        """Room for the samples of a run."""
        first, rooms, demand = simulation.clock, [], 0
        for part in simulation.parts:
            if isinstance(part, NeuronPart) and part.population.plan.record:
                subset, every = sampling(self.watched(part.name), part.n)
                rows = (first + steps) // every - -(-first // every) + 1
                rooms.append((part, subset, every, rows))
                demand += 16 * rows * len(subset) * len(part.population.plan.record)
        refuse_traces(demand)
        for part, subset, every, rows in rooms:
            part.record(subset, every, -(-first // every), rows)
