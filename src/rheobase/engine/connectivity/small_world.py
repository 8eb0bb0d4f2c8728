"""Rings with shortcuts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rheobase.engine.connectivity.edges import rows_of_edges
from rheobase.engine.connectivity.rows import Rows
from rheobase.engine.connectivity.task import Index, Task
from rheobase.engine.numbers import uniform
from rheobase.errors import ParameterError

_MOVED, _PLACED = 6, 7  # streams


def small_world(task: Task, k: int, p: float) -> Rows:
    """A ring in the order of the view, of which synapses are moved with probability p.

    Synapses are moved one after the other, the nearest neighbours first; the target of a moved one
    is drawn from those that its source does not reach at that time.
    """
    _refuse(task, k, p)
    n = task.pre.size
    near = np.arange(1, k // 2 + 1)
    shifts = np.stack([near, -near], axis=1).reshape(-1)
    targets = (np.arange(n)[:, None] + shifts) % max(n, 1)
    for column in range(k):
        moved = np.flatnonzero(uniform(task.key, _MOVED, 0, n, column) < p)
        _move(task.key, targets, moved, column)
    pre = np.repeat(task.pre, k)
    rows = rows_of_edges(task, pre, task.post[targets.reshape(-1)])
    return Rows(rows.starts, rows.targets)


def _move(key: int, targets: npt.NDArray[np.int64], sources: Index, column: int) -> None:
    """Draw new targets for one synapse of each of these sources, until each has a free one."""
    n = len(targets)
    trial = 0
    while sources.size:
        number = uniform(key, _PLACED + column, 0, n, trial)[sources]
        found = (number * n).astype(np.int64)
        taken = (targets[sources] == found[:, None]).any(axis=1) | (found == sources)
        targets[sources[~taken], column] = found[~taken]
        sources, trial = sources[taken], trial + 1


def _refuse(task: Task, k: int, p: float) -> None:
    n = task.pre.size
    if not task.same or not np.array_equal(task.pre, task.post):
        raise ParameterError(
            "small_world is a ring of one population, and two different views are given.",
            mend="connect a population, or one view, to itself",
        )
    # With a synapse to move there must be a free target beside the k neighbours and oneself.
    most = n - 1 if p == 0.0 else n - 2
    if k and k > most:
        raise ParameterError(
            f"small_world({k}, {p:g}) has too few neurons: {n}.",
            mend=f"ask for at most {max(most, 0)} neighbours",
        )
