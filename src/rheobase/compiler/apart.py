"""How far apart lies in memory what different threads write.

A store takes a cache line away from every other core, and while a core walks up an array it fetches
the lines beyond the end of its part, which are the next thread's. Between cores that share no cache
a line takes as long as hundreds of additions: see "A slice" in ``book/inside/networks.md``.
"""

from __future__ import annotations

from typing import TypeVar

from rheobase.compiler.kernel import Value

Count = TypeVar("Count", int, Value)

# Words of 64 bits: two cache lines, for they are fetched in pairs.
WORDS = 16
# Words between what one thread walks through and what the next does: a page, beyond which no core
# fetches by itself.
GAP = 512


def apart(count: Count) -> Count:
    """Room for so many words of one thread, up to where those of the next may begin."""
    return (count + (WORDS - 1)) // WORDS * WORDS


def ring_base(thread: Count, rows: Count, stride: Count, first: Count) -> Count:
    """Where neuron 0 would stand in row 0 of a thread's part of a ring buffer.

    Each thread has a ring of its own neurons, `rows` rows of `stride` words, one after the other.

    Args:
        thread: its number.
        rows: how many rows the ring has.
        stride: how many words a row has.
        first: the first of its neurons.
    """
    return thread * (rows * stride + GAP) - first
