"""A list of edges as rows: a stable counting sort, by target and then by source."""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Function


def count_kernel() -> Function:
    """`count`: add to `counts[k + 1]` how many of the first `n` entries of `index` are k."""
    b = Builder("count", inline=False)
    n, index, counts = b.scalar("n", "i64"), b.array("index", "i64"), b.array("counts", "i64")
    with b.loop("edge", 0, n) as edge:
        place = b.let("place", index[edge] + 1)
        b.store(counts, place, counts[place] + 1)
    return b.function()


def order_kernel(kind: str) -> Function:
    """`order`: the places of `n` edges sorted by `index`, those of equal index as they stood.

    `cursor[k]` begins as the number of edges of a smaller index.
    """
    b = Builder(f"order_{kind}", inline=False)
    n, index = b.scalar("n", "i64"), b.array("index", "i64")
    cursor, order = b.array("cursor", "i64"), b.array("order", kind)
    with b.loop("edge", 0, n) as edge:
        place = b.let("place", cursor[index[edge]])
        b.store(cursor, index[edge], place + 1)
        b.store(order, place, Cast(edge, kind))
    return b.function()


def rows_kernel(kind: str, order_kind: str) -> Function:
    """`rows`: edges that are in the order `by_target`, written into the rows of their sources."""
    b = Builder(f"rows_{kind}_{order_kind}", inline=False)
    n, pre, post = b.scalar("n", "i64"), b.array("pre", "i64"), b.array("post", "i64")
    by_target, cursor = b.array("by_target", order_kind), b.array("cursor", "i64")
    order, targets = b.array("order", order_kind), b.array("targets", kind)
    with b.loop("k", 0, n) as k:
        edge = b.let("edge", Cast(by_target[k], "i64"))
        source = b.let("source", pre[edge])
        place = b.let("place", cursor[source])
        b.store(cursor, source, place + 1)
        b.store(order, place, Cast(edge, order_kind))
        b.store(targets, place, Cast(post[edge], kind))
    return b.function()
