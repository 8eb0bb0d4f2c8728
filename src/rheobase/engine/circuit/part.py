"""The parts of a network: populations, with the arrays that the kernel reads and writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.apart import apart
from rheobase.compiler.constants import Constants
from rheobase.compiler.native import aligned
from rheobase.compiler.network import COUNTERS
from rheobase.compiler.plan import BLOCK, Sent
from rheobase.engine.circuit.layout import (
    Integers,
    bases_of,
    ranges,
    record_blocks,
    ring_parts,
    ring_size,
    ring_stride,
    stride,
)
from rheobase.engine.population import Population

if TYPE_CHECKING:
    from rheobase.engine.circuit.past import Past

Spikes = tuple[np.ndarray, np.ndarray]


class Part(ABC):
    """What all populations have in common: ranges for threads, and lists of spikes.

    Attributes:
        name: the population's name.
        n: how many neurons.
        kept: whether its spikes are recorded.
        arrays: what the kernel is given, by name.
        numbers: the scalars that it is given, by name.
        memory: for how many ticks its spikes are needed by projections that learn; 0 for none.
        past: those spikes.
        flows: the inputs that graded projections flow into.
        sends: the outputs that they read.
        reach: the longest delay after which each of these is read, by name.
    """

    def __init__(self, name: str, n: int, kept: bool) -> None:
        self.name, self.n, self.kept = name, n, kept
        self.memory = 0
        self.past: Past | None = None
        self.flows: tuple[str, ...] = ()
        self.sends: tuple[Sent, ...] = ()
        self.reach: Mapping[str, int] = {}
        self.arrays: dict[str, np.ndarray] = {}
        self.numbers: dict[str, Any] = {}
        self.edges: Integers = np.zeros(0, np.int64)
        self.slice_length = 1

    def share_out(self, threads: int, length: int) -> None:
        """Make lists for the spikes of a slice of `length` steps, a part for each thread."""
        self.edges, self.slice_length = ranges(self.n, threads), length
        self.arrays |= {
            "ranges": self.edges,
            "counters": aligned(threads * COUNTERS, np.int64),
            "starts": aligned(2 * threads * apart(length + 1), np.int64),
            "kept": aligned(COUNTERS, np.int64),
        }
        self._make_lists(self.rooms(threads, length))
        if self.memory:
            # While one thread reads a slice, another may be at the end of the next.
            from rheobase.engine.circuit.past import Past

            self.past = Past(self.memory + 2 * length + 1, self.rooms(threads, 1))
            self.numbers |= self.past.numbers
            self.arrays |= self.past.arrays
        # Room for the sums that graded projections make in a slice.
        self.numbers |= {"stride": stride(self.n)} if self.flows else {}
        for name in self.flows:
            self.arrays[f"graded_{name}"] = aligned(length * stride(self.n))

    @property
    def owners(self) -> Integers:
        """Where the neurons begin whose spikes stand in each thread's list."""
        return self.edges

    def _make_lists(self, rooms: Integers) -> None:
        bases = bases_of(rooms)
        total = int(bases[-1])
        self.arrays |= {
            "spike_bases": bases,
            "spike_neuron": aligned(total, np.int32),
            "spike_row": aligned(total, np.int32),
            "ordered": aligned(2 * total, np.int32),
        }

    @property
    def spikes_a_step(self) -> float:
        """How many spikes a step of the whole population may bring, roughly."""
        return 1.0

    @property
    def bytes_a_step(self) -> int:
        """The memory that what drives it takes for each step of a call."""
        return 0

    @abstractmethod
    def rooms(self, threads: int, length: int) -> Integers:
        """How many spikes each thread's list must hold."""

    @abstractmethod
    def most_spikes(self, steps: int) -> int:
        """How many spikes so many steps can bring."""

    def begin_call(self, first: int, steps: int) -> None:
        """Bring into place what the next `steps` steps, from step `first`, need."""
        room = self.most_spikes(steps) if self.kept else 0
        if len(self.arrays.get("log_row", ())) < room or "log_row" not in self.arrays:
            # Memory that no spike ever touches is never taken.
            self.arrays["log_neuron"] = np.empty(room, np.int32)
            self.arrays["log_row"] = np.empty(room, np.int32)
        self.arrays["kept"][0] = 0

    def take_spikes(self, first: int) -> Spikes:
        """The ticks and neurons of the spikes of a call that began with step `first`."""
        count = int(self.arrays["kept"][0])
        row, neuron = self.arrays["log_row"][:count], self.arrays["log_neuron"][:count]
        return row.astype(np.int64) + (first + 1), neuron.copy()

    def state(self) -> dict[str, np.ndarray]:
        """The arrays that a checkpoint must hold, the same for any number of threads."""
        return {}

    def recall(self, state: Mapping[str, np.ndarray]) -> None:
        """Put back what `state` gave."""
        for name, values in state.items():
            self.arrays[name][:] = values


