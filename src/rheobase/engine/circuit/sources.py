"""The parts of a network that only send: spikes that are given, and Poisson processes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.part import Part
from rheobase.network.sources import Poisson


class GivenPart(Part):
    """A population whose spikes are given.

    Args:
        name: its name.
        n: how many neurons.
        ticks: when each spike is sent, sorted.
        neurons: by whom.
        kept: whether its spikes are recorded.
    """

    def __init__(
        self, name: str, n: int, ticks: np.ndarray, neurons: np.ndarray, kept: bool
    ) -> None:
        super().__init__(name, n, kept)
        self._put(ticks, neurons)

    def _put(self, ticks: np.ndarray, neurons: np.ndarray) -> None:
        # Of spikes of one tick those of a neuron come together.
        order = np.lexsort((neurons, ticks))
        self.ticks, self.neurons = ticks[order].astype(np.int64), neurons[order].astype(np.int32)

    def send(self, ticks: np.ndarray, neurons: np.ndarray, clock: int) -> None:
        """More spikes, of ticks after the clock's; nothing of before is changed."""
        self._put(np.concatenate([self.ticks, ticks]), np.concatenate([self.neurons, neurons]))
        threads = len(self.edges) - 1
        self._make_lists(self.rooms(threads, self.slice_length))
        if self.past is not None:
            self.past.grow(self.rooms(threads, 1), clock)
            self.arrays |= self.past.arrays

    def beginning(self) -> np.ndarray:
        """Who fires at tick 0, once for each spike."""
        found: np.ndarray = self.neurons[: np.searchsorted(self.ticks, 0, side="right")]
        return found

    @property
    def owners(self) -> Integers:
        """The first thread has them all."""
        found = np.full_like(self.edges, self.n)
        found[0] = 0
        return found

    def rooms(self, threads: int, length: int) -> Integers:
        """The first thread has them all: as many as any slice holds."""
        after = np.searchsorted(self.ticks, self.ticks + length, side="left")
        most = int((after - np.arange(len(self.ticks))).max()) if len(self.ticks) else 0
        rooms = np.zeros(threads, np.int64)
        rooms[0] = most
        return rooms

    def most_spikes(self, steps: int) -> int:
        """How many spikes so many steps can bring."""
        return len(self.ticks)

    def begin_call(self, first: int, steps: int) -> None:
        """Bring the spikes of the call into place; a spike of tick t is sent in step t - 1."""
        super().begin_call(first, steps)
        edges = np.searchsorted(self.ticks, first + 1 + np.arange(steps + 1))
        self.arrays["given_start"] = (edges - edges[0]).astype(np.int64)
        self.arrays["given_neuron"] = self.neurons[edges[0] : edges[-1]].copy()


class RandomPart(Part):
    """A population of Poisson processes.

    Args:
        name: its name.
        source: the source.
        n: how many processes.
        dt: the step (ms).
        key: of its random numbers.
        kept: whether its spikes are recorded.

    Attributes:
        each: whether every process has a rate of its own.
        sparse: whether events are so rare that groups of processes are drawn together.
    """

    def __init__(self, name: str, source: Poisson, n: int, dt: float, key: int, kept: bool) -> None:
        super().__init__(name, n, kept)
        self.source, self.dt = source, dt
        self.constant = source.constant
        self.each = bool(np.ndim(source.expected(np.array([0.0], dtype=np.float64), dt)) == 2)
        self.numbers = {"seed": key, "stream": 0, "mean_stride": 0, "terms": 4}
        self.sparse = False
        if self.constant is not None:
            from rheobase.compiler.kernels.sparse_poisson import GROUP

            mean = np.broadcast_to(self.constant * dt, (n,) if self.each else (1,))
            self._place(mean)
            group = GROUP * float(mean.max(initial=0.0))
            # Rates that vary may rise at any time.
            self.sparse = is_sparse(mean)
            self.numbers |= {"group_mean": group, "group_zero": math.exp(-group)}

    def _place(self, mean: np.ndarray) -> None:
        """What the kernel reads of the expected counts."""
        from rheobase.compiler.kernels.poisson import terms_of

        self.arrays["mean"] = np.ascontiguousarray(mean, dtype=float).ravel()
        self.arrays["zero"] = np.exp(-self.arrays["mean"])
        self.numbers["terms"] = terms_of(float(mean.max()) if mean.size else 0.0)

    def _expected(self, first: int, steps: int) -> np.ndarray:
        """The expected counts of steps, shape (steps, neurons or 1)."""
        if self.constant is not None:
            return np.broadcast_to(self.arrays["mean"], (steps, len(self.arrays["mean"])))
        start = np.asarray(np.arange(first, first + steps) * self.dt, dtype=np.float64)
        found = self.source.expected(start, self.dt)
        return found.reshape(steps, -1)

    def rooms(self, threads: int, length: int) -> Integers:
        """For a varying rate there is no room yet."""
        if self.constant is None:
            return np.zeros(threads, np.int64)
        return self._rooms(self.arrays["mean"][None, :], threads, length)

    def _rooms(self, mean: np.ndarray, threads: int, length: int) -> Integers:
        """Room for what threads may send in a slice, of expected counts that are at most `mean`."""
        each = np.broadcast_to(mean.max(axis=0), (self.n,))
        sums = np.concatenate([[0.0], np.cumsum(each)])
        found: Integers = at_most(np.diff(sums[self.edges]) * length)
        return found

    @property
    def spikes_a_step(self) -> float:
        """How many spikes a step of the whole population may bring, roughly."""
        if self.constant is None:
            return float(self.n)
        return float(np.broadcast_to(self.arrays["mean"], (self.n,)).sum())

    @property
    def bytes_a_step(self) -> int:
        """The memory that its rates take for each step of a call."""
        if self.constant is not None:
            return 0
        return 24 * self.n if self.each else 24

    def most_spikes(self, steps: int) -> int:
        """How many spikes the present call can bring."""
        return int(at_most(np.array([self._call_total]))[0])

    def begin_call(self, first: int, steps: int) -> None:
        """Bring the rates of the call into place."""
        mean = self._expected(first, steps)
        self._call_total = float(mean.sum()) * (1 if self.each else self.n)
        if self.constant is None:
            self._place(mean)
            self.numbers["mean_stride"] = mean.shape[1]
            rooms = self._rooms(mean, len(self.edges) - 1, self.slice_length)
            if np.any(rooms > np.diff(self.arrays["spike_bases"])):
                self._make_lists(2 * rooms)
            if self.past is not None:
                self.past.grow(2 * self._rooms(mean, len(self.edges) - 1, 1), first)
                self.arrays |= self.past.arrays
        super().begin_call(first, steps)


def is_sparse(mean: Any) -> bool:
    """Whether events are so rare that groups of processes are drawn together.

    Args:
        mean: the expected events of each process in a step.
    """
    from rheobase.compiler.kernels.sparse_poisson import GROUP, LARGEST_MEAN

    return GROUP * float(np.max(mean, initial=0.0)) <= LARGEST_MEAN


def at_most(expected: np.ndarray) -> Integers:
    """What a Poisson number of this mean exceeds once in 10^30 times, by Bernstein's inequality."""
    nats = 70.0
    return np.ceil(expected + nats / 3 + np.sqrt(nats * nats / 9 + 2 * nats * expected)).astype(
        np.int64
    )
