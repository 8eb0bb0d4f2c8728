"""What can be done with a network between its runs: looked at, set, pruned, grown, paused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.circuit.making import made
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.run import choose_target
from rheobase.errors import FrozenError, ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.units.dimension import TIME
from rheobase.units.quantity import Quantity
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.engine.circuit.kept.snapshot import Snapshot
    from rheobase.network.projection import Projection
    from rheobase.recording.synapses import SynapseTable


class BetweenRuns(NetworkDescription):
    """A network that stands still: what `Network` can do beside running."""

    _simulation: Simulation | None = None
    _resumes: Snapshot | None = None  # where a network goes on that stands, but was not laid out

    def __init__(
        self, seed: int = 0, dt: Any = None, threads: int | None = None, name: str = ""
    ) -> None:
        super().__init__(seed, dt, threads, name)
        self._busy = threading.Lock()
        # The projections whose weights stay as they are in runs to come.
        self._paused: frozenset[str] = frozenset()

    def __setattr__(self, name: str, value: object) -> None:
        if name == "threads" and self._simulation is not None:
            raise FrozenError(
                "The network has run, and its neurons are divided among its threads.",
                mend="set threads before its first run, or net.save(path), and then "
                "rb.Network.restore(path, threads=...)",
            )
        super().__setattr__(name, value)

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

        Before the first run they are those with which it will begin. States that change between
        events are those of this moment, within the bounds that the rule's statements keep.

        Args:
            projection: it, or its name.

        Raises:
            UnknownNameError: for a name that no projection has.
            ParameterError: for a projection that cannot be drawn.
            MemoryDemandError: when the network cannot fit in memory.
        """
        from rheobase.engine.circuit.synapses.readout import read_synapses

        found = self._projection(projection)
        with self._alone("be read"):
            return read_synapses(self, found, self._simulation, self._resumes)

    def set_synapses(self, projection: Any, **states: Any) -> None:
        """Set weights, or other states of the synapses, of a projection.

        `net.set_synapses(con, w=0.5 * nS)`. All are set, or none if one cannot be. Before the first
        run this draws the network's synapses: nothing can be connected any more. Numbers that are
        drawn depend on the seed, the projection, the state and the time.

        Args:
            projection: it, or its name.
            states: by name, `w` for the weight: one value, an array in the order of `synapses`, a
                distribution, or an expression as text; in the unit that `synapses` shows.

        Raises:
            UnknownNameError: for a state that the synapses do not have.
            UnitError: for values of another dimension.
            ParameterError: for no state, for values that are not finite or of another number, for
                weights that Dale's law or the rule's w_max forbid, or for a projection without
                synapses of its own.
        """
        from rheobase.engine.circuit.synapses.setting import set_synapses

        found = self._projection(projection)
        self._change("be set", lambda now: set_synapses(self, now, found, states))

    def learning(self, projection: Any, is_on: bool) -> None:
        """Pause the learning of a projection in runs to come, or let it go on.

        While it is paused its weights stay as they are, and all else of its rule goes on: traces,
        eligibilities, what is released. A rule that changes no weight, as short-term plasticity,
        is never paused. A pause without a run in between changes nothing.

        Args:
            projection: it, or its name.
            is_on: False to pause, True to go on.

        Raises:
            UnknownNameError: for a name that no projection has.
            ParameterError: for a projection whose weights no rule changes, or whose rule has
                other states of a synapse that follow the weight between events.
        """
        from rheobase.engine.circuit.learning.pausing import check_pausable

        found = self._projection(projection)
        if not isinstance(is_on, (bool, np.bool_)):
            raise ParameterError(
                f"is_on= is {is_on!r}.", where=found.where, mend="True to learn, False to pause"
            )
        check_pausable(found)
        with self._alone("be paused"):
            alone = frozenset({found.name})
            self._paused = self._paused - alone if is_on else self._paused | alone

    def prune(self, projection: Any, which: Any) -> int:
        """Take synapses out of a projection, for good; the memory they took is given back.

        Spikes that they have sent still arrive.

        Args:
            projection: it, or its name.
            which: for each synapse whether it goes, in the order of `synapses`:
                ``net.synapses(con)["w"] < 0.1 * nS``; or those that go, as indices or a slice.

        Returns:
            How many were taken out.

        Raises:
            ParameterError: for a projection that has no synapses of its own to lose, or anything
                but one truth value a synapse, or some that are there, each once.
        """
        from rheobase.engine.circuit.synapses.rewiring import prune

        return self._rewired(projection, lambda now, found: prune(self, now, found, which))

    def grow(
        self,
        projection: Any,
        rule: Any,
        weight: Any = None,
        delay: Any = None,
        multapses: bool = False,
        axonal: Any = None,
        dendritic: Any = None,
    ) -> int:
        """Put more synapses into a projection, with the states of its learning rule at their start.

        What is drawn depends on the seed, the projection and the time. Pairs that are connected are
        left out: of those that `bernoulli`, `all_to_all` or a list of edges would bring, and before
        `fixed_indegree`, `fixed_outdegree` or `fixed_total` draw, which bring as many as they say.

        Args:
            projection: it, or its name.
            rule: which synapses come, as for `connect`.
            weight: theirs, likewise; None for what the projection was given, unless that is an
                array, which has no values for synapses to come.
            delay: likewise.
            multapses: whether a pair that is connected may be connected once more.
            axonal: as `delay`. One part with no delay divides the delays of the projection anew,
                or takes the place of that part where both make the delay.
            dendritic: likewise.

        Returns:
            How many came.

        Raises:
            RheobaseError: as `connect` does, for an array of the projection in whose place
                nothing is given, and for a rule that counts more synapses than there are free
                pairs.
        """
        from rheobase.engine.circuit.synapses.rewiring import Sprouts, grow

        sprouts = Sprouts(rule, weight, delay, axonal, dendritic, multapses)
        return self._rewired(projection, lambda now, found: grow(self, now, found, sprouts))

    def _rewired(
        self, projection: Any, change: Callable[[Snapshot, Projection], tuple[Snapshot, int]]
    ) -> int:
        """Go on with other synapses; all or nothing."""
        from rheobase.engine.circuit.kept.snapshot import resumed, snapshot_of

        found, counts = self._projection(projection), list[int]()

        def rewire(now: Simulation) -> Simulation:
            after, count = change(snapshot_of(now), found)
            counts.append(count)
            target = now.assembly.target
            return resumed(self, after, target, is_rewired=True) if count else now

        self._change("be rewired", rewire)
        return counts[0]

    def _change(self, what: str, change: Callable[[Simulation], Simulation]) -> None:
        """Go on as the network is after a change."""
        from rheobase.engine.circuit.kept.snapshot import resumed, snapshot_of

        with self._alone(what):
            now = self._simulation
            if now is not None:
                self._refuse_broken(now, what)
                self._simulation = change(now)
                return
            # A network that has not run yet may still be told what to record.
            chosen = known_target(None)
            before = self._resumes
            now = made(self, chosen) if before is None else resumed(self, before, chosen)
            self._resumes = snapshot_of(change(now))

    def _refuse_broken(self, simulation: Simulation, what: str) -> None:
        if simulation.broken:
            raise ParameterError(
                f"The network broke in its last run and cannot {what}.",
                mend="make it anew with a smaller dt or another method, or restore a checkpoint",
            )


def known_target(wanted: str | None) -> str:
    """The target to run networks on.

    Raises:
        ParameterError: for a target that does not exist.
    """
    chosen = choose_target(wanted)
    # The array reference knows no networks: without LLVM the loops run as plain Python.
    return "python" if chosen == "numpy" else chosen
