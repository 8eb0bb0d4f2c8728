"""How the neurons of a population are shared out among threads, and its arrays laid out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rheobase.compiler.apart import GAP, WORDS

Integers = npt.NDArray[np.int64]

# Threads part where vectors and cache lines do; sixteen 32-bit numbers are a line.
GRAIN = 16


def ranges(n: int, threads: int) -> Integers:
    """Where each thread's neurons begin, and at the end how many there are."""
    edges = np.arange(threads + 1) * n / threads / GRAIN
    found: Integers = np.minimum(np.round(edges).astype(np.int64) * GRAIN, n)
    found[-1] = n
    return found


def bases_of(rooms: Integers) -> Integers:
    """Where each thread's part of a list begins, on lines of its own; and where the last ends.

    Args:
        rooms: how many numbers of 32 bits each thread's part must hold.
    """
    line = 2 * WORDS
    return np.concatenate([[0], np.cumsum(-(-rooms // line) * line)]).astype(np.int64)


def stride(n: int) -> int:
    """The length of a row that a value of each neuron takes, beginning on a cache line."""
    return -(-n // 8) * 8


def ring_columns(edges: Integers) -> Integers:
    """Where in a row of a ring buffer each value of a row as long as `stride` stands."""
    columns = np.arange(stride(int(edges[-1])))
    owners = np.searchsorted(edges[1:-1], columns, side="right")
    return columns + owners * GAP


def record_blocks(
    edges: Integers, subset: npt.NDArray[np.int32], block: int
) -> tuple[Integers, Integers]:
    """Where the recorded neurons of each block begin, block by block of each thread.

    Args:
        edges: the threads' ranges.
        subset: the recorded neurons, sorted.
        block: neurons a block.

    Returns:
        Where the recorded neurons of each block begin in `subset`, with a last entry after each
        thread's blocks; and where each thread's entries begin.
    """
    limits, places = [], [0]
    for first, last in pairwise(edges):
        count = -(-(int(last) - int(first)) // block)
        limits += [*(int(first) + block * k for k in range(count)), int(last)]
        places.append(len(limits))
    found = np.searchsorted(subset, np.array(limits)).astype(np.int64)
    return found, np.array(places[:-1], np.int64)
