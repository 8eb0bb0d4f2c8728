"""How the neurons of a population are shared out among threads, and its arrays laid out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rheobase.compiler.apart import WORDS, ring_base

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


def ring_stride(edges: Integers) -> int:
    """The length of a row of a ring buffer, in which the neurons of any one thread find room."""
    return stride(int(np.diff(edges).max()))


def ring_size(edges: Integers, rows: int) -> int:
    """The length of a ring buffer, with a part for each thread."""
    threads = len(edges) - 1
    return ring_base(threads, rows, ring_stride(edges), 0)


def ring_places(edges: Integers, rows: int) -> Integers:
    """Where in a ring buffer each neuron stands in row 0."""
    width, owned = ring_stride(edges), enumerate(pairwise(edges.tolist()))
    own = [ring_base(k, rows, width, first) + np.arange(first, last) for k, (first, last) in owned]
    return np.concatenate(own)


def ring_parts(ring: np.ndarray, edges: Integers, rows: int) -> list[np.ndarray]:
    """The ring buffer of each thread, shape (rows, its neurons)."""
    width, found = ring_stride(edges), []
    for thread, (first, last) in enumerate(pairwise(edges.tolist())):
        begin = ring_base(thread, rows, width, 0)
        own = ring[begin : begin + rows * width].reshape(rows, width)
        found.append(own[:, : last - first])
    return found


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
