"""`Network`: a description that can run on this machine."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rheobase.engine.checks import check_clock, steps_in, whole_number
from rheobase.engine.circuit.build import sampling
from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.part import NeuronPart
from rheobase.engine.circuit.report import recording_of, unwritten
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sizes import refuse_traces
from rheobase.engine.circuit.spool import Spool
from rheobase.engine.run import choose_target
from rheobase.errors import ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.network.watching import RATE
from rheobase.recording import NetworkRecording
from rheobase.units.dimension import TIME
from rheobase.units.quantity import Quantity
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.engine.circuit.snapshot import Snapshot
    from rheobase.network.projection import Projection
    from rheobase.recording.synapses import SynapseTable


class Network(NetworkDescription):
    """Populations, the projections between them, and their run.

    The first run draws the synapses and compiles one kernel for the whole network; every further
    run goes on where the last one ended. The same seed gives the same spikes to the last bit for
    any number of threads, whatever is recorded, and however a run is divided.
    """

    _simulation: Simulation | None = None
    _resumes: Snapshot | None = None  # where a restored network goes on, until it does

    def __init__(
        self, seed: int = 0, dt: Any = None, threads: int | None = None, name: str = ""
    ) -> None:
        super().__init__(seed, dt, threads, name)
        self._busy = threading.Lock()

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """Within, nobody else runs, saves or copies the network: kernels share its arrays.

        Raises:
            ParameterError: when somebody does, naming what was to be done.
        """
        if not self._busy.acquire(blocking=False):
            raise ParameterError(
                f"The network is running already, in another thread, and cannot {what}.",
                mend="wait until that run has ended, or make a network for each thread",
            )
        try:
            yield
        finally:
            self._busy.release()

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
            ParameterError: for one that is not a whole number of steps, or parts that do not fit.
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
        timing: dict[str, Any] = {"build_s": time.perf_counter() - begin}
        timing["compile_s"] = simulation.assembly.seconds
        first = simulation.clock
        check_clock(first, steps, self.dt)
        self._make_room(simulation, steps)
        watched = {name: self.watched(name) for name in self.populations}
        spool = Spool(simulation.parts, watched, self.dt, first, steps, stream, limit)
        fault, timing["run_s"] = simulation.run(steps, progress, spool)
        recording = recording_of(self, simulation, spool, first, timing)
        if fault is not None:
            fault.recording = recording
            raise fault
        if spool.fault is not None:
            raise unwritten(spool.fault, recording) from spool.fault
        return recording

    @property
    def time(self) -> Quantity:
        """How long the network has run."""
        known = self._simulation or self._resumes
        return Quantity(0.0 if known is None else known.clock * self.dt, preferred_unit(TIME))

    def send(self, population: Any, times: Any, neurons: Any = None) -> None:
        """Give a population of `SpikeTimes` more spikes, to be sent in runs to come.

        A loop through the world is closed with it: run, look, send, run. A run in pieces is the
        run in which the spikes were known from the beginning.

        Args:
            population: it, or its name.
            times: when, from the beginning of the first run, as `SpikeTimes` takes them; later than
                `time`.
            neurons: whose, likewise.

        Raises:
            ParameterError: for a population of another kind, a time that has passed, or a neuron
                that it does not have.
            UnitError: for times without their unit.
        """
        from rheobase.engine.circuit.sending import send

        found = self._view(population, "population").population
        with self._alone("be sent spikes"):
            send(found, times, neurons, self._simulation or self._resumes, self.dt)

    def synapses(self, projection: Any) -> SynapseTable:
        """The synapses of a projection as they are now: ends, delays, weights, other states.

        They are drawn at the first run.

        Args:
            projection: it, or its name.

        Raises:
            UnknownNameError: for a name that no projection has.
            ParameterError: for a network that has not been drawn yet, or a projection of another.
        """
        from rheobase.engine.circuit.readout import read_synapses

        found = self._projection(projection)
        with self._alone("be read"):
            if self._simulation is None and self._resumes is None:
                raise ParameterError(
                    "The synapses have not been drawn yet.",
                    where=found.where,
                    mend="run the network first, if only for one step",
                )
            return read_synapses(self, found, self._simulation, self._resumes)

    def prune(self, projection: Any, which: Any) -> int:
        """Take synapses out of a projection, for good; the memory they took is given back.

        Spikes that they have sent still arrive.

        Args:
            projection: it, or its name.
            which: for each synapse whether it goes, in the order of `synapses`:
                ``net.synapses(con)["w"] < 0.1 * nS``.

        Returns:
            How many were taken out.

        Raises:
            ParameterError: for a network that has not run, a projection that has no synapses of its
                own to lose, or anything but one truth value a synapse.
        """
        from rheobase.engine.circuit.rewiring import prune

        return self._rewired(projection, lambda now, found: prune(self, now, found, which))

    def grow(
        self,
        projection: Any,
        rule: Any,
        weight: Any = None,
        delay: Any = None,
        multapses: bool = False,
    ) -> int:
        """Put more synapses into a projection, with the states of its learning rule at their start.

        What is drawn depends on the seed, the projection and the time.

        Args:
            projection: it, or its name.
            rule: which synapses come, as for `connect`.
            weight: theirs, likewise; None for what the projection was given.
            delay: likewise.
            multapses: whether a pair that is connected may be connected once more.

        Returns:
            How many came.

        Raises:
            RheobaseError: as `connect` does, and for a network that has not run.
        """
        from rheobase.engine.circuit.rewiring import Sprouts, grow

        sprouts = Sprouts(rule, weight, delay, multapses)
        return self._rewired(projection, lambda now, found: grow(self, now, found, sprouts))

    def _rewired(
        self, projection: Any, change: Callable[[Snapshot, Projection], tuple[Snapshot, int]]
    ) -> int:
        """Go on with other synapses; all or nothing."""
        from rheobase.engine.circuit.snapshot import resumed, snapshot_of

        found = self._projection(projection)
        with self._alone("be rewired"):
            if self._simulation is None:
                raise ParameterError(
                    "The synapses have not been drawn yet.",
                    where=found.where,
                    mend="run the network first, if only for one step",
                )
            self._refuse_broken(self._simulation, "be rewired")
            target = self._simulation.assembly.target
            after, count = change(snapshot_of(self._simulation), found)
            if count:
                self._simulation = resumed(self, after, target, is_rewired=True)
        return count

    def save(self, path: str | Path) -> Path:
        """Write a checkpoint, from which `restore` goes on with the very same spikes.

        It holds everything: the description, the clock, all states, refractory periods and noise
        processes, the spikes that are under way, and the synapses as they are stored. Values that
        neurons draw, and gap junctions, are drawn again from their counters. What was recorded so
        far is in the recordings that `run` returned, and not in the checkpoint. A network that
        never ran is saved as its description alone.

        Args:
            path: the file; one that is there is replaced only when the new one is whole.

        Returns:
            The file.

        Raises:
            ExperimentError: when it cannot be written there.
            ParameterError: for a network that broke in its last run, or that is running in another
                thread.
        """
        from rheobase.engine.circuit import checkpoint
        from rheobase.engine.circuit.snapshot import snapshot_of

        with self._alone("be saved"):
            if self._simulation is None:
                return checkpoint.write(self, self._resumes, path)
            self._refuse_broken(self._simulation, "be saved")
            return checkpoint.write(self, snapshot_of(self._simulation), path)

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
        """
        from rheobase.engine.circuit import checkpoint

        wanted = None if threads is None else whole_number(threads, "threads", 1, 2**16)
        network, moment = checkpoint.read(cls, path)
        network._resumes = moment
        if wanted is not None:
            network.threads = wanted
        return network

    def check_open(self, what: str) -> None:
        """Refuse to change a network that has run.

        Raises:
            ParameterError: naming what was to be done.
        """
        # One that was restored has the synapses that it had, but may be watched anew.
        is_closed = self._resumes is not None and what != "another recording"
        if self._simulation is not None or is_closed:
            raise ParameterError(
                f"The network has run already, and {what} would change it.",
                mend="describe the whole network before its first run",
            )

    def _made(self, target: str | None) -> Simulation:
        chosen = choose_target(target)
        # The array reference knows no networks: without LLVM the loops run as plain Python.
        chosen = "python" if chosen == "numpy" else chosen
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
                from rheobase.engine.circuit.snapshot import resumed

                self._simulation = resumed(self, self._resumes, chosen)
                self._resumes = None
        self._refuse_broken(self._simulation, "go on")
        return self._simulation

    def _refuse_broken(self, simulation: Simulation, what: str) -> None:
        if simulation.broken:
            raise ParameterError(
                f"The network broke in its last run and cannot {what}.",
                mend="make it anew with a smaller dt or another method, or restore a checkpoint",
            )

    def _make_room(self, simulation: Simulation, steps: int) -> None:
        """Room for the samples of a run."""
        first, rooms, demand = simulation.clock, [], 0
        for part in simulation.parts:
            if isinstance(part, NeuronPart) and part.population.plan.record:
                subset, every = sampling(self.watched(part.name), part.n)
                rows = (first + steps) // every - -(-first // every) + 1
                rooms.append((part, subset, every, rows))
                demand += 16 * rows * len(subset) * len(part.population.plan.record)
        demand += 16 * steps * sum(RATE in self.watched(part.name) for part in simulation.parts)
        refuse_traces(demand)
        for part, subset, every, rows in rooms:
            part.record(subset, every, -(-first // every), rows)
