"""How the neurons of a population are shared out among threads, and its arrays laid out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

# Threads part where vectors and cache lines do; sixteen 32-bit numbers are a line.
GRAIN = 16


def ranges(n: int, threads: int) -> Integers:
    """Where each thread's neurons begin, and at the end how many there are."""
    edges = np.arange(threads + 1) * n / threads / GRAIN
    found: Integers = np.minimum(np.round(edges).astype(np.int64) * GRAIN, n)
    found[-1] = n
    return found


def stride(n: int) -> int:
    """The length of a row of a ring buffer: each begins on a cache line."""
    return -(-n // 8) * 8


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
