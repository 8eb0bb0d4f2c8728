"""Rules that fix a degree: so many sources a target, targets a source, or pairs in all."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.compiler.kernels.connect.draw import draw_kernel
from rheobase.compiler.kernels.connect.total import total_kernel
from rheobase.engine.connectivity.kernels import Kernel, divided, in_threads, signed
from rheobase.engine.connectivity.rows import starts_of
from rheobase.engine.connectivity.task import Drawn, Task
from rheobase.errors import ParameterError


def fixed_indegree(task: Task, k: int, multapses: bool) -> Drawn:
    """Each target draws k sources."""
    _refuse(k, task.own_source, task.sources.size, multapses, "source")
    return scattered(task, np.full(task.targets.size, k, np.int64), distinct=not multapses)


def fixed_outdegree(task: Task, k: int, multapses: bool) -> Drawn:
    """Each source draws k targets."""
    n, own = task.targets.size, task.own_target
    _refuse(k, own, n, multapses, "target")
    rows = task.sources.size
    degree = np.full(rows, k, np.int64)
    targets = np.empty((rows, k), task.dtype)
    draw = task.kernel(draw_kernel, task.kind, True, synapses=rows * k)

    def part(first: int, last: int) -> None:
        marks = np.full(n, -1, np.int32)
        mine = targets[first:last]
        draw(task.key, n, first, last, not multapses, degree, own, marks, signed(mine.reshape(-1)))
        mine.sort(axis=1)

    if rows and k:
        in_threads([partial(part, *bounds) for bounds in divided(rows, task.threads)])
    return Drawn(degree, targets.reshape(-1))


def fixed_total_repeated(task: Task, total: int) -> Drawn:
    """So many pairs in all, each drawn from all that are allowed, whether drawn before or not."""
    n_pre, n_post, own = task.sources.size, task.targets.size, task.own_source
    if total and n_pre * n_post <= np.count_nonzero(own >= 0):
        raise ParameterError(
            f"fixed_total({total}) has no pair to draw from.",
            mend="connect larger views, or allow autapses",
        )
    count = task.kernel(total_kernel, synapses=total)

    def part(first: int, last: int) -> npt.NDArray[np.int64]:
        degree = np.zeros(n_post, np.int64)
        count(task.key, n_pre, n_post, first, last, own, degree)
        return degree

    parts = in_threads([partial(part, *bounds) for bounds in divided(total, task.threads)] or [_no])
    degree = np.sum([p for p in parts if p is not None], axis=0, dtype=np.int64)
    return scattered(task, np.broadcast_to(degree, (n_post,)).copy(), distinct=False)


def _no() -> None:
    """Nothing to do."""


def scattered(task: Task, degree: npt.NDArray[np.int64], distinct: bool) -> Drawn:
    """Draw `degree[target]` sources for each target, as rows of the sources.

    The draws are made twice, once to count and once to write, which costs less than keeping them:
    nothing of the size of the synapses is allocated but the rows. Each thread has a range of
    targets, and a place of its own in every row, behind those of smaller targets.
    """
    n, own, total = task.sources.size, task.own_source, int(degree.sum())
    draw = task.kernel(draw_kernel, task.kind, False, synapses=total)
    ranges = divided(task.targets.size, task.threads)
    cursors = np.zeros((max(1, len(ranges)), n), np.int64)

    def parts(writing: bool, room: npt.NDArray[Any]) -> None:
        calls = [
            partial(_part, draw, (task.key, n, *bounds, distinct, degree, own), writing, *where)
            for bounds, where in zip(ranges, ((cursor, room) for cursor in cursors), strict=False)
        ]
        if calls and total:
            in_threads(calls)

    parts(False, np.empty(0, task.dtype))
    counts = cursors.sum(axis=0)
    before = np.cumsum(cursors, axis=0)
    before -= cursors
    np.add(before, starts_of(counts)[:-1], out=cursors)
    del before  # as large as where the rows of all threads begin
    targets = np.empty(total, task.dtype)
    parts(True, targets)
    return Drawn(counts, targets)


def _part(
    draw: Kernel, head: Any, writing: bool, cursor: npt.NDArray[Any], room: npt.NDArray[Any]
) -> None:
    marks = np.full(head[1], -1, np.int32)
    draw(*head, marks, writing, cursor, signed(room))


def _refuse(k: int, own: npt.NDArray[np.int32], n: int, multapses: bool, side: str) -> None:
    """Refuse a degree for which there are not enough partners."""
    if own.size == 0 or k == 0:
        return
    least = n - int((own >= 0).any())
    if k <= least or (multapses and least > 0):
        return
    rule = "fixed_indegree" if side == "source" else "fixed_outdegree"
    raise ParameterError(
        f"{rule}({k}) needs {k} {side}s a neuron and there are {least}"
        f"{', itself left out' if least < n else ''}.",
        mend=f"ask for at most {least}, or allow multapses" if least else "connect a larger view",
    )
