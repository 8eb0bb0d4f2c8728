"""All to all."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.engine.connectivity.rows import Rows
from rheobase.engine.connectivity.task import Drawn, Index, Task


def all_to_all(task: Task) -> Drawn:
    """Each source reaches every target, itself left out where autapses are excluded."""
    n_pre, n_post, own = task.sources.size, task.targets.size, task.own_target
    counts = n_post - (own >= 0).astype(np.int64)
    row = np.arange(n_post, dtype=task.dtype)
    if not (own >= 0).any():
        return Drawn(counts, np.tile(row, n_pre))
    targets = np.empty(int(counts.sum()), task.dtype)
    begin = 0
    for place in own.tolist():
        end = begin + n_post - (place >= 0)
        targets[begin:end] = row if place < 0 else np.delete(row, place)
        begin = end
    return Drawn(counts, targets)


def order_of(task: Task, rows: Rows) -> npt.NDArray[Any]:
    """The place of each synapse among all pairs, by the order in which the views name neurons."""
    n_post = task.post.size
    places = np.dtype(np.int32 if task.pre.size * n_post < 2**31 else np.int64)
    order = np.empty(rows.count, places)
    source = _places(task.pre, task.n_pre)
    target = _places(task.post, task.n_post).astype(places)
    for neuron in task.sources.tolist():
        begin, end = rows.starts[neuron], rows.starts[neuron + 1]
        order[begin:end] = target[rows.targets[begin:end]] + source[neuron] * n_post
    return order


def _places(view: Index, n: int) -> Index:
    places = np.zeros(n, np.int64)
    places[view] = np.arange(view.size)
    return places
