"""Rows: for each presynaptic neuron of a population, the neurons it reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.records import Record

_CHUNK = 1 << 20  # entries turned at a time


class Rows(Record):
    """The synapses of a projection in their canonical order: by source, target, order given.

    Attributes:
        starts: int64, one more than the presynaptic population has neurons; row i is
            `targets[starts[i]:starts[i + 1]]`.
        targets: uint16 where the postsynaptic population has at most 65,536 neurons, else int32;
            sorted within each row.
        order: for a list of edges, the place of each synapse in that list; else None. int32 where
            it fits, else int64.
    """

    starts: npt.NDArray[np.int64]
    targets: npt.NDArray[Any]
    order: npt.NDArray[Any] | None = None

    @property
    def count(self) -> int:
        """How many synapses there are."""
        return int(self.starts[-1])

    @property
    def nbytes(self) -> int:
        """The memory they take."""
        return sum(a.nbytes for a in (self.starts, self.targets, self.order) if a is not None)

    def sources(self) -> npt.NDArray[np.int32]:
        """The presynaptic neuron of every synapse, for who wants pairs; 4 bytes a synapse."""
        sizes = np.diff(self.starts)
        return np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)


def target_type(n_post_population: int) -> np.dtype[Any]:
    """The smallest type that numbers a postsynaptic population."""
    return np.dtype(np.uint16 if n_post_population <= 2**16 else np.int32)


def starts_of(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where rows of these lengths begin, and where the last one ends."""
    starts = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def turn(targets: npt.NDArray[Any], index: npt.NDArray[np.int64]) -> None:
    """Replace places in a sorted view by neurons of its population, in place; rows stay sorted."""
    if index.size == 0 or (index[0] == 0 and index[-1] == index.size - 1):
        return
    table = index.astype(targets.dtype)
    for begin in range(0, targets.size, _CHUNK):
        part = targets[begin : begin + _CHUNK]
        part[:] = table[part]
