"""One population on this machine: its arrays, and the calls that advance it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from rheobase.compiler.native import aligned
from rheobase.compiler.pipeline import Compiled
from rheobase.compiler.plan import (
    BLOCK,
    FAULT,
    FAULT_NEURON,
    LIMIT,
    MOST_SPIKES_A_STEP,
    SPIKES,
    Plan,
)
from rheobase.engine.drive import Drive


class Runner(Protocol):
    """What carries out steps: compiled kernels, or the array reference."""

    def advance(self, population: Population, steps: int) -> int:
        """Advance by up to `steps` steps; returns how many were done."""

    def observe(self, population: Population) -> None:
        """Record one sample of the state as it is."""


class Population:
    """State, recordings and counters of `n` unconnected neurons.

    Attributes:
        clock: how many steps have been done.
        target: what carries them out.
        arrays: everything a kernel may ask for, by name.
    """

    def __init__(
        self,
        plan: Plan,
        n: int,
        dt: float,
        values: Mapping[str, Any],
        start: Mapping[str, np.ndarray],
        drives: list[Drive],
        seed: int,
        target: str = "llvm",
    ):
        self.plan, self.n, self.dt, self.drives = plan, n, dt, drives
        self.values = dict(values)  # parameters, prepared constants and dt, internal
        self.target = target
        self.clock = 0
        self.numbers: dict[str, Any] = {
            "n": n,
            "dt": float(values["dt"]),
            "seed": seed,
            "stream": 0,
        }
        self.arrays: dict[str, np.ndarray] = {f"state_{s}": _line(v) for s, v in start.items()}
        self.arrays["counters"] = np.zeros(8, dtype=np.int64)
        self.arrays["remaining"] = aligned(n)
        self.arrays["refractory"] = aligned(n, np.int32)
        if plan.remembers:
            self.arrays["was"] = aligned(n, np.int8)
        for drive in drives:
            self.arrays |= {name: _line(v) for name, v in drive.setup(dt).items()}
        self._spikes: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.samples = 0
        self._make_room(0)

    @property
    def most_spikes(self) -> int:
        """How many spikes a step can bring: one a neuron on the grid, a few inside the step."""
        return self.n * (1 if self.plan.inner is None else MOST_SPIKES_A_STEP)

    def _make_room(self, capacity: int) -> None:
        """Room for spikes; memory that no spike ever touches is never taken."""
        self.arrays["spike_neuron"] = np.empty(capacity, dtype=np.int32)
        self.arrays["spike_row"] = np.empty(capacity, dtype=np.int32)
        self.arrays["spike_fraction"] = np.empty(capacity)

    def record(self, subset: np.ndarray, every: int, rows: int) -> None:
        """Make room for `rows` samples of the plan's names from the neurons of `subset`."""
        order = np.argsort(subset, kind="stable")
        sorted_subset = np.ascontiguousarray(subset[order], dtype=np.int32)
        edges = np.arange(0, self.n + BLOCK, BLOCK)
        self.arrays["record_neuron"] = sorted_subset
        self.arrays["record_column"] = order.astype(np.int32)
        self.arrays["record_first"] = np.searchsorted(sorted_subset, edges).astype(np.int64)
        self.numbers |= {"record_every": every, "record_count": len(subset)}
        for name in self.plan.record:
            self.arrays[f"trace_{name}"] = np.empty(rows * len(subset))

    def bind_slice(self, steps: int, at_end: bool = False) -> None:
        """Bring the waveforms of the next steps into place; `at_end`, those of the last moment."""
        for drive in self.drives:
            self.arrays |= drive.slice(self.clock, steps, self.dt, self.n, at_end)
        self.numbers["first_step"] = self.clock
        self.arrays["counters"][LIMIT] = steps
        if len(self.arrays["spike_row"]) < steps * self.most_spikes:
            self._make_room(steps * self.most_spikes)

    def take_spikes(self) -> None:
        """Move the spikes of a slice, which come block by block, to the run's list by step."""
        count, done = (int(self.arrays["counters"][slot]) for slot in (SPIKES, LIMIT))
        if count:
            row = self.arrays["spike_row"][:count]
            # 16-bit keys are sorted by radix; blocks come in order, so equal steps stay by neuron.
            order = np.argsort(row.astype(np.uint16) if done < 2**16 else row, kind="stable")
            order = order[row[order] < done]
            step = self.numbers["first_step"] + row[order].astype(np.int64)
            fraction, neuron = (self.arrays[f"spike_{p}"][order] for p in ("fraction", "neuron"))
            self._spikes.append((step, fraction, neuron))
        self.arrays["counters"][SPIKES] = 0
        self.samples = -(-self.clock // self.numbers["record_every"])

    @property
    def fault(self) -> tuple[int, int]:
        """What went wrong (0 for nothing), and in which neuron."""
        counters = self.arrays["counters"]
        return int(counters[FAULT]), int(counters[FAULT_NEURON])

    @property
    def rows(self) -> int:
        """How many samples have been recorded."""
        return self.samples if self.plan.record else 0

    def spikes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Step, fraction of the step and neuron of every spike so far."""
        if not self._spikes:
            return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int32)
        step, fraction, neuron = (np.concatenate(p) for p in zip(*self._spikes, strict=True))
        return step, fraction, neuron

    def trace(self, name: str) -> np.ndarray:
        """What was recorded of a name, internal, shape (rows, neurons)."""
        count = self.numbers["record_count"]
        return self.arrays[f"trace_{name}"][: self.rows * count].reshape(self.rows, count)


def _line(values: np.ndarray) -> np.ndarray:
    """A copy that starts on a cache line, where vector loads are fastest."""
    copy = aligned(len(values))
    copy[:] = values
    return copy


class KernelRunner:
    """Runs compiled kernels."""

    def __init__(self, compiled: Compiled, population: Population):
        self.compiled = compiled
        scalars, constants = compiled.constants.values(population.values, population.n)
        population.arrays["scalars"] = scalars
        population.arrays |= {f"constant_{k}": _line(v) for k, v in enumerate(constants)}

    def advance(self, population: Population, steps: int) -> int:
        """Advance by up to `steps` steps; returns how many were done."""
        population.bind_slice(steps)
        self._call("advance", population)
        done = int(population.arrays["counters"][LIMIT])
        population.clock += done
        population.take_spikes()
        return done

    def observe(self, population: Population) -> None:
        """Record one sample of the state as it is."""
        if population.plan.record:
            population.bind_slice(1, at_end=True)
            self._call("observe", population)
            population.samples += 1

    def _call(self, name: str, population: Population) -> None:
        known: dict[str, Any] = {**population.numbers, **population.arrays}
        function: Callable[..., Any] = self.compiled.callables[name]
        function(*(known[p] for p in self.compiled.argument_names[name]))
