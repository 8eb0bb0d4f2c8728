"""The spikes of a population that are still needed after the slice in which they were sent."""

from __future__ import annotations

import numpy as np

from rheobase.compiler.apart import apart
from rheobase.compiler.native import aligned
from rheobase.engine.circuit.layout import Integers, bases_of
from rheobase.records import Record


class Spikes(Record, identity=True):
    """Spikes in order of time, then of neurons.

    Attributes:
        ticks: when each was sent.
        neurons: by whom.
    """

    ticks: Integers
    neurons: np.ndarray


class Past:
    """A ring of ticks; each thread has a place of its own in each.

    Args:
        turns: how many ticks are kept.
        rooms: how many spikes of a tick each thread may have.
    """

    def __init__(self, turns: int, rooms: Integers) -> None:
        self.turns, self.threads = turns, len(rooms)
        self.numbers = {"past_turns": turns}
        self.arrays: dict[str, np.ndarray] = {}
        self._lay_out(rooms)

    def _lay_out(self, rooms: Integers) -> None:
        bases = bases_of(rooms * self.turns)
        self.arrays |= {
            "past_rooms": rooms.astype(np.int64),
            "past_bases": bases[:-1],
            # Memory that no spike ever touches is never taken.
            "past_neuron": aligned(int(bases[-1]), np.int32),
            "past_counts": aligned(self.threads * apart(self.turns), np.int64),
        }

    def grow(self, rooms: Integers, clock: int) -> None:
        """Make room for more spikes of a tick; nothing is lost."""
        if np.any(rooms > self.arrays["past_rooms"]):
            before = [self._listed(thread, clock) for thread in range(self.threads)]
            self._lay_out(np.maximum(rooms, self.arrays["past_rooms"]))
            for thread, spikes in enumerate(before):
                self._put(thread, spikes)

    def _ticks(self, clock: int) -> range:
        """The ticks that are kept."""
        return range(max(0, clock - self.turns + 1), clock + 1)

    def _listed(self, thread: int, clock: int) -> Spikes:
        """A thread's own spikes."""
        counts, base = self.arrays["past_counts"], int(self.arrays["past_bases"][thread])
        room, ticks, neurons = int(self.arrays["past_rooms"][thread]), [], []
        own = thread * apart(self.turns)
        for tick in self._ticks(clock):
            slot = tick % self.turns
            count = int(counts[own + slot])
            first = base + slot * room
            ticks.append(np.full(count, tick, np.int64))
            neurons.append(self.arrays["past_neuron"][first : first + count])
        return Spikes(np.concatenate(ticks), np.concatenate(neurons))

    def _put(self, thread: int, spikes: Spikes) -> None:
        """Give a thread its spikes."""
        room = int(self.arrays["past_rooms"][thread])
        first, counts = int(self.arrays["past_bases"][thread]), self.arrays["past_counts"]
        place = thread * apart(self.turns)
        for tick in np.unique(spikes.ticks):
            own = spikes.neurons[spikes.ticks == tick]
            slot = int(tick) % self.turns
            counts[place + slot] = len(own)
            begin = first + slot * room
            self.arrays["past_neuron"][begin : begin + len(own)] = own

    def spikes(self, clock: int) -> Spikes:
        """Those that are kept, however they are shared out among threads.

        Args:
            clock: the last tick that was done.
        """
        every = [self._listed(thread, clock) for thread in range(self.threads)]
        ticks = np.concatenate([s.ticks for s in every])
        order = np.argsort(ticks, kind="stable")
        return Spikes(ticks[order], np.concatenate([s.neurons for s in every])[order])

    def recall(self, spikes: Spikes, edges: Integers, clock: int) -> None:
        """Put spikes back, each into the place of the thread that has its neuron.

        Args:
            spikes: what `spikes` gave, perhaps for another number of threads or of turns.
            edges: where each thread's neurons begin.
            clock: the last tick that was done.
        """
        kept = spikes.ticks > clock - self.turns
        owners = np.searchsorted(edges, spikes.neurons[kept], side="right") - 1
        shares, counts = np.unique([spikes.ticks[kept], owners], axis=1, return_counts=True)
        needed = self.arrays["past_rooms"].copy()
        np.maximum.at(needed, shares[1], counts)
        if np.any(needed > self.arrays["past_rooms"]):
            self._lay_out(needed)  # a source whose rate varies has no room yet
        for thread in range(self.threads):
            inside = (spikes.neurons >= edges[thread]) & (spikes.neurons < edges[thread + 1])
            inside &= kept
            self._put(thread, Spikes(spikes.ticks[inside], spikes.neurons[inside]))
