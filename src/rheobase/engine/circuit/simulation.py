"""A network as it runs: its clock, and its calls of the kernel."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.faults import fault_of, fault_of_synapses
from rheobase.engine.circuit.sources import GivenPart
from rheobase.engine.circuit.spool import Spool
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.progress import Progress, interruptible
from rheobase.engine.run import next_call
from rheobase.errors import RheobaseError, located

if TYPE_CHECKING:
    from rheobase.engine.circuit.synapses.samples import Samples

# Room is made for every spike that a call can bring; pages that none touches are never taken.
_SPIKES_A_CALL = 2**23
_MOST_STEPS_A_CALL = 2**16
_FIRST_STEPS = 256
_WAVE_BYTES = 64 * 2**20


class Simulation:
    """A network that can be advanced.

    Args:
        assembly: its kernel, with everything it is called with.
        dt: the time step (ms).
        clock: how many steps have been done.

    Attributes:
        stopped_by: the signal that cut the last run short; None for none.
        broken: whether a state is no longer finite.
        begun: whether tick 0 has been sent.
        ends_whole: whether the state at the end of the last run is a sample: no step broke it.
    """

    def __init__(self, assembly: Assembly, dt: float, clock: int = 0) -> None:
        self.assembly, self.dt, self.clock = assembly, dt, clock
        self.parts = assembly.parts
        self.stopped_by: str | None = None
        self.begun = clock > 0
        self.broken, self.ends_whole = False, True

    def run(
        self, steps: int, progress: bool, spool: Spool, samples: Sequence[Samples] = ()
    ) -> tuple[RheobaseError | None, float]:
        """Advance by `steps` steps, or until it is interrupted or a state is no longer finite.

        A folder that takes no more spikes stops it too: `spool.fault` says so.

        Args:
            steps: how many.
            progress: whether to say on stderr how far it is.
            spool: takes the spikes.
            samples: take what is recorded of synapses.

        Returns:
            What went wrong, if anything did, and how many seconds it took.
        """
        begin, first = time.perf_counter(), self.clock
        end, line = self.clock + steps, Progress(steps, progress)
        most = self._most_steps()
        asked, fault = min(_FIRST_STEPS, most), None
        with interruptible() as interrupt:
            if not self.begun:
                # What cannot take a step has not begun: tick 0 is sent once.
                self._prepared(min(asked, steps))
                self._begin(spool)
            for one in samples:
                one.take(self.clock)
            while self.clock < end and not interrupt.pressed and not (fault or spool.fault):
                called = time.perf_counter()
                pieces = [one.until_next(self.clock) for one in samples]
                fault = self._call(min(asked, end - self.clock, *pieces), spool, first)
                asked = next_call(asked, time.perf_counter() - called, most)
                for one in samples if fault is None else ():
                    one.take(self.clock)
                line.report(self.clock - end + steps)
        self.stopped_by = interrupt.name
        line.finish()
        if not self.broken:
            self.assembly.observe(self.clock)
            broken = fault_of_synapses(self.assembly, first, self.clock, self.dt)
            self.broken, fault = broken is not None, fault or broken
        spool.finish(self.clock)
        return fault, time.perf_counter() - begin

    def rest(self, paused: Collection[str]) -> None:
        """Let the weights of all projections change in what follows, but for those named."""
        for wiring in self.assembly.wirings:
            if not isinstance(wiring, Wiring):
                wiring.rest(self.clock, wiring.name not in paused)

    def resume_rest(self, paused: Collection[str]) -> None:
        """Go on from a moment in which the weights of these projections do not change."""
        for wiring in self.assembly.wirings:
            if wiring.name in paused and not isinstance(wiring, Wiring):
                wiring.is_plastic, wiring.numbers["plastic"] = False, 0

    def _begin(self, spool: Spool) -> None:
        """Tick 0, which is at the beginning of the first step."""
        self.begun = True
        self.assembly.begin()
        for k, part in enumerate(self.parts):
            if part.kept and isinstance(part, GivenPart):
                neurons = part.beginning()
                spool.put(k, np.zeros(len(neurons), np.int64), neurons)

    def _call(self, steps: int, spool: Spool, begun: int) -> RheobaseError | None:
        first = self.clock
        try:
            steps = self._prepared(steps)
            self.assembly.run(first, steps)
        except RheobaseError as error:
            if first == begun > 0:
                raise
            return error  # what came before is kept, and be it the spikes of tick 0
        fault = fault_of(self.assembly, first, self.dt)
        self.clock = first + (steps if fault is None else fault[1])
        self.broken, self.ends_whole = fault is not None, fault is None
        spool.take(first, self.clock)
        return None if fault is None else fault[0]

    def _prepared(self, steps: int) -> int:
        """Bring into place what the next steps need; where not for all of them, for those it can.

        So a run gets as far as its inputs do, however it is divided into calls.

        Returns:
            For how many steps.

        Raises:
            RheobaseError: where there is nothing for the very next one.
        """
        first, can, cannot = self.clock, 0, steps + 1
        while can < cannot - 1:
            asked = steps if cannot > steps else (can + cannot + 1) // 2
            try:
                self.assembly.prepare(first, asked)
                can = asked
            except RheobaseError:
                cannot = asked
        with located(f"  at {first * self.dt:.12g} ms", beneath=True):
            self.assembly.prepare(first, max(can, 1))
        return can

    def _most_steps(self) -> int:
        """How many steps a call may have."""
        most = _MOST_STEPS_A_CALL
        for part in self.parts:
            if part.kept:
                most = min(most, int(_SPIKES_A_CALL // max(1.0, part.spikes_a_step)))
            most = min(most, _WAVE_BYTES // max(1, part.bytes_a_step))
        return max(most, self.assembly.length)
