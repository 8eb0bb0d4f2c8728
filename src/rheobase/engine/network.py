"""`Network`: a description that can run on this machine."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rheobase.engine.between_runs import BetweenRuns, known_target
from rheobase.engine.checks import check_clock, steps_in, whole_number
from rheobase.engine.circuit.build import sampling
from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.part import NeuronPart
from rheobase.engine.circuit.report import recording_of, unwritten
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_traces
from rheobase.engine.circuit.spool import Spool
from rheobase.errors import ParameterError, class_only
from rheobase.model.model import Model
from rheobase.network.watching import RATE
from rheobase.recording import NetworkRecording

if TYPE_CHECKING:
    from rheobase.engine.circuit.synapses.samples import Samples


class Network(BetweenRuns):
    """Populations, the projections between them, and their run.

    The first run draws the synapses and compiles one kernel for the whole network; every further
    run goes on where the last one ended. The same seed gives the same spikes to the last bit for
    any number of threads, whatever is recorded, and however a run is divided.
    """

    def __getstate__(self) -> dict[str, Any]:
        with self._alone("be copied"):
            if self._simulation is not None:
                raise ParameterError(
                    "The network has run, and what runs cannot be copied or pickled.",
                    mend="net.save(path), then rb.Network.restore(path) for each copy",
                )
            return {name: value for name, value in vars(self).items() if name != "_busy"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._busy = threading.Lock()

    def __copy__(self) -> Self:
        # Populations know who reaches them: two networks cannot have one in common.
        return copy.deepcopy(self)

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
            ParameterError: for one that is not a whole number of steps, or parts that do not fit;
                where a stimulus ends or a rate is too high during the run, its `recording` holds
                what came before.
            NumericalError: when a state is no longer finite; its `recording` holds what came
                before.
            ExperimentError: when spikes cannot be streamed; its `recording` holds everything up to
                where the run stopped, and the network can go on from there.
            MemoryDemandError: when network or recording cannot fit in memory.
        """
        with self._alone("run"):
            return self._run(duration, progress, target, stream, limit)

    def _run(
        self,
        duration: Any,
        progress: bool,
        target: str | None,
        stream: str | Path | None,
        limit: int,
    ) -> NetworkRecording:
        steps, limit = steps_in(duration, self.dt), whole_number(limit, "limit", 0)
        begin = time.perf_counter()
        simulation = self._made(target)
        simulation.rest(self._paused)
        timing: dict[str, Any] = {"build_s": time.perf_counter() - begin}
        timing["compile_s"] = simulation.assembly.seconds
        first = simulation.clock
        check_clock(first, steps, self.dt)
        samples = self._make_room(simulation, steps)
        watched = {name: self.watched(name) for name in self.populations}
        spool = Spool(simulation.parts, watched, self.dt, first, steps, stream, limit)
        fault, timing["run_s"] = simulation.run(steps, progress, spool, samples)
        recording = recording_of(self, simulation, spool, first, timing, samples)
        if fault is not None:
            fault.recording = recording
            raise fault
        if spool.fault is not None:
            raise unwritten(spool.fault, recording) from spool.fault
        for name in recording:
            model = self.populations[name].model
            if isinstance(model, Model) and model.outputs:
                from rheobase.engine.outputs import refuse_broken

                refuse_broken(model, f"population {name!r}", recording[name], recording)
        return recording

    def save(self, path: str | Path) -> Path:
        """Write a checkpoint, from which `restore` goes on with the very same spikes.

        It holds everything: the description, the clock, all states, refractory periods and noise
        processes, the spikes that are under way, the synapses as they are stored, and which
        projections are paused. Values that neurons draw, and gap junctions, are drawn again from
        their counters. What was recorded so far is in the recordings that `run` returned, and not
        in the checkpoint. A network that never ran, and whose synapses nobody changed, is saved as
        its description alone.

        Args:
            path: the file; one that is there is replaced only when the new one is whole.

        Returns:
            The file.

        Raises:
            ExperimentError: when it cannot be written there.
            ParameterError: for a network that broke in its last run, or that is running in another
                thread.
        """
        from rheobase.engine.circuit.kept import checkpoint
        from rheobase.engine.circuit.kept.snapshot import snapshot_of

        with self._alone("be saved"):
            if self._simulation is None:
                return checkpoint.write(self, self._resumes, self._paused, path)
            self._refuse_broken(self._simulation, "be saved")
            return checkpoint.write(self, snapshot_of(self._simulation), self._paused, path)

    @class_only("net = rb.Network.restore(path)")
    @classmethod
    def restore(cls, path: str | Path, *, threads: int | None = None) -> Self:
        """The network that `save` wrote; its next run goes on where the saved one stood.

        Its spikes are those of the network that was never saved, bit for bit, in another process
        and for any number of threads. Another processor, or another version of rheobase or NumPy,
        may round differently. Until it runs, more can be recorded of it: `net.record`.

        Args:
            path: the file.
            threads: how many threads run it; by default what was asked for when it was made.

        Raises:
            ExperimentError: for a file that is not there, damaged, not a checkpoint, or of another
                version.
            ParameterError: for threads that are no whole number from 1 to 65,535.
        """
        from rheobase.engine.circuit.kept import checkpoint

        network, moment, paused = checkpoint.read(cls, path)
        if threads is not None:
            network.threads = threads
        network._resumes, network._paused = moment, paused
        return network

    def check_open(self, what: str) -> None:
        """Refuse to change a network that has run, or whose synapses have been changed.

        Raises:
            ParameterError: naming what was to be done.
        """
        # One that stands has the synapses that it has, but may be watched anew.
        is_closed = self._resumes is not None and what != "another recording"
        if self._simulation is not None or is_closed:
            done = "has run" if self.time else "has its synapses"
            raise ParameterError(
                f"The network {done} already, and {what} would change it.",
                mend="describe the whole network before its first run",
            )

    def _made(self, target: str | None) -> Simulation:
        chosen = known_target(target)
        if self._simulation is not None and target is not None:
            ours = self._simulation.assembly.target
            if chosen != ours:
                raise ParameterError(
                    f"The network runs on {ours!r}, and target is {target!r}.",
                    mend="leave target= out: the first run chooses it",
                )
        if self._simulation is None:
            if self._resumes is None:
                self._simulation = made(self, chosen)
            else:
                from rheobase.engine.circuit.kept.snapshot import resumed

                self._simulation = resumed(self, self._resumes, chosen)
                self._resumes = None
        self._refuse_broken(self._simulation, "go on")
        return self._simulation

    def _make_room(self, simulation: Simulation, steps: int) -> Sequence[Samples]:
        """Room for the samples of a run; gives those of synapses."""
        first, rooms, demand = simulation.clock, [], 0
        for part in simulation.parts:
            if isinstance(part, NeuronPart) and part.population.plan.record:
                subset, every = sampling(self.watched(part.name), part.n)
                rows = (first + steps) // every - -(-first // every) + 1
                rooms.append((part, subset, every, rows))
                demand += 16 * rows * len(subset) * len(part.population.plan.record)
        demand += 16 * steps * sum(RATE in self.watched(part.name) for part in simulation.parts)
        samples: Sequence[Samples] = ()
        if self._sampled:
            from rheobase.engine.circuit.synapses.samples import samples_of

            samples = samples_of(self, simulation, steps)
        refuse_traces(demand + sum(one.nbytes for one in samples))
        for one in samples:
            one.make_room()
        for part, subset, every, rows in rooms:
            part.record(subset, every, -(-first // every), rows)
        return samples
