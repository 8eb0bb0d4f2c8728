"""A list of edges, in any order, as rows."""

from __future__ import annotations

import numpy as np

from rheobase.compiler.kernels.connect.edges import count_kernel, order_kernel, rows_kernel
from rheobase.engine.connectivity.kernels import kind_of, signed
from rheobase.engine.connectivity.rows import Rows
from rheobase.engine.connectivity.task import Index, Task


def rows_of_edges(task: Task, pre: Index, post: Index) -> Rows:
    """Rows of pairs of neurons, numbered as in their populations.

    Sorted by source, by target, and edges of one pair as they stand in the list: a stable counting
    sort by target, then by source.

    Args:
        task: the populations.
        pre: the source of each edge.
        post: its target.
    """
    n = pre.size
    pre, post = (np.ascontiguousarray(side, np.int64) for side in (pre, post))
    places = np.dtype(np.int32 if n < 2**31 else np.int64)
    kind = kind_of(places)
    # These kernels wait for memory; compiled in haste they are as fast.
    count = task.kernel(count_kernel, synapses=0)
    order = task.kernel(order_kernel, kind, synapses=0)
    rows = task.kernel(rows_kernel, task.kind, kind, synapses=0)
    by_target = np.empty(n, places)
    order(n, post, _starts(count, post, task.n_post)[:-1].copy(), by_target)
    starts = _starts(count, pre, task.n_pre)
    given, targets = np.empty(n, places), np.empty(n, task.dtype)
    rows(n, pre, post, by_target, starts[:-1].copy(), given, signed(targets))
    return Rows(starts, targets, given)


def _starts(count: object, index: Index, n: int) -> Index:
    counts = np.zeros(n + 1, np.int64)
    count(index.size, index, counts)  # type: ignore[operator]
    return np.cumsum(counts)