class NeuronPart(Part):
    """A population of neurons.

    Args:
        name: its name.
        population: its states, constants and inputs.
        most: how many spikes a neuron can send in one step.
        turns: for each state that spikes arrive at, how many rows its ring has.
        kept: whether its spikes are recorded.
    """

    def __init__(
        self, name: str, population: Population, most: int, turns: Mapping[str, int], kept: bool
    ) -> None:
        super().__init__(name, population.n, kept)
        self.population, self.most, self.turns = population, most, dict(turns)
        plan = population.plan
        self.constants = Constants(plan.invariant, set(plan.heterogeneous))
        self.numbers = population.numbers
        self.numbers |= {f"rows_{state}": rows for state, rows in turns.items()}
        self.arrays = {
            k: v for k, v in population.arrays.items() if k not in ("spike_neuron", "spike_row")
        }

    def share_out(self, threads: int, length: int) -> None:
        """Make lists for spikes, and rings in which each thread's neurons stand by themselves."""
        super().share_out(threads, length)
        self.numbers["ring_stride"] = ring_stride(self.edges)
        for state, rows in self.turns.items():
            self.arrays[f"ring_{state}"] = aligned(ring_size(self.edges, rows))

    def bind_constants(self) -> None:
        """Compute what the kernel reads of the parameters; it must have been written by now."""
        population = self.population
        scalars, arrays = self.constants.values(population.values, self.n)
        self.arrays["scalars"] = scalars
        for k, values in enumerate(arrays):
            place = self.arrays[f"constant_{k}"] = aligned(self.n)
            place[:] = values

    def rooms(self, threads: int, length: int) -> Integers:
        """How many spikes each thread's list must hold."""
        found: Integers = np.diff(self.edges) * (length * self.most)
        return found

    @property
    def spikes_a_step(self) -> float:
        """How many spikes a step of the whole population may bring, roughly."""
        return float(self.n * self.most)

    @property
    def bytes_a_step(self) -> int:
        """The memory that waveforms of its inputs take for each step of a call."""
        kinds = [kind for drive in self.population.drives for kind in drive.plan.kinds]
        return sum(24 * self.n if kind == "dense" else 24 for kind in kinds)

    def most_spikes(self, steps: int) -> int:
        """How many spikes so many steps can bring."""
        return self.n * steps * self.most

    def record(self, subset: np.ndarray, every: int, first: int, rows: int) -> None:
        """Make room for samples of the plan's names, the first of them number `first`."""
        population = self.population
        population.record(subset, every, rows)
        names = ("record_neuron", "record_column", *(f"trace_{n}" for n in population.plan.record))
        self.arrays |= {name: population.arrays[name] for name in names}
        blocks, places = record_blocks(self.edges, population.arrays["record_neuron"], BLOCK)
        self.arrays |= {"record_first": blocks, "record_blocks": places}
        self.numbers |= {"record_start": first}

    def bring_moment(self, step: int) -> None:
        """Bring into place what inputs are at one moment."""
        for drive in self.population.drives:
            self.arrays |= drive.slice(step, 1, self.population.dt, self.n, at_end=True)

    def begin_call(self, first: int, steps: int) -> None:
        """Bring waveforms into place."""
        super().begin_call(first, steps)
        population = self.population
        for drive in population.drives:
            self.arrays |= drive.slice(first, steps, population.dt, self.n)

    def state(self) -> dict[str, np.ndarray]:
        """States, counters of refractory periods, noise processes, spikes and outputs under way."""
        prefixes = ("state_", "noise_", "sent_", "shared_", "bent_")
        whole = ("remaining", "refractory", "was")
        found = {k: v for k, v in self.arrays.items() if k.startswith(prefixes) or k in whole}
        for state, rows in self.turns.items():
            name = f"ring_{state}"
            found[name] = np.hstack(ring_parts(self.arrays[name], self.edges, rows))
        return found

    def recall(self, state: Mapping[str, np.ndarray]) -> None:
        """Put back what `state` gave, perhaps for another number of threads."""
        rings = {f"ring_{name}": rows for name, rows in self.turns.items()}
        super().recall({name: values for name, values in state.items() if name not in rings})
        for name, rows in rings.items():
            parts = ring_parts(self.arrays[name], self.edges, rows)
            for part, first in zip(parts, self.edges.tolist(), strict=False):
                part[:] = state[name][:, first : first + part.shape[1]]
