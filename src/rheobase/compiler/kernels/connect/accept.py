"""Connections with a probability of their own each: one number a pair."""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Function
from rheobase.compiler.kernels.random import uniform

STREAM = 4
BATCH = 256


def accept_kernel(kind: str) -> Function:
    """`accept`: one row; the targets with a random number below their probability, in order.

    Args:
        kind: the type of an entry of `targets`, ``"i16"`` (its bits are unsigned) or ``"i32"``.

    Returns:
        A function of (seed, row, n, probability, targets) that gives the number of entries. It
        needs room for `n`.
    """
    b = Builder(f"accept_{kind}", "i64", inline=False)
    seed, row, n = (b.scalar(s, "i64") for s in ("seed", "row", "n"))
    probability, targets = b.array("probability"), b.array("targets", kind)
    taken = b.local("taken", "i64", BATCH)
    end = b.variable("end", 0, "i64")
    with b.loop("batch", 0, (n + (BATCH - 1)) // BATCH) as batch:
        begin = b.let("begin", batch * BATCH)
        rest = b.let("rest", n - begin)
        count = b.variable("count", BATCH, "i64")
        with b.when(rest < BATCH):
            b.assign(count, rest)
        with b.loop("k", 0, count, vector=True) as k:
            number = uniform()(seed, STREAM, row, begin + k)
            b.store(taken, k, Cast(number < probability[begin + k], "i64"))
        with b.loop("k", 0, count) as k:
            b.store(targets, end, Cast(begin + k, kind))
            b.assign(end, end + taken[k])
    b.result(end)
    return b.function()
