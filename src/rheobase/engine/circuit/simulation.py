"""A network as it runs: its clock, its calls of the kernel, and the spikes that they bring."""

from __future__ import annotations

import time

import numpy as np

from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.faults import fault_of
from rheobase.engine.progress import Progress, interruptible
from rheobase.engine.run import next_call
from rheobase.errors import NumericalError
from rheobase.recording.stream import SpikeWriter

# Room is made for every spike that a call can bring; pages that none touches are never taken.
_SPIKES_A_CALL = 2**23
_MOST_STEPS_A_CALL = 2**16
_FIRST_STEPS = 256
_WAVE_BYTES = 64 * 2**20
_FLUSH_SECONDS = 1.0


class Simulation:
    """A network that can be advanced.

    Args:
        assembly: its kernel, with everything it is called with.
        dt: the time step (ms).
        clock: how many steps have been done.

    Attributes:
        spikes: for each part, ticks and neurons of the spikes of the present run, call by call.
        stopped_by: the signal that cut the last run short; None for none.
    """

    def __init__(self, assembly: Assembly, dt: float, clock: int = 0) -> None:
        self.assembly, self.dt, self.clock = assembly, dt, clock
        self.parts = assembly.parts
        self.spikes: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in self.parts]
        self.stopped_by: str | None = None

    def run(
        self, steps: int, progress: bool, writer: SpikeWriter | None
    ) -> tuple[NumericalError | None, float]:
        """Advance by `steps` steps, or until it is interrupted or a state is no longer finite.

        Returns:
            What went wrong, if anything did, and how many seconds it took.
        """
        begin = flushed = time.perf_counter()
        self.spikes = [[] for _ in self.parts]
        end, line = self.clock + steps, Progress(steps, progress)
        most = self._most_steps()
        asked, fault = min(_FIRST_STEPS, most), None
        with interruptible() as interrupt:
            while self.clock < end and not interrupt.pressed and fault is None:
                called = time.perf_counter()
                count = min(asked, end - self.clock)
                fault = self._call(count, writer)
                now = time.perf_counter()
                asked = next_call(asked, now - called, most)
                if writer is not None and now - flushed > _FLUSH_SECONDS:
                    writer.flush(self.clock)
                    flushed = now
                line.report(self.clock - end + steps)
        self.stopped_by = interrupt.name
        line.finish()
        if fault is None:
            self.assembly.observe(self.clock)
        if writer is not None:
            writer.flush(self.clock)
        return fault, time.perf_counter() - begin

    def _call(self, steps: int, writer: SpikeWriter | None) -> NumericalError | None:
        first = self.clock
        self.assembly.run(first, steps)
        fault = fault_of(self.assembly, first, self.dt)
        self.clock = first + steps if fault is None else first + fault[1]
        for k, part in enumerate(self.parts):
            if part.kept:
                ticks, neurons = part.take_spikes(first)
                if writer is None:
                    self.spikes[k].append((ticks, neurons))
                else:
                    writer.append(part.name, ticks, neurons)
        return None if fault is None else fault[0]

    def _most_steps(self) -> int:
        """How many steps a call may have."""
        most = _MOST_STEPS_A_CALL
        for part in self.parts:
            if part.kept:
                most = min(most, int(_SPIKES_A_CALL // max(1.0, part.spikes_a_step)))
            most = min(most, _WAVE_BYTES // max(1, part.bytes_a_step))
        return max(most, self.assembly.length)

    def spikes_of(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ticks and neurons of a part's spikes in the present run."""
        if not self.spikes[k]:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        ticks, neurons = (np.concatenate(p) for p in zip(*self.spikes[k], strict=True))
        return ticks, neurons
